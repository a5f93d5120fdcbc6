from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_memory_of_tries() -> Iterator[None]:
    """What is throttled in one test is not in the next."""
    cache.clear()
    yield
    cache.clear()
