"""Sentences that say who will be able to read what, and when. The rule itself is `release.may_read`."""

import enum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interviews.models import Interview, State
from interviews.questions import Question
from interviews.release import EMPLOYEE, is_released
from interviews.workflow import UNTIL_REVIEW
from people.models import Employee
from people.said import said_once


class Reading(enum.Enum):
    """How far one side's answers are open to the other."""

    BOTH = enum.auto()
    AWAITED = enum.auto()
    NEVER_SHARED = enum.auto()
    UNTIL_SHARED = enum.auto()
    UNTIL_BOTH = enum.auto()


def other_of(side: str, interview: Interview) -> Employee:
    return interview.interviewer if side == EMPLOYEE else interview.employee


def who_reads(question: Question, side: str, interview: Interview) -> str:
    """Who can read what this side answers to this question, now and later. Said to its author."""
    if question.visibility == "me":
        return _("Only you read this, now and later. It is never shared and never printed.")
    other = other_of(side, interview).get_short_name()
    sentence = _now(side, interview, other)
    if question.visibility == "two":
        return _("%(now)s It stays between you two: HR never reads it, and it is not printed.") % {"now": sentence}
    return _("%(now)s Once the record is signed, it stands in there and HR can read it.") % {"now": sentence}


def who_reads_all(side: str, interview: Interview) -> str:
    """The same for everything this side wrote, in one sentence."""
    words = {"other": other_of(side, interview).get_short_name()}
    now = {
        Reading.BOTH: _("You and %(other)s can read your answers."),
        Reading.AWAITED: _("You have shared. %(other)s can read your answers as soon as both of you have."),
        Reading.NEVER_SHARED: _("You did not share your answers, so only you can read them."),
        Reading.UNTIL_SHARED: _("Only you can read your draft until you share it; then %(other)s can, too."),
        Reading.UNTIL_BOTH: _(
            "Only you can read your draft until you and %(other)s have both shared; then %(other)s can, too."
        ),
    }[_reading(side, interview)]
    return _("%(now)s HR reads only what is marked for the record, once the record is signed.") % {"now": now % words}


def what_sharing_does(side: str, interview: Interview) -> str:
    """What happens at the button, before it is pressed."""
    other = other_of(side, interview)
    words = {"other": other.get_short_name()}
    if interview.version.questions.release == "each_side":
        return _("%(other)s can read your answers from that moment on.") % words
    if interview.shared_at(other.pk):
        return _("%(other)s has shared already: from that moment on, each of you can read the other’s answers.") % words
    return _("%(other)s has not shared yet. As soon as both of you have, each can read the other’s answers.") % words


def _now(side: str, interview: Interview, other: str) -> str:
    return {
        Reading.BOTH: _("You and %(other)s can read this."),
        Reading.AWAITED: _("You have shared. %(other)s can read this as soon as both of you have."),
        Reading.NEVER_SHARED: _("You did not share this, so only you can read it."),
        Reading.UNTIL_SHARED: _("Only you can read this until you share it; then %(other)s can, too."),
        Reading.UNTIL_BOTH: _(
            "Only you can read this until you and %(other)s have both shared; then %(other)s can, too."
        ),
    }[_reading(side, interview)] % {"other": other}


def _reading(side: str, interview: Interview) -> Reading:
    author = interview.employee_id if side == EMPLOYEE else interview.interviewer_id
    if is_released(side, interview):
        return Reading.BOTH
    if interview.shared_at(author):
        return Reading.AWAITED
    if interview.state not in UNTIL_REVIEW:
        return Reading.NEVER_SHARED
    return Reading.UNTIL_SHARED if interview.version.questions.release == "each_side" else Reading.UNTIL_BOTH


@said_once
def state_in_words(state: str) -> str:
    return str(State(state).label)


@said_once
def late_in_words(days: int) -> str:
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
