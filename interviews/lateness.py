"""Which of an interview's dates counts now, what is waited for, and since when it is late. Said once, for all pages."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, DateField, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from interviews.models import Interview, State

NOT_SHARED = Q(employee_shared_at__isnull=True) | Q(interviewer_shared_at__isnull=True)
EARLY = [State.PLANNED, State.PREPARING]
LONGEST_OVERDUE_FIRST: tuple[str, ...] = ("due", "employee__last_name", "employee__first_name", "pk")
TALKED = [State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNING]


def with_due(interviews: QuerySet[Interview]) -> QuerySet[Interview]:
    """Each open interview with `due`, the date by which its next step is wanted; None once it is closed."""
    return interviews.annotate(
        due=Case(
            When(NOT_SHARED, state__in=EARLY, then=F("prepare_by")),
            When(state__in=EARLY, then=F("talk_by")),
            When(state__in=TALKED, then=F("sign_by")),
            output_field=DateField(),
        )
    )


def late(interviews: QuerySet[Interview], today: datetime.date) -> QuerySet[Interview]:
    """Open ones whose due date has passed, the longest overdue first. What is closed is never late."""
    return with_due(interviews).filter(Q(("due__lt", today))).order_by(*LONGEST_OVERDUE_FIRST)


def due_of(interview: Interview) -> datetime.date | None:
    """The same rule for one row at hand."""
    if interview.state in EARLY:
        shared = interview.employee_shared_at and interview.interviewer_shared_at
        return interview.talk_by if shared else interview.prepare_by
    return interview.sign_by if interview.state in TALKED else None


def waiting_for(interview: Interview) -> str:
    """What has to happen next, in words that name no content."""
    if interview.state == State.PLANNED:
        return _("An answer to the request")
    if interview.state == State.PREPARING:
        if not interview.employee_shared_at and not interview.interviewer_shared_at:
            return _("Both preparations")
        if not interview.employee_shared_at:
            return _("The employee's preparation")
        if not interview.interviewer_shared_at:
            return _("The interviewer's preparation")
        return _("The talk") if interview.meets_at else _("A date for the talk")
    return {
        State.IN_CONVERSATION: _("The end of the talk"),
        State.IN_REVIEW: _("The employee's word on what was written"),
        State.SIGNING: _("Signatures"),
    }.get(State(interview.state), "")


def days_late(due: datetime.date | None, today: datetime.date) -> int:
    return max(0, (today - due).days) if due else 0


@dataclass(frozen=True)
class Followed:
    """One conversation in a list of HR's."""

    interview: Interview
    waiting_for: str
    due: datetime.date | None
    days_late: int


def followed(interviews: Iterable[Interview], today: datetime.date) -> list[Followed]:
    """What HR's lists show of each: no query of its own."""
    return [
        Followed(interview, waiting_for(interview), due, days_late(due, today))
        for interview in interviews
        for due in [due_of(interview)]
    ]
