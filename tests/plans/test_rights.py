"""A new manager: what is open, and what ended since. The past is the employee's to open."""

import datetime

import pytest
from django.utils import timezone

from plans import operations
from plans.models import Action, Change, CheckIn, Goal, Plan, Promise
from plans.queries import check_in_page, plan_page
from tests import factories
from tests.plans.rows import day, nothing_written

AGO = timezone.now() - datetime.timedelta(days=40)


@pytest.fixture
def successor(db):
    return factories.make_employee("Nina", "Neu")


@pytest.fixture
def past(employee, manager):
    """A plan with open and ended things, all of them from under the former manager."""
    goal, closed = factories.make_goal(employee, title="Open goal"), factories.make_goal(employee, title="Closed goal")
    done = factories.make_action(goal, employee, title="Done step")
    todo = factories.make_action(goal, employee, title="Step to do")
    kept = factories.make_promise(employee, manager, what="Kept promise")
    owed = factories.make_promise(employee, manager, what="Open promise")
    not_promised = operations.add_promise(by=manager, plan=goal.plan, what="A post", not_promised=True, now=AGO)
    check_in = CheckIn.objects.create(plan=goal.plan, due_on=day(-40), created_at=AGO)
    ahead = CheckIn.objects.create(plan=goal.plan, due_on=day(9), created_at=AGO)
    step = {"goal": goal, "percent": 30, "words": "secret words"}
    operations.hold_check_in(by=manager, check_in=check_in, progress=[step], blockers="old blockers", now=AGO)
    operations.settle_action(by=employee, action=done, state="done", now=AGO)
    operations.settle_promise(by=manager, promise=kept, state="kept", now=AGO)
    operations.close_goal(by=employee, goal=closed, state="reached", now=AGO)
    items = {"open": [goal, todo, owed, not_promised, ahead], "ended": [closed, done, kept, check_in]}
    return items | {"plan": goal.plan, "goal": goal, "done": done, "closed": closed, "ahead": ahead}


@pytest.fixture
def handed_over(past, employee, successor):
    employee.manager, employee.led_since = successor, day(-10)
    employee.save()
    plan = Plan.objects.select_related("employee__manager").get(pk=past["plan"].pk)
    return past | {"plan": plan}


def sees(person, item):
    return type(item).objects.visible_to(person).filter(pk=item.pk).exists()


def titles(person, plan):
    page = plan_page(plan, reader=person, today=day(0))
    return {
        *(card.goal.title for card in page.goals),
        *(line.action.title for card in page.goals for line in card.actions),
        *(line.promise.what for line in page.promises),
    }


def test_a_new_manager_gets_what_is_open_and_nothing_that_ended_before(handed_over, successor):
    assert all(sees(successor, item) for item in handed_over["open"])
    assert not any(sees(successor, item) for item in handed_over["ended"])
    assert not Change.objects.of(handed_over["plan"], successor).exists()
    assert titles(successor, handed_over["plan"]) == {"Open goal", "Step to do", "Open promise"}


def test_the_employee_and_a_manager_who_always_led_see_all(past, employee, manager):
    for person in (employee, manager):
        assert all(sees(person, item) for item in [*past["open"], *past["ended"]])
        assert Change.objects.of(past["plan"], person).count() >= 6


def test_the_former_manager_sees_nothing_any_more(handed_over, manager):
    items = [*handed_over["open"], *handed_over["ended"]]
    assert [item for item in items if sees(manager, item)] == [i for i in items if getattr(i, "owner", None) == manager]
    assert not Plan.objects.visible_to(manager).exists()


def test_the_words_of_earlier_check_ins_are_not_read_but_the_way_is(handed_over, employee, successor):
    def words(person):
        page = plan_page(handed_over["plan"], reader=person, today=day(0))
        return [(step.percent, step.words) for step in page.goals[0].progress]

    assert words(successor) == [(30, "")]
    assert words(employee) == [(30, "secret words")]
    ahead = check_in_page(handed_over["ahead"], reader=successor, today=day(0))
    assert "secret words" not in str([card.progress[-1].words for card in ahead["cards"]])


def test_what_ends_from_then_on_is_theirs(handed_over, employee, successor):
    goal = handed_over["goal"]
    operations.close_goal(by=successor, goal=goal, state="reached")
    assert sees(successor, goal)
    assert [c.field for c in Change.objects.of(handed_over["plan"], successor)] == ["state"]


def test_the_employee_opens_the_past_and_closes_it_again(handed_over, employee, manager, successor):
    plan = handed_over["plan"]
    for person in (manager, successor):
        with nothing_written():
            operations.open_past(by=person, plan=plan, opened=True)
    operations.open_past(by=employee, plan=plan, opened=True)
    assert all(sees(successor, item) for item in [*handed_over["open"], *handed_over["ended"]])
    assert Change.objects.of(plan, successor).count() >= 6
    operations.open_past(by=employee, plan=plan, opened=False)
    assert not any(sees(successor, item) for item in handed_over["ended"])


def test_the_next_manager_starts_anew(handed_over, employee):
    operations.open_past(by=employee, plan=handed_over["plan"], opened=True)
    third = factories.make_employee("Theo", "Third")
    employee.manager, employee.led_since = third, day(0)
    employee.save()
    assert not any(sees(third, item) for item in handed_over["ended"])


def test_nothing_of_the_past_is_changed_either(handed_over, successor):
    with nothing_written():
        operations.reopen_goal(by=successor, goal=handed_over["closed"], why="I want to see it")
    with nothing_written():
        operations.settle_action(by=successor, action=handed_over["done"], state="open", why="again")


def test_who_agreed_it_keeps_it_whoever_leads(employee, successor):
    """A mentor who becomes the line manager still reads what the two agreed."""
    goal = factories.make_goal(employee, agreed_with=successor)
    operations.close_goal(by=employee, goal=goal, state="reached", now=AGO)
    employee.manager, employee.led_since = successor, day(-10)
    employee.save()
    assert Goal.objects.visible_to(successor).filter(pk=goal.pk).exists()
    assert not Action.objects.visible_to(successor).exists()
    assert not Promise.objects.visible_to(successor).exists()
