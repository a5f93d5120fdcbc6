"""Template versions as conversations need them: large, and never changed, so each is read once per process."""

import copy
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from interviews.models import Interview, TemplateVersion

Some = TypeVar("Some", bound=Iterable[Interview])
MOST_KEPT = 100
_kept: dict[UUID, TemplateVersion] = {}


def with_versions(interviews: Some) -> Some:
    """The same conversations with their versions. One query for those that this process has not met yet."""
    missing = {interview.version_id for interview in interviews} - _kept.keys()
    if missing:
        if len(_kept) + len(missing) > MOST_KEPT:
            _kept.clear()
        for version in TemplateVersion.objects.filter(pk__in={interview.version_id for interview in interviews}):
            version.questions  # noqa: B018 - read here, so that every copy has them
            _kept[version.pk] = version
    for interview in interviews:
        # A copy: what a page looks up from a version, such as its template, may change and is its own.
        interview.version = copy.copy(_kept[interview.version_id])
    return interviews
