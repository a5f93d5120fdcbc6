"""The goal editor, one goal, and how a goal ends."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.models import Employee
from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations, rights
from plans.coach import hints
from plans.forms import CloseGoalForm, GoalForm, ProgressForm, ReopenGoalForm, differences
from plans.models import Goal, GoalState, Plan
from plans.queries import goal_page
from plans.sentence import compose
from plans.views.access import allow, goal_for, note_reading, onward, plan_for, today, try_again, way_back


@require_http_methods(["GET", "HEAD", "POST"])
def goal_new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    plan = plan_for(request, pk)
    allow(rights.may_add(request.user, plan))
    form = GoalForm(request.POST or None)
    intent = request.POST.get("intent", "")
    if request.method == "POST" and form.is_valid() and intent != "read":
        draft = intent == "draft"
        try:
            goal = operations.add_goal(
                by=request.user, plan=plan, draft=draft, key=form.cleaned_data["key"], **form.values
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("Kept as a draft. Only you see it.") if draft else _("The goal is in the plan.")
            )
            return redirect(way_back(request) or goal)
    return _editor(request, plan, form)


@require_http_methods(["GET", "HEAD", "POST"])
def goal_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    goal = goal_for(request, pk)
    allow(rights.may_change(request.user, goal))
    note_reading(request, goal, goal.plan.employee)
    form = GoalForm(request.POST or None, goal=goal)
    intent = request.POST.get("intent", "")
    if request.method == "POST" and form.is_valid() and intent != "read":
        try:
            goal = _save(request.user, goal, form, intent)
        except Stale as stale:
            try_again(form, request, stale)
            return _editor(request, goal.plan, form, current=stale.current)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. The former words stay in the history."))
            return redirect(way_back(request) or goal)
    return _editor(request, goal.plan, form)


@require_http_methods(["GET", "HEAD"])
def goal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One goal. Who comes from a conversation to complete it is led to the editor at once."""
    goal = goal_for(request, pk)
    may_change = rights.may_change(request.user, goal)
    if way_back(request) and goal.missing_parts and may_change and goal.state in (GoalState.OPEN, GoalState.DRAFT):
        return redirect(onward(request, "plans:goal_edit", goal.pk))
    return _goal_page(request, goal, ProgressForm(goal=goal))


@require_POST
def progress(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Between two check-ins the employee notes how it goes."""
    goal = goal_for(request, pk)
    allow(goal.plan.employee_id == request.user.pk)
    form = ProgressForm(request.POST, goal=goal)
    if form.is_valid():
        try:
            operations.note_progress(by=request.user, goal=goal, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Noted. It is part of the line now."))
            return redirect(way_back(request) or goal)
    return _goal_page(request, goal, form)


@require_http_methods(["GET", "HEAD", "POST"])
def goal_close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Reached or dropped; or, for a goal that is closed, taken up again."""
    goal = goal_for(request, pk)
    allow(rights.may_change(request.user, goal))
    is_open = goal.state in (GoalState.OPEN, GoalState.DRAFT)
    form: CloseGoalForm | ReopenGoalForm = (CloseGoalForm if is_open else ReopenGoalForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        change = operations.close_goal if is_open else operations.reopen_goal
        try:
            change(by=request.user, goal=goal, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The goal is closed.") if is_open else _("The goal is open again."))
            return redirect(way_back(request) or goal)
    context = {"goal": goal, "form": form, "is_open": is_open, "back": way_back(request)}
    return render(request, "plans/goal_close.html", context, status=422 if form.errors else 200)


@require_POST
def goal_open(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The employee lets the line manager read a goal that was agreed with somebody else."""
    goal = goal_for(request, pk)
    try:
        operations.open_goal(by=request.user, goal=goal)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your manager can read this goal now."))
    return redirect(way_back(request) or goal)


def _goal_page(request: SignedInRequest, goal: Goal, form: ProgressForm) -> HttpResponse:
    note_reading(request, goal, goal.plan.employee)
    card, changes = goal_page(goal, reader=request.user, today=today())
    context = {
        "goal": goal,
        "card": card,
        "changes": changes,
        "segments": compose(goal, other=_other_side(goal.plan, goal)),
        "is_mine": goal.plan.employee_id == request.user.pk,
        "form": form,
        "may_move": rights.may_move(request.user, goal),
        "may_take_back": goal.closed_on is not None and (today() - goal.closed_on).days <= 1,
        "back": way_back(request),
        "here": request.path,
    }
    return render(request, "plans/goal.html", context, status=422 if form.errors else 200)


def _save(by: Employee, goal: Goal, form: GoalForm, intent: str) -> Goal:
    goal = operations.change_goal(
        by=by,
        goal=goal,
        version=form.cleaned_data["version"] or 0,
        why=form.cleaned_data.get("why", ""),
        **form.values,
    )
    return operations.publish_goal(by=by, goal=goal) if intent == "publish" else goal


def _editor(request: SignedInRequest, plan: Plan, form: GoalForm, *, current: object | None = None) -> HttpResponse:
    written = form.as_goal()
    open_goals = Goal.objects.visible_to(request.user).filter(plan=plan, state=GoalState.OPEN).count()
    is_new = form.goal is None or form.goal.state == GoalState.DRAFT
    said = hints(written, title=written.title, today=today(), open_goals=open_goals + (1 if is_new else 0))
    started = form.is_bound or form.goal is not None
    context = {
        "plan": plan,
        "form": form,
        "goal": form.goal,
        "is_new": is_new,
        "is_mine": plan.employee_id == request.user.pk,
        "other_reader": _other_reader(plan, form.goal),
        "segments": compose(written, other=_other_side(plan, form.goal)),
        "asks": form.asks(said if started else []),
        "general": [hint for hint in said if not hint.part] if started else [],
        "missing": written.missing_parts if started else [],
        "theirs": differences(form, current),
        "current": current,
        "back": way_back(request) or reverse("plans:detail", args=[plan.pk]),
        "next": way_back(request),
    }
    status = 409 if current else 422 if form.errors else 200
    return render(request, "plans/goal_form.html", context, status=status)


def _other_side(plan: Plan, goal: Goal | None) -> str:
    """The first name of whoever notices it together with the employee."""
    other = _other_reader(plan, goal)
    return other.get_short_name() if other else ""


def _other_reader(plan: Plan, goal: Goal | None) -> Employee | None:
    if goal is not None and goal.agreed_with is not None:
        return goal.agreed_with
    return plan.employee.manager
