"""One conversation as HR sees it: dates, progress and what HR may do; never what was written."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from interviews.forms.cycles import CancelCaseForm, NotHeldForm, ReassignForm
from interviews.lateness import days_late, due_of, waiting_for
from interviews.models import Interview
from interviews.operations import cancel_interview, reassign_interviewer, record_not_held
from interviews.queries.cycles import followed_by
from interviews.workflow import available_actions
from people.policy import Refused, can
from people.requests import SignedInRequest


def _case(request: SignedInRequest, pk: UUID) -> Interview:
    if not can(request.user, "cycle.see"):
        raise PermissionDenied
    people = ("employee__department", "employee__manager", "interviewer", "outcome_witness")
    rows = followed_by(request.user).select_related(*people, "cycle", "version__template")
    return get_object_or_404(rows, pk=pk)


def _page(request: SignedInRequest, interview: Interview, **bound: forms.Form) -> HttpResponse:
    now = timezone.now()
    today = request.user.local_date(now)
    due = due_of(interview)
    allowed = {move.action for move in available_actions(request.user, interview, now)}
    possible: dict[str, Callable[[], forms.Form]] = {
        "reassign": lambda: ReassignForm(user=request.user, interview=interview),
        "not_held": NotHeldForm,
        "cancel": CancelCaseForm,
    }
    actions = {name: bound.get(name) or make() for name, make in possible.items() if f"interview.{name}" in allowed}
    context = {
        "interview": interview,
        "reassignments": interview.reassignments.select_related("former", "decided_by"),
        "waiting_for": waiting_for(interview),
        "due": due,
        "days_late": days_late(due, today),
        "actions": actions,
        "open_action": next(iter(bound), ""),
        "may_witness": "interview.witness_absence" in allowed,
        "leads_it": interview.interviewer_id == request.user.pk,
        "form": next(iter(bound.values()), None),
    }
    return render(request, "interviews/case.html", context, status=422 if bound else 200)


@require_safe
def case(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(request, _case(request, pk))


@require_POST
def case_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = _case(request, pk)
    form = CancelCaseForm(request.POST)
    return _act(request, interview, form, cancel_interview, done=_("The conversation is cancelled."))


@require_POST
def not_held(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = _case(request, pk)
    form = NotHeldForm(request.POST)
    return _act(request, interview, form, record_not_held, done=_("It is noted that it was not held."))


@require_POST
def reassign(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = _case(request, pk)
    form = ReassignForm(request.POST, user=request.user, interview=interview)
    done = _("Somebody else leads the conversation now; both get a mail.")
    return _act(request, interview, form, reassign_interviewer, done=done)


def _act(
    request: SignedInRequest, interview: Interview, form: forms.Form, operation: Callable[..., Any], *, done: str
) -> HttpResponse:
    name = str(form.prefix)
    if not can(request.user, f"interview.{name}", interview.employee, interviewer=interview.interviewer):
        raise PermissionDenied
    if not form.is_valid():
        return _page(request, interview, **{name: form})
    try:
        operation(by=request.user, interview=interview, **form.cleaned_data)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("interviews:case", pk=interview.pk)
