"""Keeping the count: the sweep asks each minute, and counts again only what has changed."""

import datetime
import time
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit import operations as audit
from audit.models import Entry, Head
from insights.models import PEOPLE, Counting, Tally
from insights.queries.counting import count_cycle, count_people
from insights.queries.figures import zone
from interviews.models import Cycle, Interview
from people.models import Employee
from people.policy import require

# Counting takes at most this share of a worker's time, however large the organisation.
REST = 20
# A sweep has other things to do, too: what is left is counted by the next one.
SECONDS = 20
FIELDS = ["numbers", "sites", "leaders", "longest"]


def count_due(*, now: datetime.datetime | None = None) -> int:
    """Count what was never counted, what has changed since, and on a new day everything. How many were counted."""
    now = now or timezone.now()
    where = zone()
    head = _head()
    known = {counting.of: counting for counting in Counting.objects.all()}
    done, began = 0, time.monotonic()
    for of, cycle in _everything():
        last = known.get(of)
        if last is None or last.day != now.astimezone(where).date():
            pass
        elif not _touched(last, cycle):
            Counting.objects.filter(of=of, sequence__lt=head).update(sequence=head)
            continue
        elif now - last.counted_at < datetime.timedelta(milliseconds=REST * last.milliseconds):
            continue
        _count(of, cycle, now=now)
        done += 1
        if time.monotonic() - began > SECONDS:
            break
    return done


def count_again(*, by: Employee, cycle: Cycle | None, now: datetime.datetime | None = None) -> bool:
    """Count what a page shows, unless that took place a moment ago or would keep the reader waiting."""
    now = now or timezone.now()
    require(by, "figures.see")
    wanted: list[tuple[UUID, Cycle | None]] = [(PEOPLE, None), *([(cycle.pk, cycle)] if cycle else [])]
    known = {counting.of: counting for counting in Counting.objects.filter(of__in=[of for of, _cycle in wanted])}
    if sum(counting.milliseconds for counting in known.values()) > 2000:
        return False
    for of, what in wanted:
        last = known.get(of)
        if last is None or now - last.counted_at > datetime.timedelta(seconds=5):
            _count(of, what, now=now)
    return True


def note_export(*, by: Employee, figure: str, rows: int, cycle: Cycle | None = None) -> None:
    """Keep that a list left as a file."""
    with transaction.atomic():
        audit.record(action="figures.exported", by=by, subject=cycle, figure=figure, rows=rows)


def _everything() -> Iterator[tuple[UUID, Cycle | None]]:
    for cycle in Cycle.objects.filter(launched_at__isnull=False).order_by("-launched_at"):
        yield cycle.pk, cycle
    yield PEOPLE, None


def _touched(last: Counting, cycle: Cycle | None) -> bool:
    """Whether the audit log tells of anything since that these numbers may show."""
    since = Entry.objects.filter(sequence__gt=last.sequence)
    organisation = Q()
    for action in ("people.imported", "person.left", "person.account", "membership.", "department."):
        organisation |= Q(action__startswith=action)
    # That something was read, or somebody asked to go on, moves no number.
    since = since.exclude(action__in=["interview.read", "interview.reminded", "plan.read", "plan.nudged"])
    if cycle is None:
        return since.filter(organisation | Q(action__startswith="plan.") | Q(action="interview.closed")).exists()
    conversations = Interview.objects.filter(cycle=cycle).values("pk")
    about = Q(action__startswith="cycle.", subject=cycle.pk)
    about |= Q(action__startswith="interview.", subject__in=conversations)
    return since.filter(organisation | about).exists()


def _head() -> int:
    return Head.objects.filter(id=1).values_list("sequence", flat=True).first() or 0


def _count(of: UUID, cycle: Cycle | None, *, now: datetime.datetime) -> None:
    """Count, and write what differs from the count before."""
    began, head, where = time.monotonic(), _head(), zone()
    today = now.astimezone(where).date()
    found = {tally.pk: tally for tally in (count_cycle(cycle, today, where) if cycle else count_people(today, where))}
    with transaction.atomic():
        before = {row[0]: row[1:] for row in Tally.objects.filter(cycle=cycle).values_list("pk", *FIELDS)}
        differing = [t for t in found.values() if before.get(t.pk) != tuple(getattr(t, name) for name in FIELDS)]
        # Two sweeps that write the same rows take them in the same order, so that neither waits for the other for ever.
        differing.sort(key=lambda tally: tally.pk)
        Tally.objects.bulk_create(
            differing, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=FIELDS
        )
        vanished = sorted(before.keys() - found.keys())
        for start in range(0, len(vanished), 500):
            Tally.objects.filter(pk__in=vanished[start : start + 500]).delete()
        Counting.objects.update_or_create(
            of=of,
            defaults={
                "counted_at": now,
                "day": today,
                "sequence": head,
                "milliseconds": round(1000 * (time.monotonic() - began)),
            },
        )
