"""Goals: add, change, close."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused
from plans.models import ActionState, Goal, GoalState, Plan
from plans.operations.keeping import already_made, end_requests, keep, refuse_unless, required, revise, short_enough
from plans.rights import may_add, may_change, may_open

LONGEST_TITLE, LONGEST_TEXT, LONGEST_UNIT = 160, 4000, 40
TEXTS = ("specific", "measurable", "achievable", "relevant", "incomplete_because")
FIELDS = frozenset({"title", *TEXTS, "unit", "start_value", "target_value", "due_on"})


def ensure_plan(employee: Employee) -> Plan:
    """The employee's one plan."""
    plan, _created = Plan.objects.get_or_create(employee=employee)
    return plan


def add_goal(
    *,
    by: Employee,
    plan: Plan,
    title: str,
    specific: str = "",
    measurable: str = "",
    unit: str = "",
    start_value: Decimal | None = None,
    target_value: Decimal | None = None,
    achievable: str = "",
    relevant: str = "",
    due_on: datetime.date | None = None,
    incomplete_because: str = "",
    agreed_with: Employee | None = None,
    occasion: str = "",
    occasion_id: UUID | None = None,
    draft: bool = False,
    key: UUID | None = None,
    now: datetime.datetime | None = None,
) -> Goal:
    """Put a goal into the plan, or keep it as a draft that only its author reads.

    `key` is the id it gets: a form that is sent twice makes one goal.
    """
    now = now or timezone.now()
    values = _clean(
        {
            "title": title,
            "specific": specific,
            "measurable": measurable,
            "unit": unit,
            "start_value": start_value,
            "target_value": target_value,
            "achievable": achievable,
            "relevant": relevant,
            "due_on": due_on,
            "incomplete_because": incomplete_because,
        }
    )
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("employee").get(pk=plan.pk)
        refuse_unless(may_add(by, plan, agreed_with=agreed_with))
        if made := already_made(Goal.objects.filter(plan=plan, created_by=by), key):
            return made
        goal = Goal.objects.create(
            id=key or uuid4(),
            plan=plan,
            agreed_with=third_party(plan, agreed_with),
            occasion=occasion,
            occasion_id=occasion_id,
            state=GoalState.DRAFT if draft else GoalState.OPEN,
            created_at=now,
            created_by=by,
            **values,
        )
        if not draft:
            keep(goal, by=by, at=now, field="added", after=goal.title, occasion=occasion, occasion_id=occasion_id)
        audit.record(action="plan.goal_added", by=by, subject=goal, at=now, draft=draft)
    return goal


def change_goal(
    *,
    by: Employee,
    goal: Goal,
    version: int,
    why: str = "",
    occasion: str = "",
    occasion_id: UUID | None = None,
    now: datetime.datetime | None = None,
    **fields: Any,
) -> Goal:
    """Change what a goal says. Each differing field leaves its former value behind, except in a draft."""
    now = now or timezone.now()
    values = _clean(fields)
    with transaction.atomic():
        goal = locked_goal(goal.pk)
        refuse_unless(may_change(by, goal))
        differing = revise(goal, version=version, fields=values)
        if differing and goal.state != GoalState.DRAFT:
            for field, (before, after) in differing.items():
                keep(
                    goal,
                    by=by,
                    at=now,
                    field=field,
                    before=before,
                    after=after,
                    why=why.strip(),
                    occasion=occasion,
                    occasion_id=occasion_id,
                )
        if differing:
            audit.record(action="plan.goal_changed", by=by, subject=goal, at=now)
    return goal


def publish_goal(*, by: Employee, goal: Goal, now: datetime.datetime | None = None) -> Goal:
    """Add a draft to the plan; from now on both read it. Twice is harmless."""
    now = now or timezone.now()
    with transaction.atomic():
        goal = locked_goal(goal.pk)
        refuse_unless(may_change(by, goal))
        if goal.state == GoalState.DRAFT:
            goal.state = GoalState.OPEN
            goal.version += 1
            goal.save(update_fields=["state", "version"])
            keep(goal, by=by, at=now, field="added", after=goal.title)
            audit.record(action="plan.goal_added", by=by, subject=goal, at=now, draft=False)
    return goal


def close_goal(*, by: Employee, goal: Goal, state: str, why: str = "", now: datetime.datetime | None = None) -> Goal:
    """Say that a goal is reached, or dropped with a reason. Dropping drops what was still to do for it."""
    now, why = now or timezone.now(), why.strip()
    with transaction.atomic():
        goal = locked_goal(goal.pk)
        refuse_unless(may_change(by, goal))
        if goal.state == state:
            return goal
        _check_closing(goal, state, why)
        before, goal.state, goal.closed_because = goal.state, GoalState(state), why
        goal.closed_on = by.local_date(now)
        goal.version += 1
        goal.save(update_fields=["state", "closed_because", "closed_on", "version"])
        keep(goal, by=by, at=now, field="state", before=before, after=state, why=why)
        if state == GoalState.DROPPED:
            _drop_actions(goal, by, why, now)
        audit.record(action="plan.goal_closed", by=by, subject=goal, at=now, state=str(state))
    return goal


def reopen_goal(*, by: Employee, goal: Goal, why: str, now: datetime.datetime | None = None) -> Goal:
    """Take up a closed goal again."""
    now = now or timezone.now()
    with transaction.atomic():
        goal = locked_goal(goal.pk)
        refuse_unless(may_change(by, goal))
        if goal.state == GoalState.OPEN:
            return goal
        if goal.state == GoalState.DRAFT:
            raise Refused(_("This goal is a draft. Add it to the plan first."))
        why = required(why, longest=LONGEST_TEXT, sentence=_("Say in a few words why the goal is taken up again."))
        before, goal.state, goal.closed_because, goal.closed_on = goal.state, GoalState.OPEN, "", None
        goal.version += 1
        goal.save(update_fields=["state", "closed_because", "closed_on", "version"])
        keep(goal, by=by, at=now, field="state", before=before, after=GoalState.OPEN, why=why)
        audit.record(action="plan.goal_reopened", by=by, subject=goal, at=now)
    return goal


def open_goal(*, by: Employee, goal: Goal, now: datetime.datetime | None = None) -> Goal:
    """Let the line manager read a goal that was agreed with somebody else."""
    now = now or timezone.now()
    with transaction.atomic():
        goal = locked_goal(goal.pk)
        if goal.opened_at is not None and goal.plan.employee_id == by.pk:
            return goal
        refuse_unless(may_open(by, goal))
        goal.opened_at = now
        goal.save(update_fields=["opened_at"])
        keep(goal, by=by, at=now, field="opened")
        audit.record(action="plan.goal_opened", by=by, subject=goal, at=now)
    return goal


def locked_goal(pk: UUID) -> Goal:
    goals = Goal.objects.select_for_update(of=("self",)).select_related("plan__employee", "agreed_with")
    return goals.get(pk=pk)


def third_party(plan: Plan, agreed_with: Employee | None) -> Employee | None:
    """Only somebody who is neither the employee nor the line manager keeps an item between two."""
    if agreed_with is None or agreed_with.pk in (plan.employee_id, plan.employee.manager_id):
        return None
    return agreed_with


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"a goal has no {', '.join(sorted(unknown))}")
    cleaned = dict(fields)
    if "title" in fields:
        cleaned["title"] = required(
            fields["title"], longest=LONGEST_TITLE, sentence=_("Give the goal a name, in a few words.")
        )
    for name in {*TEXTS} & fields.keys():
        cleaned[name] = short_enough(fields[name], longest=LONGEST_TEXT)
    if "unit" in fields:
        cleaned["unit"] = short_enough(fields["unit"], longest=LONGEST_UNIT)
    return cleaned


def _check_closing(goal: Goal, state: str, why: str) -> None:
    if state not in (GoalState.REACHED, GoalState.DROPPED):
        raise Refused(_("A goal ends as reached or as dropped."))
    if goal.state != GoalState.OPEN:
        raise Refused(_("This goal is not open. Nothing was changed."))
    if state == GoalState.DROPPED and not why:
        raise Refused(_("Say in a few words why the goal is dropped."))


def _drop_actions(goal: Goal, by: Employee, why: str, now: datetime.datetime) -> None:
    for action in goal.actions.pending().select_for_update(of=("self",)):
        before, action.state, action.state_because = action.state, ActionState.DROPPED, why
        action.settled_on = by.local_date(now)
        action.version += 1
        action.save(update_fields=["state", "state_because", "settled_on", "version"])
        end_requests(action, by=by, at=now)
        keep(action, by=by, at=now, field="state", before=before, after=action.state, why=why)
