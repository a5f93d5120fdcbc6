"""Lists as CSV that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from interviews.lateness import Followed

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """A text that begins like a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def people_csv(rows: Iterable[Followed]) -> str:
    """One line per conversation: dates and progress."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Employee"), _("Employee number"), _("Department"), _("Site"), _("Interviewer"), _("Cycle"), _("State"),
            _("Waits for"), _("Due"), _("Days late"), _("Employee shared"), _("Interviewer shared"), _("Begun"),
            _("Closed"),
        ]
    )  # fmt: skip
    for row in rows:
        interview, person = row.interview, row.interview.employee
        moments = (
            interview.employee_shared_at,
            interview.interviewer_shared_at,
            interview.started_at,
            interview.closed_at,
        )
        cells = [
            person, person.employee_number, person.department, person.site, interview.interviewer, interview.cycle,
            interview.get_state_display(), row.waiting_for, row.due, row.days_late,
            *(timezone.localdate(moment) if moment else None for moment in moments),
        ]  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()
