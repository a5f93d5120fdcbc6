"""Reminders as data: stages around a day, and the rows whose day is near. Knows no product noun.

At any moment a row is in at most one stage of a rule. The sweep posts the mail of that stage unless it is there; the
mail expires with the stage. So after an outage goes out what is still true, once, and a new day makes a new mail.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from outbox import kinds
from outbox.hours import DAY, begin_of, is_working_day, last_working_day, local_date, next_open
from outbox.models import Message

log = logging.getLogger(__name__)

# So many rows are held in memory, and so many inserted with one statement.
PAGE, BATCH = 5000, 500


@dataclass(frozen=True)
class Stage:
    """Some days during which one mail is true: from `first` days after the day that counts (negative: before).

    It lasts `days` days and comes `times` times in a row; 0 times is without end. What begins before its day or on
    it begins on a working day, a Monday's "one day before" on Friday. A stage ends when the next one begins.
    """

    name: str
    first: int
    days: int
    times: int = 1


@dataclass(frozen=True)
class Span:
    """A stage about one day: from `begins` until before `ends`."""

    name: str
    begins: datetime.date
    ends: datetime.date


@dataclass(frozen=True)
class Due:
    """Somebody to be reminded of something. Who learned of it during a stage is not reminded in that one."""

    about: UUID
    to: UUID
    zone: str
    day: datetime.date
    known_since: datetime.date | None = None


@dataclass(frozen=True)
class Near:
    """Which days are near enough for some stage of a rule, wherever people are."""

    kind: str
    now: datetime.datetime
    first: datetime.date | None
    last: datetime.date

    def days(self, path: str) -> Q:
        """Rows whose date at `path` is near."""
        near = Q((f"{path}__lte", self.last))
        return near & Q((f"{path}__gte", self.first)) if self.first else near

    def moments(self, path: str) -> Q:
        """Rows whose moment at `path` is near."""
        near = Q((f"{path}__lt", begin_of(self.last + 2 * DAY, "UTC")))
        return near & Q((f"{path}__gte", begin_of(self.first - DAY, "UTC"))) if self.first else near

    def unposted(self, *, day: str, to: str = "") -> Q:
        """Rows for which no mail about this day is there whose stage still runs."""
        posted = Message.objects.filter(
            subject=OuterRef("pk"), kind=self.kind, due_on=OuterRef(day), expires_at__gt=self.now
        )
        return ~Q(Exists(posted.filter(recipient=OuterRef(to)) if to else posted))


@dataclass(frozen=True)
class Rule:
    """One kind of reminder: its stages in order of time, and who finds the rows whose day is near."""

    kind: str
    stages: tuple[Stage, ...]
    find: Callable[[Near], Iterator[Due]]


def span_of(stages: tuple[Stage, ...], day: datetime.date, today: datetime.date) -> Span | None:
    """The one stage in which a row with this day is today."""
    next_begins = datetime.date.max
    for stage in reversed(stages):
        begins = day + stage.first * DAY
        if stage.first <= 0:
            begins = last_working_day(begins)
        if begins <= today:
            span = _turn(stage, begins, day + stage.first * DAY, today)
            return span and Span(span.name, span.begins, min(span.ends, next_begins))
        next_begins = begins
    return None


def _turn(stage: Stage, begins: datetime.date, first: datetime.date, today: datetime.date) -> Span | None:
    """Which of the stage's turns runs today."""
    turn = max(0, (today - first).days // stage.days)
    if stage.times and turn >= stage.times:
        return None
    name = stage.name if stage.times == 1 else f"{stage.name} {turn + 1}"
    ends = first + (turn + 1) * stage.days * DAY
    return Span(name, first + turn * stage.days * DAY if turn else begins, ends)


def rows(
    near: Near, found: QuerySet[Any], *, to: str, day: str = "", moment: str = "", since: str = ""
) -> Iterator[Due]:
    """The rows of `found` whose day is near, in pages; those with a date only while their mail is not there yet.

    `to` is the path to the recipient, `day` to the date that counts or `moment` to the moment, `since` to the moment
    at which the recipient learned of it.
    """
    found = found.filter(near.days(day), near.unposted(day=day, to=to)) if day else found.filter(near.moments(moment))
    for row in in_pages(found, day or moment, f"{to}_id", f"{to}__timezone", *([since] if since else [])):
        pk, value, person, zone = row[:4]
        known = local_date(row[4], zone) if since and row[4] else None
        yield Due(pk, person, zone, local_date(value, zone) if moment else value, known)


def in_pages(found: QuerySet[Any], day: str, *paths: str) -> Iterator[tuple[Any, ...]]:
    """Tuples of the primary key, the day or moment and the paths, in the order of the days, as their indexes are.

    No statement stays open while mails are written.
    """
    page = found.order_by(day, "pk").values_list("pk", day, *paths)
    while True:
        taken = list(page[:PAGE])
        yield from taken
        if len(taken) < PAGE:
            return
        last, at = taken[-1][:2]
        page = page.filter(Q((f"{day}__gt", at)) | Q((day, at), ("pk__gt", last)))


def plan(rules: Iterable[Rule], *, now: datetime.datetime | None = None) -> Counter[str]:
    """Post what every rule says is due and not there yet. Answers how many of each kind.

    A rule that fails is logged, and the others still run. Two planners at once make one row: the key decides.
    """
    now = now or timezone.now()
    planned: Counter[str] = Counter()
    for rule in rules:
        try:
            for batch in due_messages(rule, now):
                planned[rule.kind] += _insert(batch)
        except Exception:
            log.exception("reminders: %s failed", rule.kind)
    return +planned


def foresee(rules: Iterable[Rule], *, now: datetime.datetime) -> Iterator[Message]:
    """What `plan` would post now. Nothing is written."""
    for rule in rules:
        for batch in due_messages(rule, now):
            yield from _new(batch)


def due_messages(rule: Rule, now: datetime.datetime) -> Iterator[list[Message]]:
    """The mails of the stages that run now, as unsaved rows in batches."""
    messages = (message for due in rule.find(near(rule, now)) if (message := _message(rule, due, now)))
    while batch := list(islice(messages, BATCH)):
        yield batch


def near(rule: Rule, now: datetime.datetime) -> Near:
    """The days that some stage may be about, in every time zone there is."""
    earliest, latest = (now - datetime.timedelta(hours=12)).date(), (now + datetime.timedelta(hours=14)).date()
    endless = any(not stage.times for stage in rule.stages)
    longest = max(stage.first + stage.days * stage.times for stage in rule.stages)
    begins = min(stage.first for stage in rule.stages)
    while begins <= 0 and not is_working_day(latest + DAY):
        latest += DAY
    return Near(rule.kind, now, None if endless else earliest - longest * DAY, latest - begins * DAY)


def _message(rule: Rule, due: Due, now: datetime.datetime) -> Message | None:
    """The mail of the stage that runs, or nothing: none runs, it is news no more, or it would end before it left."""
    span = span_of(rule.stages, due.day, local_date(now, due.zone))
    if span is None or (due.known_since is not None and span.begins <= due.known_since):
        return None
    expires_at = begin_of(span.ends, due.zone)
    not_before = next_open(now, due.zone) if kinds.get(rule.kind).office_hours else now
    if not_before >= expires_at:
        return None
    return Message(
        key=f"{rule.kind}:{due.about}:{due.day}:{span.name}:{due.to}",
        recipient_id=due.to,
        kind=rule.kind,
        subject=due.about,
        due_on=due.day,
        context={"stage": span.name},
        created_at=now,
        not_before=not_before,
        expires_at=expires_at,
    )


def _insert(messages: list[Message]) -> int:
    """Insert what is not there yet; answers how many of these rows are the ones that were kept."""
    if not (new := _new(messages)):
        return 0
    with transaction.atomic():
        Message.objects.bulk_create(new, ignore_conflicts=True)
        return Message.objects.filter(pk__in=[message.pk for message in new]).count()


def _new(messages: list[Message]) -> list[Message]:
    """Without those whose key is there: a look, so that a sweep with nothing to do writes nothing."""
    found = Message.objects.filter(key__in=[message.key for message in messages])
    there = set(found.values_list("key", flat=True))
    return [message for message in messages if message.key not in there]
