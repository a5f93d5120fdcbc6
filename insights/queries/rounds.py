"""HR's list of cycles with how far each has come."""

from dataclasses import dataclass

from insights.queries.branches import roots_of
from insights.queries.ledger import Ledger
from insights.queries.overview import added
from interviews.models import Cycle
from people.models import Employee


@dataclass(frozen=True)
class Round:
    """A cycle, and of those of the reader's scope who count: how many there are, how many have signed."""

    cycle: Cycle
    counted: int
    signed: int


def rounds(user: Employee, ledger: Ledger) -> list[Round]:
    """All cycles, newest first. Two queries; two more for a reader who serves some departments only."""
    cycles = list(Cycle.objects.visible_to(user).select_related("version__template"))
    places = roots_of(user)
    numbers = ledger.numbers([cycle.pk for cycle in cycles if cycle.launched_at], places)
    found = []
    for cycle in cycles:
        sums = added(numbers[cycle.pk, place] for place in places if (cycle.pk, place) in numbers)
        found.append(Round(cycle, sums["counted"], sums["signed"]))
    return found
