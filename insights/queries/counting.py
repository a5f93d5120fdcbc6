"""The count behind HR's figures: few aggregate queries for everybody at once, added up along the tree of departments.

It asks the same definitions as the lists do (queries.figures, queries.promised, queries.coverage) and writes nothing.
"""

import datetime
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek

from insights.models import Tally
from insights.queries.branches import ancestry
from insights.queries.coverage import with_contacts
from insights.queries.figures import WAITING, figures, monday, of_states, with_days
from insights.queries.promised import KINDS, states
from interviews.lateness import LONGEST_OVERDUE_FIRST
from interviews.models import Cycle, Interview
from interviews.queries.cycles import unled
from people.models import Employee

AHEAD = datetime.timedelta(weeks=5)
# More than a page shows: its reader's own and their superiors' are left out of them.
MOST = 20
# What is kept for sites and for those who lead.
FEW = ["launched", "counted", "signed", "late"]
# From one moment to the next, and what this part of the way is called.
PHASES = {
    "talk": ("created_at", "started_at"),
    "written": ("started_at", "frozen_at"),
    "signed": ("frozen_at", "closed_at"),
}
NAMESPACE = UUID("5f0f6a52-7d6c-4a41-9a3c-0c3f5ad2c1b7")
Whose = dict[str, Any]
Numbers = Counter[str]


@dataclass
class Page:
    """What is found of one department with all below it, or of one person there."""

    numbers: Numbers = field(default_factory=Counter)
    sites: dict[str, Numbers] = field(default_factory=lambda: defaultdict(Counter))
    leaders: dict[str, Numbers] = field(default_factory=lambda: defaultdict(Counter))
    longest: list[str] = field(default_factory=list)


@dataclass
class Book:
    """Each number is added to the department it was found in, and to all those above it."""

    of: UUID | None
    above: dict[UUID | None, list[UUID | None]] = field(default_factory=ancestry)
    pages: dict[tuple[UUID | None, UUID | None], Page] = field(default_factory=lambda: defaultdict(Page))

    def open(self, department: UUID | None, person: UUID | None = None) -> list[Page]:
        return [self.pages[place, person] for place in self.above.get(department, [None])]

    def add(self, found: Numbers, department: UUID | None, person: UUID | None = None) -> None:
        for page in self.open(department, person):
            page.numbers.update(found)

    def tallies(self) -> list[Tally]:
        return [
            Tally(
                id=uuid.uuid5(NAMESPACE, f"{self.of}:{department}:{person}"),
                cycle_id=self.of,
                department_id=department,
                person_id=person,
                numbers=dict(sorted((+page.numbers).items())),
                sites={name: dict(found) for name, found in sorted(page.sites.items())},
                leaders={name: dict(found) for name, found in _most_late(page.leaders)},
                longest=page.longest,
            )
            for (department, person), page in self.pages.items()
        ]


def _most_late(leaders: dict[str, Numbers]) -> list[tuple[str, Numbers]]:
    return sorted(leaders.items(), key=lambda item: (-item[1]["late"], item[1]["signed"], item[0]))[:MOST]


def left_out_somewhere() -> set[UUID]:
    """HR partners and their superiors: each of them is outside of what somebody may count."""
    found = set(Employee.objects.filter(memberships__role="hr").values_list("pk", flat=True))
    step = found
    while step:
        above = Employee.objects.filter(reports__in=step).values_list("pk", flat=True)
        step = set(above) - found
        found |= step
    return found


def count_cycle(cycle: Cycle, today: datetime.date, where: datetime.tzinfo) -> list[Tally]:
    """Everything that is counted of one cycle."""
    rows = with_days(Interview.objects.filter(cycle=cycle), where).order_by()
    book, rules = Book(cycle.pk), figures(today)
    here = "employee__department"
    for found, whose in _of_conversations(rows, today, here):
        book.add(found, whose[here])
    few = {name: rules[name] for name in FEW}
    for found, whose in _counts(rows, few, here, "employee__site"):
        for page in book.open(whose[here]):
            page.sites[whose["employee__site"]].update(found)
    for found, whose in _counts(rows, few, here, "interviewer"):
        for page in book.open(whose[here]):
            page.leaders[str(whose["interviewer"])].update(found)
    apart = left_out_somewhere()
    theirs = rows.filter(employee__in=apart)
    for found, whose in _of_conversations(theirs, today, here, "employee__site", "interviewer", "employee"):
        added = Counter({name: found[name] for name in FEW if found[name]})
        for page in book.open(whose[here], whose["employee"]):
            page.numbers.update(found)
            page.sites[whose["employee__site"]].update(added)
            page.leaders[str(whose["interviewer"])].update(added)
    for name, out, path in (("waiting", unled(cycle, today), ""), ("exempted before", cycle.exemptions, "employee__")):
        here, person, everybody = f"{path}department", f"{path}id", out.order_by()
        _note_missing(book, name, everybody, here)
        _note_missing(book, name, everybody.filter(**{f"{person}__in": apart}), here, person)
    _note_longest(book, rows.filter(rules["late"]))
    return book.tallies()


def _note_missing(book: Book, name: str, out: QuerySet[Any], here: str, person: str = "") -> None:
    """Those who are not in a cycle: without an interviewer, or exempted before they were invited."""
    for found, whose in _counts(out, {name: Q()}, *filter(None, [here, person])):
        _add_person(book, found, whose, here, person)


def _note_longest(book: Book, late: QuerySet[Interview]) -> None:
    rows = late.order_by(*LONGEST_OVERDUE_FIRST).values_list("pk", "employee__department")
    for pk, department in rows.iterator(chunk_size=2000):
        for page in book.open(department):
            if len(page.longest) < MOST:
                page.longest.append(str(pk))


def count_people(today: datetime.date, where: datetime.tzinfo) -> list[Tally]:
    """What people agreed on and what falls due, and whom somebody has talked with: outside of cycles."""
    book, apart = Book(None), left_out_somewhere()
    for kind in KINDS.values():
        rows: QuerySet[Any] = kind.model.objects.order_by()
        rules = {f"{kind.name} {name}": rule for name, rule in states(kind, today).items()}
        to_do = rules.pop(f"{kind.name} to_do")
        ahead = rows.filter(to_do, due_on__gte=today, due_on__lt=monday(today) + AHEAD)
        here, person = f"{kind.employee}__department", kind.employee
        for keys, of in (((here,), rows), ((here, person), rows.filter(**{f"{person}__in": apart}))):
            soon = ahead if of is rows else ahead.filter(**{f"{person}__in": apart})
            for found, whose in (*_counts(of, rules, *keys), *_by_week(soon, "due_on", {kind.name: Q()}, *keys)):
                _add_person(book, found, whose, here, person)
    everybody = with_contacts(Employee.objects.active().order_by(), today, where)
    for keys, of in ((("department",), everybody), (("department", "id"), everybody.filter(pk__in=apart))):
        # Grouped by what holds of each person, so that it is looked up once, and added up here.
        groups = of.annotate(is_in_touch=ExpressionWrapper(Q(contacts__gte=2), BooleanField()))
        for row in groups.values(*keys, "has_talked", "is_in_touch").annotate(n=Count("pk")):
            said = ["people", "talked" if row["has_talked"] else "not_talked"]
            said.append("in_touch" if row["is_in_touch"] else "out_of_touch")
            _add_person(book, Counter(dict.fromkeys(said, row["n"])), row, "department", "id")
    return book.tallies()


def _add_person(book: Book, found: Numbers, whose: Whose, here: str, person: str) -> None:
    book.add(found, whose[here], whose.get(person))


def _of_conversations(rows: QuerySet[Interview], today: datetime.date, *keys: str) -> Iterator[tuple[Numbers, Whose]]:
    """All numbers of conversations, by these keys: the figures, what is due when, what was signed when, how long."""
    rules = figures(today)
    yield from _counts(rows, rules | of_states(), *keys)
    ahead = rows.filter(Q(due__gte=today), Q(due__lt=monday(today) + AHEAD))
    yield from _by_week(ahead, "due", {name: rules[name] for name in WAITING}, *keys)
    yield from _by_week(rows.filter(rules["signed"]), "closed_on", {"signed": Q()}, *keys)
    spans: dict[str, Any] = {}
    for name, (begin, end) in PHASES.items():
        spans[f"n_{name}"] = Count("pk", filter=Q(**{f"{begin}__isnull": False, f"{end}__isnull": False}))
        spans[f"s_{name}"] = Sum(F(end) - F(begin), output_field=DurationField())
    for row in rows.filter(rules["signed"]).values(*keys).annotate(**spans):
        took: Numbers = Counter()
        for name in PHASES:
            if row[f"s_{name}"] is not None:
                took[f"phase {name}"] = row[f"n_{name}"]
                took[f"seconds {name}"] = round(row[f"s_{name}"].total_seconds())
        yield took, row


def _counts(rows: QuerySet[Any], rules: dict[str, Q], *keys: str) -> Iterator[tuple[Numbers, Whose]]:
    # Names in the query stand for columns: a prefix keeps them from meaning a field.
    numbers = {f"n_{n}": Count("pk", filter=rule) if rule else Count("pk") for n, rule in enumerate(rules.values())}
    for row in rows.values(*keys).annotate(**numbers):
        yield Counter({name: row[f"n_{n}"] for n, name in enumerate(rules) if row[f"n_{n}"]}), row


def _by_week(rows: QuerySet[Any], day: str, rules: dict[str, Q], *keys: str) -> Iterator[tuple[Numbers, Whose]]:
    """Numbers named “signed 2026-11-23”: what happens in the week from that Monday on."""
    weeks = rows.annotate(week=TruncWeek(day))
    for found, whose in _counts(weeks, rules, *keys, "week"):
        yield Counter({f"{name} {whose['week']:%Y-%m-%d}": n for name, n in found.items()}), whose
