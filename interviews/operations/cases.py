"""What HR decides on one person in a cycle: that they need not talk this time."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Cycle, Exemption, Interview, State
from interviews.operations.locking import hold
from interviews.operations.requesting import need_reason
from interviews.queries.cycles import meant_by
from outbox.operations import post_many
from people.models import Employee
from people.policy import Refused, require


def exempt_from_cycle(
    *, by: Employee, cycle: Cycle, employee: Employee, why: str, now: datetime | None = None
) -> Interview | Exemption:
    """This person need not talk in this cycle. A conversation that is under way closes; the others are not invited.

    Drafts stay with their authors. Why is between HR and the employee: the interviewer does not learn it.
    """
    now = now or timezone.now()
    need_reason(why)
    with transaction.atomic():
        # A launch holds the same row, so nobody is invited and exempted at once.
        cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
        here = cycle.interviews.filter(employee=employee)
        if under_way := here.open().first():
            return _exempt(under_way, by, why.strip(), now)
        require(by, "interview.exempt", employee)
        if exempted := here.filter(state=State.EXEMPTED).first():
            return exempted
        if here.exists():
            raise Refused(_("The conversation of this person in this cycle is closed. Nothing was changed."))
        if not meant_by(cycle).filter(pk=employee.pk).exists():
            raise Refused(_("This cycle does not mean this person. Nothing was changed."))
        exemption, is_new = Exemption.objects.get_or_create(
            cycle=cycle, employee=employee, defaults={"by": by, "at": now, "why": why.strip()}
        )
        if is_new:
            audit.record(action="cycle.exempted", by=by, subject=cycle, at=now, employee=str(employee.pk))
    return exemption


def _exempt(interview: Interview, by: Employee, why: str, now: datetime) -> Interview:
    interview = hold(interview, "interview.exempt", by, now)
    interview.state, interview.closed_at = State.EXEMPTED, now
    interview.outcome_because, interview.outcome_witness = why, by
    if interview.meets_at:
        interview.meeting_sequence += 1
    interview.save(update_fields=["state", "closed_at", "outcome_because", "outcome_witness", "meeting_sequence"])
    audit.record(action="interview.exempted", by=by, subject=interview, at=now)
    post_many(
        mails=(
            (f"interviews.exempted:{interview.pk}:{person.pk}", person, {"interview": str(interview.pk)})
            for person in (interview.employee, interview.interviewer)
        ),
        kind="interviews.exempted",
        now=now,
    )
    return interview
