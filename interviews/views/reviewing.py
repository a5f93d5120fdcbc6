"""The text as it will be signed: read it, ask for changes, or confirm it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from interviews import operations
from interviews.content import for_reading
from interviews.forms.room import ReasonForm
from interviews.models import State
from interviews.views.access import content_for, interview_for
from interviews.workflow import SILENCE, available_actions
from people.policy import Refused
from people.requests import SignedInRequest


@require_POST
def freeze(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = interview_for(request, pk, "interview.freeze")
    try:
        operations.freeze_content(by=request.user, interview=interview)
    except Refused as refused:
        messages.error(request, str(refused))
        still_open = interview.state == State.IN_CONVERSATION
        return redirect("interviews:wrap_up" if still_open else "interviews:detail", pk=pk)
    messages.success(request, _("The text is fixed. It now waits for %(name)s.") % {"name": interview.employee})
    return redirect("interviews:review", pk=pk)


@require_safe
def review(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = content_for(request, pk)
    if interview.state != State.IN_REVIEW:
        return redirect("interviews:sign" if interview.state == State.SIGNING else "interviews:detail", pk=pk)
    return render(request, "interviews/review.html", _context(request, interview, ReasonForm()))


@require_POST
def ask_changes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = content_for(request, pk, "interview.ask_changes")
    form = ReasonForm(request.POST)
    if not form.is_valid() and interview.state == State.IN_REVIEW:
        return render(request, "interviews/review.html", _context(request, interview, form), status=422)
    return _act(
        request,
        pk,
        lambda: operations.ask_for_changes(by=request.user, interview=interview, why=form.cleaned_data.get("why", "")),
        "interviews:detail",
        _("Sent back into the conversation. What was fixed before is kept."),
    )


@require_POST
def confirm(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = interview_for(request, pk, "interview.confirm")
    return _act(
        request,
        pk,
        lambda: operations.confirm_content(by=request.user, interview=interview),
        "interviews:sign",
        _("Confirmed. Signing is open for both of you."),
    )


@require_POST
def proceed(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = interview_for(request, pk, "interview.proceed")
    return _act(
        request,
        pk,
        lambda: operations.proceed_after_silence(by=request.user, interview=interview),
        "interviews:sign",
        _("Signing is open. The record says that there was no answer for ten days."),
    )


def _act(request: SignedInRequest, pk: UUID, operation: Callable[[], object], page: str, done: str) -> HttpResponse:
    try:
        operation()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("interviews:detail", pk=pk)
    messages.success(request, done)
    return redirect(page, pk=pk)


def _context(request: SignedInRequest, interview: Any, form: ReasonForm) -> dict[str, Any]:
    frozen = interview.contents.latest("sequence")
    moves = {move.action for move in available_actions(request.user, interview, timezone.now())}
    return {
        "interview": interview,
        "frozen": frozen,
        "content": for_reading(frozen.canonical),
        "form": form,
        "may_confirm": "interview.confirm" in moves,
        "may_proceed": "interview.proceed" in moves,
        "silent_until": frozen.frozen_at + SILENCE,
    }
