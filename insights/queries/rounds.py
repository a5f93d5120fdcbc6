"""Cycles with how far each has come, and what the page of one lists."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet

from insights.queries.branches import roots_of
from insights.queries.figures import Selection, figures, launched
from insights.queries.ledger import Ledger
from insights.queries.listing import BY_NAME, in_lines
from insights.queries.overview import added
from interviews.lateness import LONGEST_OVERDUE_FIRST
from interviews.models import Cycle, Interview
from interviews.queries.versions import with_versions
from people.folding import fold, folded_fields
from people.models import Employee
from people.prepared import padded, prepared

# What a page asks for instead of a state.
LATE = "late"
NAMES = ("employee__first_name", "employee__last_name", "interviewer__first_name", "interviewer__last_name")
MOST_WORDS = 8


@dataclass(frozen=True)
class Round:
    """A cycle, and of those of the reader's scope who count: how many there are, how many have signed."""

    cycle: Cycle
    counted: int
    signed: int


def rounds(user: Employee, ledger: Ledger) -> list[Round]:
    """All cycles, newest first. Two queries; two more for a reader who serves some departments only."""
    cycles = with_versions(list(Cycle.objects.visible_to(user)))
    places = roots_of(user)
    numbers = ledger.numbers([cycle.pk for cycle in cycles if cycle.launched_at], places)
    found = []
    for cycle in cycles:
        sums = added(numbers[cycle.pk, place] for place in places if (cycle.pk, place) in numbers)
        found.append(Round(cycle, sums["counted"], sums["signed"]))
    return found


@dataclass(frozen=True)
class Listed:
    """Conversations of a cycle, all or those of one state (or late), and of people who are found by these words.

    By name, or the longest overdue first when only those who are late are asked for; pages are cut out of it.
    """

    chosen: Selection
    state: str = ""
    words: str = ""

    @property
    def rows(self) -> QuerySet[Interview]:
        rows = launched(self.chosen).order_by(*(LONGEST_OVERDUE_FIRST if self.state == LATE else BY_NAME))
        if self.state:
            rows = rows.filter(figures(self.chosen.today)["late"] if self.state == LATE else Q(state=self.state))
        for word in fold(self.words).split()[:MOST_WORDS]:
            # What stands in the stored text of neither can't be in their names: only the rest is folded.
            rows = rows.filter(Q(employee__searched__contains=word) | Q(interviewer__searched__contains=word))
            rows = rows.alias(named=folded_fields(*NAMES)).filter(named__contains=word)
        return rows

    @property
    def ids(self) -> "QuerySet[Interview, UUID]":
        """A page is found by its ids first: to sort a hundred thousand rows costs a tenth without the rest of them."""
        return self.rows.values_list("pk", flat=True)

    def __getitem__(self, where: slice) -> list[Interview]:
        ids = self._first(where.stop) if self._is_first(where) else list(self.ids[where])
        return in_order(ids, _lines(*padded(ids)) if ids else ())

    def _is_first(self, where: slice) -> bool:
        """Nearly everybody asks for the first page of all."""
        return not (where.start or self.state or self.words) and self.chosen.is_everybody

    def _first(self, most: int) -> list[UUID]:
        return _first_ids(cast(Cycle, self.chosen.cycle).pk, *self.chosen.left_out, most=most)

    def whole(self, ids: Iterable[UUID]) -> list[Interview]:
        """Those of these conversations that are on the list, to act on: with everything that belongs to a row."""
        wanted = list(self.ids.filter(pk__in=list(ids)))
        rows = Interview.objects.filter(pk__in=wanted).select_related("employee__department", "interviewer")
        return in_order(wanted, rows)


@prepared
def _first_ids(cycle: UUID, *left_out: UUID, most: int) -> "QuerySet[Interview, UUID]":
    everybody = Selection(user=Employee(), today=datetime.date.min, cycle=Cycle(pk=cycle), all_but=left_out)
    return Listed(everybody).ids[:most]


@prepared
def _lines(*ids: UUID) -> QuerySet[Interview]:
    return in_lines(Interview.objects.filter(pk__in=ids))


def in_order(ids: Iterable[UUID], rows: Iterable[Interview]) -> list[Interview]:
    found = {interview.pk: interview for interview in rows}
    return [found[pk] for pk in ids if pk in found]
