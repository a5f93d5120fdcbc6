"""Where a conversation stands for one of its two people: the path, and the one thing to do next."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from interviews.models import Interview, State
from interviews.queries.preparing import Preparation
from interviews.release import EMPLOYEE
from interviews.wording import other_of, who_reads_all
from interviews.workflow import SILENCE, UNTIL_REVIEW, refusal
from people.addresses import address_of
from people.models import Employee
from people.templatetags.paper import clock, shortdate

NOTHING_TO_DO: dict[str, Any] = {
    State.SIGNING: gettext_lazy("You have signed; %(other)s or HR is next."),
    State.SIGNED: gettext_lazy("You and %(other)s have talked, and the record is signed."),
    State.CANCELLED: gettext_lazy("This conversation with %(other)s was called off."),
    State.NOT_HELD: gettext_lazy("This conversation with %(other)s did not take place."),
    State.EXEMPTED: gettext_lazy("HR has exempted this conversation with %(other)s: it need not take place."),
}
ORDER = [State.PREPARING, State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNING, State.SIGNED]


@dataclass(frozen=True)
class Step:
    """What to do next, in a sentence and a button. `is_mine` says whether it waits for this person."""

    sentence: str
    label: str
    url: str
    is_mine: bool = True
    is_post: bool = False


@dataclass(frozen=True)
class Standing:
    """An interview as one of its two people meets it in a list."""

    interview: Interview
    side: str
    other: Employee
    preparation: Preparation
    step: Step
    days_late: int = 0

    @property
    def voice(self) -> str:
        """The mark of the other one."""
        return "mgr" if self.side == EMPLOYEE else "you"

    @property
    def who_reads(self) -> str:
        return who_reads_all(self.side, self.interview)


def path_of(interview: Interview, preparation: Preparation | None, today: datetime.date) -> list[dict[str, Any]]:
    """Five steps with their dates. Without a preparation: as HR sees it, dates and progress only."""
    shared = [interview.employee_shared_at, interview.interviewer_shared_at]
    if preparation is None:
        prepared = _("%(count)d of 2 have shared") % {"count": sum(moment is not None for moment in shared)}
        mine, share = max((m for m in shared if m), default=None) if all(shared) else None, _("Share")
    else:
        prepared = _("%(done)d of %(total)d answered") % {"done": preparation.done, "total": preparation.total}
        mine = shared[0 if preparation.side == EMPLOYEE else 1]
        share = _("Share with %(other)s") % {"other": other_of(preparation.side, interview).get_short_name()}
    details = [
        prepared,
        _sharing(interview, mine),
        _meeting(interview),
        _("agreed on %(day)s") % {"day": shortdate(interview.confirmed_at)} if interview.confirmed_at else "",
        shortdate(interview.closed_at) if interview.state == State.SIGNED else _by(interview.sign_by),
    ]
    labels = [_("Prepare"), share, _("Talk"), _("Agree what was said"), _("Sign")]
    current = _current(interview, preparation, is_shared=mine is not None)
    return [
        {
            "label": label,
            "detail": detail,
            "state": "done" if n < current else "current" if n == current and interview.is_open else "",
        }
        for n, (label, detail) in enumerate(zip(labels, details, strict=True))
    ]


def _current(interview: Interview, preparation: Preparation | None, *, is_shared: bool) -> int:
    """How many of the five steps lie behind."""
    if interview.state in ORDER[1:]:
        return ORDER.index(State(interview.state)) + 1
    if interview.state == State.PREPARING:
        if is_shared:
            return 2
        return 1 if preparation and preparation.is_complete else 0
    return 0 if interview.state == State.PLANNED else -1


def _by(day: datetime.date | None) -> str:
    return _("by %(day)s") % {"day": shortdate(day)} if day else ""


def _sharing(interview: Interview, shared_at: datetime.datetime | None) -> str:
    if shared_at:
        return _("on %(day)s") % {"day": shortdate(shared_at)}
    return _by(interview.prepare_by) if interview.state in UNTIL_REVIEW else _("not shared")


def _meeting(interview: Interview) -> str:
    if interview.meets_at:
        return f"{shortdate(interview.meets_at)}, {clock(interview.meets_at)}"
    if interview.started_at:
        return shortdate(interview.started_at)
    return _by(interview.talk_by) or _("no date yet")


def next_step(
    user: Employee, interview: Interview, preparation: Preparation, now: datetime.datetime, *, has_signed: bool
) -> Step:
    """The one thing this person, one of the two, does next, or what they wait for."""
    is_employee = preparation.side == EMPLOYEE
    other = other_of(preparation.side, interview).get_short_name()
    if interview.state == State.PLANNED:
        return _answer_request(interview, other, is_employee=is_employee)
    if interview.state == State.PREPARING:
        return _prepare_or_talk(user, interview, preparation, other, now)
    if interview.state == State.IN_CONVERSATION:
        return Step(
            _("Your conversation with %(other)s has begun; what you write in the room is kept.") % {"other": other},
            _("Go to the room"),
            _to("room", interview),
        )
    if interview.state == State.IN_REVIEW:
        return _review(interview, other, now, is_employee=is_employee)
    if interview.state == State.SIGNING and not has_signed:
        return Step(
            _("You and %(other)s agree on what was said. What is left is your signature.") % {"other": other},
            _("Read and sign"),
            _to("sign", interview),
        )
    return _wait(interview, str(NOTHING_TO_DO[interview.state]) % {"other": other})


def _to(page: str, interview: Interview, *arguments: str) -> str:
    if arguments:
        return reverse(f"interviews:{page}", args=[interview.pk, *arguments])
    return address_of(f"interviews:{page}", interview.pk)


def _wait(interview: Interview, sentence: str) -> Step:
    return Step(sentence, see_where_it_stands(), _to("detail", interview), is_mine=False)


def see_where_it_stands() -> str:
    """What is left to do where nothing is."""
    return _("See where it stands")


def _answer_request(interview: Interview, other: str, *, is_employee: bool) -> Step:
    if is_employee:
        return _wait(
            interview, _("You have asked %(other)s for a conversation and wait for a word.") % {"other": other}
        )
    return Step(
        _("%(other)s asks you for a conversation.") % {"other": other},
        _("Read the request"),
        _to("detail", interview),
    )


def _prepare_or_talk(
    user: Employee, interview: Interview, preparation: Preparation, other: str, now: datetime.datetime
) -> Step:
    if interview.meets_at and timezone.localdate(interview.meets_at) <= timezone.localdate(now):
        if preparation.side != EMPLOYEE and not refusal("interview.start", user, interview, now):
            return Step(
                _("The day has come to sit down with %(other)s.") % {"other": other},
                _("Begin the conversation"),
                _to("start", interview),
                is_post=True,
            )
        if preparation.is_shared:
            return _wait(interview, _("The day has come: %(other)s opens the room for you both.") % {"other": other})
    if not preparation.is_shared:
        return _prepare(interview, preparation, other)
    if interview.meets_at is None:
        return Step(
            _("You have shared your answers. You and %(other)s have no date yet.") % {"other": other},
            _("Set the date"),
            _to("schedule", interview),
        )
    return Step(
        _("You have shared your answers, and the date stands."),
        _("Read what you shared"),
        _to("check_answers", interview),
        is_mine=False,
    )


def _prepare(interview: Interview, preparation: Preparation, other: str) -> Step:
    item = preparation.first_open
    if item is None:
        return Step(
            _("You have answered everything. Read it once more, then share it with %(other)s.") % {"other": other},
            _("Check your answers and share"),
            _to("check_answers", interview),
        )
    url = _to("question", interview, item.question.key)
    if not preparation.done:
        return Step(
            ngettext(
                "One question waits for you, in your own time.",
                "%(total)d questions wait for you, in any order and in your own time.",
                preparation.total,
            )
            % {"total": preparation.total},
            _("Begin to prepare"),
            url,
        )
    return Step(
        ngettext(
            "You have answered %(done)d of %(total)d question.",
            "You have answered %(done)d of %(total)d questions.",
            preparation.total,
        )
        % {"done": preparation.done, "total": preparation.total},
        _("Continue with question %(number)d") % {"number": item.number},
        url,
    )


def _review(interview: Interview, other: str, now: datetime.datetime, *, is_employee: bool) -> Step:
    if is_employee:
        return Step(
            _("%(other)s has put down what you two said. Read it, and say whether it is right.") % {"other": other},
            _("Read what was said"),
            _to("review", interview),
        )
    silent = interview.frozen_at is not None and now - interview.frozen_at >= SILENCE
    if silent:
        return Step(
            _("%(other)s has not answered for ten days. You may go on to signing.") % {"other": other},
            _("Go on"),
            _to("review", interview),
        )
    return Step(
        _("%(other)s reads what was said.") % {"other": other},
        _("Read it, too"),
        _to("review", interview),
        is_mine=False,
    )
