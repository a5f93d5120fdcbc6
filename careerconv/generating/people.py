"""The people: a tree in which everybody leads eight, its departments, and who among them is known by name."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.text import slugify

from careerconv.generating.chance import Chance
from careerconv.generating.tables import Table
from people.models import Department, Employee

REPORTS = 8
SMALLEST_DEPARTMENT = 100
FEWEST = 2 * REPORTS + 4
DOMAIN = "generated.example"


@dataclass(slots=True)
class Person:
    """As much of somebody as their history needs."""

    id: UUID
    index: int
    first_name: str
    last_name: str
    job_title: str
    department: str
    department_id: UUID
    manager: "Person | None"
    hired_on: datetime.date
    left_on: datetime.date | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def is_here(self, day: datetime.date) -> bool:
        return self.hired_on <= day and (self.left_on is None or day < self.left_on)


class Organisation:
    """Number n reports to (n - 1) // 8: whoever has a number below an eighth of all leads somebody."""

    def __init__(
        self, chance: Chance, stories: dict[str, Any], *, count: int, years: int, today: datetime.date
    ) -> None:
        self.chance, self.stories, self.count, self.today = chance, stories, count, today
        self.began = today - datetime.timedelta(days=365 * years + 60)
        self.people: list[Person] = []
        self.departments: dict[int, Department] = {}

    # Three accounts are known. HR's is the last person of all, who leads nobody.
    @property
    def hr_index(self) -> int:
        return self.count - 1

    @property
    def manager_index(self) -> int:
        """The last one who leads a full team."""
        return (self.count - 2) // REPORTS - 1

    @property
    def employee_index(self) -> int:
        return REPORTS * self.manager_index + 1

    @property
    def accounts(self) -> dict[int, str]:
        return {self.hr_index: "hr", self.manager_index: "manager", self.employee_index: "employee"}

    @property
    def hr(self) -> Person:
        return self.people[self.hr_index]

    def make(self, *, password: str, unusable: str) -> None:
        """All departments and all people, written in an order in which everybody's manager is there already."""
        self._make_departments()
        table = Table(
            Employee, "id", "employee_number", "email", "password", "first_name", "last_name", "job_title",
            "department_id", "site", "country", "manager_id", "hired_on", "left_on", "language", "timezone",
            "is_active",
        )  # fmt: skip
        for index in range(self.count):
            person = self._invent(index)
            self.people.append(person)
            known, has_gone = self.accounts.get(index), person.left_on is not None
            site, country, zone = self.chance.one(self.stories["sites"])
            language = "en" if known or self.chance.of(40) else self.stories["languages"][country]
            address = known or slugify(f"{person.name} {index}").replace("-", ".")
            table.add(
                person.id, f"G{index:06d}", f"{address}@{DOMAIN}",
                password if known or self.chance.of(95) else unusable,
                person.first_name, person.last_name, person.job_title, person.department_id, site, country,
                person.manager.id if person.manager else None, person.hired_on, person.left_on, language, zone,
                not has_gone,
            )  # fmt: skip
            if len(table.rows) == 2000:
                table.flush()
        table.flush()

    def manager_of(self, index: int) -> int | None:
        if index == self.hr_index:
            return REPORTS
        return (index - 1) // REPORTS if index else None

    def _invent(self, index: int) -> Person:
        chance, above = self.chance, self.manager_of(index)
        heads = index if index in self.departments else above or 0
        while heads not in self.departments:
            heads = (heads - 1) // REPORTS
        department = self.departments[heads]
        leads = index * REPORTS + 1 < self.count
        hired_on = self.began - datetime.timedelta(days=chance.between(30, 6000))
        if not leads and index not in self.accounts and chance.of(15):
            hired_on = self.began + datetime.timedelta(days=chance.between(1, (self.today - self.began).days))
        left_on = None
        if not leads and index not in self.accounts and chance.of(5):
            left_on = max(hired_on, self.began) + datetime.timedelta(days=chance.between(30, 1500))
            left_on = left_on if left_on <= self.today else None
        return Person(
            id=chance.id(),
            index=index,
            first_name=chance.one(self.stories["first_names"]),
            last_name=chance.one(self.stories["last_names"]),
            job_title=self._title(index, department, leads=leads),
            department=department.name,
            department_id=department.pk,
            manager=self.people[above] if above is not None else None,
            hired_on=hired_on,
            left_on=left_on,
        )

    def _title(self, index: int, department: Department, *, leads: bool) -> str:
        if index == 0:
            return "Managing director"
        if index in self.departments:
            return f"Head of {department.name}"
        division = index
        while division > REPORTS:
            division = (division - 1) // REPORTS
        title: str = self.chance.one(self.stories["divisions"][division - 1][1])
        return f"Team lead, {title.lower()}" if leads else title

    @cached_property
    def depth(self) -> int:
        """How many levels of departments there are below the whole: as many as leave none of them tiny."""
        levels = 1
        while self.count / REPORTS ** (levels + 1) >= SMALLEST_DEPARTMENT:
            levels += 1
        return levels

    def _make_departments(self) -> None:
        """Each is headed by one person of the upper levels, by whose number it is found."""
        first, width = 0, 1
        for level in range(self.depth + 1):
            for index in range(first, min(first + width, self.count)):
                self.departments[index] = self._department(index, level)
            first, width = first + width, width * REPORTS
        Department.objects.bulk_create(self.departments.values(), batch_size=500)

    def _department(self, index: int, level: int) -> Department:
        if level == 0:
            return Department(id=self.chance.id(), name="The whole house")
        parent = self.departments[(index - 1) // REPORTS]
        place = (index - 1) % REPORTS
        if level == 1:
            name = self.stories["divisions"][place][0]
        else:
            name = (
                f"{parent.name}, {self.stories['parts'][place].lower()}" if level == 2 else f"{parent.name} {place + 1}"
            )
        return Department(id=self.chance.id(), name=name, parent=parent)
