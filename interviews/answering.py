"""What an answer's `value` holds for each kind of question, whether it says something, and how it reads.

Pure functions: the forms write values, the room, the check page and the record print them.
"""

import datetime
import re
from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, override, pgettext
from django.utils.translation import gettext as _

from interviews.questions import Option, Question, in_language
from skills.models import Level

Value = dict[str, Any]

LONGEST = 20_000
DIRECTIONS: dict[str, tuple[Any, Any]] = {
    "stay_and_deepen": (gettext_lazy("Stay and deepen"), gettext_lazy("This work, done with more depth")),
    "sideways": (gettext_lazy("Sideways"), gettext_lazy("Another job at the same level")),
    "upward": (gettext_lazy("Upward"), gettext_lazy("More responsibility, for people or for the whole")),
    "expert": (gettext_lazy("Expert"), gettext_lazy("Known for one thing, inside and outside the house")),
    "other_employer": (gettext_lazy("Another sector or employer"), gettext_lazy("Now or one day; it may be said here")),
    "step_back": (gettext_lazy("A step back"), gettext_lazy("Less load, fewer hours or less responsibility")),
    "not_sure": (gettext_lazy("Not sure yet"), gettext_lazy("Still looking, and that is an answer")),
}
SBI: dict[str, tuple[Any, Any]] = {
    "situation": (gettext_lazy("Situation"), gettext_lazy("When and where was it?")),
    "behaviour": (gettext_lazy("Behaviour"), gettext_lazy("What was done or said, as a camera would have seen it?")),
    "impact": (gettext_lazy("Impact"), gettext_lazy("What did it set in motion?")),
    "intent": (gettext_lazy("Intent"), gettext_lazy("What was it meant to achieve, if you know or have asked?")),
}
ROADBLOCK: dict[str, tuple[Any, Any]] = {
    "what": (gettext_lazy("What is in the way"), ""),
    "since": (gettext_lazy("Since when"), ""),
    "tried": (gettext_lazy("What you have tried"), ""),
    "who": (gettext_lazy("Who can remove it"), gettext_lazy("A person, a role, or nobody that you know of")),
}
LEVELS: dict[int, Any] = {
    0: gettext_lazy("does not come up in this work so far"),
    1: gettext_lazy("knows what it is about and who can do it"),
    2: gettext_lazy("does it with somebody alongside"),
    3: gettext_lazy("does it alone, also on a bad day"),
    4: gettext_lazy("does it well when it is new or difficult; others ask"),
    5: gettext_lazy("shapes how it is done here and helps others learn it"),
}
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")


def text_problem(text: str) -> str:
    """Why this text can't be kept as it is: a sentence for its author, or nothing."""
    if len(text) > LONGEST:
        return _(
            "This text has %(length)d characters and %(longest)d fit. Please shorten it; it is still on this page."
        ) % {"length": len(text), "longest": LONGEST}
    if _UNPRINTABLE.search(text):
        return _(
            "This text holds characters that no system can show, probably from copying. "
            "Please delete them, or paste the passage again as plain text."
        )
    return ""


def tidy(text: str) -> str:
    """What a person typed: browsers send line ends in two manners, everything else stays exactly as it is."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_answered(question: Question, value: Value) -> bool:
    """Whether the value says something. White space alone does not."""
    if question.kind == "skills":
        ratings = value.get("ratings") or {}
        return any(r.get("level") is not None or _said(r.get("evidence")) for r in ratings.values())
    if question.kind == "scale":
        return value.get("point") is not None
    return any(_said(part) for part in value.values())


def printed(question: Question, value: Value, language: str | None = None) -> dict[str, Any]:
    """How the answer reads in this language, or the reader's: a free text, and labelled parts that are not empty."""
    language = language or get_language() or "en"
    with override(language):
        text, fields = _READERS[question.kind](question, value, language)
    return {"text": text, "fields": [[str(label), str(part)] for label, part in fields if str(part).strip()]}


Reading = tuple[str, list[tuple[Any, Any]]]


def _said(part: Any) -> Any:
    return part.strip() if isinstance(part, str) else part


def _text(question: Question, value: Value, language: str) -> Reading:
    return value.get("text") or "", []


def _choice(question: Question, value: Value, language: str) -> Reading:
    return _names(question.options, [value.get("choice")], language), []


def _choices(question: Question, value: Value, language: str) -> Reading:
    chosen = _names(question.options, value.get("choices") or [], language, joint="; ")
    return value.get("text") or "", [(_("Chosen"), chosen)]


def _scale(question: Question, value: Value, language: str) -> Reading:
    point = value.get("point")
    if point is None:
        return "", []
    return _("%(point)d of %(points)d (1: %(low)s, %(points)d: %(high)s)") % {
        "point": point,
        "points": question.points,
        "low": in_language(question.low, language),
        "high": in_language(question.high, language),
    }, []


def _date(question: Question, value: Value, language: str) -> Reading:
    if not value.get("date"):
        return "", []
    return day_in_words(datetime.date.fromisoformat(value["date"])), []


def _skills(question: Question, value: Value, language: str) -> Reading:
    ratings = value.get("ratings") or {}
    fields = []
    for skill in question.skills:
        rating = ratings.get(skill.key) or {}
        level, evidence = rating.get("level"), rating.get("evidence") or ""
        said = level_name(level) if level is not None else ""
        fields.append((in_language(skill.text, language), ". ".join(part for part in (said, evidence) if part.strip())))
    return "", fields


def _direction(question: Question, value: Value, language: str) -> Reading:
    names = [str(DIRECTIONS[key][0]) for key in DIRECTIONS if key in (value.get("directions") or [])]
    return value.get("why") or "", [(_("Directions"), ", ".join(names))]


def _parts(labels: dict[str, tuple[Any, Any]]) -> Callable[[Question, Value, str], Reading]:
    def read(question: Question, value: Value, language: str) -> Reading:
        return "", [(label, value.get(key) or "") for key, (label, _hint) in labels.items()]

    return read


def _names(options: tuple[Option, ...], keys: list[Any], language: str, joint: str = ", ") -> str:
    return joint.join(in_language(option.text, language) for option in options if option.key in keys)


def level_name(level: int) -> str:
    """3 – Independent."""
    return f"{level} – {Level(level).label}"


def day_in_words(day: datetime.date) -> str:
    return date_format(day, pgettext("date in a text, PHP letters", "j F Y"))


_READERS: dict[str, Callable[[Question, Value, str], Reading]] = {
    "long_text": _text,
    "short_text": _text,
    "choice": _choice,
    "choices": _choices,
    "scale": _scale,
    "date": _date,
    "skills": _skills,
    "sbi": _parts(SBI),
    "direction": _direction,
    "roadblock": _parts(ROADBLOCK),
}
