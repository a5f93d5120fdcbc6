"""Pages of long lists: one row more than fits tells whether there is a next page, so nothing has to be counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

PER_PAGE = 20
FURTHEST = 20_000
# A list says how many rows it has up to here, and above only that there are more.
MOST_COUNTED = 500


class Sliceable(Protocol):
    def __getitem__(self, where: slice) -> Any: ...


@dataclass(frozen=True)
class Window:
    """One page, as `_window.html` shows it."""

    rows: Sequence[Any]
    number: int
    has_next: bool

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.number > 1

    @property
    def start(self) -> int:
        return PER_PAGE * (self.number - 1) + 1

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1


def window(source: Sliceable, asked: str | None) -> Window:
    """The page that was asked for; the first one where that is no number or there is none."""
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    number = min(max(number, 1), FURTHEST)
    start = PER_PAGE * (number - 1)
    rows = list(source[start : start + PER_PAGE + 1])
    if not rows and number > 1:
        return window(source, None)
    return Window(rows[:PER_PAGE], number, len(rows) > PER_PAGE)


def up_to(rows: QuerySet[Any]) -> int:
    """How many rows, counted no further than is said."""
    return rows.order_by()[: MOST_COUNTED + 1].count()
