"""Signing: everything on one page, three answers of equal weight, the password on the same form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from interviews import operations
from interviews.content import for_reading
from interviews.forms.signing import SignForm, WitnessForm
from interviews.models import Content, Interview, Slot, State
from interviews.views.access import interview_for, note_reading
from interviews.workflow import open_slots, refusal, slot_for, slots_of
from people.policy import Refused
from people.requests import SignedInRequest


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = interview_for(request, pk, "interview.sign")
    slot = slot_for(request.user, interview)
    if sentence := refusal("interview.sign", request.user, interview, timezone.now()):
        # HR reads nothing either before it is its turn, after the two who talked.
        if request.method == "POST":
            messages.error(request, sentence)
        has_signed = slot in slots_of(interview) and slot not in open_slots(interview)
        return redirect("interviews:signed" if has_signed else "interviews:detail", pk=pk)
    note_reading(request, interview)
    frozen = interview.contents.latest("sequence")
    form = SignForm(request.POST or None, slot=slot, initial={"sha256": frozen.sha256})
    if request.method == "POST" and form.is_valid():
        try:
            operations.sign_interview(by=request.user, interview=interview, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("interviews:signed", pk=pk)
    if form.is_bound:
        # What is shown now is what the next answer is about.
        form.data = {**request.POST.dict(), "sha256": frozen.sha256}
    context = _context(interview, frozen) | {"form": form, "slot": slot}
    return render(request, "interviews/sign.html", context, status=422 if form.is_bound else 200)


@require_safe
def signed(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What was declared and when, and what happens next."""
    interview = interview_for(request, pk, "interview.sign")
    if interview.state not in (State.SIGNING, State.SIGNED):
        return redirect("interviews:detail", pk=pk)
    frozen = interview.contents.latest("sequence")
    mine = frozen.signatures.filter(signer=request.user).first()
    return render(request, "interviews/signed.html", _context(interview, frozen) | {"mine": mine})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def witness(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """HR fills the place of somebody who could not be had. No content is shown here."""
    interview = interview_for(request, pk, "interview.witness_absence")
    names = {Slot.EMPLOYEE: interview.employee, Slot.INTERVIEWER: interview.interviewer}
    slots = [(slot.value, f"{names[slot]}\n{slot.label}") for slot in open_slots(interview) if slot in names]
    if interview.state != State.SIGNING or not slots:
        messages.error(request, _("No signature is open here. Nothing was changed."))
        return redirect("interviews:detail", pk=pk)
    form = WitnessForm(request.POST or None, slots=slots)
    if request.method == "POST" and form.is_valid():
        try:
            operations.witness_absence(by=request.user, interview=interview, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The absence is noted and will be printed in the record."))
            return redirect("interviews:detail", pk=pk)
    context = {"interview": interview, "form": form}
    return render(request, "interviews/witness.html", context, status=422 if form.is_bound else 200)


def _context(interview: Interview, frozen: Content) -> dict[str, Any]:
    given = {signature.slot: signature for signature in frozen.signatures.select_related("signer", "witness")}
    people = {Slot.EMPLOYEE: interview.employee, Slot.INTERVIEWER: interview.interviewer, Slot.HR: None}
    return {
        "interview": interview,
        "frozen": frozen,
        "content": for_reading(frozen.canonical),
        "fingerprint": [frozen.sha256[:4], frozen.sha256[4:8], frozen.sha256[-8:-4], frozen.sha256[-4:]],
        "signers": [
            {"slot": slot, "person": people[slot], "signature": given.get(slot)} for slot in slots_of(interview)
        ],
    }
