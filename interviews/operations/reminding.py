"""HR asks by hand whoever the next step waits for."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Interview, Nudge
from interviews.waiting import awaited
from outbox.operations import post
from people.models import Employee
from people.policy import Refused, require


def remind_interview(
    *, by: Employee, interview: Interview, why: str = "", now: datetime | None = None
) -> list[Employee]:
    """Mail whoever the next step waits for, each at most once a day. Answers to whom a mail went."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = (
            Interview.objects.select_for_update(of=("self",))
            .select_related("employee", "interviewer", "version")
            .get(pk=interview.pk)
        )
        require(by, "interview.remind", interview.employee, interviewer=interview.interviewer)
        waited_for = [turn.person for turn in awaited(interview, now) if turn.person.pk != by.pk]
        if not waited_for:
            raise Refused(_("Nobody else has to do anything here now. Nobody was reminded."))
        reminded = [person for person in waited_for if _note(interview, person, by, why.strip(), now)]
        if not reminded:
            names = get_text_list([person.get_full_name() for person in waited_for], _("and"))
            raise Refused(
                _("%(names)s got a reminder today already. Tomorrow you can send another one.") % {"names": names}
            )
        audit.record(action="interview.reminded", by=by, subject=interview, at=now, people=len(reminded))
    return reminded


def _note(interview: Interview, person: Employee, by: Employee, why: str, now: datetime) -> bool:
    """Keep that this person was asked, and mail them; False when that was done today."""
    day = person.local_date(now)
    nudge, is_new = Nudge.objects.get_or_create(
        interview=interview, person=person, day=day, defaults={"by": by, "at": now, "why": why}
    )
    if is_new:
        post(
            key=f"interviews.nudge:{nudge.pk}",
            to=person,
            kind="interviews.nudge",
            context={"interview": str(interview.pk), "by": str(by.pk)},
            now=now,
        )
    return is_new
