"""Conversations as rows of a sheet: dates and progress, never a word of what was written."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from interviews.lateness import Followed


def conversation_rows(rows: Iterable[Followed]) -> Iterator[list[Any]]:
    """A heading, then one line per conversation."""
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
