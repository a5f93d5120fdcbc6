"""Every slot is filled by a signature, a refusal with a reason, or an absence that HR witnesses."""

import hmac
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Answer, Content, Declaration, Interview, Signature, Slot, State
from interviews.operations.locking import hold
from interviews.release import recordable_answers
from interviews.workflow import open_slots, slot_for
from outbox.operations import post
from people import operations as people
from people.models import Employee
from people.policy import Refused
from plans.models import Plan
from plans.operations import ensure_plan, start_series
from skills.operations import append_ratings

METHOD = "password, asked again for this signature"

CHOICES: dict[Slot, tuple[Declaration, ...]] = {
    Slot.EMPLOYEE: (Declaration.AGREES, Declaration.RESERVATIONS, Declaration.REFUSED),
    Slot.INTERVIEWER: (Declaration.CONFIRMS, Declaration.RESERVATIONS, Declaration.REFUSED),
    Slot.HR: (Declaration.CONFIRMS, Declaration.REFUSED),
}


def sign_interview(
    *,
    by: Employee,
    interview: Interview,
    declaration: str,
    remark: str,
    password: str,
    sha256: str,
    now: datetime | None = None,
) -> Signature:
    """Fill one's own slot for exactly the content that was shown (`sha256`), password given again."""
    now = now or timezone.now()
    confirm_password(by, password)
    with transaction.atomic():
        interview = hold(interview, "interview.sign", by, now)
        frozen = interview.contents.latest("sequence")
        if not hmac.compare_digest(frozen.sha256.encode(), sha256.encode()):
            raise Refused(
                _("The text changed since you opened this page, so your signature was not taken. Please read it again.")
            )
        slot = slot_for(by, interview)
        if declaration not in CHOICES[slot]:
            raise Refused(_("Choose one of the answers. Nothing was signed."))
        if declaration not in (Declaration.AGREES, Declaration.CONFIRMS) and not remark.strip():
            raise Refused(_("Say in a word what you see differently, or why you don’t sign. Nothing was signed."))
        signature = _fill(
            content=frozen,
            slot=slot,
            signer=by,
            declaration=declaration,
            remark=remark.strip(),
            signed_at=now,
            method=METHOD,
        )
        _close_when_complete(interview, frozen, now)
    return signature


def witness_absence(
    *, by: Employee, interview: Interview, slot: str, remark: str, password: str, now: datetime | None = None
) -> Signature:
    """HR says that one of the two could not be had: the slot is filled, and the record names the witness."""
    now = now or timezone.now()
    confirm_password(by, password)
    with transaction.atomic():
        interview = hold(interview, "interview.witness_absence", by, now)
        frozen = interview.contents.latest("sequence")
        if slot not in (Slot.EMPLOYEE, Slot.INTERVIEWER) or slot not in open_slots(interview):
            raise Refused(_("This signature is not open. Nothing was changed."))
        if not remark.strip():
            raise Refused(_("Say what you know of the absence. Nothing was changed."))
        absent = interview.employee if slot == Slot.EMPLOYEE else interview.interviewer
        signature = _fill(
            content=frozen,
            slot=slot,
            signer=absent,
            declaration=Declaration.ABSENT,
            remark=remark.strip(),
            signed_at=now,
            method="witnessed",
            witness=by,
        )
        _close_when_complete(interview, frozen, now)
    return signature


def confirm_password(by: Employee, password: str) -> None:
    """Outside the transaction: a wrong try must count even though nothing else is written."""
    people.confirm_password(
        by=by,
        password=password,
        wrong=_("The password is not right. Nothing was signed; your words are still here."),
    )


def _fill(**fields: Any) -> Signature:
    """Write the signature; the database lets only one into each slot."""
    try:
        with transaction.atomic():
            signature = Signature.objects.create(**fields)
    except IntegrityError:
        raise Refused(_("Somebody was faster: this signature is there already. Nothing was changed.")) from None
    audit.record(
        action="interview.signed",
        by=signature.witness or signature.signer,
        subject=signature.content.interview,
        at=signature.signed_at,
        slot=signature.slot,
        declaration=signature.declaration,
        sha256=signature.content.sha256,
    )
    return signature


def _close_when_complete(interview: Interview, frozen: Content, now: datetime) -> None:
    remaining = open_slots(interview)
    if remaining == [Slot.HR]:
        _ask_hr(interview, frozen, now)
    if remaining:
        return
    interview.state, interview.closed_at = State.SIGNED, now
    interview.save(update_fields=["state", "closed_at"])
    audit.record(action="interview.closed", by=None, subject=interview, at=now, sha256=frozen.sha256)
    plan: Plan = ensure_plan(interview.employee)
    start_series(plan, signed_on=interview.employee.local_date(now), series=interview.pk, now=now)
    _keep_ratings(interview, now)
    # Records stand to the right, so their task is called by name. What this nudge loses, the sweep makes.
    key = str(interview.pk)
    transaction.on_commit(lambda: current_app.send_task("records.tasks.make_record", args=[key]), robust=True)


def _ask_hr(interview: Interview, frozen: Content, now: datetime) -> None:
    for partner in Employee.objects.active().filter(memberships__role="hr").distinct():
        if Employee.objects.in_scope_of(partner).filter(pk=interview.employee_id).exists():
            post(
                key=f"interviews.please_sign:{frozen.pk}:{partner.pk}",
                to=partner,
                kind="interviews.please_sign",
                context={"interview": str(interview.pk)},
                now=now,
            )


def _keep_ratings(interview: Interview, now: datetime) -> None:
    """What both said of skills joins the employee's history, but only what was released for the record."""
    released = recordable_answers(interview)
    for question in interview.version.questions:
        if question.kind != "skills":
            continue
        names = {skill.key: skill.text.get("en", skill.key) for skill in question.skills}
        answers: list[Answer] = list(released.get(question.key, {}).values())
        for answer in answers:
            levels = {
                key: (names[key], rating["level"], rating.get("evidence", ""))
                for key, rating in answer.value.get("ratings", {}).items()
                if key in names and rating.get("level") is not None
            }
            append_ratings(
                by=answer.author,
                employee=interview.employee,
                levels=levels,
                occasion="interview",
                occasion_id=interview.pk,
                at=now,
            )
