"""How goals, actions and promises stand, in a word and a tone; and the finding that heads a plan. Pure functions."""

import datetime
import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from people.said import said_once
from plans.models import Action, ActionState, Goal, GoalState, Pace, PromiseState

SOON = 7


@dataclass(frozen=True)
class Tag:
    """A word on a label. Tone "you": well; "mgr": somebody has to look; "plain": neither."""

    label: str
    tone: str = "plain"


class Standing(enum.StrEnum):
    DRAFT = "draft"
    NOT_BEGUN = "not begun"
    MOVING = "moving"
    SLOWER = "slower"
    STUCK = "stuck"
    LATE = "late"
    REACHED = "reached"
    DROPPED = "dropped"


GOAL_LABELS = {
    Standing.DRAFT: (gettext_lazy("Draft"), "plain"),
    Standing.NOT_BEGUN: (gettext_lazy("Not begun"), "plain"),
    Standing.MOVING: (gettext_lazy("On track"), "you"),
    Standing.SLOWER: (gettext_lazy("Slower"), "plain"),
    Standing.STUCK: (gettext_lazy("Stuck"), "plain"),
    Standing.LATE: (gettext_lazy("Late"), "mgr"),
    Standing.REACHED: (gettext_lazy("Reached"), "you"),
    Standing.DROPPED: (gettext_lazy("Dropped"), "plain"),
}
PROMISE_LABELS = {
    PromiseState.KEPT: (gettext_lazy("Kept"), "you"),
    PromiseState.BROKEN: (gettext_lazy("Not kept"), "mgr"),
    PromiseState.NOT_PROMISED: (gettext_lazy("Not promised"), "plain"),
}
NUMBERS = [
    gettext_lazy("One"),
    gettext_lazy("Two"),
    gettext_lazy("Three"),
    gettext_lazy("Four"),
    gettext_lazy("Five"),
    gettext_lazy("Six"),
    gettext_lazy("Seven"),
    gettext_lazy("Eight"),
    gettext_lazy("Nine"),
]


def standing_of(
    goal: Goal, *, actions: Iterable[Action], pace: str, has_progress: bool, today: datetime.date
) -> Standing:
    """The worst that is true of a goal. `pace` is what was said at its latest check-in."""
    if goal.state != GoalState.OPEN:
        return {
            GoalState.DRAFT: Standing.DRAFT,
            GoalState.REACHED: Standing.REACHED,
            GoalState.DROPPED: Standing.DROPPED,
        }[GoalState(goal.state)]
    if goal.due_on is not None and goal.due_on < today:
        return Standing.LATE
    states = {action.state for action in actions}
    if pace == Pace.STUCK or (not pace and ActionState.BLOCKED in states):
        return Standing.STUCK
    if pace == Pace.SLOWER:
        return Standing.SLOWER
    begun = has_progress or states & {ActionState.IN_PROGRESS, ActionState.DONE}
    return Standing.MOVING if begun else Standing.NOT_BEGUN


def goal_tag(standing: Standing, due_on: datetime.date | None, today: datetime.date) -> Tag:
    if standing == Standing.LATE and due_on:
        return late(due_on, today)
    if due_on and standing in (Standing.NOT_BEGUN, Standing.SLOWER, Standing.STUCK) and (due_on - today).days <= SOON:
        return due_soon(due_on, today)
    label, tone = GOAL_LABELS[standing]
    return Tag(str(label), tone)


class Due(Protocol):
    """What is to be done by a day."""

    @property
    def state(self) -> str: ...
    @property
    def due_on(self) -> datetime.date | None: ...


def action_tag(action: Due, today: datetime.date) -> Tag:
    if action.state == ActionState.DONE:
        return Tag(_("Done"), "you")
    if action.state == ActionState.DROPPED:
        return Tag(_("Dropped"))
    if action.state == ActionState.BLOCKED and action.due_on and action.due_on >= today:
        return Tag(_("Blocked"))
    if near := _near(action.due_on, today):
        return near
    if action.state == ActionState.IN_PROGRESS:
        return Tag(_("In progress"), "you")
    return Tag(pgettext("still to do", "Open"))


def promise_tag(promise: Due, today: datetime.date) -> Tag:
    if promise.state != PromiseState.OPEN:
        label, tone = PROMISE_LABELS[PromiseState(promise.state)]
        return Tag(str(label), tone)
    return _near(promise.due_on, today) or Tag(pgettext("still to do", "Open"))


def _near(due_on: datetime.date | None, today: datetime.date) -> Tag | None:
    if due_on is None or (due_on - today).days > SOON:
        return None
    return late(due_on, today) if due_on < today else due_soon(due_on, today)


def late(due_on: datetime.date, today: datetime.date) -> Tag:
    return Tag(_days_late((today - due_on).days), "mgr")


@said_once
def _days_late(days: int) -> str:
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}


def due_soon(due_on: datetime.date, today: datetime.date) -> Tag:
    days = (due_on - today).days
    return Tag(_due_in(days) if days else _("Due today"), "mgr")


@said_once
def _due_in(days: int) -> str:
    return ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days}


def headline(standings: Iterable[Standing]) -> str:
    """The finding in one or two short sentences: how many move, how many do not."""
    counts = Counter(standings)
    moving = counts[Standing.MOVING] + counts[Standing.SLOWER]
    stuck, late_ones, waiting = counts[Standing.STUCK], counts[Standing.LATE], counts[Standing.NOT_BEGUN]
    said = [
        (moving, ngettext("%(n)s goal is moving.", "%(n)s goals are moving.", moving)),
        (stuck, ngettext("%(n)s goal is stuck.", "%(n)s goals are stuck.", stuck)),
        (late_ones, ngettext("%(n)s goal is past its day.", "%(n)s goals are past their day.", late_ones)),
        (waiting, ngettext("%(n)s goal has not begun.", "%(n)s goals have not begun.", waiting)),
    ]
    sentences = [text % {"n": in_words(n)} for n, text in said if n]
    if sentences:
        return " ".join(sentences)
    if counts[Standing.DRAFT]:
        return _("The first goal is still a draft.")
    if counts[Standing.REACHED]:
        return _("All goals are reached. What comes next?")
    return _("No goal yet. What should be different in a year?")


def team_headline(people: int, *, late: int, due: int, none: int) -> str:
    """How the plans of a team stand, in one or two short sentences."""
    said = [
        (late, ngettext("%(n)s of your team has something late.", "%(n)s of your team have something late.", late)),
        (due, ngettext("%(n)s check-in is due.", "%(n)s check-ins are due.", due)),
        (none, ngettext("%(n)s has no open goal.", "%(n)s have no open goal.", none)),
    ]
    sentences = [text % {"n": in_words(n)} for n, text in said if n]
    if sentences:
        return " ".join(sentences[:2])
    return _("Nothing is late in your team.") if people else _("Your plan, and what you agreed with others")


def in_words(number: int) -> str:
    """One to nine as words at the beginning of a sentence, the rest as figures."""
    return str(NUMBERS[number - 1]) if 1 <= number <= len(NUMBERS) else str(number)
