"""What people may be told from the log: who read what they wrote."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Entry


def readings_of(subjects: Iterable[UUID], *, limit: int = 50) -> QuerySet[Entry]:
    """The latest readings, newest first: one per reader, object and hour."""
    found = Entry.objects.filter(subject__in=list(subjects), action__endswith=".read", actor__isnull=False)
    return found.order_by("-sequence")[:limit]
