"""HR's lists as rows of a sheet."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from insights.queries.follow_ups import FollowUp
from insights.queries.overview import Part
from people.models import Employee

Rows = Iterator[list[Any]]


def follow_up_rows(rows: Iterable[FollowUp]) -> Rows:
    """One line per action, promise or check-in: what HR may know of it."""
    yield [
        _("Kind"), _("Title"), _("Employee"), _("Employee number"), _("Department"), _("Owner"), _("Due"),
        _("How it stands"), _("Days late"),
    ]  # fmt: skip
    for row in rows:
        yield [
            row.kind.label, row.title, row.employee, row.number, row.department, row.owner or row.manager, row.due_on,
            row.tag.label, row.days_late,
        ]  # fmt: skip


def contact_rows(people: Iterable[Employee]) -> Rows:
    """One line per person: whether somebody has talked with them."""
    yield [
        _("Employee"), _("Employee number"), _("Department"), _("Site"), _("Manager"),
        _("Signed a conversation in twelve months"), _("Contacts in six months"),
    ]  # fmt: skip
    for person in people:
        contacts = person.__dict__
        yield [
            person, person.employee_number, person.department, person.site, person.manager,
            _("yes") if contacts["has_talked"] else _("no"), contacts["contacts"],
        ]  # fmt: skip


def part_rows(parts: Iterable[Part]) -> Rows:
    """One line per bar."""
    yield [_("Part"), _("Counted"), _("Signed"), _("Per cent"), _("Late")]
    for part in parts:
        yield [part.name, part.counted, part.signed, part.percent, part.late]
