"""What HR's lists say of a conversation on one line: ready words, since templates take longest over looking them up."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from insights.queries.follow_ups import FollowUp
from interviews.lateness import Followed, followed
from interviews.models import Interview, State
from interviews.wording import late_in_words, state_in_words
from people.addresses import address_of
from people.said import said_once
from people.templatetags.paper import shortdate

Line = dict[str, Any]


def lines_of(interviews: Iterable[Interview], today: datetime.date, *, shared: bool = False) -> list[Line]:
    """No query of its own. `shared`: with who has shared since when. Clay is for what is late, and for nothing else."""
    return [_line(row) | (_sharing(row.interview) if shared else {}) for row in followed(interviews, today)]


def _line(row: Followed) -> Line:
    interview = row.interview
    ending, look = _ending(row)
    return {
        "id": str(interview.pk),
        "is_open": interview.is_open,
        "url": address_of("interviews:case", interview.pk),
        "employee": str(interview.employee),
        "department": str(interview.employee.department or ""),
        "stands": capfirst(state_in_words(interview.state)),
        "waits": _waits(row.waiting_for) if row.waiting_for else "",
        "interviewer": str(interview.interviewer),
        "ending": ending,
        "look": look,
    }


def _sharing(interview: Interview) -> Line:
    return {
        "has_shared": interview.employee_shared_at is not None,
        "employee_shared": _employee_shared(shortdate(interview.employee_shared_at)),
        "interviewer_shared": _interviewer_shared(shortdate(interview.interviewer_shared_at)),
    }


def follow_up_lines(rows: Iterable[FollowUp]) -> list[Line]:
    """The same for what was agreed: who owes it, by when, and when somebody last said something of it."""
    return [
        {
            "n": str(n),
            "key": row.key,
            "is_open": row.is_open,
            "title": row.title,
            "what": row.what if row.owner else "",
            "url": row.person_url,
            "employee": row.employee,
            "department": row.department,
            "owner": row.owner,
            "heir": row.heir,
            "manager": row.manager,
            "due": shortdate(row.due_on),
            "last_word": shortdate(row.last_word),
            "stands": str(row.tag.label),
            "look": {"you": "tag tag--you", "mgr": "tag tag--mgr"}.get(row.tone, "tag"),
        }
        for n, row in enumerate(rows)
    ]


def _ending(row: Followed) -> tuple[str, str]:
    """How late, by when, or since when it is closed; and the classes for that."""
    if row.days_late:
        return late_in_words(row.days_late), "tag tag--mgr"
    if row.due:
        return _due(shortdate(row.due)), "soft small nowrap"
    if row.interview.state == State.SIGNED:
        return state_in_words(State.SIGNED), "tag tag--you"
    return shortdate(row.interview.closed_at), "soft small"


@said_once
def _waits(what: str) -> str:
    return _("Waits for: %(what)s") % {"what": what}


@said_once
def _employee_shared(day: str) -> str:
    return _("employee shared %(day)s") % {"day": day} if day else _("employee has not shared")


@said_once
def _interviewer_shared(day: str) -> str:
    return _("interviewer shared %(day)s") % {"day": day} if day else _("interviewer has not shared")


@said_once
def _due(day: str) -> str:
    return _("due %(day)s") % {"day": day}
