"""Words that a list says again in each of its rows: looked up once for each language."""

import functools
from collections.abc import Callable, Hashable
from typing import ParamSpec

from django.utils.translation import get_language

P = ParamSpec("P")


def said_once(say: Callable[P, str]) -> Callable[P, str]:
    """For a function whose words follow from its arguments and the language alone: ours, nothing that people wrote."""

    @functools.lru_cache(maxsize=8192)
    def known(_language: str | None, *values: Hashable) -> str:
        return say(*values)  # type: ignore[call-arg, arg-type]

    @functools.wraps(say)
    def said(*values: P.args, **_none: P.kwargs) -> str:
        return known(get_language(), *values)

    return said
