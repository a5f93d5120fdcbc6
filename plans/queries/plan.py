"""One plan as its page shows it, and one goal, and one check-in. The number of queries never grows with the rows."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When, Window
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from people.addresses import address_of
from people.models import Employee
from people.prepared import padded, prepared
from plans import charts, rights
from plans.charts import Point
from plans.history import Told, tell, voice_of
from plans.models import (
    GOAL_ENDED,
    Action,
    Change,
    CheckIn,
    Goal,
    GoalState,
    Plan,
    Progress,
    Promise,
    PromiseState,
    TimeRequest,
)
from plans.queries.lists import asked_of, how_many_owed, requests_for
from plans.sentence import in_sentence, plain_number, short_sentence
from plans.standing import Standing, Tag, action_tag, goal_tag, headline, promise_tag, standing_of

RECENT = 6
MOST_CHANGES = 20
PAGE = 50
# Of what is behind, and of what lies far ahead, the plan shows the nearest; the rest has pages of its own.
SHOWN, SHOWN_HELD, SHOWN_AHEAD, SHOWN_SETTLED, SHOWN_ENDED, SHOWN_PENDING = 5, 3, 3, 10, 3, 10
# A line of more points says no more, and a list of more words is read by nobody.
MOST_POINTS = 60


@dataclass(frozen=True)
class ActionLine:
    action: Action
    tag: Tag
    voice: str


@dataclass(frozen=True)
class PromiseLine:
    promise: Promise
    tag: Tag
    voice: str


@dataclass(frozen=True)
class ClosedLine:
    goal: Goal
    tag: Tag


@dataclass(frozen=True)
class GoalCard:
    """A goal with its standing, its line and its actions."""

    goal: Goal
    standing: Standing
    tag: Tag
    short: str
    chart: SafeString | str
    actions: list[ActionLine]
    progress: list[Progress]
    so_far: str
    counted: str
    may_change: bool
    may_open: bool
    may_note: bool

    @property
    def action_url(self) -> str:
        return address_of("plans:action_new", self.goal.pk)

    @property
    def date_url(self) -> str:
        return address_of("plans:goal_date", self.goal.pk)

    @property
    def nearest(self) -> list[ActionLine]:
        """What is still to do, and the last of what is done."""
        return self._ended[-SHOWN_ENDED:] + self._pending[:SHOWN_PENDING]

    @property
    def hidden(self) -> int:
        return len(self.actions) - len(self.nearest)

    @property
    def page_of_actions(self) -> list[ActionLine]:
        """On the goal's own page: more of both."""
        return self._ended[-PAGE:] + self._pending[:PAGE]

    @property
    def lately(self) -> list[Progress]:
        """What was said of late, latest first."""
        said = [step for step in self.progress if step.words or step.pace or step.percent is not None]
        return said[: -MOST_CHANGES - 1 : -1]

    @property
    def _pending(self) -> list[ActionLine]:
        return [line for line in self.actions if not line.action.has_ended]

    @property
    def _ended(self) -> list[ActionLine]:
        return [line for line in self.actions if line.action.has_ended]


@dataclass(frozen=True)
class PlanPage:
    plan: Plan
    headline: str
    goals: list[GoalCard]
    going: Page[Goal]
    closed: list[ClosedLine]
    promises: list[PromiseLine]
    settled: list[PromiseLine]
    not_promised: list[Promise]
    check_ins: list[CheckIn]
    more_check_ins: bool
    following: CheckIn | None
    due: CheckIn | None
    requests: list[TimeRequest]
    changes: list[Told]
    change_count: int
    may_add: bool


def plan_to_read(reader: Employee, pk: UUID) -> Plan | None:
    """The plan, when this person may see it, with two things about the reader that its page says, too: how many things
    are `owed`, in whatever plan, and whether somebody `asks` for time in this one. One query.
    """
    return next(iter(_to_read(reader, pk)), None)


@prepared
def _to_read(reader: Employee, pk: UUID) -> QuerySet[Plan]:
    plans = Plan.objects.visible_to(reader).filter(pk=pk).select_related("employee__manager")
    return plans.annotate(owed=how_many_owed(reader), asks=Exists(asked_of(reader).filter(plan=OuterRef("pk"))))


def plan_page(plan: Plan, *, reader: Employee, today: datetime.date, page: str | int | None = 1) -> PlanPage:
    """Ten queries, the reader's offices and the names in the history included, however much there is."""
    going = Paginator(cast(Any, Going(plan, reader)), PAGE).get_page(page)
    cards = _cards(plan, list(going.object_list), reader=reader, today=today)
    closed = _closed(reader, plan.pk, most=SHOWN)
    promises, settled, not_promised = _promises(plan, reader, today)
    ahead, held = _check_ins(plan, reader)
    told = _latest_changes(reader, plan.pk, own=reader.pk == plan.employee_id, most=RECENT)
    standings = [card.standing for card in cards]
    reached = [Standing.REACHED for goal in closed if goal.state == GoalState.REACHED]
    return PlanPage(
        plan=plan,
        headline=headline([*standings, *reached]),
        goals=cards,
        going=going,
        closed=closed_lines(closed),
        promises=promises,
        settled=settled,
        not_promised=not_promised,
        check_ins=[*reversed(held[:SHOWN_HELD]), *ahead[:SHOWN_AHEAD]],
        more_check_ins=len(held) > SHOWN_HELD or len(ahead) > SHOWN_AHEAD,
        following=ahead[0] if ahead else None,
        due=next((check_in for check_in in ahead if check_in.due_on <= today), None),
        requests=requests_for(reader, plan=plan) if plan.__dict__.get("asks", True) else [],
        changes=tell_all(told, reader=reader, plan=plan),
        change_count=told[0].__dict__["total"] if told else 0,
        may_add=rights.may_add(reader, plan),
    )


class Going:
    """Goals that are not closed: drafts last, the rest by their day. The first page tells how many there are, too."""

    def __init__(self, plan: Plan, reader: Employee) -> None:
        self.plan = plan
        self.reader = reader
        self.first = _first_going(reader, plan.pk, most=PAGE)

    def __len__(self) -> int:
        return self.first[0].__dict__["total"] if self.first else 0

    def __getitem__(self, part: slice) -> list[Goal]:
        return self.first[part] if part.stop <= PAGE else list(_going(self.reader, self.plan.pk)[part])


@prepared
def _first_going(reader: Employee, plan: UUID, *, most: int) -> QuerySet[Goal]:
    return _going(reader, plan).annotate(total=Window(Count("pk")))[:most]


def _going(reader: Employee, plan: UUID) -> QuerySet[Goal]:
    goals = Goal.objects.visible_to(reader).filter(plan=plan).select_related("agreed_with")
    drafts_last = Case(When(state=GoalState.DRAFT, then=1), default=0)
    return goals.exclude(state__in=GOAL_ENDED).order_by(drafts_last, "due_on", "created_at")


@prepared
def _closed(reader: Employee, plan: UUID, *, most: int) -> QuerySet[Goal]:
    shown = closed_goals(Plan(pk=plan), reader=reader).only("title", "state", "closed_on", "closed_because")
    return shown[:most]


@prepared
def _latest_changes(reader: Employee, plan: UUID, *, own: bool, most: int) -> QuerySet[Change]:
    told = (
        history(Plan(pk=plan, employee=reader), reader=reader).filter(plan__employee=reader)
        if own
        else history(Plan(pk=plan), reader=reader)
    )
    return told.annotate(total=Window(Count("pk")))[:most]


def closed_goals(plan: Plan, *, reader: Employee) -> QuerySet[Goal]:
    """What was reached or dropped, latest first."""
    ended = Goal.objects.visible_to(reader).filter(plan=plan, state__in=GOAL_ENDED)
    return ended.order_by(F("closed_on").desc(nulls_last=True), "-created_at")


def closed_lines(goals: Iterable[Goal]) -> list[ClosedLine]:
    return [ClosedLine(goal, goal_tag(Standing(goal.state), None, datetime.date.min)) for goal in goals]


def check_ins_of(plan: Plan, *, reader: Employee) -> QuerySet[CheckIn]:
    """All check-ins, latest first, without those that never took place."""
    seen = CheckIn.objects.visible_to(reader).filter(plan=plan, withdrawn_at__isnull=True)
    return seen.select_related("held_by").order_by("-due_on")


def goal_page(goal: Goal, *, reader: Employee, today: datetime.date) -> tuple[GoalCard, list[Told]]:
    """One goal and what changed in it and its actions of late."""
    card = _cards(goal.plan, [goal], reader=reader, today=today)[0]
    actions = Action.objects.filter(goal=goal).order_by().values("pk")
    told = history(goal.plan, reader=reader).filter(Q(item_id=goal.pk) | Q(item_id__in=actions))
    return card, tell_all(told[:MOST_CHANGES], reader=reader, plan=goal.plan)


def history(plan: Plan, *, reader: Employee) -> QuerySet[Change]:
    return Change.objects.of(plan, reader).select_related("by")


def changes_of(plan: Plan, item: UUID, *, reader: Employee) -> list[Told]:
    """What changed in this item of late."""
    told = history(plan, reader=reader).filter(item_id=item)
    return tell_all(told[:MOST_CHANGES], reader=reader, plan=plan)


def tell_all(changes: Iterable[Change], *, reader: Employee, plan: Plan) -> list[Told]:
    """Changes as sentences; one query for the names behind ids."""
    rows = list(changes)
    ids = {value for row in rows if row.field == "owner" for value in (row.before, row.after) if value}
    people = _people(*padded(UUID(value) for value in ids)) if ids else []
    names = {str(person.pk): person.get_full_name() for person in people}
    return [tell(row, reader=reader, employee=plan.employee, names=names) for row in rows]


@prepared
def _people(*ids: UUID) -> QuerySet[Employee]:
    return Employee.objects.filter(pk__in=ids).only("first_name", "last_name", "email")


def check_in_page(check_in: CheckIn, *, reader: Employee, today: datetime.date) -> dict[str, Any]:
    """What a check-in is about: open goals with what was said last, or, once held, what was said then; and the words
    of both sides.
    """
    plan = check_in.plan
    visible = Goal.objects.visible_to(reader).filter(plan=plan)
    if check_in.held_on is None:
        goals = visible.select_related("agreed_with").filter(state=GoalState.OPEN)[:PAGE]
        cards = _cards(plan, list(goals), reader=reader, today=today)
        said: list[Progress] = []
    else:
        cards = []
        said = list(check_in.progress.filter(goal__in=visible).select_related("goal").order_by("goal__due_on"))
    promises, settled, _not_promised = _promises(plan, reader, today)
    ahead, held = _check_ins(plan, reader)
    near = [*reversed(held[:SHOWN_HELD]), *ahead[:SHOWN_AHEAD]]
    return {
        "cards": [card for card in cards if card.may_change],
        "said": said,
        "remarks": list(check_in.remarks.select_related("author")),
        "check_ins": near if check_in in near else sorted([*near, check_in], key=lambda each: each.due_on),
        "ahead": ahead,
        "more_check_ins": len(held) > SHOWN_HELD or len(ahead) > SHOWN_AHEAD,
        "promises": [*promises, *settled],
    }


def _promises(
    plan: Plan, reader: Employee, today: datetime.date
) -> tuple[list[PromiseLine], list[PromiseLine], list[Promise]]:
    """Open ones by their day, the latest settled ones, and what was expressly not promised. One query."""
    rows = _latest_promises(reader, plan.pk, most=PAGE)
    lines = [
        PromiseLine(promise, promise_tag(promise, today), voice_of(promise.owner_id, plan.employee))
        for promise in rows
        if promise.state != PromiseState.NOT_PROMISED
    ]
    return (
        [line for line in lines if not line.promise.has_ended],
        [line for line in lines if line.promise.has_ended][:SHOWN_SETTLED],
        [promise for promise in rows if promise.state == PromiseState.NOT_PROMISED],
    )


def _check_ins(plan: Plan, reader: Employee) -> tuple[list[CheckIn], list[CheckIn]]:
    """Those ahead, nearest first, and those held, latest first. One query."""
    rows = _nearest_check_ins(reader, plan.pk, most=PAGE)
    return [row for row in rows if row.held_on is None], [row for row in rows if row.held_on is not None]


@prepared
def _latest_promises(reader: Employee, plan: UUID, *, most: int) -> QuerySet[Promise]:
    seen = Promise.objects.visible_to(reader).filter(plan=plan).select_related("owner")
    return seen.order_by(F("settled_on").desc(nulls_first=True), F("due_on").asc(nulls_last=True))[:most]


@prepared
def _nearest_check_ins(reader: Employee, plan: UUID, *, most: int) -> QuerySet[CheckIn]:
    seen = check_ins_of(Plan(pk=plan), reader=reader).select_related(None)
    return seen.order_by(F("held_on").desc(nulls_first=True), "due_on")[:most]


@prepared
def _actions(reader: Employee, plan: UUID, *goals: UUID) -> QuerySet[Action]:
    return Action.objects.of_plan(Plan(pk=plan), reader).filter(goal__in=goals).select_related("owner")


@prepared
def _progress(*goals: UUID) -> QuerySet[Progress]:
    return Progress.objects.filter(goal__in=goals).order_by("at")


def _cards(plan: Plan, goals: list[Goal], *, reader: Employee, today: datetime.date) -> list[GoalCard]:
    actions: dict[UUID, list[Action]] = defaultdict(list)
    ids = padded(goal.pk for goal in goals)
    for action in _actions(reader, plan.pk, *ids) if ids else ():
        actions[action.goal_id].append(action)
    progress: dict[UUID, list[Progress]] = defaultdict(list)
    for step in _progress(*ids) if ids else ():
        progress[step.goal_id].append(_as_read(step, plan, reader))
    cards = []
    for goal in goals:
        goal.plan = plan
        steps = progress[goal.pk]
        pace = next((step.pace for step in reversed(steps) if step.pace), "")
        standing = standing_of(goal, actions=actions[goal.pk], pace=pace, has_progress=bool(steps), today=today)
        cards.append(
            GoalCard(
                goal=goal,
                standing=standing,
                tag=goal_tag(standing, goal.due_on, today),
                short=short_sentence(goal),
                chart=_chart(goal, steps, late=standing == Standing.LATE),
                actions=[
                    ActionLine(action, action_tag(action, today), voice_of(action.owner_id, plan.employee))
                    for action in actions[goal.pk]
                ],
                progress=steps,
                so_far=_far(goal, steps[-1]) if steps else "",
                counted=_counted(goal, steps),
                may_change=rights.may_change(reader, goal),
                may_open=rights.may_open(reader, goal),
                may_note=rights.may_note_progress(reader, goal),
            )
        )
    return cards


def _as_read(step: Progress, plan: Plan, reader: Employee) -> Progress:
    """A new manager sees the way an open goal came, and none of the words from before their first day."""
    since = plan.employee.led_since
    is_new = since is not None and reader.pk == plan.employee.manager_id and plan.past_opened_to_id != reader.pk
    if is_new and since is not None and step.at.date() < since:
        step.words = ""
    return step


def _chart(goal: Goal, steps: list[Progress], *, late: bool) -> SafeString | str:
    """The line from the day the goal was written to its day; nothing before the first progress."""
    measured = [step for step in steps if step.percent is not None]
    if not measured or goal.due_on is None:
        return ""
    begin = min(goal.created_at, measured[0].at).date()
    end = max(goal.due_on, measured[-1].at.date())
    length = max((end - begin).days, 1)

    def point(day: datetime.date, percent: int) -> Point:
        return Point((day - begin).days / length, percent / 100)

    measured = measured[:: -(-len(measured) // MOST_POINTS)][-MOST_POINTS:-1] + measured[-1:]
    way = [point(begin, 0), *(point(step.at.date(), step.percent or 0) for step in measured)]
    now = _far(goal, measured[-1])
    target = _target(goal)
    return charts.climb(
        way,
        [point(begin, 0), point(goal.due_on, 100)],
        label=now,
        target=target,
        key=f"c{goal.pk.hex[:8]}",
        title=_("%(goal)s: progress") % {"goal": goal.title},
        description=_("%(now)s on %(day)s; the target is %(target)s.")
        % {"now": now, "day": in_sentence(measured[-1].at.date()), "target": target},
        late=late,
    )


def _counted(goal: Goal, steps: list[Progress]) -> str:
    """What a new number is compared with."""
    values = [step.value for step in steps if step.value is not None]
    numbers = {"target": plain_number(goal.target_value), "value": plain_number(values[-1] if values else None)}
    return (_("of %(target)s, was %(value)s") if values else _("of %(target)s")) % numbers


def _far(goal: Goal, step: Progress) -> str:
    if step.percent is None and step.value is None:
        return ""
    if step.value is None or goal.target_value is None:
        return _("%(percent)s %% of the way") % {"percent": step.percent}
    words = _("%(value)s of %(target)s %(unit)s")
    numbers = {"value": plain_number(step.value), "target": plain_number(goal.target_value), "unit": goal.unit}
    return (words % numbers).strip()


def _target(goal: Goal) -> str:
    day = in_sentence(goal.due_on)
    if goal.target_value is None:
        return _("by %(day)s") % {"day": day}
    reached = f"{plain_number(goal.target_value)} {goal.unit}".strip()
    return _("%(target)s by %(day)s") % {"target": reached, "day": day}
