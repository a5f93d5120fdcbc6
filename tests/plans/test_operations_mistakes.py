"""What was noted by mistake is taken back by the same person, within a day."""

import datetime

import pytest
from django.utils import timezone

from plans import operations
from plans.models import Change
from tests import factories
from tests.plans.rows import everything, nothing_written

LATER = datetime.timedelta(hours=25)


@pytest.fixture
def goal(employee):
    return factories.make_goal(employee)


def test_done_by_mistake_stands_as_before(employee, goal):
    action = factories.make_action(goal, employee)
    operations.settle_action(by=employee, action=action, state="blocked", why="the vendor is late")
    operations.settle_action(by=employee, action=action, state="done")
    operations.take_back(by=employee, item=action)
    action.refresh_from_db()
    assert (action.state, action.state_because, action.done_on, action.settled_on) == (
        "blocked", "the vendor is late", None, None,
    )  # fmt: skip
    assert Change.objects.first().field == "taken_back"
    before = everything()
    operations.take_back(by=employee, item=action)
    assert everything() == before


def test_a_promise_kept_by_mistake_is_open_again(employee, manager):
    promise = factories.make_promise(employee, manager)
    operations.settle_promise(by=manager, promise=promise, state="broken", why="no budget")
    operations.take_back(by=manager, item=promise)
    promise.refresh_from_db()
    assert (promise.state, promise.state_because, promise.settled_on) == ("open", "", None)


def test_a_goal_comes_back_with_what_was_dropped_with_it_and_nothing_else(employee, goal):
    begun, gone = factories.make_action(goal, employee), factories.make_action(goal, employee)
    operations.settle_action(by=employee, action=begun, state="in_progress")
    operations.settle_action(by=employee, action=gone, state="dropped", why="no need")
    operations.close_goal(by=employee, goal=goal, state="dropped", why="the wrong one")
    operations.take_back(by=employee, item=goal)
    for item in (goal, begun, gone):
        item.refresh_from_db()
    assert (goal.state, goal.closed_on, begun.state, begun.settled_on) == ("open", None, "in_progress", None)
    assert gone.state == "dropped"


def test_not_by_others_nor_a_day_later_nor_under_a_closed_goal(employee, manager, goal, outsider):
    action = factories.make_action(goal, employee)
    operations.settle_action(by=employee, action=action, state="done")
    for person in (manager, outsider):
        with nothing_written():
            operations.take_back(by=person, item=action)
    with nothing_written():
        operations.take_back(by=employee, item=action, now=timezone.now() + LATER)
    operations.close_goal(by=employee, goal=goal, state="reached")
    with nothing_written():
        operations.take_back(by=employee, item=action)
