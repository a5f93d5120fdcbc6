"""Audit entries for history that was never played: chained as `audit.operations` chains them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from audit.chain import digest_of
from audit.models import Entry, Head
from careerconv.generating.tables import Table


class Ledger:
    """Collects what happened and appends it in the order of time, group by group of people."""

    def __init__(self) -> None:
        self.table = Table(
            Entry, "sequence", "at", "actor", "action", "subject_kind", "subject", "detail", "previous", "digest"
        )
        self.head = Head.objects.select_for_update().get_or_create(id=1)[0]
        self.noted: list[tuple[datetime, str, UUID | None, str, UUID, dict[str, Any]]] = []

    def note(self, at: datetime, action: str, by: UUID | None, kind: str, subject: UUID, **detail: Any) -> None:
        self.noted.append((at, action, by, kind, subject, detail))

    def flush(self) -> None:
        entry, head = Entry(), self.head
        for at, action, by, kind, subject, detail in sorted(self.noted, key=lambda noted: noted[0]):
            entry.sequence, entry.at, entry.actor, entry.action = head.sequence + 1, at, by, action
            entry.subject_kind, entry.subject, entry.detail, entry.previous = kind, subject, detail, head.digest
            head.sequence, head.digest = entry.sequence, digest_of(entry)
            self.table.add(head.sequence, at, by, action, kind, subject, detail, entry.previous, head.digest)
        self.noted.clear()
        self.table.flush()
        head.save(update_fields=["sequence", "digest"])
