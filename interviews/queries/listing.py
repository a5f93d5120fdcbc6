"""The conversations of one person, and what each waits for."""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from interviews.lateness import days_late, due_of
from interviews.models import Interview, Signature
from interviews.models.interview import CLOSED_STATES, InterviewQuerySet
from interviews.queries.preparing import preparations_of
from interviews.queries.versions import with_versions
from interviews.steps import Standing, next_step
from people.models import Employee
from people.prepared import prepared


@prepared
def open_conversations(user: Employee) -> QuerySet[Interview]:
    """Those under way in which the user is one of the two. One query."""
    return _with_what_a_line_needs(Interview.objects.taking_part(user).open(), user)


def closed_conversations(user: Employee) -> InterviewQuerySet:
    """Those behind the user, latest first."""
    closed = Interview.objects.taking_part(user).filter(state__in=CLOSED_STATES).order_by("-closed_at", "pk")
    return _with_what_a_line_needs(closed, user)


def _with_what_a_line_needs(interviews: InterviewQuerySet, user: Employee) -> InterviewQuerySet:
    signed = Signature.objects.filter(content__interview=OuterRef("pk"), signer=user)
    return interviews.select_related("employee", "interviewer", "cycle").annotate(has_signed=Exists(signed))


def standings_of(user: Employee, interviews: Iterable[Interview], now: datetime.datetime) -> list[Standing]:
    """Each of these conversations with the next step of this person in it. One query, or two."""
    interviews = with_versions(list(interviews))
    preparations = preparations_of(user, interviews)
    return [
        Standing(
            interview=interview,
            side=preparations[interview.pk].side,
            other=interview.other_side(user),
            preparation=preparations[interview.pk],
            step=next_step(
                user,
                interview,
                preparations[interview.pk],
                now,
                has_signed=getattr(interview, "has_signed", False),
            ),
            days_late=days_late(due_of(interview), timezone.localdate(now)),
        )
        for interview in interviews
    ]


def soonest_first(standing: Standing) -> tuple[bool, datetime.datetime, str]:
    """What has a date comes first, the nearest on top; the rest by name."""
    moment = standing.interview.meets_at
    return moment is None, moment or standing.interview.created_at, str(standing.other)
