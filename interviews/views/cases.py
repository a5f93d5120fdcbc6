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

from interviews.forms.cases import NotHeldForm
from interviews.lateness import days_late, due_of, waiting_for
from interviews.models import Interview
from interviews.operations import record_not_held
from interviews.queries.cycles import followed_by
from interviews.views.deeds import DEEDS
from interviews.workflow import available_actions
from people.policy import Refused, can
from people.requests import SignedInRequest

MOST_NUDGES = 5


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
    possible = {name: deed.form for name, deed in DEEDS.items() if not deed.refusal(request.user, interview, now)}
    if "interview.not_held" in allowed:
        possible["not_held"] = NotHeldForm
    context = {
        "interview": interview,
        "reassignments": interview.reassignments.select_related("former", "decided_by"),
        "extensions": interview.extensions.select_related("by"),
        "nudges": interview.nudges.select_related("person", "by")[:MOST_NUDGES],
        "waiting_for": waiting_for(interview),
        "due": due,
        "days_late": days_late(due, today),
        "actions": {
            name: bound.get(name) or form(user=request.user, interview=interview) for name, form in possible.items()
        },
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
    return _decide(request, pk, "cancel", done=_("The conversation is cancelled."))


@require_POST
def reassign(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, "reassign", done=_("Somebody else leads the conversation now; both get a mail."))


@require_POST
def extend(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, "extend", done=_("They have more time; both get a mail."))


@require_POST
def exempt(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, "exempt", done=_("The conversation is exempted; both get a mail."))


@require_POST
def remind(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, "remind", done=_("Whoever the conversation waits for gets a mail."))


@require_POST
def not_held(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = _case(request, pk)
    form = NotHeldForm(request.POST, user=request.user, interview=interview)
    done = _("It is noted that it was not held.")
    return _act(request, interview, form, record_not_held, done=done)


def _decide(request: SignedInRequest, pk: UUID, name: str, *, done: str) -> HttpResponse:
    """One of the deeds that HR's list of the cycle offers for many."""
    interview, deed = _case(request, pk), DEEDS[name]
    form = deed.form(request.POST, user=request.user, interview=interview)

    def act(**said: Any) -> None:
        if interview.cycle is None and (why := deed.refusal(request.user, interview, timezone.now())):
            raise Refused(why)
        deed.act(cycle=interview.cycle, **said)

    return _act(request, interview, form, act, done=done)


def _act(
    request: SignedInRequest, interview: Interview, form: forms.Form, operation: Callable[..., object], *, done: str
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
