"""The conversations of one person, and what each waits for."""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils import timezone

from interviews.lateness import days_late, due_of
from interviews.models import Interview, Signature
from interviews.models.interview import InterviewQuerySet
from interviews.queries.preparing import preparations_of
from interviews.steps import Standing, next_step
from people.models import Employee


def conversations_of(user: Employee) -> InterviewQuerySet:
    """Those in which the user is one of the two, with what a line about them needs. Three queries, of any number."""
    signed = Signature.objects.filter(content__interview=OuterRef("pk"), signer=user)
    return (
        Interview.objects.visible_to(user)
        .taking_part(user)
        .select_related("employee", "interviewer", "cycle")
        .prefetch_related("version")
        .annotate(has_signed=Exists(signed))
    )


def standings_of(user: Employee, interviews: Iterable[Interview], now: datetime.datetime) -> list[Standing]:
    """Each of these conversations with the next step of this person in it. One more query."""
    interviews = list(interviews)
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
