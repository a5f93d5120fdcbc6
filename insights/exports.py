"""Lists as CSV that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from insights.queries.listing import FollowUp
from insights.queries.overview import Part
from interviews.lateness import Followed
from people.models import Employee

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Rows = Iterator[list[Any]]


def safe_cell(value: Any) -> str:
    """A text that begins like a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(rows: Iterable[list[Any]]) -> tuple[str, int]:
    """The text, and how many rows it holds under its heading."""
    out = io.StringIO()
    # The byte order mark tells spreadsheets that names are in UTF-8.
    out.write("\ufeff")
    writer = csv.writer(out)
    written = -1
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        written += 1
    return out.getvalue(), written


def conversation_rows(rows: Iterable[Followed]) -> Rows:
    """One line per conversation: dates and progress."""
    yield [
        _("Employee"), _("Employee number"), _("Department"), _("Site"), _("Interviewer"), _("Cycle"), _("State"),
        _("Waits for"), _("Due"), _("Days late"), _("Employee shared"), _("Interviewer shared"), _("Begun"),
        _("Closed"),
    ]  # fmt: skip
    for row in rows:
        interview, person = row.interview, row.interview.employee
        moments = (
            interview.employee_shared_at,
            interview.interviewer_shared_at,
            interview.started_at,
            interview.closed_at,
        )
        yield [
            person, person.employee_number, person.department, person.site, interview.interviewer, interview.cycle,
            interview.get_state_display(), row.waiting_for, row.due, row.days_late,
            *(timezone.localdate(moment) if moment else None for moment in moments),
        ]  # fmt: skip


def follow_up_rows(rows: Iterable[FollowUp]) -> Rows:
    """One line per action, promise or check-in: what HR may know of it."""
    yield [
        _("Kind"), _("Title"), _("Employee"), _("Employee number"), _("Department"), _("Owner"), _("Due"),
        _("How it stands"), _("Days late"),
    ]  # fmt: skip
    for row in rows:
        person = row.employee
        yield [
            row.kind.label, row.title, person, person.employee_number, person.department, row.owner or person.manager,
            row.item.due_on, row.tag.label, row.days_late,
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
