"""A template's content read into sections and questions. One shape for YAML files, drafts and published versions.

format, slug, name, description, release, hr_signs, sections → questions
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

FORMAT = "careerconv.template/1"
SECTION_KINDS = {
    "achievements": _("Achievements since joining or since last time"),
    "role": _("Current role and meaning"),
    "goals": _("Goals and ambitions"),
    "skills": _("Skills"),
    "feedback": _("Feedback"),
    "roadblocks": _("Roadblocks and environment"),
    "organisation": _("Organisation and opportunities"),
    "support": _("Support wanted"),
    "plan": _("Plan and wrap-up"),
    "free": _("Free"),
}
QUESTION_KINDS = {
    "long_text": _("Long text"),
    "short_text": _("Short text"),
    "choice": _("One of several"),
    "choices": _("Several of several"),
    "scale": _("Scale with named ends"),
    "date": _("Date"),
    "skills": _("Skill ratings"),
    "sbi": _("Feedback: situation, behaviour, impact"),
    "direction": _("Direction"),
    "roadblock": _("Roadblock"),
}
VISIBILITIES = {"me": _("only me"), "two": _("us two"), "record": _("us two and the record")}
RELEASES = {"both_at_once": _("when both have shared"), "each_side": _("when each side shares")}
ANSWERERS = {
    "employee": _("the employee answers"),
    "interviewer": _("the interviewer answers"),
    "both": _("both answer"),
}
# The question's key is a part of its page's address, beside the page on which one checks all answers.
RESERVED = {("question", "check")}
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Texts = dict[str, str]


class BadTemplate(ValueError):  # noqa: N818 - reads as what it is
    """The content is not a template; the message names the place and the reason."""


def in_language(texts: Texts, language: str | None = None) -> str:
    """The text in this language, else in English, else in whichever there is."""
    wanted = (language or get_language() or "en").split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True)
class Option:
    key: str
    text: Texts
    hint: Texts


@dataclass(frozen=True)
class Question:
    key: str
    kind: str
    text: Texts
    short: Texts
    guidance: Texts
    text_interviewer: Texts
    who: str
    required: bool
    visibility: str
    options: tuple[Option, ...] = ()
    skills: tuple[Option, ...] = ()
    low: Texts = field(default_factory=dict)
    high: Texts = field(default_factory=dict)
    points: int = 5

    def asked_of(self, side: str) -> bool:
        """Whether this side, `employee` or `interviewer`, answers it."""
        return self.who in (side, "both")

    def text_for(self, side: str, language: str | None = None) -> str:
        if side == "interviewer" and self.text_interviewer:
            return in_language(self.text_interviewer, language)
        return in_language(self.text, language)

    def label(self, language: str | None = None) -> str:
        """A short name for task lists."""
        return in_language(self.short or self.text, language)


@dataclass(frozen=True)
class Section:
    key: str
    kind: str
    title: Texts
    guidance: Texts
    minutes: int
    questions: tuple[Question, ...]

    def name(self, language: str | None = None) -> str:
        return in_language(self.title, language)

    def guide(self, language: str | None = None) -> str:
        return in_language(self.guidance, language)


@dataclass(frozen=True)
class Questions:
    """The whole content of one version."""

    slug: str
    name: Texts
    description: Texts
    release: str
    hr_signs: bool
    sections: tuple[Section, ...]

    @classmethod
    def from_content(cls, content: Any) -> "Questions":
        """Read and check. Raises `BadTemplate` with the place and the reason."""
        return _Reader().template(content)

    def __iter__(self) -> Iterator[Question]:
        return (question for section in self.sections for question in section.questions)

    def of_side(self, side: str) -> list[Question]:
        return [question for question in self if question.asked_of(side)]

    def get(self, key: str) -> Question | None:
        return next((question for question in self if question.key == key), None)

    def section_of(self, key: str) -> Section | None:
        return next((s for s in self.sections if any(q.key == key for q in s.questions)), None)

    def section(self, key: str) -> Section | None:
        return next((s for s in self.sections if s.key == key), None)

    def name_in(self, language: str | None = None) -> str:
        return in_language(self.name, language)

    @property
    def minutes(self) -> int:
        return sum(section.minutes for section in self.sections)


class _Reader:
    """Walks the content and says exactly where something is wrong."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def fail(self, where: str, why: str) -> BadTemplate:
        return BadTemplate(f"{where}: {why}")

    def twice(self, key: str) -> str:
        return gettext("“%(key)s” is there twice") % {"key": key}

    def known(self, given: Any, where: str, known: Collection[str]) -> str:
        if not isinstance(given, str) or given not in known:
            raise self.fail(
                where, gettext("“%(given)s” is none of %(known)s") % {"given": given, "known": ", ".join(known)}
            )
        return given

    def flag(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            raise self.fail(where, gettext("expected true or false"))
        return value

    def template(self, content: Any) -> Questions:
        data = self.mapping(content, "template")
        if data.get("format") != FORMAT:
            raise self.fail("format", gettext("expected “%(format)s”") % {"format": FORMAT})
        release = self.known(data.get("release", "both_at_once"), "release", RELEASES)
        sections = self.items(data.get("sections"), "sections")
        return Questions(
            slug=self.key(data.get("slug"), "slug"),
            name=self.texts(data.get("name"), "name", required=True),
            description=self.texts(data.get("description"), "description"),
            release=release,
            hr_signs=self.flag(data.get("hr_signs", False), "hr_signs"),
            sections=tuple(self.section(s, f"sections[{i}]") for i, s in enumerate(sections, 1)),
        )

    def section(self, value: Any, where: str) -> Section:
        data = self.mapping(value, where)
        kind = self.known(data.get("kind", "free"), f"{where}.kind", SECTION_KINDS)
        minutes = data.get("minutes", 0)
        if type(minutes) is not int or not 0 <= minutes <= 240:  # four hours is no interview
            raise self.fail(f"{where}.minutes", gettext("expected whole minutes from 0 to 240"))
        questions = self.items(data.get("questions", []), f"{where}.questions", may_be_empty=True)
        return Section(
            key=self.unique("section", data.get("key"), f"{where}.key"),
            kind=kind,
            title=self.texts(data.get("title"), f"{where}.title", required=True),
            guidance=self.texts(data.get("guidance"), f"{where}.guidance"),
            minutes=minutes,
            questions=tuple(self.question(q, f"{where}.questions[{i}]") for i, q in enumerate(questions, 1)),
        )

    def question(self, value: Any, where: str) -> Question:
        data = self.mapping(value, where)
        kind = self.known(data.get("kind"), f"{where}.kind", QUESTION_KINDS)
        who = self.known(data.get("who", "both"), f"{where}.who", ANSWERERS)
        visibility = self.known(data.get("visibility", "two"), f"{where}.visibility", VISIBILITIES)
        options = self.options(data.get("options"), f"{where}.options", "text") if data.get("options") else ()
        skills = self.options(data.get("skills"), f"{where}.skills", "name") if data.get("skills") else ()
        if kind in ("choice", "choices") and not options:
            raise self.fail(f"{where}.options", gettext("a choice needs its options"))
        if kind == "skills" and not skills:
            raise self.fail(f"{where}.skills", gettext("skill ratings need their skills"))
        ends = self.mapping(data.get("ends", {}), f"{where}.ends")
        points = ends.get("points", 5)
        if type(points) is not int or not 2 <= points <= 10:
            raise self.fail(f"{where}.ends.points", gettext("expected from 2 to 10 points"))
        return Question(
            key=self.unique("question", data.get("key"), f"{where}.key"),
            kind=kind,
            text=self.texts(data.get("text"), f"{where}.text", required=True),
            short=self.texts(data.get("short"), f"{where}.short"),
            guidance=self.texts(data.get("guidance"), f"{where}.guidance"),
            text_interviewer=self.texts(data.get("text_interviewer"), f"{where}.text_interviewer"),
            who=who,
            required=self.flag(data.get("required", False), f"{where}.required"),
            visibility=visibility,
            options=options,
            skills=skills,
            low=self.texts(ends.get("low"), f"{where}.ends.low", required=kind == "scale"),
            high=self.texts(ends.get("high"), f"{where}.ends.high", required=kind == "scale"),
            points=points,
        )

    def options(self, value: Any, where: str, label: str) -> tuple[Option, ...]:
        found, keys = [], set()
        for i, item in enumerate(self.items(value, where), 1):
            data = self.mapping(item, f"{where}[{i}]")
            key = self.key(data.get("key"), f"{where}[{i}].key")
            if key in keys:
                raise self.fail(f"{where}[{i}].key", self.twice(key))
            keys.add(key)
            found.append(
                Option(
                    key,
                    self.texts(data.get(label), f"{where}[{i}].{label}", required=True),
                    self.texts(data.get("hint"), f"{where}[{i}].hint"),
                )
            )
        return tuple(found)

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fail(where, gettext("expected names with values"))
        return value

    def items(self, value: Any, where: str, *, may_be_empty: bool = False) -> list[Any]:
        if not isinstance(value, list) or not (value or may_be_empty):
            raise self.fail(where, gettext("expected a list with at least one entry"))
        return value

    def texts(self, value: Any, where: str, *, required: bool = False) -> Texts:
        if value in (None, {}, ""):
            if required:
                raise self.fail(where, gettext("a text is missing"))
            return {}
        data = self.mapping(value, where)
        for language, text in data.items():
            if not isinstance(text, str) or not text.strip():
                raise self.fail(f"{where}.{language}", gettext("expected a text"))
        return {language: text.strip() for language, text in data.items()}

    def key(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not _KEY.fullmatch(value) or len(value) > 80:
            raise self.fail(where, gettext("expected lower-case letters, digits and hyphens, at most 80"))
        return value

    def unique(self, noun: str, value: Any, where: str) -> str:
        key = self.key(value, where)
        if (noun, key) in RESERVED:
            raise self.fail(where, gettext("“%(key)s” is the name of a page; choose another") % {"key": key})
        if (noun, key) in self.seen:
            raise self.fail(where, self.twice(key))
        self.seen.add((noun, key))
        return key
