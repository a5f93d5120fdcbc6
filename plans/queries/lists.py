"""Lists across plans: whose plans a person reads, what a person owes, which check-ins are due."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from people.models import Employee
from plans.models import Action, CheckIn, Goal, GoalState, Plan, Promise
from plans.standing import Tag, action_tag, promise_tag


@dataclass(frozen=True)
class PlanRow:
    """One person in the list; without a plan yet when `plan` is None."""

    person: Employee
    plan: Plan | None
    open_goals: int = 0
    late: int = 0
    next_check_in: datetime.date | None = None


@dataclass(frozen=True)
class Owed:
    """An action or a promise that somebody owes, with no more of the plan than that."""

    title: str
    kind: str
    employee: Employee
    owner: Employee
    due_on: datetime.date
    tag: Tag
    url: str


def plans_of(user: Employee, *, today: datetime.date) -> tuple[list[PlanRow], list[PlanRow]]:
    """The user's direct reports, with or without a plan; and others who agreed something with the user."""
    reports = list(Employee.objects.reports_of(user))
    seen = list(_counted(Plan.objects.visible_to(user).exclude(employee=user), user, today))
    plans = {plan.employee_id: plan for plan in seen}
    ids = {person.pk for person in reports}
    team = [_row(person, plans.get(person.pk)) for person in reports]
    others = [_row(plan.employee, plan) for plan in seen if plan.employee_id not in ids and plan.employee.is_active]
    return team, others


def owed_by(user: Employee, *, today: datetime.date) -> list[Owed]:
    """Open actions and promises that the user owes, soonest first; a leaver's fall to the manager. Two queries."""
    actions = Action.objects.owned_by(user).pending().exclude(goal__state__in=[GoalState.DRAFT, GoalState.DROPPED])
    promises = Promise.objects.owned_by(user).pending()
    found = [
        Owed(
            title=action.title,
            kind=_("action"),
            employee=action.goal.plan.employee,
            owner=action.owner,
            due_on=action.due_on,
            tag=action_tag(action, today),
            url=reverse("plans:action", args=[action.pk]),
        )
        for action in actions.select_related("goal__plan__employee", "owner")
    ]
    found += [
        Owed(
            title=promise.what,
            kind=_("promise"),
            employee=promise.plan.employee,
            owner=promise.owner,
            due_on=promise.due_on,
            tag=promise_tag(promise, today),
            url=reverse("plans:promise", args=[promise.pk]),
        )
        for promise in promises.select_related("plan__employee", "owner")
        if promise.owner is not None and promise.due_on is not None
    ]
    return sorted(found, key=lambda owed: (owed.due_on, owed.title))


def due_check_ins(user: Employee, *, within: datetime.date) -> QuerySet[CheckIn]:
    """Check-ins of plans that the user shares, due until that day: for the home page. One query."""
    ahead = CheckIn.objects.visible_to(user).open().filter(due_on__lte=within, plan__employee__is_active=True)
    return ahead.select_related("plan__employee__manager").order_by("due_on")


def _counted(plans: QuerySet[Plan], user: Employee, today: datetime.date) -> QuerySet[Plan]:
    goals = Goal.objects.visible_to(user).filter(plan=OuterRef("pk"), state=GoalState.OPEN).order_by()
    late_goals = goals.filter(due_on__lt=today)
    actions = Action.objects.visible_to(user).pending().filter(goal__plan=OuterRef("pk")).order_by()
    late_actions = actions.filter(due_on__lt=today)
    check_ins = CheckIn.objects.visible_to(user).open().filter(plan=OuterRef("pk")).order_by()
    return plans.select_related("employee").annotate(
        open_goals=Subquery(goals.values("plan").annotate(n=Count("pk")).values("n")),
        late_goals=Subquery(late_goals.values("plan").annotate(n=Count("pk")).values("n")),
        late_actions=Subquery(late_actions.values("goal__plan").annotate(n=Count("pk")).values("n")),
        next_check_in=Subquery(check_ins.values("plan").annotate(day=Min("due_on")).values("day")),
    )


def _row(person: Employee, plan: Any) -> PlanRow:
    if plan is None:
        return PlanRow(person, None)
    return PlanRow(
        person,
        plan,
        open_goals=plan.open_goals or 0,
        late=(plan.late_goals or 0) + (plan.late_actions or 0),
        next_check_in=plan.next_check_in,
    )
