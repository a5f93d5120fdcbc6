"""What has changed between two versions of a template, said section by section. Pure functions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from interviews.questions import (
    ANSWERERS,
    QUESTION_KINDS,
    RELEASES,
    SECTION_KINDS,
    VISIBILITIES,
    Option,
    Question,
    Questions,
    Section,
    Texts,
)

Facts = dict[str, str]


@dataclass(frozen=True)
class Change:
    """One thing that reads otherwise now; empty where it was not there, or is no longer."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """A section or a question that is `new`, `gone`, `moved` or `changed`; or the template itself."""

    kind: str
    name: str
    is_question: bool = False
    moved_from: str = ""
    changes: tuple[Change, ...] = ()


def differences(before: Questions, after: Questions) -> list[Difference]:
    """In the order of the later one; what is gone comes last."""
    return [
        *_changed(after.name_in(), _of_template(before), _of_template(after)),
        *_sections(before, after),
        *_questions(before, after),
    ]


def _sections(before: Questions, after: Questions) -> Iterator[Difference]:
    moved = _moved([section.key for section in before.sections], [section.key for section in after.sections])
    for section in after.sections:
        earlier = before.section(section.key)
        if earlier is None:
            yield Difference("new", section.name())
            continue
        if section.key in moved:
            yield Difference("moved", section.name())
        yield from _changed(section.name(), _of_section(earlier), _of_section(section))
    yield from (Difference("gone", section.name()) for section in before.sections if not after.section(section.key))


def _questions(before: Questions, after: Questions) -> Iterator[Difference]:
    for section in after.sections:
        earlier_here = before.section(section.key)
        moved = _moved(_keys(earlier_here), _keys(section))
        for question in section.questions:
            earlier, where = before.get(question.key), before.section_of(question.key)
            if earlier is None or where is None:
                yield Difference("new", question.label(), is_question=True)
                continue
            if where.key != section.key:
                yield Difference("moved", question.label(), is_question=True, moved_from=where.name())
            elif question.key in moved:
                yield Difference("moved", question.label(), is_question=True)
            yield from _changed(question.label(), _of_question(earlier), _of_question(question), is_question=True)
    yield from (
        Difference("gone", question.label(), is_question=True) for question in before if not after.get(question.key)
    )


def _keys(section: Section | None) -> list[str]:
    return [question.key for question in section.questions] if section else []


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Of those in both, the fewest that would have to be taken out for the others to stand in the same order."""
    kept = set(before) & set(after)
    one, other = ([key for key in keys if key in kept] for keys in (before, after))
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return kept - {one[block.a + n] for block in blocks for n in range(block.size)}


def _changed(name: str, before: Facts, after: Facts, *, is_question: bool = False) -> Iterator[Difference]:
    changes = tuple(
        Change(what, before.get(what, ""), after.get(what, ""))
        for what in {**after, **before}
        if before.get(what, "") != after.get(what, "")
    )
    if changes:
        yield Difference("changed", name, is_question, changes=changes)


def _of_template(questions: Questions) -> Facts:
    return {
        **_texts(_("Name"), questions.name),
        **_texts(_("Description"), questions.description),
        _("Answers open"): str(RELEASES[questions.release]),
        _("HR signs, too"): _yes(questions.hr_signs),
    }


def _of_section(section: Section) -> Facts:
    return {
        **_texts(_("Title"), section.title),
        **_texts(_("Guidance"), section.guidance),
        _("Kind"): str(SECTION_KINDS[section.kind]),
        _("Minutes"): str(section.minutes),
    }


def _of_question(question: Question) -> Facts:
    return {
        **_texts(_("Question"), question.text),
        **_texts(_("Question to the interviewer"), question.text_interviewer),
        **_texts(_("Short name"), question.short),
        **_texts(_("Guidance"), question.guidance),
        _("Kind"): str(QUESTION_KINDS[question.kind]),
        _("Who answers"): str(ANSWERERS[question.who]),
        _("Has to be answered"): _yes(question.required),
        _("Who reads the answer"): str(VISIBILITIES[question.visibility]),
        **_options(_("Choices"), question.options),
        **_options(_("Skills"), question.skills),
        **(_ends(question) if question.kind == "scale" else {}),
    }


def _ends(question: Question) -> Facts:
    return {
        **_texts(_("Lowest step"), question.low),
        **_texts(_("Highest step"), question.high),
        _("Number of steps"): str(question.points),
    }


def _options(what: str, options: Iterable[Option]) -> Facts:
    """One line for each, in each language that one of them has."""
    found = list(options)
    languages = dict.fromkeys(language for option in found for language in option.text)
    return {
        f"{what}, {_name_of(language)}": "\n".join(_line(option, language) for option in found)
        for language in languages
    }


def _line(option: Option, language: str) -> str:
    hint = option.hint.get(language, "")
    return option.text.get(language, "–") + (f" ({hint})" if hint else "")


def _texts(what: str, texts: Texts) -> Facts:
    return {f"{what}, {_name_of(language)}": text for language, text in texts.items()}


def _name_of(language: str) -> str:
    try:
        info: dict[str, Any] = get_language_info(language)
    except KeyError:
        return language
    return str(info["name_translated"])


def _yes(value: bool) -> str:  # noqa: FBT001 - what it says
    return _("yes") if value else _("no")
