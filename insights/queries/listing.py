"""The lists behind the figures: as many queries for three thousand rows as for one."""

import datetime
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from insights.paging import MOST_COUNTED
from insights.queries.coverage import covered
from insights.queries.figures import Selection, people_behind
from insights.queries.promised import KINDS, Kind, in_state
from interviews.lateness import LONGEST_OVERDUE_FIRST
from interviews.models import Interview
from people.models import Employee
from plans.models import Action, ActionState, Change, CheckIn, ItemKind, Promise, PromiseState
from plans.standing import SOON as TAGGED
from plans.standing import Tag, action_tag, due_soon, late, promise_tag

Item = Action | Promise | CheckIn
SINGULAR = {"action": ItemKind.ACTION.label, "promise": ItemKind.PROMISE.label, "check_in": ItemKind.CHECK_IN.label}
NOBODYS = UUID(int=0)
BY_NAME = ("employee__last_name", "employee__first_name", "pk")


def conversations(chosen: Selection, figure: str) -> QuerySet[Interview]:
    """The conversations of a figure: the longest overdue first, or by name."""
    rows = people_behind(chosen, figure).select_related("employee__department", "interviewer", "cycle")
    return rows.order_by(*(LONGEST_OVERDUE_FIRST if figure == "late" else BY_NAME))


def contacts(chosen: Selection, figure: str) -> QuerySet[Employee]:
    """The people of a figure of coverage, by name."""
    rows = covered(chosen, figure).select_related("department", "manager")
    return rows.order_by("last_name", "first_name", "pk")


def up_to(rows: QuerySet[Any]) -> int:
    """How many rows, counted no further than is said."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


@dataclass(frozen=True)
class FollowUp:
    """One action, promise or check-in as HR follows it."""

    kind: Kind
    item: Item
    employee: Employee
    # Nobody for a check-in: it belongs to the two.
    owner: Employee | None
    title: str
    tag: Tag
    days_late: int
    is_open: bool
    last_word: datetime.datetime | None

    @property
    def key(self) -> str:
        return f"{self.kind.name}:{self.item.pk}"

    @property
    def what(self) -> str:
        return str(SINGULAR[self.kind.name])

    @property
    def tone(self) -> str:
        """Clay is for what is late, and for nothing else."""
        if self.days_late:
            return "mgr"
        return "you" if self.tag.tone == "you" and not self.is_open else "plain"

    @property
    def stands_in(self) -> Employee | None:
        """Whose it is now, where the owner has left."""
        return self.owner.manager if self.owner is not None and not self.owner.is_active else None


@dataclass(frozen=True)
class Followed:
    """Actions, promises and check-ins as one list by day, of which a page is cut out."""

    chosen: Selection
    kinds: list[Kind]
    state: str
    owners: list[Employee] | None = None

    def rows(self, kind: Kind) -> "QuerySet[Any]":
        rows = in_state(self.chosen, kind, self.state)
        return rows if self.owners is None else rows.filter(kind.owed_by(self.owners))

    def up_to(self) -> int:
        return min(MOST_COUNTED + 1, sum(up_to(self.rows(kind)) for kind in self.kinds))

    def __getitem__(self, where: slice) -> list[FollowUp]:
        """One query for each kind that is asked for, one for those found, and one for the last word."""
        found = heapq.merge(*(self._days(kind, where.stop) for kind in self.kinds), reverse=self._newest_first)
        wanted = list(found)[where]
        items: dict[UUID, Item] = {}
        for kind in self.kinds:
            ids = [pk for _day, name, pk in wanted if name == kind.name]
            # Asked for even where there is none: a page takes the same number of queries whatever it holds.
            items |= self.rows(kind).select_related(*kind.related).in_bulk(ids or [NOBODYS])
        words = last_words(items.values())
        today = self.chosen.today
        return [follow_up(KINDS[name], items[pk], today, words.get(pk)) for _day, name, pk in wanted if pk in items]

    def all(self) -> Iterator[FollowUp]:
        """Everything, for an export; kind by kind, since nothing is cut out."""
        for kind in self.kinds:
            rows = self.rows(kind).select_related(*kind.related).order_by("due_on", "pk")
            for item in rows.iterator(chunk_size=2000):
                yield follow_up(kind, item, self.chosen.today, None)

    @property
    def _newest_first(self) -> bool:
        return self.state in ("done", "was_done")

    def _days(self, kind: Kind, most: int) -> list[tuple[datetime.date, str, UUID]]:
        day = kind.done_on if self._newest_first else "due_on"
        sign = "-" if self._newest_first else ""
        rows = self.rows(kind).order_by(f"{sign}{day}", f"{sign}pk").values_list(day, "pk")[:most]
        return [(day or datetime.date.min, kind.name, pk) for day, pk in rows]


def last_words(items: Iterable[Item]) -> dict[UUID, datetime.datetime]:
    """When something last changed. One query."""
    items = list(items)
    plans = {item.goal.plan_id if isinstance(item, Action) else item.plan_id for item in items}
    wanted = {item.pk for item in items} or {NOBODYS}
    changes = Change.objects.filter(plan__in=list(plans) or [NOBODYS], item_id__in=wanted).order_by()
    return dict(changes.values_list("item_id").annotate(last=Max("at")))


def follow_up(kind: Kind, item: Item, today: datetime.date, last_word: datetime.datetime | None) -> FollowUp:
    tag, is_open = _standing(item, today)
    due_on = item.due_on or today
    return FollowUp(
        kind=kind,
        item=item,
        employee=item.goal.plan.employee if isinstance(item, Action) else item.plan.employee,
        owner=None if isinstance(item, CheckIn) else item.owner,
        title=_title(item),
        tag=tag,
        days_late=max(0, (today - due_on).days) if is_open else 0,
        is_open=is_open,
        last_word=last_word,
    )


def _standing(item: Item, today: datetime.date) -> tuple[Tag, bool]:
    """How it stands in a word, and whether it is still to be done."""
    if isinstance(item, Action):
        return action_tag(item, today), item.state not in (ActionState.DONE, ActionState.DROPPED)
    if isinstance(item, Promise):
        return promise_tag(item, today), item.state == PromiseState.OPEN
    if item.held_on is not None or item.withdrawn_at is not None:
        return (Tag(_("Held"), "you") if item.held_on else Tag(_("Withdrawn"))), False
    if item.due_on < today:
        return late(item.due_on, today), True
    return (due_soon(item.due_on, today) if (item.due_on - today).days <= TAGGED else Tag(_("Ahead"))), True


def _title(item: Item) -> str:
    """What HR may read of it: nothing of what two people keep to themselves."""
    if isinstance(item, CheckIn):
        return _("Check-in")
    source = item.goal if isinstance(item, Action) else item
    if source.agreed_with_id is not None and source.opened_at is None:
        return _("Kept between the two who agreed it")
    return str(item)


def name_of(row: Item | Interview) -> str:
    """What a sentence about one row begins with."""
    if isinstance(row, Interview):
        return str(row.employee)
    return f"{row.goal.plan.employee if isinstance(row, Action) else row.plan.employee}, {_title(row)}"


def pick_conversations(chosen: Selection, ids: Iterable[str]) -> list[Interview] | None:
    """The conversations of a form, of the reader's scope only; None when one of them is not there."""
    try:
        wanted = {UUID(pk) for pk in ids}
    except ValueError:
        return None
    people = Employee.objects.in_scope_of(chosen.user).values("pk")
    found = Interview.objects.filter(pk__in=wanted, employee__in=people).select_related("employee", "interviewer")
    rows = list(found.order_by(*BY_NAME))
    return rows if len(rows) == len(wanted) else None


def pick(chosen: Selection, keys: Iterable[str]) -> list[Item] | None:
    """The items of a form, of the reader's scope only; None when one of them is not there."""
    wanted: dict[str, set[UUID]] = {name: set() for name in KINDS}
    for key in keys:
        name, _colon, pk = key.partition(":")
        try:
            wanted[name].add(UUID(pk))
        except (KeyError, ValueError):
            return None
    people = Employee.objects.in_scope_of(chosen.user).values("pk")
    found: list[Item] = []
    for name, ids in wanted.items():
        kind = KINDS[name]
        if ids:
            rows = kind.model.objects.filter(pk__in=ids, **{f"{kind.employee}__in": people})
            found += rows.select_related(*kind.related).order_by("due_on", "pk")
    return found if len(found) == sum(map(len, wanted.values())) else None
