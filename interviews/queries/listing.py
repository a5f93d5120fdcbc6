"""The conversations of one person, and what each waits for."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from interviews.lateness import days_late, due_of
from interviews.models import Interview, Signature
from interviews.models.interview import CLOSED_STATES, InterviewQuerySet
from interviews.queries.preparing import preparations_of
from interviews.queries.versions import with_versions
from interviews.steps import Standing, next_step
from people.models import Employee
from people.models.employee import full_name
from people.prepared import prepared

NAME = ("first_name", "last_name", "email")
# Of the two people, what names them and what rights depend on.
PEOPLE = tuple(
    f"{person}__{field}"
    for person in ("employee", "interviewer")
    for field in (*NAME, "department", "manager", "is_active")
)
EVERYTHING = tuple(field.name for field in Interview._meta.concrete_fields)


@prepared
def open_conversations(user: Employee) -> QuerySet[Interview]:
    """Those under way in which the user is one of the two. One query."""
    return _with_what_a_line_needs(Interview.objects.taking_part(user).open(), user)


class Closed(NamedTuple):
    """A conversation that has come to an end, as far as a line says it."""

    pk: UUID
    state: str
    closed_at: datetime.datetime
    purpose: str
    cycle: str | None
    employee_id: UUID
    # The name of the one, and of the other, each as first name, last name and address.
    names: tuple[str, ...]

    def other_than(self, user: Employee) -> str:
        return full_name(*(self.names[3:] if user.pk == self.employee_id else self.names[:3]))


@dataclass(frozen=True)
class ClosedConversations:
    """Those behind the user, latest first; pages are cut out of it. One query."""

    user: Employee

    def __getitem__(self, where: slice) -> list[Closed]:
        # Nearly everybody asks for the first page.
        rows = _closed(self.user)[where] if where.start else _first_closed(self.user, most=where.stop)
        return [
            Closed(pk, state, closed_at, purpose, cycle, employee, tuple(names))
            for pk, state, closed_at, purpose, cycle, employee, *names in rows
        ]


@prepared
def _first_closed(user: Employee, *, most: int) -> "QuerySet[Interview, Any]":
    return _closed(user)[:most]


def _closed(user: Employee) -> "QuerySet[Interview, Any]":
    closed = Interview.objects.taking_part(user).filter(state__in=CLOSED_STATES).order_by("-closed_at", "pk")
    names = [f"{whose}__{column}" for whose in ("employee", "interviewer") for column in NAME]
    return closed.values_list("pk", "state", "closed_at", "purpose", "cycle__name", "employee", *names)


def leads_somebody(user: Employee) -> bool:
    """Whether somebody still here reports to the user. One query."""
    return bool(_one_report(user))


@prepared
def _one_report(user: Employee) -> "QuerySet[Employee, Any]":
    return Employee.objects.reports_of(user).order_by().values_list("pk")[:1]


def _with_what_a_line_needs(interviews: InterviewQuerySet, user: Employee) -> InterviewQuerySet:
    signed = Signature.objects.filter(content__interview=OuterRef("pk"), signer=user)
    whole = interviews.select_related("employee", "interviewer", "cycle").only(*EVERYTHING, "cycle__name", *PEOPLE)
    return whole.annotate(has_signed=Exists(signed))


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
