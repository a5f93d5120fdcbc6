"""The numbers as they were counted, for one reader: their scope only, without themselves and their superiors.

What was not counted yet is counted for this page, and not kept: reading writes nothing.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from insights.models import PEOPLE, Counting, Tally
from insights.queries.branches import Branch, roots_of
from insights.queries.counting import Numbers, count_cycle, count_people
from insights.queries.figures import zone
from interviews.models import Cycle
from people.models import Employee
from people.prepared import prepared

# A page that asks for the one asks for the other.
TOGETHER = ("numbers", "longest")


class Ledger:
    def __init__(self, user: Employee, today: datetime.date) -> None:
        self.user, self.today = user, today
        self.left_out: list[UUID] = [user.pk, *user.superior_ids]
        self._countings = {counting.of: counting for counting in _countings()}
        self._on_the_spot: dict[UUID | None, list[Tally]] = {}
        self._read: dict[tuple[tuple[str, ...], UUID | None, UUID | None], list[Tally]] = {}

    @cached_property
    def _launched(self) -> list[Cycle]:
        return _launched() if self.user.is_hr else []

    @cached_property
    def cycles(self) -> list[Cycle]:
        """Launched cycles that have somebody in the reader's scope, newest first. One query, or two."""
        found = self.numbers([cycle.pk for cycle in self._launched], roots_of(self.user))
        launched = Counter[UUID | None]()
        for (cycle, _department), numbers in found.items():
            launched[cycle] += numbers["launched"]
        return [cycle for cycle in self._launched if launched[cycle.pk] > 0]

    def counted_at(self, cycle: Cycle | None) -> datetime.datetime | None:
        """Since when the oldest number of a page stands; None when it was counted for this page."""
        return self.moment(PEOPLE, *([cycle.pk] if cycle else [c.pk for c in self.cycles]))

    def moment(self, *of: UUID) -> datetime.datetime | None:
        """When the first of these were counted."""
        return min((self._countings[one].counted_at for one in of if one in self._countings), default=None)

    def numbers(
        self, of: Iterable[UUID | None], departments: Iterable[UUID | None]
    ) -> dict[tuple[UUID | None, UUID | None], Numbers]:
        """By cycle (None: outside of cycles) and department (None: everybody). One query."""
        found: dict[tuple[UUID | None, UUID | None], Numbers] = defaultdict(Counter)
        for tally in self._tallies(of, departments, "numbers"):
            numbers = found[tally.cycle_id, tally.department_id]
            (numbers.update if tally.person_id is None else numbers.subtract)(tally.numbers)
        return found

    def longest(self, of: Iterable[UUID], branch: Branch) -> list[UUID]:
        """The conversations that were late for longest when they were counted. One query."""
        return [UUID(pk) for tally in self._tallies(of, branch.roots, "longest") for pk in tally.longest]

    def by(self, what: Literal["sites", "leaders"], cycle: Cycle, branch: Branch) -> dict[str, Numbers]:
        """By site, or by who leads those that are late. One query."""
        found: dict[str, Numbers] = defaultdict(Counter)
        tallies = list(self._tallies([cycle.pk], branch.roots, what))
        for tally in sorted(tallies, key=lambda tally: tally.person_id is not None):
            for name, numbers in getattr(tally, what).items():
                if tally.person_id is None:
                    found[name].update(numbers)
                elif name in found:
                    found[name].subtract(numbers)
        return found

    def _tallies(self, of: Iterable[UUID | None], departments: Iterable[UUID | None], column: str) -> Iterator[Tally]:
        wanted, places = list(of), list(departments)
        kept = [cycle for cycle in wanted if (cycle or PEOPLE) in self._countings]
        columns = TOGETHER if column in TOGETHER else (column,)
        pairs = list(product([columns], kept, places))
        if not all(pair in self._read for pair in pairs):
            self._read |= {pair: [] for pair in pairs}
            for tally in self._ask(kept, places, columns):
                self._read[columns, tally.cycle_id, tally.department_id].append(tally)
        for pair in pairs:
            yield from self._read[pair]
        for cycle in wanted:
            if cycle not in kept:
                yield from (
                    tally
                    for tally in self._now(cycle)
                    if tally.department_id in places and tally.person_id in (None, *self.left_out)
                )

    def _ask(self, of: list[UUID | None], places: list[UUID | None], columns: tuple[str, ...]) -> list[Tally]:
        cycles, where = [pk for pk in of if pk], [pk for pk in places if pk]
        shape: dict[str, Any] = {
            "cycles": len(cycles),
            "departments": len(where),
            "outside": None in of,
            "everybody": None in places,
        }
        return _tallies(*cycles, *where, *self.left_out, columns=columns, **shape)

    def _now(self, of: UUID | None) -> list[Tally]:
        if of not in self._on_the_spot:
            cycle = next((cycle for cycle in self._launched if cycle.pk == of), None)
            counted = count_cycle(cycle, self.today, zone()) if cycle else count_people(self.today, zone())
            self._on_the_spot[of] = counted
        return self._on_the_spot[of]


@prepared
def _countings() -> QuerySet[Counting]:
    return Counting.objects.all()


@prepared
def _launched() -> QuerySet[Cycle]:
    return Cycle.objects.filter(launched_at__isnull=False).order_by("-launched_at", "-created_at")


@prepared
def _tallies(
    *ids: UUID, columns: tuple[str, ...], cycles: int, departments: int, outside: bool, everybody: bool
) -> QuerySet[Tally]:
    """First so many cycles, then so many departments; the rest are those who are left out."""
    of, where, left_out = ids[:cycles], ids[cycles : cycles + departments], ids[cycles + departments :]
    rows = Tally.objects.filter(
        Q(person=None) | Q(person__in=left_out),
        _in("cycle", of, or_none=outside),
        _in("department", where, or_none=everybody),
    )
    return rows.only("cycle", "department", "person", *columns)


def _in(path: str, values: Sequence[UUID], *, or_none: bool) -> Q:
    found = Q(**{f"{path}__in": values})
    return found | Q(**{f"{path}__isnull": True}) if or_none else found
