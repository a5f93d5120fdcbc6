"""Template versions as conversations and cycles need them: large, never changed, and so read once per process."""

import copy
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from interviews.models import Cycle, Interview, TemplateVersion

Some = TypeVar("Some", bound=Iterable[Interview | Cycle])
MOST_KEPT = 100
_kept: dict[UUID, TemplateVersion] = {}


def with_versions(those: Some) -> Some:
    """The same conversations or cycles with their versions. One query for those that this process has not met yet."""
    missing = {one.version_id for one in those} - _kept.keys()
    if missing:
        if len(_kept) + len(missing) > MOST_KEPT:
            _kept.clear()
        for version in TemplateVersion.objects.filter(pk__in={one.version_id for one in those}):
            version.questions  # noqa: B018 - read here, so that every copy has them
            _kept[version.pk] = version
    for one in those:
        # A copy: what a page looks up from a version, such as its template, may change and is its own.
        one.version = copy.copy(_kept[one.version_id])
    return those
