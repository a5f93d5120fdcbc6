"""When and where the two meet. Their calendars follow by mail."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Interview
from interviews.operations.locking import hold
from outbox.operations import post
from people.models import Employee
from people.policy import Refused


def schedule_meeting(
    *,
    by: Employee,
    interview: Interview,
    meets_at: datetime,
    minutes: int,
    place: str = "",
    video_link: str = "",
    now: datetime | None = None,
) -> Interview:
    """Set or move the date. Both get an invitation; a move raises the SEQUENCE, so calendars replace the old one."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.schedule", by, now)
        if meets_at <= now:
            raise Refused(_("This moment has passed. Choose a later one; the former date still stands."))
        wanted = (meets_at, minutes, place, video_link)
        if wanted == (interview.meets_at, interview.minutes_planned, interview.place, interview.video_link):
            return interview
        if interview.meets_at is not None:
            interview.meeting_sequence += 1
        interview.meets_at, interview.minutes_planned, interview.place, interview.video_link = wanted
        interview.meeting_timezone = by.timezone
        interview.save(
            update_fields=[
                "meets_at",
                "minutes_planned",
                "place",
                "video_link",
                "meeting_timezone",
                "meeting_sequence",
            ]
        )
        audit.record(
            action="interview.scheduled", by=by, subject=interview, at=now, sequence=interview.meeting_sequence
        )
        for person in (interview.employee, interview.interviewer):
            post_date(interview, person, now)
    return interview


def post_date(interview: Interview, person: Employee, now: datetime) -> None:
    """The date for this person's calendar, as it stands after this move."""
    post(
        key=f"interviews.date_set:{interview.pk}:{interview.meeting_sequence}:{person.pk}",
        to=person,
        kind="interviews.date_set",
        context={"interview": str(interview.pk), "sequence": interview.meeting_sequence},
        subject=interview.pk,
        expires_at=interview.meets_at,
        now=now,
    )


def post_cancellation(interview: Interview, person: Employee, now: datetime) -> None:
    """That the conversation will not take place; what is in a calendar is taken out."""
    post(
        key=f"interviews.cancelled:{interview.pk}:{person.pk}",
        to=person,
        kind="interviews.cancelled",
        context={"interview": str(interview.pk)},
        now=now,
    )
