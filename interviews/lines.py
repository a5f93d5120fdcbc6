"""What one's own list says of a conversation on one line: ready words, since templates take longest over looking up."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from interviews.models import Interview, Purpose
from interviews.queries.listing import Closed
from interviews.release import EMPLOYEE, INTERVIEWER
from interviews.steps import Standing, see_where_it_stands
from interviews.wording import late_in_words, state_in_words
from people.addresses import address_of
from people.models import Employee
from people.said import said_once
from people.templatetags.paper import clock, shortdate, state_tag

Line = dict[str, Any]


def lines_of(standings: Iterable[Standing]) -> list[Line]:
    """No query of its own."""
    return [_line(standing) for standing in standings]


def closed_lines(user: Employee, rows: Iterable[Closed]) -> list[Line]:
    """The same of what is behind somebody: there is nothing to do but to look at it."""
    return [_closed(user, row) for row in rows]


def _closed(user: Employee, row: Closed) -> Line:
    url = address_of("interviews:detail", row.pk)
    side = EMPLOYEE if user.pk == row.employee_id else INTERVIEWER
    return {
        "url": url,
        "other": row.other_than(user),
        "about": f"{_side(side)}, {row.cycle or _purpose(row.purpose)}",
        "day": shortdate(row.closed_at),
        "tag": state_tag(row.state, state_in_words(row.state)),
        "step": see_where_it_stands(),
        "step_url": url,
        "is_mine": False,
        "is_post": False,
    }


def _line(standing: Standing) -> Line:
    interview, step = standing.interview, standing.step
    return {
        "url": address_of("interviews:detail", interview.pk),
        "other": str(standing.other),
        "about": f"{_side(standing.side)}, {interview.cycle.name if interview.cycle else _purpose(interview.purpose)}",
        "day": _day(interview),
        "tag": state_tag("late", late_in_words(standing.days_late)) if standing.days_late else state_tag(interview),
        "step": step.label,
        "step_url": step.url,
        "is_mine": step.is_mine,
        "is_post": step.is_post,
    }


def _day(interview: Interview) -> str:
    if interview.closed_at:
        return shortdate(interview.closed_at)
    if interview.meets_at:
        return f"{shortdate(interview.meets_at)}, {clock(interview.meets_at)}"
    return _by(shortdate(interview.talk_by))


@said_once
def _by(day: str) -> str:
    return _("by %(day)s") % {"day": day} if day else _("no date yet")


@said_once
def _side(side: str) -> str:
    return _("about you") if side == EMPLOYEE else _("you lead it")


@said_once
def _purpose(purpose: str) -> str:
    return str(Purpose(purpose).label)
