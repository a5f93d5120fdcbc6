import datetime

import pytest

from plans.models import Action, ActionState, Goal, GoalState, Pace, Promise, PromiseState
from plans.standing import Standing, action_tag, goal_tag, headline, promise_tag, standing_of

TODAY = datetime.date(2027, 1, 22)


def day(offset):
    return TODAY + datetime.timedelta(days=offset)


@pytest.mark.parametrize(
    ("due", "state", "actions", "said", "expected"),
    [
        (30, GoalState.DRAFT, [], ("", False), Standing.DRAFT),
        (30, GoalState.REACHED, [], (Pace.STUCK, True), Standing.REACHED),
        (-1, GoalState.DROPPED, [], ("", False), Standing.DROPPED),
        (-1, GoalState.OPEN, [], (Pace.GOING_WELL, True), Standing.LATE),
        (30, GoalState.OPEN, [], ("", False), Standing.NOT_BEGUN),
        (None, GoalState.OPEN, [], ("", False), Standing.NOT_BEGUN),
        (30, GoalState.OPEN, [ActionState.OPEN], ("", False), Standing.NOT_BEGUN),
        (30, GoalState.OPEN, [ActionState.IN_PROGRESS], ("", False), Standing.MOVING),
        (30, GoalState.OPEN, [ActionState.BLOCKED], ("", False), Standing.STUCK),
        (30, GoalState.OPEN, [ActionState.BLOCKED], (Pace.GOING_WELL, True), Standing.MOVING),
        (30, GoalState.OPEN, [], (Pace.STUCK, True), Standing.STUCK),
        (30, GoalState.OPEN, [], (Pace.SLOWER, True), Standing.SLOWER),
        (30, GoalState.OPEN, [], ("", True), Standing.MOVING),
    ],
)
def test_a_goal_stands_as_its_worst_says(due, state, actions, said, expected):
    pace, progress = said
    goal = Goal(state=state, due_on=None if due is None else day(due))
    steps = [Action(state=s, due_on=day(9)) for s in actions]
    assert standing_of(goal, actions=steps, pace=pace, has_progress=progress, today=TODAY) == expected


def test_every_standing_has_a_word():
    assert all(goal_tag(standing, None, TODAY).label for standing in Standing)
    assert goal_tag(Standing.LATE, day(-7), TODAY).label == "7 days late"
    assert goal_tag(Standing.NOT_BEGUN, day(5), TODAY).label == "Due in 5 days"
    assert goal_tag(Standing.MOVING, day(5), TODAY).label == "On track"


@pytest.mark.parametrize(
    ("state", "due", "label"),
    [
        (ActionState.DONE, -9, "Done"),
        (ActionState.DROPPED, -9, "Dropped"),
        (ActionState.BLOCKED, 3, "Blocked"),
        (ActionState.BLOCKED, -3, "3 days late"),
        (ActionState.OPEN, -1, "1 day late"),
        (ActionState.OPEN, 0, "Due today"),
        (ActionState.IN_PROGRESS, 7, "Due in 7 days"),
        (ActionState.IN_PROGRESS, 8, "In progress"),
        (ActionState.OPEN, 8, "Open"),
    ],
)
def test_an_action_has_a_word(state, due, label):
    assert action_tag(Action(state=state, due_on=day(due)), TODAY).label == label


@pytest.mark.parametrize(
    ("state", "due", "label"),
    [
        (PromiseState.KEPT, -9, "Kept"),
        (PromiseState.BROKEN, -9, "Not kept"),
        (PromiseState.NOT_PROMISED, None, "Not promised"),
        (PromiseState.OPEN, -7, "7 days late"),
        (PromiseState.OPEN, 20, "Open"),
    ],
)
def test_a_promise_has_a_word(state, due, label):
    assert promise_tag(Promise(state=state, due_on=None if due is None else day(due)), TODAY).label == label


def test_the_headline_is_the_finding():
    assert headline([]) == "No goal yet. What should be different in a year?"
    assert headline([Standing.DRAFT]) == "The first goal is still a draft."
    assert headline([Standing.REACHED]) == "All goals are reached. What comes next?"
    two = [Standing.MOVING, Standing.SLOWER, Standing.STUCK]
    assert headline(two) == "Two goals are moving. One goal is stuck."
    assert headline([Standing.LATE] * 11) == "11 goals are past their day."
