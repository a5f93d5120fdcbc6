"""Sentences that say who will be able to read what, and when. The rule itself is `release.may_read`."""

from django.utils.translation import gettext as _

from interviews.models import Interview
from interviews.questions import Question
from interviews.release import EMPLOYEE, is_released
from interviews.workflow import UNTIL_REVIEW
from people.models import Employee


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
    other = other_of(side, interview).get_short_name()
    return _("%(now)s HR reads only what is marked for the record, once the record is signed.") % {
        "now": _now(side, interview, other)
    }


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
    words = {"other": other}
    author = interview.employee_id if side == EMPLOYEE else interview.interviewer_id
    if is_released(side, interview):
        return _("You and %(other)s can read this.") % words
    if interview.shared_at(author):
        return _("You have shared. %(other)s can read this as soon as both of you have.") % words
    if interview.state not in UNTIL_REVIEW:
        return _("You did not share this, so only you can read it.")
    if interview.version.questions.release == "each_side":
        return _("Only you can read this until you share it; then %(other)s can, too.") % words
    return _("Only you can read this until you and %(other)s have both shared; then %(other)s can, too.") % words
