"""A conversation at the employee's own wish, and the ways an interview ends without one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Interview, Outcome, Purpose, Reassignment, State, TemplateVersion
from interviews.operations.locking import hold
from interviews.operations.meeting import post_cancellation, post_date
from outbox.operations import post
from people.models import Employee
from people.policy import Refused, require


def request_interview(
    *,
    by: Employee,
    interviewer: Employee,
    purpose: str,
    note: str = "",
    version: TemplateVersion | None = None,
    now: datetime | None = None,
) -> Interview:
    """An employee asks somebody for a conversation: not only a yearly event. It waits until they accept."""
    now = now or timezone.now()
    with transaction.atomic():
        by = Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)
        require(by, "interview.request", by)
        if interviewer.pk == by.pk or not interviewer.is_active:
            raise Refused(_("Choose somebody else who still works here. Nothing was sent."))
        if purpose not in Purpose.values or purpose == Purpose.CYCLE:
            raise Refused(_("Choose what the conversation is about. Nothing was sent."))
        waiting = Interview.objects.open().filter(employee=by, interviewer=interviewer, cycle=None)
        if waiting.exists():
            raise Refused(_("You have asked this person already, and that conversation is still open."))
        version = version or _newest_version()
        interview = Interview.objects.create(
            employee=by,
            interviewer=interviewer,
            version=version,
            language=by.language if by.language in version.questions.name else "en",
            purpose=purpose,
            request_note=note.strip(),
            created_at=now,
        )
        audit.record(action="interview.requested", by=by, subject=interview, at=now)
        post(
            key=f"interviews.requested:{interview.pk}",
            to=interviewer,
            kind="interviews.requested",
            context={"interview": str(interview.pk)},
            now=now,
        )
    return interview


def accept_request(*, by: Employee, interview: Interview, now: datetime | None = None) -> Interview:
    """The one who was asked says yes: preparation opens for both."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.accept", by, now)
        interview.state = State.PREPARING
        interview.save(update_fields=["state"])
        audit.record(action="interview.accepted", by=by, subject=interview, at=now)
        _invite(interview, interview.employee, now)
    return interview


def cancel_interview(*, by: Employee, interview: Interview, why: str, now: datetime | None = None) -> Interview:
    """Before any signature, with a reason; drafts stay with their authors."""
    now = now or timezone.now()
    need_reason(why)
    with transaction.atomic():
        action = "interview.cancel" if interview.cycle_id else "interview.cancel_requested"
        interview = hold(interview, action, by, now)
        interview.state, interview.closed_at, interview.outcome_because = State.CANCELLED, now, why.strip()
        if interview.meets_at:
            interview.meeting_sequence += 1
        interview.save(update_fields=["state", "closed_at", "outcome_because", "meeting_sequence"])
        audit.record(action="interview.cancelled", by=by, subject=interview, at=now)
        for person in (interview.employee, interview.interviewer):
            if person.pk != by.pk or interview.meets_at:
                post_cancellation(interview, person, now)
    return interview


def record_not_held(
    *, by: Employee, interview: Interview, outcome: str, why: str, now: datetime | None = None
) -> Interview:
    """HR notes that the conversation did not come about, why, and who says so: evidence that it was offered."""
    now = now or timezone.now()
    need_reason(why)
    if outcome not in Outcome.values:
        raise Refused(_("Choose what happened. Nothing was changed."))
    with transaction.atomic():
        interview = hold(interview, "interview.not_held", by, now)
        interview.state, interview.closed_at = State.NOT_HELD, now
        interview.outcome, interview.outcome_because, interview.outcome_witness = outcome, why.strip(), by
        interview.save(update_fields=["state", "closed_at", "outcome", "outcome_because", "outcome_witness"])
        audit.record(action="interview.not_held", by=by, subject=interview, at=now, outcome=outcome)
        _free_calendars(interview, now)
    return interview


def reassign_interviewer(
    *, by: Employee, interview: Interview, interviewer: Employee, why: str, now: datetime | None = None
) -> Interview:
    """HR names somebody else. No draft is deleted; the one replaced learns no reason."""
    now = now or timezone.now()
    need_reason(why)
    with transaction.atomic():
        interview = hold(interview, "interview.reassign", by, now)
        if interviewer.pk in (interview.employee_id, interview.interviewer_id) or not interviewer.is_active:
            raise Refused(_("Choose another person who still works here. Nothing was changed."))
        former = interview.interviewer
        interview.interviewer, interview.interviewer_shared_at = interviewer, None
        if interview.meets_at is not None:
            interview.meeting_sequence += 1
        interview.save(update_fields=["interviewer", "interviewer_shared_at", "meeting_sequence"])
        Reassignment.objects.create(
            interview=interview, former=former, successor=interviewer, decided_by=by, decided_at=now, why=why.strip()
        )
        audit.record(
            action="interview.reassigned",
            by=by,
            subject=interview,
            at=now,
            before=str(former.pk),
            after=str(interviewer.pk),
        )
        _tell_of_handover(interview, former, now)
    return interview


def end_for_leavers(*, now: datetime | None = None) -> int:
    """Interviews of people who have left end as not held; what is in review or signing waits for HR."""
    now = now or timezone.now()
    ended = 0
    early = [State.PLANNED, State.PREPARING, State.IN_CONVERSATION]
    for interview in Interview.objects.filter(state__in=early, employee__is_active=False).select_related("employee"):
        with transaction.atomic():
            fresh = (
                Interview.objects.select_for_update(of=("self",))
                .select_related("employee", "interviewer")
                .get(pk=interview.pk)
            )
            if fresh.state not in early:
                continue
            fresh.state, fresh.closed_at, fresh.outcome = State.NOT_HELD, now, Outcome.LEFT
            fresh.save(update_fields=["state", "closed_at", "outcome"])
            audit.record(action="interview.not_held", by=None, subject=fresh, at=now, outcome=Outcome.LEFT)
            _free_calendars(fresh, now)
            ended += 1
    return ended


def _newest_version() -> TemplateVersion:
    version = TemplateVersion.objects.filter(template__retired_at__isnull=True).order_by("-published_at").first()
    if version is None:
        raise Refused(_("There is no published template yet. Ask your HR team; nothing was sent."))
    return version


def _tell_of_handover(interview: Interview, former: Employee, now: datetime) -> None:
    """The two who talk now are invited; the date, if there is one, moves from one calendar to the other."""
    for person in (interview.employee, interview.interviewer):
        _invite(interview, person, now, with_whom=interview.interviewer)
        if interview.meets_at is not None and interview.meets_at > now:
            post_date(interview, person, now)
    post(
        key=f"interviews.replaced:{interview.pk}:{interview.interviewer_id}:{former.pk}",
        to=former,
        kind="interviews.replaced",
        context={"interview": str(interview.pk)},
        now=now,
    )


def _free_calendars(interview: Interview, now: datetime) -> None:
    """A meeting that will not be held leaves both calendars."""
    if interview.meets_at is None or interview.meets_at <= now:
        return
    interview.meeting_sequence += 1
    interview.save(update_fields=["meeting_sequence"])
    for person in (interview.employee, interview.interviewer):
        post_cancellation(interview, person, now)


def _invite(interview: Interview, person: Employee, now: datetime, *, with_whom: Employee | None = None) -> None:
    """Once per conversation, and once more for each new interviewer."""
    again = f":{with_whom.pk}" if with_whom else ""
    post(
        key=f"interviews.invitation:{interview.pk}:{person.pk}{again}",
        to=person,
        kind="interviews.invitation",
        context={"interview": str(interview.pk)},
        now=now,
    )


def need_reason(why: str) -> None:
    """What ends or moves a conversation says why."""
    if not why.strip():
        raise Refused(_("A reason is needed. Nothing was changed."))
