import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from plans.models import Goal
from plans.sentence import compose, plain_number, sentence, short_sentence

FULL = {
    "specific": "coach Mina so that she runs the cut-over",
    "measurable": "She runs the March checklist herself and calls me at most twice.",
    "achievable": "Two hours a week and Priya’s notes",
    "relevant": "because I want to find out whether I like leading",
    "due_on": datetime.date(2027, 4, 30),
}


def goal(**parts):
    return Goal(title="Coach Mina", **{**FULL, **parts})


def test_five_parts_make_one_sentence():
    assert sentence(goal(), other="Jonas") == (
        "By 30 April 2027 I will coach Mina so that she runs the cut-over. Jonas and I will both see it when she runs "
        "the March checklist herself and calls me at most twice. For that I need two hours a week and Priya’s notes. "
        "It matters because I want to find out whether I like leading."
    )


def test_without_another_side_it_says_we():
    assert "We will both see it when" in sentence(goal())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I run the review on my own", "By 30 April 2027 I will run the review on my own."),
        ("I will run the review", "By 30 April 2027 I will run the review."),
        ("I am the one they ask", "By 30 April 2027 I will be the one they ask."),
        ("run the review\n on my own.", "By 30 April 2027 I will run the review on my own."),
        ("Mina runs the review", "By 30 April 2027: Mina runs the review."),
        ("The review runs without me", "By 30 April 2027: the review runs without me."),
        ("we run the review", "By 30 April 2027: we run the review."),
    ],
)
def test_what_will_be_done_reads_whatever_it_begins_with(written, said):
    assert sentence(goal(specific=written)).startswith(said)


@pytest.mark.parametrize("part", list(FULL))
def test_an_empty_part_is_named_and_leaves_no_whole_sentence(part):
    incomplete = goal(**{part: None if part == "due_on" else ""})
    assert sentence(incomplete) == ""
    blanks = [s for s in compose(incomplete) if s.is_blank]
    assert [s.part for s in blanks] == [part]
    assert blanks[0].text


def test_numbers_stand_beside_what_is_measured():
    counted = goal(
        measurable="sessions held", unit="sessions", start_value=Decimal("0.00"), target_value=Decimal("6.00")
    )
    assert "when sessions held (from 0 to 6 sessions)." in sentence(counted)
    assert "when 6 sessions." in sentence(goal(measurable="", unit="sessions", target_value=Decimal(6)))


def test_braces_in_what_people_write_stay_what_they_are():
    assert "I will {due_on} {{7*7}}." in sentence(
        goal(specific="{due_on} {{7*7}}")
    ) or ": {due_on} {{7*7}}." in sentence(goal(specific="{due_on} {{7*7}}"))


def test_other_languages_put_the_words_after_a_colon():
    with translation.override("de"):
        assert "I will coach" not in sentence(goal())


def test_the_short_sentence_leaves_out_what_is_empty():
    assert short_sentence(goal(measurable="")) == "coach Mina so that she runs the cut-over."
    assert short_sentence(goal(specific="", measurable="")) == ""


def test_numbers_are_plain():
    assert [plain_number(Decimal(v)) for v in ("3.00", "2.50", "100", "0.00")] == ["3", "2.5", "100", "0"]
    assert plain_number(None) == ""
