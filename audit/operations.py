"""The only door into the audit log."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from audit.chain import Finding, digest_of, walk
from audit.models import Entry, Head

MOST_NOTED = 10_000
_noted: set[str] = set()


def record(
    *,
    action: str,
    by: models.Model | None,
    subject: models.Model | None = None,
    at: datetime | None = None,
    once: str | None = None,
    **detail: str | int | bool | None,
) -> Entry:
    """Append one entry inside the caller's transaction: rolled back, it never happened.

    `detail` takes ids and codes only, never a name or a text that a person wrote.
    """
    return record_many(action=action, by=by, subjects=[subject], at=at, once=once, **detail)[0]


def record_many(
    *,
    action: str,
    by: models.Model | None,
    subjects: Sequence[models.Model | None],
    at: datetime | None = None,
    once: str | None = None,
    **detail: str | int | bool | None,
) -> list[Entry]:
    """Append one entry for each subject of the same step, with few statements: a launch has a thousand of them."""
    if not transaction.get_connection().in_atomic_block:
        message = "audit.record belongs inside the transaction of what it records"
        raise RuntimeError(message)
    head, _created = Head.objects.select_for_update().get_or_create(id=1)
    entries, at = [], at or timezone.now()
    for subject in subjects:
        entry = Entry(
            sequence=head.sequence + 1,
            at=at,
            actor=by.pk if by is not None and isinstance(by.pk, UUID) else None,
            action=action,
            subject_kind=subject._meta.label_lower if subject is not None else "",
            subject=subject.pk if subject is not None and isinstance(subject.pk, UUID) else None,
            detail=detail,
            once=once,
            previous=head.digest,
        )
        entry.digest = digest_of(entry)
        head.sequence, head.digest = entry.sequence, entry.digest
        entries.append(entry)
    if len(entries) == 1:
        entries[0].save(force_insert=True)
    else:
        Entry.objects.bulk_create(entries, batch_size=500)
    head.save(update_fields=["sequence", "digest"])
    return entries


def record_reading(*, action: str, by: models.Model, subject: models.Model) -> None:
    """Note that somebody read what another wrote: once per reader, object and hour."""
    now = timezone.now()
    once = f"{action}:{by.pk}:{subject.pk}:{now:%Y%m%d%H}"
    if once in _noted:
        return
    if Entry.objects.filter(once=once).exists():
        # Entries stay for ever: what was found once need not be looked for again.
        if len(_noted) >= MOST_NOTED:
            _noted.clear()
        _noted.add(once)
        return
    with transaction.atomic():
        Head.objects.select_for_update().get_or_create(id=1)
        if not Entry.objects.filter(once=once).exists():
            record(action=action, by=by, subject=subject, at=now, once=once)


def head() -> str:
    """The end of the chain as it is anchored outside the database: `sequence:digest`."""
    return str(Head.objects.filter(id=1).first() or Head())


def verify() -> Finding:
    """Walk the whole chain."""
    with transaction.atomic():
        end = Head.objects.filter(id=1).first() or Head()
        return walk(Entry.objects.order_by("sequence").iterator(chunk_size=2000), end.sequence, end.digest)
