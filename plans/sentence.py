"""Five parts of a goal composed into one sentence that can be read aloud. Pure functions."""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from string import Formatter
from typing import Protocol

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

# English words after which a clause has its own subject, so that "I will" can't go before it.
SUBJECTS = frozenset(
    {"a", "all", "an", "both", "each", "every", "he", "her", "his", "it", "its", "my", "no", "nobody", "our", "she"}
    | {"that", "the", "their", "there", "they", "this", "we"}
)
# English words whose capital only says that they came first.
SMALL = SUBJECTS | {"any", "at", "by", "if", "in", "one", "those", "three", "two", "when", "with"}
VERBS_OF_I = {"am": "be", "was": "be"}
PARTS = ("due_on", "specific", "measurable", "achievable", "relevant")


class Parts(Protocol):
    """What a goal, or a form that is not one yet, says."""

    specific: str
    measurable: str
    unit: str
    start_value: Decimal | None
    target_value: Decimal | None
    achievable: str
    relevant: str
    due_on: datetime.date | None


@dataclass(frozen=True)
class Segment:
    """A stretch of the sentence. One that comes from a part names it; an empty part is named in words."""

    text: str
    part: str = ""
    is_blank: bool = False


def compose(goal: Parts, *, other: str = "") -> list[Segment]:
    """The sentence in stretches; `other` is the first name of who agreed it with the employee."""
    segments: list[Segment] = []
    will, specific = _deed(goal.specific)
    first = _("By {due_on} I will {specific}.") if will else _("By {due_on}: {specific}.")
    see = (
        _("{other} and I will both see it when {measurable}.") if other else _("We will both see it when {measurable}.")
    )
    said = {
        "due_on": in_sentence(goal.due_on),
        "specific": specific,
        "measurable": _with_numbers(goal, _clause(goal.measurable)),
        "achievable": _clause(goal.achievable),
        "relevant": _clause(goal.relevant, after="because"),
    }
    blank = {
        "due_on": _("a day"),
        "specific": _("what you will do"),
        "measurable": _("what both of you can see"),
        "achievable": _("what it takes"),
        "relevant": _("why it matters to you"),
    }
    for clause in (first, see, _("For that I need {achievable}."), _("It matters because {relevant}.")):
        if segments:
            segments.append(Segment(" "))
        for literal, name, _spec, _conversion in Formatter().parse(clause):
            if literal:
                segments.append(Segment(literal))
            if name == "other":
                segments.append(Segment(other))
            elif name:
                segments.append(Segment(said[name] or blank[name], part=name, is_blank=not said[name]))
    return segments


def sentence(goal: Parts, *, other: str = "") -> str:
    """The whole sentence, or nothing while a part is empty."""
    segments = compose(goal, other=other)
    return "" if any(s.is_blank for s in segments) else "".join(s.text for s in segments)


def short_sentence(goal: Parts) -> str:
    """What will be different and how both will notice: enough for a list."""
    said = [part for part in (_flat(goal.specific), _clause(goal.measurable)) if part]
    return f"{'; '.join(said)}." if said else ""


def in_sentence(day: datetime.date | None) -> str:
    """30 April 2027; in other languages as they write it."""
    return date_format(day, pgettext("date within a sentence, PHP letters", "j F Y")) if day else ""


def plain_number(value: Decimal | None) -> str:
    """2.50 → 2.5, 3.00 → 3, in the reader's way of writing numbers."""
    if value is None:
        return ""
    short = value.normalize()
    exponent = short.as_tuple().exponent
    return number_format(value, decimal_pos=-exponent if isinstance(exponent, int) and exponent < 0 else 0)


def measured(goal: Parts) -> str:
    """How both will notice, with the numbers to compare."""
    return _with_numbers(goal, goal.measurable.strip())


def _with_numbers(goal: Parts, text: str) -> str:
    if goal.target_value is None:
        return text
    numbers = {"start": plain_number(goal.start_value), "target": plain_number(goal.target_value), "unit": goal.unit}
    measure = _("from %(start)s to %(target)s %(unit)s") if goal.start_value is not None else _("%(target)s %(unit)s")
    said = (measure % numbers).strip()
    return f"{text} ({said})" if text else said


def _deed(text: str) -> tuple[bool, str]:
    """Whether "I will" goes before it, and the words that follow. English only; elsewhere the words stand alone."""
    text = _clause(text)
    if not (get_language() or "en").startswith("en"):
        return False, text
    if not text:
        return True, ""
    promised = re.match(r"(?:I will|I’ll|I'll)\s+", text)
    if promised:
        return True, text[promised.end() :]
    first, _space, rest = text.partition(" ")
    if first in ("I’m", "I'm"):
        return True, f"be {rest}"
    if first == "I" and rest:
        verb, space, after = rest.partition(" ")
        return True, f"{VERBS_OF_I.get(verb, verb)}{space}{after}"
    # A capital may begin a name ("Mina runs…"): only a small verb surely follows "I will".
    return first.islower() and first not in SUBJECTS, text


def _clause(text: str, *, after: str = "") -> str:
    """One line without its full stop, beginning small where the capital only marked a beginning."""
    text = _flat(text)
    if after and text.lower().startswith(f"{after} "):
        text = text[len(after) + 1 :]
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first.lower() in SMALL else text


def _flat(text: str) -> str:
    return " ".join(text.split()).rstrip(" .;,")
