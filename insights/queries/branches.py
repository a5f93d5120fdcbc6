"""A branch of the organisation as HR's figures go down it, without reading the whole tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from people.models import Department, Employee
from people.prepared import prepared

# The tree of a real organisation is never deeper; the limit stops a walk over damaged data.
DEEPEST = 30

UP = """
WITH RECURSIVE line(start_id, id, parent_id, depth) AS (
    SELECT id, id, parent_id, 0 FROM people_department WHERE id IN ({marks})
    UNION ALL
    SELECT line.start_id, above.id, above.parent_id, line.depth + 1
    FROM people_department above JOIN line ON above.id = line.parent_id WHERE line.depth < %s
) SELECT start_id, id FROM line ORDER BY depth DESC
"""
DOWN = """
WITH RECURSIVE line(id, depth) AS (
    SELECT id, 0 FROM people_department WHERE id = %s
    UNION ALL
    SELECT below.id, line.depth + 1
    FROM people_department below JOIN line ON below.parent_id = line.id WHERE line.depth < %s
) SELECT id FROM line
"""


@dataclass(frozen=True)
class Branch:
    """Where in the tree the reader looks. `department` None: all of the reader's scope.

    `path` leads from the top of the scope to the department, itself included; `children` are what lies right below.
    `nobodys`: only people who belong to no department.
    """

    department: Department | None = None
    path: tuple[Department, ...] = ()
    children: tuple[Department, ...] = ()
    below: frozenset[UUID] | None = None
    nobodys: bool = False
    # Whose sums make up the whole: None is everybody; several for a partner who serves several departments.
    roots: tuple[UUID | None, ...] = field(default=(None,))

    def holds(self, path: str, *, only_here: bool = False) -> Q:
        """Narrows rows to people of this branch; `path` leads to the department."""
        if self.nobodys:
            return Q(**{f"{path}__isnull": True})
        if self.department is None:
            return Q()
        if only_here:
            return Q(**{path: self.department.pk})
        return Q(**{f"{path}__in": self.below or {self.department.pk}})

    @property
    def name(self) -> str:
        if self.nobodys:
            return _("No department")
        return self.department.name if self.department else ""


def branch_of(user: Employee, asked: UUID | None = None, *, nobodys: bool = False) -> Branch | None:
    """The branch that was asked for, or None when it is not this reader's. Four queries at most."""
    roots = roots_of(user)
    if not roots:
        return None
    everywhere = None in roots
    if nobodys:
        return Branch(nobodys=True, roots=()) if everywhere else None
    if asked is None and len(roots) == 1:
        asked = roots[0]
    if asked is None:
        return Branch(children=_children(roots), roots=roots)
    line = lines_of([asked]).get(asked, [])
    tops = [place for place, pk in enumerate(line) if pk in roots]
    if not line or not (everywhere or tops):
        return None
    mine = line[tops[0] if tops else 0 :]
    names = {place.pk: place for place in Department.objects.filter(Q(pk__in=mine) | Q(parent=asked)).order_by("name")}
    return Branch(
        department=names[asked],
        path=tuple(names[pk] for pk in mine),
        children=tuple(place for place in names.values() if place.parent_id == asked),
        below=_below(asked),
        roots=(asked,),
    )


def lines_of(departments: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Each department with those it belongs to, the outermost first and itself last. One query."""
    wanted = [_raw(pk) for pk in departments]
    found: dict[UUID, list[UUID]] = {}
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(UP.format(marks=", ".join(["%s"] * len(wanted))), [*wanted, DEEPEST])
            for start, pk in cursor.fetchall():
                found.setdefault(_uuid(start), []).append(_uuid(pk))
    return found


def ancestry() -> dict[UUID | None, list[UUID | None]]:
    """For every department, whose sums it belongs to: itself, those above it, everybody. One query."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    found: dict[UUID | None, list[UUID | None]] = {None: [None]}
    for pk in parents:
        line: list[UUID | None] = []
        above: UUID | None = pk
        while above is not None and above not in line and len(line) <= DEEPEST:
            line.append(above)
            above = parents.get(above)
        found[pk] = [*line, None]
    return found


def roots_of(user: Employee) -> tuple[UUID | None, ...]:
    """Whose sums make up the reader's scope: None is everybody; without a scope there are none.

    The departments that a partner serves, without those that lie inside of another of them. One query at most.
    """
    scope = user.hr_scope
    if scope is None:
        return ()
    if scope.everywhere:
        return (None,)
    served = [m.department_id for m in user.memberships_held if m.role == "hr" and m.department_id]
    lines = lines_of(served)
    return tuple(pk for pk in dict.fromkeys(served) if not set(lines[pk][:-1]) & set(served))


def _children(roots: tuple[UUID | None, ...]) -> tuple[Department, ...]:
    if None in roots:
        return tuple(_top())
    return tuple(Department.objects.filter(pk__in=[pk for pk in roots if pk]).order_by("name"))


@prepared
def _top() -> QuerySet[Department]:
    return Department.objects.filter(parent=None).order_by("name")


def _below(department: UUID) -> frozenset[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(DOWN, [_raw(department), DEEPEST])
        return frozenset(_uuid(pk) for (pk,) in cursor.fetchall())


def _raw(pk: UUID) -> UUID | str:
    """As the database keeps it."""
    return pk if connection.features.has_native_uuid_field else pk.hex


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
