"""The goal coach: plain rules that ask, and never stand in the way.

Each rule says only what is sure. Rules about words know English; the others hold in any language.
"""

import datetime
import re
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from plans.sentence import Parts

SOONEST, LATEST = 7, 730
MOST_GOALS = 5

VAGUE = re.compile(
    r"\b(better|improve[sd]?|improving|improvement|more|good|great|develop(?:ing)?|enhance[sd]?|optimi[sz]e[sd]?|"
    r"effective(?:ly)?|efficient(?:ly)?|proactive(?:ly)?|try|as soon as possible|asap|soon|sometimes|often|various|"
    r"somehow|as needed|if possible)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"\d|\b(zero|no|none|one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice|half|first|second|third|"
    r"every|each|all|both|nobody|without)\b",
    re.IGNORECASE,
)
EVIDENCE = re.compile(
    r"\b(confirms?|signs?|signed|agrees?|certificate|certified|passes|passed|exam|published?|report|page|document|"
    r"minutes|checklist|plan|list|decision|decisions|approves?|approved|runs?|holds?|leads?|asks?|calls?|writes?|"
    r"delivers?|delivered|presents?|presented|finished|live)\b",
    re.IGNORECASE,
)
NOT_A_VERB = frozenset({"a", "an", "the", "my", "our", "your", "his", "her", "their", "better", "more", "good"})
SEVERAL = re.compile(r";|\b(as well as|and also|in addition)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Hint:
    """One question, or a word of approval, about one part. `lead` is what the eye should catch first."""

    part: str
    text: str
    lead: str = ""
    is_fine: bool = False


def hints(goal: Parts, *, title: str = "", today: datetime.date, open_goals: int = 0) -> list[Hint]:
    """What a good listener would ask. `open_goals` counts those of the plan, this one included."""
    found = [*_about_title(title), *_about_specific(goal), *_about_measurable(goal)]
    if not goal.achievable.strip():
        found.append(
            Hint("achievable", _("Time, money, a person, a place to try: what would you miss if nobody gave it?"))
        )
    if not goal.relevant.strip():
        found.append(Hint("relevant", _("Which wish, skill or task does it serve? What would be lost without it?")))
    found += _about_day(goal.due_on, today)
    if open_goals > MOST_GOALS:
        found.append(
            Hint(
                "",
                ngettext(
                    "With this one there is %(count)d goal in the plan. Which could wait until another is reached?",
                    "With this one there are %(count)d goals in the plan. Which could wait until another is reached?",
                    open_goals,
                )
                % {"count": open_goals},
            )
        )
    return found


def _knows_language() -> bool:
    return (get_language() or "en").startswith("en")


def _about_title(title: str) -> list[Hint]:
    first = title.split(" ", 1)[0].lower()
    if title and _knows_language() and first in NOT_A_VERB:
        return [
            Hint("title", _("What will you do? “Lead…”, “write…”, “run…” say it in one word."), _("Begin with a verb."))
        ]
    return []


def _about_specific(goal: Parts) -> list[Hint]:
    text = goal.specific.strip()
    if not text:
        return [Hint("specific", _("What will you do that you do not do today?"))]
    if not _knows_language():
        return []
    found = []
    if vague := VAGUE.search(text):
        found.append(
            Hint(
                "specific",
                _("What would somebody see you do then that they do not see today?"),
                _("“%(word)s” can mean many things.") % {"word": vague[0]},
            )
        )
    if SEVERAL.search(text):
        found.append(
            Hint("specific", _("Would it be easier to keep apart, each with a day of its own?"), _("Is this one goal?"))
        )
    return found


def _about_measurable(goal: Parts) -> list[Hint]:
    text = goal.measurable.strip()
    counted = goal.target_value is not None
    if not text and not counted:
        return [Hint("measurable", _("How will you both notice? A number, a piece of work, a yes or no."))]
    if not _knows_language():
        return [Hint("measurable", _("There is a number to compare with."), is_fine=True)] if counted else []
    if not counted and (vague := VAGUE.search(text)) and not NUMBER.search(text):
        return [
            Hint(
                "measurable",
                _("Compared with what, and who could count it?"),
                _("“%(word)s” is hard to check.") % {"word": vague[0]},
            )
        ]
    if counted or NUMBER.search(text):
        return [Hint("measurable", _("There is something both of you can check."), is_fine=True)]
    if not EVIDENCE.search(text):
        return [Hint("measurable", _("What number, piece of work or yes-or-no would show it to somebody else?"))]
    return []


def _about_day(due_on: datetime.date | None, today: datetime.date) -> list[Hint]:
    if due_on is None:
        return [Hint("due_on", _("Until when? A day that hangs on an event is easier to keep than the end of a year."))]
    days = (due_on - today).days
    if days < SOONEST:
        return [Hint("due_on", _("A goal that is signed is due in a week at the earliest. Is this rather an action?"))]
    if days > LATEST:
        return [Hint("due_on", _("That is more than two years away. What could you show after the first of them?"))]
    away = ngettext("That is %(days)d day from today.", "That is %(days)d days from today.", days) % {"days": days}
    return [Hint("due_on", away, is_fine=True)]
