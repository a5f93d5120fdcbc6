import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from plans.coach import hints
from plans.models import Goal

TODAY = datetime.date(2026, 12, 3)
CLEAR = {
    "specific": "moderate the vendor review on my own",
    "measurable": "both sides confirm within two days",
    "achievable": "the agenda of the last review",
    "relevant": "I want to be asked before it gets hard",
    "due_on": TODAY + datetime.timedelta(days=60),
}


def asked(title="Moderate the review", open_goals=1, **parts):
    goal = Goal(title=title, **{**CLEAR, **parts})
    return [h.part for h in hints(goal, title=title, today=TODAY, open_goals=open_goals) if not h.is_fine]


def test_a_clear_goal_is_asked_nothing_and_told_so():
    assert asked() == []
    fine = hints(Goal(title="x", **CLEAR), title="Moderate", today=TODAY, open_goals=1)
    assert {h.part for h in fine} == {"measurable", "due_on"}


@pytest.mark.parametrize("part", ["specific", "measurable", "achievable", "relevant"])
def test_an_empty_part_is_asked_about(part):
    assert asked(**{part: ""}) == [part]


def test_a_goal_without_a_day_is_asked_until_when():
    assert asked(due_on=None) == ["due_on"]


@pytest.mark.parametrize(("days", "expected"), [(6, ["due_on"]), (7, []), (730, []), (731, ["due_on"])])
def test_a_day_out_of_range_is_asked_about(days, expected):
    assert asked(due_on=TODAY + datetime.timedelta(days=days)) == expected


@pytest.mark.parametrize("words", ["communicate better", "improve my negotiation skills", "Develop my leadership"])
def test_vague_words_are_named(words):
    goal = Goal(title="x", **{**CLEAR, "specific": words})
    hint = next(h for h in hints(goal, title="Lead", today=TODAY) if h.part == "specific")
    assert hint.lead.strip("“").split("”")[0].lower() in words.lower()


def test_what_nobody_can_count_or_see_is_asked_about():
    assert asked(measurable="people feel comfortable") == ["measurable"]
    assert asked(measurable="my manager is happier and better informed") == ["measurable"]
    assert asked(measurable="people feel comfortable", target_value=Decimal(3)) == []


def test_several_goals_in_one_are_asked_about():
    assert asked(specific="lead the review as well as write the report") == ["specific"]


def test_a_name_that_begins_with_no_verb_is_asked_about():
    assert asked(title="The vendor review") == ["title"]


def test_more_than_five_goals_are_asked_about():
    assert asked(open_goals=5) == []
    assert asked(open_goals=6) == [""]


def test_words_are_left_alone_in_other_languages():
    with translation.override("de"):
        assert asked(specific="better", measurable="irgendwie") == []
        assert asked(relevant="") == ["relevant"]
