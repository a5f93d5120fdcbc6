"""One plan as its page shows it, and one goal, and one check-in. The number of queries never grows with the rows."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from people.models import Employee
from plans import charts, rights
from plans.charts import Point
from plans.history import Told, tell, voice_of
from plans.models import Action, Change, CheckIn, Goal, GoalState, Plan, Progress, Promise, PromiseState
from plans.sentence import in_sentence, plain_number, short_sentence
from plans.standing import Standing, Tag, action_tag, goal_tag, headline, promise_tag, standing_of

RECENT = 6


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


@dataclass(frozen=True)
class PlanPage:
    plan: Plan
    headline: str
    goals: list[GoalCard]
    closed: list[GoalCard]
    promises: list[PromiseLine]
    not_promised: list[Promise]
    check_ins: list[CheckIn]
    due: CheckIn | None
    changes: list[Told]
    change_count: int
    may_add: bool


def plan_page(plan: Plan, *, reader: Employee, today: datetime.date) -> PlanPage:
    """Nine queries, the reader's offices and the names in the history included, however much there is."""
    goals = list(Goal.objects.visible_to(reader).filter(plan=plan).select_related("agreed_with"))
    cards = _cards(plan, goals, reader=reader, today=today)
    going = [card for card in cards if card.goal.state in (GoalState.OPEN, GoalState.DRAFT)]
    promises = Promise.objects.visible_to(reader).filter(plan=plan).select_related("owner", "agreed_with")
    promises_seen = list(promises)
    check_ins = list(CheckIn.objects.visible_to(reader).filter(plan=plan, withdrawn_at__isnull=True))
    ahead = [check_in for check_in in check_ins if check_in.held_on is None]
    told = history(plan, reader=reader)
    return PlanPage(
        plan=plan,
        headline=headline(card.standing for card in cards),
        goals=sorted(going, key=lambda card: card.standing == Standing.DRAFT),
        closed=[card for card in cards if card not in going],
        promises=[
            PromiseLine(promise, promise_tag(promise, today), voice_of(promise.owner_id, plan.employee))
            for promise in promises_seen
            if promise.state != PromiseState.NOT_PROMISED
        ],
        not_promised=[promise for promise in promises_seen if promise.state == PromiseState.NOT_PROMISED],
        check_ins=check_ins,
        due=next((check_in for check_in in ahead if check_in.due_on <= today), None),
        changes=tell_all(told[:RECENT], reader=reader, plan=plan),
        change_count=told.count(),
        may_add=rights.may_add(reader, plan),
    )


def goal_page(goal: Goal, *, reader: Employee, today: datetime.date) -> tuple[GoalCard, list[Told]]:
    """One goal and what changed in it and its actions."""
    card = _cards(goal.plan, [goal], reader=reader, today=today)[0]
    return card, changes_of(goal.plan, goal.pk, *(line.action.pk for line in card.actions), reader=reader)


def history(plan: Plan, *, reader: Employee) -> QuerySet[Change]:
    return Change.objects.of(plan, reader).select_related("by")


def changes_of(plan: Plan, *items: UUID, reader: Employee) -> list[Told]:
    """What changed in these items."""
    return tell_all(history(plan, reader=reader).filter(item_id__in=items), reader=reader, plan=plan)


def tell_all(changes: Iterable[Change], *, reader: Employee, plan: Plan) -> list[Told]:
    """Changes as sentences; one query for the names behind ids."""
    rows = list(changes)
    ids = {value for row in rows if row.field == "owner" for value in (row.before, row.after) if value}
    people = Employee.objects.filter(pk__in=ids) if ids else Employee.objects.none()
    names = {str(person.pk): person.get_full_name() for person in people}
    return [tell(row, reader=reader, employee=plan.employee, names=names) for row in rows]


def check_in_page(check_in: CheckIn, *, reader: Employee, today: datetime.date) -> dict[str, Any]:
    """What a check-in is about: open goals with what was said last, or, once held, what was said then."""
    plan = check_in.plan
    visible = Goal.objects.visible_to(reader).filter(plan=plan)
    if check_in.held_on is None:
        goals = [goal for goal in visible.select_related("agreed_with") if goal.state == GoalState.OPEN]
        cards = _cards(plan, goals, reader=reader, today=today)
        said: list[Progress] = []
    else:
        cards = []
        said = list(check_in.progress.filter(goal__in=visible).select_related("goal").order_by("goal__due_on"))
    others = CheckIn.objects.visible_to(reader).filter(plan=plan, withdrawn_at__isnull=True)
    promises = Promise.objects.visible_to(reader).filter(plan=plan).exclude(state=PromiseState.NOT_PROMISED)
    return {
        "cards": [card for card in cards if card.may_change],
        "said": said,
        "check_ins": list(others),
        "promises": [
            PromiseLine(promise, promise_tag(promise, today), voice_of(promise.owner_id, plan.employee))
            for promise in promises.select_related("owner")
        ],
    }


def _cards(plan: Plan, goals: list[Goal], *, reader: Employee, today: datetime.date) -> list[GoalCard]:
    actions: dict[UUID, list[Action]] = defaultdict(list)
    for action in Action.objects.filter(goal__in=goals).select_related("owner"):
        actions[action.goal_id].append(action)
    progress: dict[UUID, list[Progress]] = defaultdict(list)
    for step in Progress.objects.filter(goal__in=goals).order_by("at"):
        progress[step.goal_id].append(step)
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
            )
        )
    return cards


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
