"""The tree of departments as pages and cycles need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from people.models import Department, Employee


@dataclass(frozen=True)
class Place:
    """One department in the tree: how deep it lies, and itself with all below it."""

    department: Department
    depth: int
    below: frozenset[UUID]

    @property
    def label(self) -> str:
        """The name, moved to the right by its depth."""
        return f"{'– ' * self.depth}{self.department.name}"


def places(user: Employee | None = None) -> list[Place]:
    """All departments, or those in the HR scope of a user, each after the one it belongs to. One query (or two)."""
    children: dict[UUID | None, list[Department]] = {}
    for department in Department.objects.order_by("name"):
        children.setdefault(department.parent_id, []).append(department)
    found: list[Place] = []

    def walk(parent: UUID | None, depth: int) -> set[UUID]:
        everything: set[UUID] = set()
        for department in children.get(parent, []):
            here = len(found)
            inside = {department.pk} | walk(department.pk, depth + 1)
            found.insert(here, Place(department, depth, frozenset(inside)))
            everything |= inside
        return everything

    walk(None, 0)
    scope = user.hr_scope if user is not None else None
    if user is None or (scope is not None and scope.everywhere):
        return found
    allowed = scope.departments if scope is not None else set()
    mine = [place for place in found if place.department.pk in allowed]
    rise = min((place.depth for place in mine), default=0)
    return [Place(place.department, place.depth - rise, place.below) for place in mine]


def with_all_below(departments: Iterable[Department]) -> set[UUID]:
    """These departments and everything that belongs to them. One query."""
    wanted = {department.pk for department in departments}
    return set().union(*(place.below for place in places() if place.department.pk in wanted))
