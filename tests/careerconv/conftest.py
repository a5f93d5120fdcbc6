"""One scene for all tests of a module: it takes longer to build than to look at."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.careerconv import scene as scenes


@pytest.fixture(scope="module")
def whole_scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[scenes.Scene]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield scenes.build()
        transaction.set_rollback(True)


@pytest.fixture
def scene(whole_scene: scenes.Scene, db: None) -> scenes.Scene:
    """The scene as it was built: what a test changes is undone after it, for `db` is a savepoint here."""
    return whole_scene
