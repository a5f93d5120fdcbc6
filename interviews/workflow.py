"""Which move is possible when, and for whom. One table; the pages' buttons and the operations both ask it."""

import datetime
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as noop

from interviews.models import Content, Interview, Signature, Slot, State
from interviews.models.interview import OPEN_STATES
from people.models import Employee
from people.policy import Refused, can

# After this long without a word from the employee the interviewer may go on to signing; the record says so.
SILENCE = datetime.timedelta(days=10)
Condition = Callable[[Employee, Interview, datetime.datetime], str]


def _always(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    return ""


def _day_has_come(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    if interview.meets_at is None:
        return ""
    zone = zoneinfo.ZoneInfo(interview.meeting_timezone or "UTC")
    if now.astimezone(zone).date() < interview.meets_at.astimezone(zone).date():
        return noop("The conversation is planned for a later day. Move the date first, or wait for it.")
    return ""


def _not_shared_by_both(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    if interview.employee_shared_at and interview.interviewer_shared_at:
        return noop("Both of you have shared already.")
    return ""


def _silent_long_enough(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    if interview.frozen_at is None or now - interview.frozen_at < SILENCE:
        return noop("The employee has ten days to read. You may go on after that.")
    return ""


def _is_requested(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    return noop("This conversation belongs to a cycle; HR cancels it.") if interview.cycle_id else ""


def _is_of_cycle(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    return "" if interview.cycle_id else noop("This conversation was requested; its two people cancel it.")


def _has_dates(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    return "" if interview.cycle_id else noop("This conversation was requested; no cycle gives it dates.")


def _cycle_asks_for_it(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    return "" if interview.cycle_id else noop("This conversation was requested; there is no cycle to exempt it from.")


def slots_of(interview: Interview) -> list[Slot]:
    """Which signatures this interview needs, in order."""
    hr = [Slot.HR] if interview.version.questions.hr_signs else []
    return [Slot.EMPLOYEE, Slot.INTERVIEWER, *hr]


def slot_for(user: Employee, interview: Interview) -> Slot:
    """The slot this user would fill. Whoever is neither of the two acts for HR."""
    if user.pk == interview.employee_id:
        return Slot.EMPLOYEE
    return Slot.INTERVIEWER if user.pk == interview.interviewer_id else Slot.HR


def open_slots(interview: Interview) -> list[Slot]:
    """Slots of the content now up for signing that nobody has filled. One query."""
    filled = set(
        Signature.objects.filter(content__interview=interview, content__sequence=_last_sequence(interview)).values_list(
            "slot", flat=True
        )
    )
    return [slot for slot in slots_of(interview) if slot not in filled]


def _last_sequence(interview: Interview) -> QuerySet[Content, Any]:
    return Content.objects.filter(interview=interview).order_by("-sequence").values("sequence")[:1]


def _slot_is_open(user: Employee, interview: Interview, now: datetime.datetime) -> str:
    slot, still_open = slot_for(user, interview), open_slots(interview)
    if slot not in slots_of(interview):
        return noop("This template does not ask for a signature of HR.")
    if slot not in still_open:
        return noop("You have signed already. Nothing was changed.")
    if slot == Slot.HR and len(still_open) > 1:
        return noop("HR signs last: the two who talked come first.")
    return ""


@dataclass(frozen=True)
class Move:
    """One move: its name is the action in `people.policy.ACTIONS`, which says who."""

    action: str
    label: object
    before: tuple[State, ...]
    after: State | None = None
    condition: Condition = _always


EARLY = (State.PLANNED, State.PREPARING)
UNTIL_REVIEW = (*EARLY, State.IN_CONVERSATION)
BEFORE_SIGNATURES = (*UNTIL_REVIEW, State.IN_REVIEW)

MOVES = (
    Move("interview.accept", gettext_lazy("Accept"), (State.PLANNED,), State.PREPARING, _is_requested),
    Move("interview.schedule", gettext_lazy("Set the date"), EARLY),
    Move("interview.prepare", gettext_lazy("Prepare"), UNTIL_REVIEW),
    Move("interview.share", gettext_lazy("Share"), UNTIL_REVIEW, None, _not_shared_by_both),
    Move(
        "interview.start",
        gettext_lazy("Begin the conversation"),
        (State.PREPARING,),
        State.IN_CONVERSATION,
        _day_has_come,
    ),
    Move("interview.write_minutes", gettext_lazy("Write minutes"), (State.IN_CONVERSATION,)),
    Move("interview.freeze", gettext_lazy("Put it up for review"), (State.IN_CONVERSATION,), State.IN_REVIEW),
    Move("interview.ask_changes", gettext_lazy("Ask for changes"), (State.IN_REVIEW,), State.IN_CONVERSATION),
    Move("interview.confirm", gettext_lazy("This is what we said"), (State.IN_REVIEW,), State.SIGNING),
    Move(
        "interview.proceed",
        gettext_lazy("Go on to signing"),
        (State.IN_REVIEW,),
        State.SIGNING,
        _silent_long_enough,
    ),
    Move("interview.sign", gettext_lazy("Sign"), (State.SIGNING,), None, _slot_is_open),
    Move("interview.witness_absence", gettext_lazy("Witness an absence"), (State.SIGNING,)),
    Move(
        "interview.cancel_requested",
        gettext_lazy("Cancel"),
        BEFORE_SIGNATURES,
        State.CANCELLED,
        _is_requested,
    ),
    Move("interview.cancel", gettext_lazy("Cancel"), BEFORE_SIGNATURES, State.CANCELLED, _is_of_cycle),
    Move("interview.not_held", gettext_lazy("Not held"), UNTIL_REVIEW, State.NOT_HELD),
    Move("interview.reassign", gettext_lazy("Name another interviewer"), EARLY),
    Move("interview.extend", gettext_lazy("Give more time"), tuple(OPEN_STATES), None, _has_dates),
    Move("interview.exempt", gettext_lazy("Exempt"), UNTIL_REVIEW, State.EXEMPTED, _cycle_asks_for_it),
)
_BY_ACTION = {move.action: move for move in MOVES}


def refusal(action: str, user: Employee, interview: Interview, now: datetime.datetime) -> str:
    """Why this user can't do this to this interview now: a sentence, or nothing when they can."""
    move = _BY_ACTION[action]
    if not can(user, action, interview.employee, interviewer=interview.interviewer):
        return _("You may not do this here. Nothing was changed. If you think you should, ask your HR team.")
    if interview.state not in move.before:
        return _("That is not possible any more: the conversation is now “%(state)s”. Nothing was changed.") % {
            "state": interview.get_state_display()
        }
    reason = move.condition(user, interview, now)
    return _(reason) if reason else ""


def check(action: str, user: Employee, interview: Interview, now: datetime.datetime) -> Move:
    """The move, or `Refused` with the sentence."""
    if sentence := refusal(action, user, interview, now):
        raise Refused(sentence)
    return _BY_ACTION[action]


def available_actions(user: Employee, interview: Interview, now: datetime.datetime) -> list[Move]:
    """What this user can do now; pages draw their buttons from it."""
    return [move for move in MOVES if not refusal(move.action, user, interview, now)]


def is_over(interview: Interview) -> bool:
    return interview.state not in OPEN_STATES
