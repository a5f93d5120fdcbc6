import pytest

from interviews.answering import DIRECTIONS, LONGEST, is_answered, printed, text_problem, tidy
from interviews.questions import QUESTION_KINDS, BadTemplate, Questions
from tests.factories import CONTENT

OPTIONS = [{"key": "a", "text": {"en": "Mornings", "fr": "Le matin"}}, {"key": "b", "text": {"en": "Evenings"}}]
SKILLS = [
    {"key": "planning", "name": {"en": "Planning", "fr": "Planifier"}},
    {"key": "listening", "name": {"en": "Listening"}},
]
ENDS = {"low": {"en": "hardly"}, "high": {"en": "fully"}, "points": 5}


def question(kind):
    raw = {"key": "q", "kind": kind, "text": {"en": "Well?"}, "options": OPTIONS, "skills": SKILLS, "ends": ENDS}
    section = {"key": "s", "kind": "free", "title": {"en": "S"}, "minutes": 5, "questions": [raw]}
    return Questions.from_content({**CONTENT, "sections": [section]}).get("q")


FULL = {
    "long_text": ({"text": "One\n\ntwo"}, "One\n\ntwo", []),
    "short_text": ({"text": "One"}, "One", []),
    "choice": ({"choice": "b"}, "Evenings", []),
    "choices": ({"choices": ["b", "a"], "text": "both"}, "both", [["Chosen", "Mornings; Evenings"]]),
    "scale": ({"point": 4}, "4 of 5 (1: hardly, 5: fully)", []),
    "date": ({"date": "2026-12-03"}, "3 December 2026", []),
    "skills": (
        {"ratings": {"planning": {"level": 3, "evidence": "The move"}, "listening": {"level": 0, "evidence": ""}}},
        "",
        [["Planning", "3 – Independent. The move"], ["Listening", "0 – None yet"]],
    ),
    "sbi": (
        {"situation": "Monday", "behaviour": "waited", "impact": "calm", "intent": ""},
        "",
        [["Situation", "Monday"], ["Behaviour", "waited"], ["Impact", "calm"]],
    ),
    "direction": (
        {"directions": ["not_sure", "upward"], "why": "Curious"},
        "Curious",
        [["Directions", "Upward, Not sure yet"]],
    ),
    "roadblock": (
        {"what": "Typing", "since": "May", "tried": "", "who": "IT"},
        "",
        [["What is in the way", "Typing"], ["Since when", "May"], ["Who can remove it", "IT"]],
    ),
}
EMPTY = {
    "long_text": {"text": " \n "},
    "short_text": {"text": ""},
    "choice": {"choice": ""},
    "choices": {"choices": [], "text": ""},
    "scale": {"point": None},
    "date": {"date": ""},
    "skills": {"ratings": {"planning": {"level": None, "evidence": " "}}},
    "sbi": {"situation": "", "behaviour": "", "impact": "", "intent": " "},
    "direction": {"directions": [], "why": ""},
    "roadblock": {"what": "", "since": "", "tried": "", "who": ""},
}


def test_every_kind_is_covered():
    assert set(FULL) == set(EMPTY) == set(QUESTION_KINDS)


@pytest.mark.parametrize("kind", FULL)
def test_reads_as_text_and_labelled_parts(kind):
    value, text, fields = FULL[kind]
    assert is_answered(question(kind), value)
    assert printed(question(kind), value, "en") == {"text": text, "fields": fields}


@pytest.mark.parametrize("kind", EMPTY)
def test_white_space_and_nothing_are_no_answer(kind):
    for value in (EMPTY[kind], {}):
        assert not is_answered(question(kind), value)
        said = printed(question(kind), value, "en")
        assert not said["text"].strip()
        assert said["fields"] == []


def test_a_level_of_none_yet_is_an_answer():
    assert is_answered(question("skills"), {"ratings": {"planning": {"level": 0, "evidence": ""}}})


def test_reads_in_the_language_asked_for():
    assert printed(question("choice"), {"choice": "a"}, "fr")["text"] == "Le matin"
    assert printed(question("choice"), {"choice": "b"}, "fr")["text"] == "Evenings"
    assert printed(question("choice"), {"choice": "a"}, None)["text"] == "Mornings"


def test_options_that_a_template_does_not_have_are_left_out():
    assert printed(question("choices"), {"choices": ["a", "z"], "text": ""}, "en")["fields"] == [["Chosen", "Mornings"]]
    assert printed(question("direction"), {"directions": ["z"], "why": ""}, "en")["fields"] == []


def test_what_can_not_be_kept_is_named():
    assert text_problem("x" * LONGEST) == ""
    assert "20001" in text_problem("x" * (LONGEST + 1))
    assert "no system can show" in text_problem("a\x00b")
    assert "no system can show" in text_problem("a\ud800b")
    assert text_problem("𝒳 \t — <b>{{7*7}}</b> \u202e") == ""


def test_only_line_ends_are_changed():
    assert tidy(" a\r\n\tb\rc \n") == " a\n\tb\nc \n"


def test_no_question_takes_the_address_of_the_check():
    raw = {"key": "check", "kind": "long_text", "text": {"en": "Well?"}}
    section = {"key": "check", "kind": "free", "title": {"en": "S"}, "minutes": 5, "questions": [raw]}
    with pytest.raises(BadTemplate, match="name of a page"):
        Questions.from_content({**CONTENT, "sections": [section]})


def test_directions_are_the_seven_of_the_product():
    assert len(DIRECTIONS) == 7
