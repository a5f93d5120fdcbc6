"""What people may be told from the log: who read what they wrote."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from audit.models import Entry


def readings_of(subjects: Iterable[UUID], *, limit: int = 50) -> list[tuple[UUID, datetime.datetime]]:
    """Reader and moment of the latest readings, newest first: one per reader, object and hour."""
    found = Entry.objects.filter(subject__in=list(subjects), action__endswith=".read", actor__isnull=False)
    newest = found.order_by("-sequence").values_list("actor", "at")[:limit]
    return [(actor, at) for actor, at in newest if actor]
