"""Chance with a seed: what it decides once it decides again."""

import datetime
import random
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

Thing = TypeVar("Thing")


class Chance:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented people, nothing to guard

    def id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def hex(self, length: int) -> str:
        return f"{self._random.getrandbits(4 * length):0{length}x}"

    def of(self, percent: float) -> bool:
        """True in so many cases of a hundred."""
        return self._random.random() * 100 < percent

    def one(self, things: Sequence[Thing]) -> Thing:
        return things[int(self._random.random() * len(things))]

    def some(self, things: Sequence[Thing], count: int) -> list[Thing]:
        return self._random.sample(things, count)

    def between(self, least: int, most: int) -> int:
        return least + int(self._random.random() * (most - least + 1))

    def days(self, least: float, most: float) -> datetime.timedelta:
        """A stretch of time, to the minute."""
        return datetime.timedelta(minutes=int((least + self._random.random() * (most - least)) * 1440))

    def hour(self, moment: datetime.datetime) -> datetime.datetime:
        """A quarter of an hour within that day's work."""
        return moment.replace(hour=self.between(8, 15), minute=15 * self.between(0, 3), second=0)
