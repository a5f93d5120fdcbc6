"""Progress between check-ins, and the words of each side on one."""

from uuid import uuid4

import pytest

from people.policy import Stale
from plans import operations
from plans.models import Change, CheckIn, GoalState, Progress, Remark
from tests import factories
from tests.plans.rows import day, everything, nothing_written


@pytest.fixture
def goal(employee):
    return factories.make_goal(employee, start_value=0, target_value=4, unit="steps")


@pytest.fixture
def check_in(employee, goal):
    return operations.start_check_in(by=employee, plan=goal.plan)


def test_the_employee_notes_how_far_a_goal_came(employee, goal):
    key = uuid4()
    for _twice in range(2):
        operations.note_progress(by=employee, goal=goal, value=1, words="the first", key=key)
    progress = Progress.objects.get()
    assert (progress.check_in, progress.percent, progress.value, progress.words) == (None, 25, 1, "the first")
    change = Change.objects.get(field="progress")
    assert (change.after, change.why, change.occasion) == ("1", "the first", "")


def test_a_goal_noted_as_reached_is_closed(employee, goal):
    operations.note_progress(by=employee, goal=goal, pace="reached", words="all four")
    goal.refresh_from_db()
    assert (goal.state, goal.closed_on, goal.closed_because) == (GoalState.REACHED, day(0), "all four")


def test_nobody_else_notes_it_and_nothing_is_noted_for_nothing(employee, manager, hr, outsider, goal):
    for person in (manager, hr, outsider):
        with nothing_written():
            operations.note_progress(by=person, goal=goal, value=1)
    for wrong in ({}, {"words": "  "}, {"pace": "flying"}, {"percent": 101}, {"words": "x" * 4001}):
        with nothing_written():
            operations.note_progress(by=employee, goal=goal, **wrong)
    operations.close_goal(by=employee, goal=goal, state="dropped", why="no")
    with nothing_written():
        operations.note_progress(by=employee, goal=goal, value=1)


# ---------------------------------------------------------------- the words of each side


def test_each_side_has_its_own_words_before_the_check_in(employee, manager, goal, check_in):
    typed = {str(goal.pk): {"number": "2", "words": "half", "pace": "", "other": "x"}}
    mine = operations.write_remark(by=employee, check_in=check_in, blockers="time", goals=typed)
    operations.write_remark(by=manager, check_in=check_in, adjustments="I ask Tom")
    assert mine.goals == {str(goal.pk): {"number": "2", "words": "half"}}
    before = everything()
    operations.write_remark(by=employee, check_in=check_in, blockers="time", goals=typed)
    assert everything() == before
    assert not Change.objects.filter(item_id=check_in.pk).exists()


def test_two_windows_of_one_person_overwrite_nothing(employee, check_in):
    operations.write_remark(by=employee, check_in=check_in, blockers="one")
    with nothing_written(Stale):
        operations.write_remark(by=employee, check_in=check_in, blockers="two")
    operations.write_remark(by=employee, check_in=check_in, blockers="two", version=1)
    assert Remark.objects.get().blockers == "two"


def test_the_holders_words_go_into_the_check_in_and_the_others_stay_beside(employee, manager, check_in):
    operations.write_remark(by=employee, check_in=check_in, blockers="draft")
    operations.write_remark(by=manager, check_in=check_in, adjustments="I ask Tom")
    operations.hold_check_in(by=employee, check_in=check_in, progress=[], blockers="the vendor")
    assert [remark.author for remark in Remark.objects.all()] == [manager]
    operations.write_remark(by=manager, check_in=check_in, adjustments="I asked Tom", version=1)
    change = Change.objects.get(item_id=check_in.pk, field="adjustments")
    assert (change.before, change.after) == ("I ask Tom", "I asked Tom")
    with nothing_written():
        operations.write_remark(by=employee, check_in=check_in, blockers="more")


def test_after_the_next_check_in_the_words_of_the_last_stay(employee, manager, goal, check_in):
    operations.hold_check_in(by=employee, check_in=check_in, progress=[])
    CheckIn.objects.filter(pk=check_in.pk).update(held_on=day(-3))
    again = operations.start_check_in(by=manager, plan=goal.plan)
    operations.hold_check_in(by=manager, check_in=again, progress=[])
    with nothing_written():
        operations.write_remark(by=manager, check_in=check_in, blockers="too late")


@pytest.mark.parametrize("who", ["hr", "outsider", "administrator"])
def test_only_the_two_write(request, check_in, who):
    with nothing_written():
        operations.write_remark(by=request.getfixturevalue(who), check_in=check_in, blockers="x")


def test_nothing_is_written_on_one_that_does_not_take_place(employee):
    plan = operations.ensure_plan(employee)
    first = operations.start_series(plan, signed_on=day(-30), series=uuid4())[0]
    operations.start_series(plan, signed_on=day(0), series=uuid4())
    with nothing_written():
        operations.write_remark(by=employee, check_in=first, blockers="x")
