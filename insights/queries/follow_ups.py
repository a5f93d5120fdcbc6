"""Actions, promises and check-ins as one list: as many queries for three thousand rows as for one."""

import datetime
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from insights.queries.figures import NOBODYS, Selection
from insights.queries.promised import KINDS, Kind, in_state
from people.addresses import address_of
from people.models import Employee
from people.models.employee import full_name
from people.paging import MOST_COUNTED
from people.prepared import padded, prepared
from plans.models import ActionState, Change, ItemKind, PromiseState
from plans.standing import SOON as TAGGED
from plans.standing import Tag, action_tag, due_soon, late, promise_tag

SINGULAR = {"action": ItemKind.ACTION.label, "promise": ItemKind.PROMISE.label, "check_in": ItemKind.CHECK_IN.label}
CHUNK = 2000
Row = dict[str, Any]


@dataclass(frozen=True)
class FollowUp:
    """One action, promise or check-in as HR follows it."""

    kind: Kind
    id: UUID
    title: str
    employee: str
    employee_id: UUID
    number: str
    department: str
    manager: str
    # Nobody for a check-in: it belongs to the two.
    owner: str
    # Whose it is now, where the owner has left.
    heir: str
    due_on: datetime.date
    tag: Tag
    is_open: bool
    days_late: int
    last_word: datetime.datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.kind.name}:{self.id}"

    @property
    def person_url(self) -> str:
        return address_of("people:person", self.employee_id)

    @property
    def what(self) -> str:
        return str(SINGULAR[self.kind.name])

    @property
    def tone(self) -> str:
        """Clay is for what is late, and for nothing else."""
        if self.days_late:
            return "mgr"
        return "you" if self.tag.tone == "you" and not self.is_open else "plain"


@dataclass(frozen=True)
class Followed:
    """Everything of some kinds in one state, by day; pages are cut out of it."""

    chosen: Selection
    kinds: list[Kind]
    state: str
    owners: list[Employee] | None = None

    def up_to(self) -> int:
        """How many rows, counted no further than is said."""
        counts = (self._items(kind).order_by()[: MOST_COUNTED + 1].count() for kind in self.kinds)
        return min(MOST_COUNTED + 1, sum(counts))

    def __getitem__(self, where: slice) -> list[FollowUp]:
        """One query for each kind that is asked for, two for the people, one for the last word."""
        day = "done_on" if self._newest_first else "due_on"
        found = heapq.merge(
            *(self._first(kind, day, where.stop) for kind in self.kinds),
            key=lambda row: (row[day] or datetime.date.min, row["kind"], row["id"]),
            reverse=self._newest_first,
        )
        rows = list(islice(found, where.start, where.stop))
        people, words = People(rows), last_words(rows)
        return [follow_up(row, people, self.chosen.today, words.get(row["id"])) for row in rows]

    def all(self) -> Iterator[FollowUp]:
        """Everything, for an export: kind by kind."""
        for kind in self.kinds:
            rows = self._rows(kind).order_by("due_on", "pk").iterator(chunk_size=CHUNK)
            while chunk := _told(kind, islice(rows, CHUNK)):
                people = People(chunk)
                yield from (follow_up(row, people, self.chosen.today) for row in chunk)

    @property
    def _newest_first(self) -> bool:
        return self.state in ("done", "was_done")

    def _items(self, kind: Kind) -> "QuerySet[Any]":
        items = in_state(self.chosen, kind, self.state)
        return items if self.owners is None else items.filter(kind.owed_by(self.owners))

    def _rows(self, kind: Kind) -> "QuerySet[Any, Any]":
        return self._items(kind).values_list(*kind.columns.values())

    def _first(self, kind: Kind, day: str, most: int) -> list[Row]:
        if self.owners is None and self.chosen.is_everybody:
            shape: dict[str, Any] = {"kind": kind.name, "state": self.state, "day": day, "most": most}
            rows = _first_of_all(*self.chosen.left_out, today=self.chosen.today, **shape)
        else:
            rows = list(self.ordered(kind, day)[:most])
        return _told(kind, rows)

    def ordered(self, kind: Kind, day: str) -> "QuerySet[Any, Any]":
        path, sign = kind.columns[day], "-" if self._newest_first else ""
        return self._rows(kind).order_by(f"{sign}{path}", f"{sign}pk")


@prepared
def _first_of_all(
    *left_out: UUID, kind: str, state: str, day: str, most: int, today: datetime.date
) -> "QuerySet[Any, Any]":
    """What the page begins with. Today is part of the shape: it stands for a whole day, and a plan that knows it holds
    for everybody.
    """
    everybody = Selection(user=Employee(), today=today, all_but=left_out)
    return Followed(everybody, [KINDS[kind]], state).ordered(KINDS[kind], day)[:most]


def _told(kind: Kind, rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Columns by our names for them."""
    return [dict(zip(kind.columns, row, strict=True), kind=kind.name) for row in rows]


def last_words(rows: Iterable[Row]) -> dict[UUID, datetime.datetime]:
    """When something last changed. One query."""
    found = list(rows)
    items = padded([row["id"] for row in found] or [NOBODYS])
    plans = padded([row["plan"] for row in found] or [NOBODYS])
    return dict(_last_words(*items, *plans, items=len(items)))


@prepared
def _last_words(*ids: UUID, items: int) -> "QuerySet[Any, Any]":
    """So many items first, then the plans they stand in."""
    changes = Change.objects.filter(plan__in=ids[items:], item_id__in=ids[:items]).order_by()
    return changes.values_list("item_id").annotate(last=Max("at"))


class Named(NamedTuple):
    """As much of a person as a list says."""

    first_name: str
    last_name: str
    email: str
    employee_number: str | None
    department: str | None
    manager: UUID | None
    is_active: bool

    def __str__(self) -> str:
        return full_name(self.first_name, self.last_name, self.email)


NOBODY = Named("", "", "", "", "", None, is_active=True)


class People:
    """The people of some rows, and whom these report to. Two queries, whoever they are."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._known = _people({row[whose] for row in rows for whose in ("employee", "owner") if row.get(whose)})
        self._known |= _people({person.manager for person in self._known.values() if person.manager})

    def __getitem__(self, pk: UUID | None) -> Named:
        return self._known.get(pk, NOBODY) if pk else NOBODY


def _people(ids: set[UUID]) -> dict[UUID, Named]:
    return {pk: Named(*rest) for pk, *rest in _named(*padded(ids or {NOBODYS}))}


@prepared
def _named(*ids: UUID) -> "QuerySet[Employee, Any]":
    columns = ("pk", "first_name", "last_name", "email", "employee_number", "department__name", "manager", "is_active")
    return Employee.objects.filter(pk__in=ids).order_by().values_list(*columns)


def follow_up(row: Row, people: People, today: datetime.date, last_word: datetime.datetime | None = None) -> FollowUp:
    tag, is_open = _standing(row, today)
    employee, owner = people[row["employee"]], people[row.get("owner")]
    has_owner = "state" in row
    return FollowUp(
        kind=KINDS[row["kind"]],
        id=row["id"],
        title=title_of(row["title"], row["agreed_with"], row["opened_at"]) if has_owner else title_of(),
        employee=str(employee),
        employee_id=row["employee"],
        number=employee.employee_number or "",
        department=employee.department or "",
        manager=str(people[employee.manager]),
        owner=str(owner),
        heir="" if owner.is_active else str(people[owner.manager]),
        due_on=row["due_on"],
        tag=tag,
        is_open=is_open,
        days_late=max(0, (today - row["due_on"]).days) if is_open else 0,
        last_word=last_word,
    )


class Told(NamedTuple):
    state: str
    due_on: datetime.date


def _standing(row: Row, today: datetime.date) -> tuple[Tag, bool]:
    """How it stands in a word, and whether it is still to be done."""
    due_on = row["due_on"]
    if row["kind"] == "action":
        state = row["state"]
        return action_tag(Told(state, due_on), today), state not in (
            ActionState.DONE,
            ActionState.DROPPED,
        )
    if row["kind"] == "promise":
        return promise_tag(Told(row["state"], due_on), today), row["state"] == PromiseState.OPEN
    if row["done_on"] is not None or row["withdrawn_at"] is not None:
        return (Tag(_("Held"), "you") if row["done_on"] else Tag(_("Withdrawn"))), False
    if due_on < today:
        return late(due_on, today), True
    return (due_soon(due_on, today) if (due_on - today).days <= TAGGED else Tag(_("Ahead"))), True


def title_of(
    title: str | None = None, agreed_with: UUID | None = None, opened_at: datetime.datetime | None = None
) -> str:
    """What HR may read of it: nothing of what two people keep to themselves. A check-in has no title."""
    if title is None:
        return _("Check-in")
    if agreed_with is not None and opened_at is None:
        return _("Kept between the two who agreed it")
    return title
