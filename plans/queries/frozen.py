"""What of a plan enters a signed record, and what stands in its way. Five queries at most."""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from people.models import Employee
from plans.coach import LATEST, SOONEST
from plans.models import Action, Goal, GoalState, Promise, PromiseState
from plans.sentence import measured
from plans.sentence import sentence as whole_sentence


@dataclass(frozen=True)
class Problem:
    """Why a goal can't be signed as it is; as text, a sentence that says what to do."""

    goal: Goal
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def problems_of(
    employee: Employee, interviewer: Employee, *, today: datetime.date, occasion_id: UUID | None = None
) -> list[Problem]:
    """Goals that are neither complete nor explained, and goals whose day is too near or too far.

    With an occasion, the day is judged for its own goals only: an older one may well be due tomorrow.
    """
    return [
        Problem(goal, found)
        for goal in _goals(employee, interviewer)
        if (found := _incomplete(goal) or (_of(goal, occasion_id) and _out_of_range(goal, today)) or "")
    ]


def _of(item: Goal | Promise, occasion_id: UUID | None) -> bool:
    return occasion_id is None or item.occasion_id == occasion_id


def frozen_plan(
    employee: Employee, interviewer: Employee, *, occasion_id: UUID | None = None
) -> dict[str, list[dict[str, Any]]]:
    """The plan as these two share it, in the shape of the record: open goals, open promises, what was not promised.

    What was not promised belongs to the conversation in which it was said, so an occasion leaves out older lines.
    """
    goals = list(_goals(employee, interviewer))
    actions: dict[Any, list[Action]] = {goal.pk: [] for goal in goals}
    for action in Action.objects.visible_to(interviewer).filter(goal__in=goals).select_related("owner"):
        actions[action.goal_id].append(action)
    shared = Promise.objects.shared_with(interviewer).filter(plan__employee=employee).select_related("owner")
    promises = list(shared.filter(state__in=[PromiseState.OPEN, PromiseState.NOT_PROMISED]))
    return {
        "goals": [_goal(goal, actions[goal.pk], interviewer) for goal in goals],
        "promises": [
            {"what": promise.what, "owner": str(promise.owner), "due_on": _day(promise.due_on)}
            for promise in promises
            if promise.state == PromiseState.OPEN
        ],
        "not_promised": [
            {"what": promise.what}
            for promise in promises
            if promise.state == PromiseState.NOT_PROMISED and _of(promise, occasion_id)
        ],
    }


def _goals(employee: Employee, interviewer: Employee) -> list[Goal]:
    shared = Goal.objects.visible_to(interviewer).filter(plan__employee=employee, state=GoalState.OPEN)
    return list(shared.order_by("due_on", "created_at", "pk"))


def _incomplete(goal: Goal) -> str:
    if goal.is_complete:
        return ""
    names = ", ".join(str(Goal._meta.get_field(part).verbose_name) for part in goal.missing_parts)  # type: ignore[union-attr]
    return _("“%(goal)s” lacks %(parts)s: fill it in, or say why it is left empty.") % {
        "goal": goal.title,
        "parts": names,
    }


def _out_of_range(goal: Goal, today: datetime.date) -> str:
    if goal.due_on is None or SOONEST <= (goal.due_on - today).days <= LATEST:
        return ""
    text = _("“%(goal)s” is not due between a week and two years from now: choose another day, or close it.")
    return text % {"goal": goal.title}


def _goal(goal: Goal, actions: list[Action], interviewer: Employee) -> dict[str, Any]:
    return {
        "id": str(goal.pk),
        "title": goal.title,
        "specific": goal.specific,
        "measurable": measured(goal),
        "achievable": goal.achievable,
        "relevant": goal.relevant,
        "due_on": _day(goal.due_on),
        "left_incomplete": goal.incomplete_because if goal.missing_parts else "",
        "sentence": whole_sentence(goal, other=interviewer.get_short_name()),
        "actions": [
            {
                "title": action.title,
                "kind": str(action.kind),
                "owner": str(action.owner),
                "due_on": _day(action.due_on),
                "resources": action.resources,
                "status": str(action.state),
            }
            for action in actions
        ],
    }


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
