"""Actions: new, changed, settled."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations, rights
from plans.forms import ActionForm, SettleActionForm, differences
from plans.history import voice_of
from plans.models import Action, Goal, GoalState
from plans.queries.plan import changes_of
from plans.standing import action_tag
from plans.views.access import action_for, allow, goal_for, note_reading, today, way_back


@require_http_methods(["GET", "HEAD", "POST"])
def action_new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    goal = goal_for(request, pk)
    allow(rights.may_change(request.user, goal))
    form = ActionForm(request.POST or None, plan=goal.plan, reader=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_action(by=request.user, goal=goal, key=form.cleaned_data["key"], **form.values)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The action is in the plan."))
            return redirect(way_back(request) or goal)
    return _form_page(request, form, goal)


@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    action = action_for(request, pk)
    allow(rights.may_change(request.user, action))
    form = ActionForm(request.POST or None, plan=action.goal.plan, reader=request.user, action=action)
    current = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_action(
                by=request.user,
                action=action,
                version=form.cleaned_data["version"] or 0,
                why=form.cleaned_data["why"],
                **form.values,
            )
        except Stale as stale:
            current = stale.current
            form.data = {**request.POST.dict(), "version": str(stale.current.version)}  # type: ignore[attr-defined]
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. The former values stay in the history."))
            return redirect(way_back(request) or action)
    return _form_page(request, form, action.goal, action, current)


@require_safe
def action(request: SignedInRequest, pk: UUID) -> HttpResponse:
    action = action_for(request, pk)
    return _action_page(request, action, SettleActionForm(initial={"state": action.state, "evidence": action.evidence}))


@require_POST
def action_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say how it stands."""
    action = action_for(request, pk)
    allow(rights.may_settle(request.user, action))
    form = SettleActionForm(request.POST)
    if form.is_valid():
        try:
            operations.settle_action(by=request.user, action=action, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Noted."))
            return redirect(way_back(request) or action)
    return _action_page(request, action, form)


def _action_page(request: SignedInRequest, action: Action, form: SettleActionForm) -> HttpResponse:
    """An owner who doesn't share the goal reads the action, and nothing of the goal."""
    plan = action.goal.plan
    shares_goal = Goal.objects.visible_to(request.user).filter(pk=action.goal_id).exists()
    note_reading(request, action, plan.employee)
    context = {
        "action": action,
        "employee": plan.employee,
        "tag": action_tag(action, today()),
        "voice": voice_of(action.owner_id, plan.employee),
        "shares_goal": shares_goal,
        "may_change": rights.may_change(request.user, action) and action.goal.state == GoalState.OPEN,
        "may_settle": rights.may_settle(request.user, action),
        "changes": changes_of(plan, action.pk, reader=request.user),
        "form": form,
        "back": way_back(request),
    }
    return render(request, "plans/action.html", context, status=422 if form.errors else 200)


def _form_page(
    request: SignedInRequest,
    form: ActionForm,
    goal: Goal,
    action: Action | None = None,
    current: object | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "goal": goal,
        "action": action,
        "current": current,
        "theirs": differences(form, current),
        "back": way_back(request),
    }
    return render(request, "plans/action_form.html", context, status=409 if current else 422 if form.errors else 200)
