"""HR's figures, each defined once. A page, its list and its export ask the same definition, so they can't disagree.

Launched are the conversations of a cycle, of people in the reader's scope. Of these, **counted** are all but those
cancelled, those of people who left before the cycle's last day without signing, and those exempted (none can be yet).
Refusals and absences stay counted and are shown apart.

    completion  signed ÷ counted
    on time     signed on or before the cycle's last day ÷ counted
    late        counted, open, and the date of the next step has passed (interviews.lateness)
    follow-up   check-ins held ÷ check-ins due by today
"""

import datetime
import zoneinfo
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from interviews.lateness import LONGEST_OVERDUE_FIRST, with_due
from interviews.models import Cycle, Interview, Outcome, State
from interviews.queries.cycles import followed_by
from interviews.queries.departments import Place
from people.models import Employee, Organisation
from plans.models import CheckIn


@dataclass(frozen=True)
class Selection:
    """Whose conversations: the reader's scope, a cycle (None: all), a department with all below (None: all)."""

    user: Employee
    today: datetime.date
    cycle: Cycle | None = None
    place: Place | None = None
    only_here: bool = False

    @property
    def departments(self) -> frozenset[UUID] | None:
        if self.place is None:
            return None
        return frozenset({self.place.department.pk}) if self.only_here else self.place.below


def launched(chosen: Selection) -> QuerySet[Interview]:
    """Everything the figures start from, with the two dates they ask for."""
    rows = followed_by(chosen.user).filter(cycle__isnull=False)
    if chosen.cycle is not None:
        rows = rows.filter(cycle=chosen.cycle)
    if chosen.departments is not None:
        rows = rows.filter(employee__department__in=chosen.departments)
    # “By the cycle's date” is that day where the organisation is, wherever the reader sits.
    zone = zoneinfo.ZoneInfo(Organisation.current().timezone)
    return with_due(rows).annotate(closed_on=TruncDate("closed_at", tzinfo=zone))


SIGNED = Q(state=State.SIGNED)
CANCELLED = Q(state=State.CANCELLED)


def left_before_due(today: datetime.date) -> Q:
    gone = Q(employee__left_on__isnull=False, employee__left_on__lte=today, employee__left_on__lt=F("cycle__sign_by"))
    return gone & ~SIGNED & ~CANCELLED


def figures(today: datetime.date) -> dict[str, Q]:
    """Each figure by its name in the address. `counted` is the denominator."""
    left = left_before_due(today)
    counted = ~CANCELLED & ~left
    written = [State.IN_REVIEW, State.SIGNING, State.SIGNED]
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
        "cancelled": CANCELLED,
        "left": left,
    }


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
    "cancelled": _("cancelled"),
    "left": _("left before due"),
}
STEPS = ["counted", "shared", "talked", "written", "confirmed", "signed"]


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


@dataclass(frozen=True)
class ByDepartment:
    id: UUID | None
    name: str
    counted: int
    signed: int
    late: int

    @property
    def percent(self) -> int:
        return percent(self.signed, self.counted) or 0


@dataclass(frozen=True)
class FollowUp:
    due: int
    held: int

    @property
    def percent(self) -> int | None:
        return percent(self.held, self.due)


@dataclass(frozen=True)
class Overview:
    """What the page shows. Its numbers come from three queries, whatever their size."""

    counts: dict[str, int]
    departments: list[ByDepartment]
    follow_up: FollowUp
    longest: list[Interview] = field(default_factory=list)

    @property
    def completion(self) -> int | None:
        return percent(self.counts["signed"], self.counts["counted"])

    @property
    def on_time(self) -> int | None:
        return percent(self.counts["on_time"], self.counts["counted"])

    @property
    def worst(self) -> ByDepartment | None:
        """Where most are late; nobody when nobody is."""
        most = max(self.departments, key=lambda d: (d.late, -d.percent), default=None)
        return most if most and most.late else None


def overview(chosen: Selection, *, longest: int = 5) -> Overview:
    rows, wanted = launched(chosen), figures(chosen.today)
    counts = rows.aggregate(
        **{f"n_{name}": Count("pk", filter=rule) for name, rule in wanted.items() if name != "launched"}
    )
    overdue = rows.filter(wanted["late"]).order_by(*LONGEST_OVERDUE_FIRST)
    return Overview(
        counts={name.removeprefix("n_"): count for name, count in counts.items()},
        departments=_by_department(rows, wanted),
        follow_up=follow_up(chosen),
        longest=list(overdue.select_related("employee__department", "interviewer")[:longest]),
    )


def _by_department(rows: QuerySet[Interview], wanted: dict[str, Q]) -> list[ByDepartment]:
    """Worst first."""
    found = (
        rows.filter(wanted["counted"])
        .order_by()
        .values("employee__department", "employee__department__name")
        .annotate(
            n=Count("pk"), n_signed=Count("pk", filter=wanted["signed"]), n_late=Count("pk", filter=wanted["late"])
        )
    )
    departments = [
        ByDepartment(
            row["employee__department"],
            row["employee__department__name"] or "",
            row["n"],
            row["n_signed"],
            row["n_late"],
        )
        for row in found
    ]
    return sorted(departments, key=lambda d: (d.percent, -d.late, d.name))


def check_ins_due(chosen: Selection) -> QuerySet[CheckIn]:
    """Check-ins that were due by today, held or not; withdrawn ones and those after somebody had left are not due."""
    people = Employee.objects.in_scope_of(chosen.user)
    if chosen.departments is not None:
        people = people.filter(department__in=chosen.departments)
    rows = CheckIn.objects.filter(plan__employee__in=people.values("pk"), withdrawn_at=None, due_on__lte=chosen.today)
    if chosen.cycle is not None:
        rows = rows.filter(series__in=followed_by(chosen.user).filter(cycle=chosen.cycle).values("pk"))
    gone = Q(plan__employee__left_on__isnull=False, plan__employee__left_on__lte=F("due_on"))
    return rows.exclude(Q(held_on__isnull=True) & gone)


def follow_up(chosen: Selection) -> FollowUp:
    counts: dict[str, Any] = check_ins_due(chosen).aggregate(
        due=Count("pk"), held=Count("pk", filter=Q(held_on__isnull=False))
    )
    return FollowUp(**counts)


def cycles_with_people(user: Employee) -> list[Cycle]:
    """Launched cycles that have somebody in the reader's scope, newest first. One query."""
    mine = followed_by(user).filter(cycle=OuterRef("pk"))
    return list(Cycle.objects.visible_to(user).filter(Exists(mine)).order_by("-launched_at", "-created_at"))
