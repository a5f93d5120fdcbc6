"""HR's figures of conversations, each defined once. A page, its lists and exports ask the same definition.

Launched are the conversations of a cycle, of people in the reader's scope. Of these, **counted** are all but those
cancelled, those exempted, and those of people who left before the cycle's last day without signing. Refusals and
absences stay counted and are shown apart.

    completion  signed ÷ counted
    on time     signed on or before the cycle's last day ÷ counted
    late        counted, open, and the date of the next step has passed (interviews.lateness)

A day is a day where the organisation is, wherever the reader sits.
"""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from insights.queries.branches import Branch
from interviews.lateness import EARLY, NOT_SHARED, TALKED, with_due
from interviews.models import Cycle, Interview, Outcome, State
from people.models import Employee
from people.organisation import the_organisation, zone_of
from people.prepared import padded

# Nobody's id: a list of ids that holds it finds nothing, with as many queries as one that finds something.
NOBODYS = UUID(int=0)


@dataclass(frozen=True)
class Selection:
    """Whose conversations: the reader's scope, a cycle (None: all), a branch of the organisation, a site, a leader."""

    user: Employee
    today: datetime.date
    cycle: Cycle | None = None
    branch: Branch = field(default_factory=Branch)
    # Of the branch, only those who belong to no department below it.
    only_here: bool = False
    site: str | None = None
    leader: Employee | None = None
    # Only what is still ahead in the week that begins on this Monday.
    week: datetime.date | None = None
    # Where the organisation's days begin and end, for a page that knows.
    where: datetime.tzinfo | None = None
    # Everybody but these, for a prepared query, which can't ask how far the reader's scope reaches.
    all_but: tuple[UUID, ...] = ()

    @property
    def is_everybody(self) -> bool:
        """Everybody whom a partner of the whole organisation may see: where a list begins. A cycle is no cut."""
        cut = self.branch.department, self.branch.nobodys, self.only_here, self.site is not None, self.leader, self.week
        return self.reaches_everywhere and not any(cut)

    @property
    def reaches_everywhere(self) -> bool:
        scope = self.user.hr_scope
        return scope is not None and scope.everywhere

    @property
    def left_out(self) -> list[UUID]:
        """Of everybody, those whom nobody sees as HR: oneself and one's superiors. A prepared query's `all_but`."""
        return padded([self.user.pk, *self.user.superior_ids])

    @cached_property
    def people(self) -> "QuerySet[Employee, Any]":
        """Everybody in the reader's scope, as a subquery; the scope itself is looked up once."""
        return Employee.objects.in_scope_of(self.user).values("pk")

    def in_scope(self, employee: str) -> Q:
        """Rows of people in the reader's scope; `employee` is the path to the person.

        Where that is everybody, it names the few who are out of reach instead of looking up each of the others.
        """
        if self.all_but or self.reaches_everywhere:
            return ~Q(**{f"{employee}__in": self.all_but or self.left_out})
        return Q(**{f"{employee}__in": self.people})

    def in_week(self, due: str) -> Q:
        if self.week is None:
            return Q()
        begin, end = max(self.week, self.today), self.week + datetime.timedelta(days=7)
        return Q((f"{due}__gte", begin), (f"{due}__lt", end))

    def of_people(self, employee: str = "") -> Q:
        """Narrows rows of people in scope to this selection; `employee` is the path to the person."""
        path = f"{employee}__" if employee else ""
        here = self.branch.holds(f"{path}department", only_here=self.only_here)
        return here if self.site is None else here & Q(**{f"{path}site": self.site})


def zone() -> datetime.tzinfo:
    return zone_of(the_organisation())


def with_days(rows: QuerySet[Interview], where: datetime.tzinfo) -> QuerySet[Interview]:
    """The two dates that the figures ask for: of the next step, and of the end."""
    return with_due(rows).annotate(closed_on=TruncDate("closed_at", tzinfo=where))


def launched(chosen: Selection) -> QuerySet[Interview]:
    """Everything the figures start from."""
    rows = Interview.objects.filter(chosen.of_people("employee"), chosen.in_scope("employee"), cycle__isnull=False)
    if chosen.cycle is not None:
        rows = rows.filter(cycle=chosen.cycle)
    if chosen.leader is not None:
        rows = rows.filter(interviewer=chosen.leader)
    return with_days(rows, chosen.where or zone()).filter(chosen.in_week("due"))


def leader_of(user: Employee, pk: UUID) -> Employee | None:
    """Somebody who leads a conversation of a person in the reader's scope, still here or not."""
    people = Employee.objects.in_scope_of(user).values("pk")
    led = Interview.objects.filter(employee__in=people, interviewer=OuterRef("pk"))
    return Employee.objects.filter(Exists(led), pk=pk).first()


SIGNED = Q(state=State.SIGNED)
CANCELLED = Q(state=State.CANCELLED)
EXEMPTED = Q(state=State.EXEMPTED)


def left_before_due(today: datetime.date) -> Q:
    gone = Q(employee__left_on__isnull=False, employee__left_on__lte=today, employee__left_on__lt=F("cycle__sign_by"))
    return gone & ~Q(state__in=[State.SIGNED, State.CANCELLED, State.EXEMPTED])


def figures(today: datetime.date) -> dict[str, Q]:
    """Each figure by its name in the address. `counted` is the denominator."""
    left = left_before_due(today)
    counted = ~Q(state__in=[State.CANCELLED, State.EXEMPTED]) & ~left
    written = [State.IN_REVIEW, State.SIGNING, State.SIGNED]
    early = counted & Q(state__in=EARLY)
    return {
        "launched": Q(),
        "counted": counted,
        "signed": counted & SIGNED,
        "on_time": counted & SIGNED & Q(closed_on__lte=F("cycle__sign_by")),
        "late": counted & Q(due__lt=today),
        "open": counted & Q(closed_at__isnull=True),
        "refused": counted & Q(outcome=Outcome.REFUSED),
        "absent": counted & Q(outcome=Outcome.ABSENT),
        "shared": counted & Q(employee_shared_at__isnull=False, interviewer_shared_at__isnull=False),
        "talked": counted & Q(started_at__isnull=False),
        "written": counted & Q(state__in=written),
        "confirmed": counted & Q(state__in=written[1:]),
        "to_prepare": early & NOT_SHARED,
        "to_talk": early & ~NOT_SHARED,
        "to_sign": counted & Q(state__in=TALKED),
        "late_to_prepare": early & NOT_SHARED & Q(due__lt=today),
        "late_to_talk": early & ~NOT_SHARED & Q(due__lt=today),
        "late_to_sign": counted & Q(state__in=TALKED) & Q(due__lt=today),
        "cancelled": CANCELLED,
        "exempted": EXEMPTED,
        "left": left,
    }


def of_states() -> dict[str, Q]:
    """How many stand where, by names like “state signing”: for the page of a cycle, of everything launched."""
    return {f"state {state}": Q(state=state) for state in State}


LABELS = {
    "launched": _("launched"),
    "counted": _("counted"),
    "signed": _("signed"),
    "on_time": _("signed on time"),
    "late": _("late"),
    "open": _("still open"),
    "refused": _("refused"),
    "absent": _("absent"),
    "shared": _("both have shared"),
    "talked": _("talked"),
    "written": _("written down"),
    "confirmed": _("agreed"),
    "to_prepare": _("waiting for a preparation"),
    "to_talk": _("waiting for the talk"),
    "to_sign": _("waiting for a signature"),
    "late_to_prepare": _("late with a preparation"),
    "late_to_talk": _("late with the talk"),
    "late_to_sign": _("late with a signature"),
    "cancelled": _("cancelled"),
    "exempted": _("exempted"),
    "left": _("left before due"),
}
STEPS = ["counted", "shared", "talked", "written", "confirmed", "signed"]
# What a conversation waits for, by the date it is due.
WAITING = ["to_prepare", "to_talk", "to_sign"]


def people_behind(chosen: Selection, figure: str) -> QuerySet[Interview]:
    """The conversations that a figure counts."""
    return launched(chosen).filter(figures(chosen.today)[figure])


def percent(part: int, whole: int) -> int | None:
    """Rounded, but all is said only of all, and nothing only of nothing. None where there is no whole."""
    if not whole:
        return None
    if part in (0, whole):
        return 100 * part // whole
    return min(99, max(1, round(100 * part / whole)))


def monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())
