"""What HR's page shows, from the numbers as they were counted: a fixed number of queries, whatever the size."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from insights.queries.counting import PHASES, Numbers
from insights.queries.figures import NOBODYS, WAITING, Selection, figures, launched, monday, percent
from insights.queries.ledger import Ledger
from insights.queries.listing import in_lines
from insights.queries.promised import KINDS
from interviews.lateness import LONGEST_OVERDUE_FIRST, with_due
from interviews.models import Cycle, Interview
from people.models import Employee
from people.policy import reaches
from people.prepared import padded, prepared

BY = ["department", "site", "manager"]
SHOWN = 12
WEEKS = 5
MOST_WEEKS = 60
FEW_MORE = 3


@dataclass(frozen=True)
class Part:
    """One bar: a part of the selection, and what of the address says so."""

    name: str
    counted: int
    signed: int
    late: int
    address: dict[str, Any] = field(default_factory=dict)
    # The part has parts of its own: its bar leads down to them.
    inside: bool = False

    @property
    def percent(self) -> int:
        return percent(self.signed, self.counted) or 0


@dataclass(frozen=True)
class Point:
    """One week of a cycle: how many had signed by its end, and how many were to have signed, in per cent."""

    week: datetime.date
    signed: int | None
    share: int | None
    plan: int
    before: int | None = None


@dataclass(frozen=True)
class Week:
    """What is due in one week, by what is to be done; without a Monday, what is overdue."""

    monday: datetime.date | None
    due: list[tuple[str, int]]


@dataclass(frozen=True)
class Overview:
    counts: Numbers
    departments: list[Part]
    # The bars: departments, or what the reader compares instead.
    parts: list[Part] = field(default_factory=list)
    # Of plans and people, outside of cycles.
    people: Numbers = field(default_factory=Counter)
    longest: list[Interview] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    trend: list[Point] = field(default_factory=list)
    phases: list[tuple[str, int]] = field(default_factory=list)
    counted_at: datetime.datetime | None = None
    goal: int | None = None

    @property
    def completion(self) -> int | None:
        return percent(self.counts["signed"], self.counts["counted"])

    @property
    def on_time(self) -> int | None:
        return percent(self.counts["on_time"], self.counts["counted"])

    @property
    def compared(self) -> bool:
        """Whether there was a cycle before, to compare with."""
        return bool(self.trend) and self.trend[0].before is not None

    @property
    def talks(self) -> int:
        """How many talks are due in what is left of this week."""
        return dict(self.weeks[1].due)["to_talk"] if self.weeks else 0

    @property
    def worst(self) -> Part | None:
        """The department where most are late; none when nobody is."""
        named = (part for part in self.departments if part.inside)
        most = max(named, key=lambda part: (part.late, -part.percent), default=None)
        return most if most and most.late else None


def overview(chosen: Selection, ledger: Ledger, *, by: str = "department", longest: int = 5) -> Overview:
    """The whole page; with `longest` 0 only what a headline needs."""
    branch, cycle = chosen.branch, chosen.cycle
    cycles = [cycle] if cycle else ledger.cycles
    ids: list[UUID | None] = [c.pk for c in cycles]
    before = _before(cycle, ledger.cycles) if longest else None
    wanted = [*ids, *([None] if longest else []), *([before.pk] if before else [])]
    numbers = ledger.numbers(wanted, {*branch.roots, *(place.pk for place in branch.children)})

    def whole(of: list[UUID | None], places: tuple[UUID | None, ...] = branch.roots) -> Numbers:
        return added(numbers[key] for key in product(of, places) if key in numbers)

    counts = whole(ids)
    departments = _departments(chosen, counts, {place.pk: whole(ids, (place.pk,)) for place in branch.children})
    if by == "department":
        parts = departments
    elif by == "cycle":
        parts = [_part(c.name, whole([c.pk]), {"cycle": c.pk}, inside=True) for c in cycles]
    else:
        parts = parts_by(chosen, ledger, by)
    if not longest:
        return Overview(counts, departments, parts)
    people = whole([None])
    return Overview(
        counts=counts,
        departments=departments,
        parts=parts,
        people=people,
        longest=longest_overdue(chosen, ledger, [c.pk for c in cycles], longest),
        weeks=_weeks(chosen.today, counts, people),
        trend=_trend(cycle, chosen.today, counts, before, whole([before.pk] if before else [])) if cycle else [],
        phases=_phases(counts),
        counted_at=ledger.counted_at(cycle),
        goal=(plan_of(cycle, chosen.today) or None) if cycle else None,
    )


def parts_by(chosen: Selection, ledger: Ledger, by: str) -> list[Part]:
    """By site, worst first; or by manager, those with most late ones. Managers are those who lead the conversations."""
    if chosen.cycle is None:
        return []
    if by == "site":
        sites = ledger.by("sites", chosen.cycle, chosen.branch)
        parts = [_part(site or _("No site"), found, {"site": site}) for site, found in sites.items()]
        return _worst_first(part for part in parts if part.counted)[:SHOWN]
    leaders = {UUID(pk): found for pk, found in ledger.by("leaders", chosen.cycle, chosen.branch).items()}
    names = Employee.objects.in_bulk(leaders)
    parts = [_part(str(names[pk]), found, {"manager": pk}) for pk, found in leaders.items() if pk in names]
    return sorted((part for part in parts if part.counted), key=_most_late_first)[:SHOWN]


@dataclass(frozen=True)
class AllParts:
    """All sites or managers of a selection, those with most late ones first, as of now; pages are cut out of it."""

    chosen: Selection
    by: str

    @property
    def _rows(self) -> "QuerySet[Interview, Any]":
        key, rules = ("employee__site" if self.by == "site" else "interviewer"), figures(self.chosen.today)
        few = {f"n_{name}": Count("pk", filter=rules[name]) for name in ("counted", "signed", "late")}
        rows = launched(self.chosen).order_by().values(key).annotate(**few).filter(n_counted__gt=0)
        ordered: QuerySet[Interview, Any] = rows.order_by("-n_late", "n_signed", key)
        return ordered

    def __getitem__(self, where: slice) -> list[Part]:
        return list(self._parts(list(self._rows[where])))

    def all(self) -> Iterable[Part]:
        return self._parts(list(self._rows))

    def _parts(self, rows: list[dict[str, Any]]) -> Iterable[Part]:
        """With names: one query more."""
        if self.by == "site":
            return [_said(row["employee__site"] or _("No site"), row, {"site": row["employee__site"]}) for row in rows]
        names = Employee.objects.in_bulk([row["interviewer"] for row in rows])
        return [_said(str(names[row["interviewer"]]), row, {"manager": row["interviewer"]}) for row in rows]


def _said(name: str, row: dict[str, Any], address: dict[str, Any]) -> Part:
    return Part(name, row["n_counted"], row["n_signed"], row["n_late"], address)


def _most_late_first(part: Part) -> Any:
    return -part.late, part.percent, part.name


def plan_of(cycle: Cycle, day: datetime.date) -> int:
    """How many per cent were to have signed by that day: from the last day for preparing to the last for signing."""
    if day >= cycle.sign_by:
        return 100
    length = (cycle.sign_by - cycle.prepare_by).days
    return max(0, round(100 * (day - cycle.prepare_by).days / length)) if length else 0


def added(found: Iterable[Numbers]) -> Numbers:
    """The sum. Nothing is less than none: whoever is left out was counted at the same moment."""
    total: Numbers = Counter()
    for numbers in found:
        total.update(numbers)
    return +total


def _part(name: str, found: Numbers, address: dict[str, Any], *, inside: bool = False) -> Part:
    return Part(name, found["counted"], found["signed"], found["late"], address, inside)


def _worst_first(parts: Any) -> list[Part]:
    return sorted(parts, key=lambda part: (part.percent, -part.late, part.name))


def _departments(chosen: Selection, counts: Numbers, children: dict[UUID, Numbers]) -> list[Part]:
    """What lies right below, each with all below it; and those who belong to none of these."""
    branch = chosen.branch
    names = {place.pk: place.name for place in branch.children}
    parts = [_part(names[pk], found, {"department": pk}, inside=True) for pk, found in children.items()]
    rest = counts.copy()
    for found in children.values():
        rest.subtract(found)
    if branch.department is not None:
        name = _("%(department)s itself") % {"department": branch.department.name} if parts else branch.department.name
        parts.append(_part(name, rest, {"department": branch.department.pk, "only": "1"}))
    elif branch.roots == (None,):
        parts.append(_part(_("No department"), rest, {"department": "none"}))
    return _worst_first(part for part in parts if part.counted > 0)


def longest_overdue(chosen: Selection, ledger: Ledger, cycles: list[UUID], most: int) -> list[Interview]:
    """Of those that were late for longest, the ones that still are. One query, rarely two."""
    known = ledger.longest(cycles, chosen.branch)
    # One list is in their order: most of its first few are as late as they were a moment ago.
    few = known[: most + FEW_MORE] if len(cycles) == len(chosen.branch.roots) == 1 else known
    found = _still_late(chosen, few)
    if len(found) < most and len(few) < len(known):
        found = _still_late(chosen, known)
    return found[:most]


def _still_late(chosen: Selection, ids: list[UUID]) -> list[Interview]:
    rows = _late(chosen.today, *padded(ids or [NOBODYS]))
    return [row for row in rows if reaches(chosen.user, row.employee)]


@prepared
def _late(today: datetime.date, *ids: UUID) -> QuerySet[Interview]:
    rows = with_due(Interview.objects.filter(pk__in=ids)).filter(figures(today)["late"])
    return in_lines(rows.order_by(*LONGEST_OVERDUE_FIRST))


def _weeks(today: datetime.date, counts: Numbers, people: Numbers) -> list[Week]:
    """What is overdue, and what is ahead in this week and the next ones."""
    late = [(f"late_{name}", counts[f"late_{name}"]) for name in WAITING]
    late += [(f"{name} overdue", people[f"{name} overdue"]) for name in KINDS]
    weeks = [Week(None, late)]
    for n in range(WEEKS):
        day = monday(today) + datetime.timedelta(weeks=n)
        due = [(name, counts[f"{name} {day}"]) for name in WAITING]
        weeks.append(Week(day, due + [(name, people[f"{name} {day}"]) for name in KINDS]))
    return weeks


def _before(cycle: Cycle | None, cycles: list[Cycle]) -> Cycle | None:
    """The cycle before this one in the reader's scope."""
    older = cycles[cycles.index(cycle) + 1 :] if cycle in cycles else []
    return older[0] if older else None


def _trend(cycle: Cycle, today: datetime.date, counts: Numbers, before: Cycle | None, then: Numbers) -> list[Point]:
    """Week by week from the launch to the last day, or to the last signature where that came later."""
    if cycle.launched_at is None or not counts["counted"]:
        return []
    begin = monday(cycle.launched_at.date())
    last = max([monday(cycle.sign_by), *(_mondays(counts))])
    points, so_far, earlier = [], 0, 0
    for n in range(min(MOST_WEEKS, (last - begin).days // 7 + 1)):
        week = begin + datetime.timedelta(weeks=n)
        so_far += counts[f"signed {week}"]
        if before is not None and before.launched_at is not None:
            earlier += then[f"signed {monday(before.launched_at.date()) + datetime.timedelta(weeks=n)}"]
        past = week <= today
        points.append(
            Point(
                week,
                so_far if past else None,
                percent(so_far, counts["counted"]) if past else None,
                plan_of(cycle, week + datetime.timedelta(days=6)),
                percent(earlier, then["counted"]) if before else None,
            )
        )
    return points


def _mondays(counts: Numbers) -> list[datetime.date]:
    return [datetime.date.fromisoformat(name.removeprefix("signed ")) for name in counts if name.startswith("signed ")]


def _phases(counts: Numbers) -> list[tuple[str, int]]:
    """How many days each part of the way took on average, of the signed ones."""
    return [
        (name, round(counts[f"seconds {name}"] / counts[f"phase {name}"] / 86400))
        for name in PHASES
        if counts[f"phase {name}"]
    ]
