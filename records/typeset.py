"""What people typed, made safe and drawable for paper.

The print may differ from what was typed (an undrawable letter becomes its number, a text without end is cut); the
attached record.json never does.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from records.fonts import coverage

LONGEST_TEXT = 20_000
LONGEST_RECORD = 200_000  # of all texts together: some 80 pages, and a minute of work
MOST_LINES = 400
LONGEST_WORD = 40

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\ufdd0-\ufdef\u2028\u2029]")
# Marks that turn the reading direction around could make a printed sentence say something else than the signed one.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_BLANK_LINES = re.compile(r"\n\s*\n+")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")


@dataclass
class Budget:
    """How many letters may still be printed in this record."""

    left: int = LONGEST_RECORD


def clean(text: object, *, longest: int = LONGEST_TEXT) -> str:
    """The text as it may be printed: no controls, no direction marks, nothing undrawable, no endless words."""
    plain = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").replace("\u00ad", "")
    plain = unicodedata.normalize("NFC", _DIRECTIONS.sub("", _CONTROLS.sub("\ufffd", plain)))
    plain = _BLANK_LINES.sub("\n\n", plain).strip()
    if plain.count("\n") > MOST_LINES:
        plain = " / ".join(line for line in plain.split("\n") if line.strip())
    rest = len(plain) - longest
    if rest > 0:
        more = ngettext(
            "%(count)d more character is in the attached record.json",
            "%(count)d more characters are in the attached record.json",
            rest,
        ) % {"count": rest}
        plain = f"{plain[:longest]} […{more}]"
    # A break opportunity in very long words: the time to lay out an unbreakable one grows with its square.
    return _LONG_WORD.sub(lambda part: part[0] + "\u200b", _drawable(plain))


def clean_all(value: Any, budget: Budget | None = None) -> Any:
    """A copy of nested lists and dictionaries with every text in it cleaned, within one budget of letters."""
    budget = budget or Budget()
    if isinstance(value, str):
        text = clean(value, longest=min(LONGEST_TEXT, budget.left))
        budget.left = max(0, budget.left - len(text))
        return text
    if isinstance(value, dict):
        return {key: clean_all(part, budget) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_all(part, budget) for part in value]
    return value


def paragraphs(text: str) -> list[str]:
    return [part for part in _BLANK_LINES.split(text) if part.strip()]


def direction(text: str) -> str:
    """`rtl` when the first letter with a direction is written from right to left."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def _drawable(text: str) -> str:
    covered = coverage()
    return "".join(letter if ord(letter) in covered else f"[U+{ord(letter):04X}]" for letter in text)
