"""Where pages are. A page asks for a dozen addresses in its frame, and leads to dozens that differ only by an id."""

import functools
from uuid import UUID

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

SOME = UUID(int=0)


def address(name: str) -> str:
    """Where a page is, or nothing when this installation does not have it."""
    try:
        return _address(name, get_script_prefix(), get_urlconf())
    except NoReverseMatch:
        return ""


def address_of(name: str, pk: UUID) -> str:
    """What `reverse` says of the page of one thing, found once for all ids."""
    return _address(name, get_script_prefix(), get_urlconf(), SOME).replace(str(SOME), str(pk))


@functools.cache
def _address(name: str, _prefix: str, _urlconf: str | None, *ids: UUID) -> str:
    """They don't move."""
    return reverse(name, args=ids)
