"""Actions: new, changed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations, rights
from plans.forms import ActionForm, differences
from plans.models import Action, Goal
from plans.views.access import action_for, allow, goal_for, try_again, way_back


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
            try_again(form, request, stale)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. The former values stay in the history."))
            return redirect(way_back(request) or action)
    return _form_page(request, form, action.goal, action, current)


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
