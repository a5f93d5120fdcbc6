"""A conversation at the employee's own wish: asking, accepting, calling it off."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from interviews import operations
from interviews.forms.requesting import CancelForm, RequestForm
from interviews.models import State
from interviews.views.access import interview_for
from interviews.workflow import refusal
from people.policy import Refused
from people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def request_conversation(request: SignedInRequest) -> HttpResponse:
    form = RequestForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data["asked"]
        try:
            interview = operations.request_interview(
                by=request.user,
                interviewer=asked,
                purpose=form.cleaned_data["purpose"],
                note=form.cleaned_data["note"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            words = {"name": asked.get_short_name()}
            messages.success(request, _("%(name)s gets a mail with your request and can accept it.") % words)
            return redirect("interviews:detail", pk=interview.pk)
    return render(request, "interviews/request.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def accept(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A second press of the button finds it accepted."""
    interview = interview_for(request, pk, "interview.accept")
    if interview.state == State.PREPARING and interview.cycle_id is None:
        return redirect("interviews:detail", pk=pk)
    try:
        operations.accept_request(by=request.user, interview=interview)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = {"name": interview.employee.get_short_name()}
        messages.success(request, _("%(name)s hears of it by mail. Now both of you can prepare.") % words)
    return redirect("interviews:detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Call it off, or decline it, with a word why."""
    interview = interview_for(request, pk)
    action = "interview.cancel" if interview.cycle_id else "interview.cancel_requested"
    interview = interview_for(request, pk, action)
    if sentence := refusal(action, request.user, interview, timezone.now()):
        if interview.state != State.CANCELLED:
            messages.error(request, sentence)
        return redirect("interviews:detail", pk=pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.cancel_interview(by=request.user, interview=interview, why=form.cleaned_data["why"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The conversation is called off. Nobody’s draft was deleted or shown."))
            return redirect("interviews:detail", pk=pk)
    declines = interview.state == State.PLANNED and request.user.pk == interview.interviewer_id
    context = {"interview": interview, "form": form, "declines": declines}
    return render(request, "interviews/cancel.html", context, status=422 if form.is_bound else 200)
