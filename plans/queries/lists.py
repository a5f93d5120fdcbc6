"""Lists across plans: the team's plans, what a person owes, which check-ins are due, who asks for time."""

import datetime
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import Case, CharField, Count, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from people.addresses import address_of
from people.models import Employee
from people.prepared import Number, number_of, padded, prepared, rounded
from plans.models import (
    Action,
    ActionState,
    CheckIn,
    Goal,
    GoalState,
    ItemKind,
    Plan,
    Promise,
    PromiseState,
    TimeRequest,
)
from plans.rights import may_answer
from plans.standing import Tag, action_tag, promise_tag

# Goals whose actions nobody has to do: not yet, or no longer.
RESTING = [GoalState.DRAFT, GoalState.DROPPED]
LATELY = datetime.timedelta(days=30)
# Of what waits for somebody's answer, no more than this is shown at once.
MOST_REQUESTS = 20
KINDS = (ItemKind.ACTION, ItemKind.PROMISE)
# So many check-ins of one's own plan may lie ahead: a series proposes three.
OWN_AHEAD = 3
SHOWS = ("late", "due", "none", "others")


# ---------------------------------------------------------------- what somebody owes


@dataclass(frozen=True)
class Owed:
    """An action or a promise that somebody owes, with no more of the plan than that."""

    item: Action | Promise
    title: str
    kind: str
    employee: Employee
    owner: Employee
    due_on: datetime.date
    settled_on: datetime.date | None
    tag: Tag
    # Until when its owner asked for time, while nobody has answered.
    asked_until: datetime.date | None
    # Noted a short while ago, so perhaps by mistake.
    may_take_back: bool

    @property
    def url(self) -> str:
        return self.item.get_absolute_url()

    @property
    def settle_url(self) -> str:
        return address_of("plans:action_settle" if self.is_action else "plans:promise_settle", self.item.pk)

    @property
    def date_url(self) -> str:
        return address_of("plans:action_date" if self.is_action else "plans:promise_date", self.item.pk)

    @property
    def back_url(self) -> str:
        return address_of("plans:action_back" if self.is_action else "plans:promise_back", self.item.pk)

    @property
    def is_action(self) -> bool:
        return isinstance(self.item, Action)

    @property
    def done_state(self) -> str:
        """What one click says of it."""
        return ActionState.DONE if self.is_action else PromiseState.KEPT


class OwedList:
    """What the user owes as one list that counts and slices in the database, as a paginator asks it to."""

    def __init__(self, user: Employee, today: datetime.date) -> None:
        self.user = user
        self.today = today

    def count(self) -> int:
        return number_owed(self.user)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Owed]:
        """One query for the actions and one for the promises; of a part further down, one more for the order."""
        if part.stop == 0:
            return []
        if not part.start:
            most = rounded(part.stop)
            first = [row for kind in KINDS for row in _first_owed(self.user, kind=kind, most=most)]
            return [_owed(row, self.today) for row in sorted(first, key=lambda row: (row.due_on, row.pk))[: part.stop]]
        sources: dict[ItemKind, QuerySet[Any]] = {kind: _open(kind, self.user) for kind in KINDS}
        actions, promises = (
            rows.order_by().annotate(of=Value(kind.value, CharField())).values_list("of", "due_on", "pk")
            for kind, rows in sources.items()
        )
        found = list(actions.union(promises, all=True).order_by("due_on", "pk")[part])
        items: dict[UUID, Owed] = {}
        for kind, rows in sources.items():
            ids = [pk for of, _day, pk in found if of == kind]
            items |= {row.pk: _owed(row, self.today) for row in _whole(rows, kind).filter(pk__in=ids)} if ids else {}
        return [items[pk] for _kind, _day, pk in found if pk in items]


def owed_by(user: Employee, *, today: datetime.date) -> OwedList:
    """Open actions and promises that the user owes, soonest first; a leaver's fall to the manager."""
    return OwedList(user, today)


def number_owed(user: Employee) -> int:
    """One query."""
    return _numbers_owed(user)[0]


def settled_by(user: Employee, *, today: datetime.date, most: int) -> list[Owed]:
    """What the user did and kept in the last month, latest first. Two queries."""
    rows = [row for kind in KINDS for row in _lately_settled(user, today - LATELY, kind=kind, most=most)]
    in_order = sorted(rows, key=lambda row: row.pk)
    in_order.sort(key=lambda row: row.settled_on, reverse=True)
    return [_owed(row, today) for row in in_order[:most]]


def _open(kind: ItemKind, user: Employee) -> QuerySet[Any]:
    if kind == ItemKind.ACTION:
        return Action.objects.owned_by(user).pending().exclude(goal__state__in=RESTING)
    return Promise.objects.owned_by(user).pending()


@prepared
def _numbers_owed(user: Employee) -> QuerySet[Employee, int]:
    rows = Employee.objects.filter(pk=user.pk).order_by().annotate(owed=how_many_owed(user))
    return rows.values_list("owed", flat=True)


def how_many_owed(user: Employee) -> CombinedExpression:
    """As a column of another query."""
    return number_of(_open(ItemKind.ACTION, user)) + number_of(_open(ItemKind.PROMISE, user))


@prepared
def _first_owed(user: Employee, *, kind: ItemKind, most: int) -> QuerySet[Any]:
    return _whole(_open(kind, user), kind).order_by("due_on", "pk")[:most]


@prepared
def _lately_settled(user: Employee, since: datetime.date, *, kind: ItemKind, most: int) -> QuerySet[Any]:
    rows: QuerySet[Any] = (
        Action.objects.owned_by(user).filter(state=ActionState.DONE)
        if kind == ItemKind.ACTION
        else Promise.objects.owned_by(user).filter(state=PromiseState.KEPT)
    )
    return _whole(rows.filter(settled_on__gte=since), kind).order_by("-settled_on", "pk")[:most]


def _whole(rows: QuerySet[Any], kind: ItemKind) -> QuerySet[Any]:
    """With the two people by name, and until when time was asked for."""
    employee = "goal__plan__employee" if kind == ItemKind.ACTION else "plan__employee"
    asked = TimeRequest.objects.open().filter(**{kind.value: OuterRef("pk")}).order_by().values("due_on")[:1]
    shown = ("title" if kind == ItemKind.ACTION else "what", "due_on", "settled_on", "state", "version")
    whole = rows.order_by().select_related(employee, "owner").annotate(asked_until=Subquery(asked))
    return cast("QuerySet[Any]", whole.only(*shown, *named(employee), *named("owner")))


def _owed(item: Any, today: datetime.date) -> Owed:
    is_action = isinstance(item, Action)
    return Owed(
        item=item,
        title=str(item),
        kind=str(ItemKind.ACTION.label if is_action else ItemKind.PROMISE.label),
        employee=item.goal.plan.employee if is_action else item.plan.employee,
        owner=item.owner,
        due_on=item.due_on,
        settled_on=item.settled_on,
        tag=action_tag(item, today) if is_action else promise_tag(item, today),
        asked_until=item.asked_until,
        may_take_back=item.settled_on is not None and (today - item.settled_on).days <= 1,
    )


def named(person: str) -> tuple[str, ...]:
    """The columns that make a name."""
    return (f"{person}__first_name", f"{person}__last_name", f"{person}__email")


def requests_for(user: Employee, *, plan: Plan | None = None) -> list[TimeRequest]:
    """Who asks this person for time, the longest waiting first. One query; two when there is somebody."""
    # Found first and then read with all that is around them: in one query the database would begin with that.
    found = _requests_in(user, plan.pk) if plan else _requests_anywhere(user)
    rows = _requests(*padded(found)) if found else []
    return [request for request in rows if may_answer(user, request)]


@prepared
def _requests_in(user: Employee, plan: UUID) -> QuerySet[TimeRequest, UUID]:
    return asked_of(user).filter(plan=plan).values_list("pk", flat=True)[:MOST_REQUESTS]


@prepared
def _requests_anywhere(user: Employee) -> QuerySet[TimeRequest, UUID]:
    return asked_of(user).filter(plan__in=Plan.objects.visible_to(user)).values_list("pk", flat=True)[:MOST_REQUESTS]


def asked_of(user: Employee) -> QuerySet[TimeRequest]:
    return TimeRequest.objects.open().exclude(asked_by=user).order_by("asked_at")


@prepared
def _requests(*ids: UUID) -> QuerySet[TimeRequest]:
    whole = TimeRequest.objects.select_related(
        "asked_by",
        "action__goal__plan__employee",
        "action__goal__agreed_with",
        "promise__plan__employee",
        "promise__agreed_with",
    )
    return whole.filter(pk__in=ids).order_by("asked_at")


# ---------------------------------------------------------------- the team's plans


@dataclass(frozen=True)
class PlanRow:
    """One person in the list; without a plan yet when `plan` is None."""

    person: Employee
    plan: Plan | None
    open_goals: int = 0
    late: int = 0
    next_check_in: datetime.date | None = None
    check_in_is_late: bool = False


@dataclass(frozen=True)
class Team:
    """How the plans of a team stand, in numbers: for the headline and for the choices above the list.

    And of the reader: where the own plan is, and how many things are owed in whatever plan.
    """

    people: int
    late: int
    due: int
    none: int
    others: int
    own_plan: UUID | None
    owed: int

    @property
    def counts(self) -> dict[str, int]:
        return {"": self.people, **{show: getattr(self, show) for show in SHOWS}}


@dataclass(frozen=True)
class Rows:
    """A list of people as rows of the page; counts and slices in the database, and looks closer at what is shown."""

    user: Employee
    today: datetime.date
    show: str
    total: int

    def count(self) -> int:
        return self.total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[PlanRow]:
        """One query."""
        if part.stop == 0:
            return []
        people = (
            _rows(self.user, self.today, self.show, part)
            if part.start
            else _first_rows(self.user, self.today, show=self.show, most=rounded(part.stop))[: part.stop]
        )
        return [_row(person, self.today) for person in people]


def team_of(user: Employee, *, today: datetime.date) -> Team:
    """One query, of any number of people."""
    [figures] = _figures(user, today)
    return Team(*figures)


@prepared
def _figures(user: Employee, today: datetime.date) -> QuerySet[Employee, tuple[Any, ...]]:
    own = Plan.objects.visible_to(user).filter(employee=user)
    return (
        Employee.objects.reports_of(user)
        .order_by()
        .values_list(
            Number("pk"),
            *(Number("pk", filter=_those(show, user, today)) for show in ("late", "due", "none")),
            number_of(_others(user)),
            Subquery(own.values("pk")),
            how_many_owed(user),
        )
    )


def plan_rows(user: Employee, *, today: datetime.date, show: str = "", total: int) -> Rows:
    """The user's direct reports, with or without a plan; or those with whom the user agreed something.

    How many there are says `team_of`.
    """
    return Rows(user, today, show, total)


@prepared
def _first_rows(user: Employee, today: datetime.date, *, show: str, most: int) -> QuerySet[Employee]:
    return _rows(user, today, show, slice(most))


def _rows(user: Employee, today: datetime.date, show: str, part: slice) -> QuerySet[Employee]:
    people = _others(user) if show == "others" else Employee.objects.reports_of(user)
    if show in ("late", "due", "none"):
        people = people.filter(_those(show, user, today))
    counted = _counted(Employee.objects.filter(pk__in=people.values("pk")[part]), user, today)
    return counted.select_related("plan").only("first_name", "last_name", "email", "job_title", "plan__employee")


def _those(show: str, user: Employee, today: datetime.date) -> Q:
    if show == "late":
        return _late(user, today)
    return _due(user, today) if show == "due" else _none(user)


# The three conditions look at the team's items as a whole: for each person apart, a large team would take seconds.


def _late(user: Employee, today: datetime.date) -> Q:
    goals = _team_goals(user)
    actions = Action.objects.pending().filter(goal__in=goals, due_on__lt=today).exclude(goal__state__in=RESTING)
    promises = Promise.objects.shared_with(user).pending().filter(plan__employee__manager=user, due_on__lt=today)
    late = goals.filter(state=GoalState.OPEN, due_on__lt=today)
    return (
        Q(pk__in=late.values("plan__employee"))
        | Q(pk__in=actions.order_by().values("goal__plan__employee"))
        | Q(pk__in=promises.order_by().values("plan__employee"))
    )


def _due(user: Employee, today: datetime.date) -> Q:
    ahead = CheckIn.objects.visible_to(user).open().filter(plan__employee__manager=user, due_on__lte=today)
    return Q(pk__in=ahead.order_by().values("plan__employee"))


def _none(user: Employee) -> Q:
    return ~Q(pk__in=_team_goals(user).filter(state=GoalState.OPEN).values("plan__employee"))


def _team_goals(user: Employee) -> QuerySet[Goal]:
    return Goal.objects.visible_to(user).filter(plan__employee__manager=user).order_by()


def _others(user: Employee) -> QuerySet[Employee]:
    """Those outside the user's team with whom the user agreed something."""
    agreed = Plan.objects.visible_to(user).exclude(employee__manager=user).exclude(employee=user)
    return Employee.objects.active().filter(pk__in=agreed.values("employee_id"))


def _counted(people: QuerySet[Employee], user: Employee, today: datetime.date) -> QuerySet[Employee]:
    goals = Goal.objects.visible_to(user).filter(plan__employee=OuterRef("pk"), state=GoalState.OPEN)
    actions = Action.objects.visible_to(user).pending().filter(goal__plan__employee=OuterRef("pk"))
    promises = Promise.objects.visible_to(user).pending().filter(plan__employee=OuterRef("pk"))
    check_ins = CheckIn.objects.visible_to(user).open().filter(plan__employee=OuterRef("pk"))
    first = check_ins.order_by().values("plan").annotate(day=Min("due_on")).values("day")
    return people.annotate(
        open_goals=_number(goals, "plan"),
        late_goals=_number(goals.filter(due_on__lt=today), "plan"),
        late_actions=_number(actions.exclude(goal__state__in=RESTING).filter(due_on__lt=today), "goal__plan"),
        late_promises=_number(promises.filter(due_on__lt=today), "plan"),
        next_check_in=Subquery(first),
    )


def _number(rows: QuerySet[Any], of: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(of).annotate(n=Count("pk")).values("n")), 0)


def _row(person: Any, today: datetime.date) -> PlanRow:
    day = person.next_check_in
    return PlanRow(
        person,
        getattr(person, "plan", None),
        open_goals=person.open_goals,
        late=person.late_goals + person.late_actions + person.late_promises,
        next_check_in=day,
        check_in_is_late=day is not None and day < today,
    )


# ---------------------------------------------------------------- check-ins


def near_check_ins(user: Employee, *, within: datetime.date, most: int) -> tuple[list[CheckIn], CheckIn | None]:
    """For the home page: check-ins of plans that the user shares, due until that day; and the next on one's own plan,
    however far ahead. One query.
    """
    found = _near(user, within, most=most + OWN_AHEAD)
    near = sorted((row for row in found if row.due_on <= within), key=lambda row: row.due_on)
    return near[:most], next((row for row in found if row.plan.employee_id == user.pk), None)


@prepared
def _near(user: Employee, within: datetime.date, *, most: int) -> QuerySet[CheckIn]:
    ahead = CheckIn.objects.visible_to(user).open().filter(plan__employee__is_active=True)
    mine = Case(When(plan__employee=user, then=0), default=1)
    rows = ahead.filter(Q(due_on__lte=within) | Q(plan__employee=user)).order_by(mine, "due_on")
    return rows.select_related("plan__employee").only("due_on", *named("plan__employee"))[:most]
