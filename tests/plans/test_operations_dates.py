"""Another day: given, asked for, agreed to or not."""

import pytest

from people.policy import Stale
from plans import operations
from plans.models import Answer, Change, TimeRequest
from tests import factories
from tests.plans.rows import day, everything, nothing_written


@pytest.fixture
def goal(employee):
    return factories.make_goal(employee, due_on=day(30))


@pytest.fixture
def owner(db):
    """Somebody who owes one thing and shares nothing else."""
    return factories.make_employee("Otto", "Owner")


@pytest.fixture
def action(goal, owner):
    return factories.make_action(goal, owner, due_on=day(5))


@pytest.fixture
def promise(employee, owner):
    return factories.make_promise(employee, owner, due_on=day(5))


@pytest.fixture(params=["action", "promise"])
def item(request):
    return request.getfixturevalue(request.param)


def ask(owner, item, **said):
    return operations.ask_for_time(by=owner, item=item, **{"due_on": day(20), "why": "I am away", **said})


@pytest.mark.parametrize("what", ["goal", "action", "promise"])
def test_a_day_moves_with_a_word_why(request, manager, what):
    item = request.getfixturevalue(what)
    before = item.due_on
    operations.move_date(by=manager, item=item, due_on=day(40), why="the vendor is late", version=1)
    item.refresh_from_db()
    change = Change.objects.get(item_id=item.pk)
    assert (item.due_on, item.version) == (day(40), 2)
    assert (change.before, change.after, change.why) == (
        before.isoformat(), day(40).isoformat(), "the vendor is late",
    )  # fmt: skip
    as_it_is = everything()
    operations.move_date(by=manager, item=item, due_on=day(40), why="the vendor is late", version=1)
    assert everything() == as_it_is


def test_a_day_moves_neither_silently_nor_into_the_past_nor_behind_somebodys_back(employee, owner, goal, item):
    for wrong in ({"why": " "}, {"due_on": day(-1)}, {"by": owner}, {"by": factories.make_employee()}):
        with nothing_written():
            operations.move_date(
                **{"by": employee, "item": item, "due_on": day(40), "why": "late", "version": 1, **wrong}
            )
    with nothing_written(Stale):
        operations.move_date(by=employee, item=item, due_on=day(40), why="late", version=0)
    operations.close_goal(by=employee, goal=goal, state="reached")
    goal.refresh_from_db()
    with nothing_written():
        operations.move_date(by=employee, item=goal, due_on=day(90), why="late", version=goal.version)


def test_an_owner_asks_and_one_click_moves_the_day(manager, owner, item):
    asked = ask(owner, item)
    as_it_is = everything()
    ask(owner, item)
    assert everything() == as_it_is
    operations.answer_request(by=manager, request=asked, agreed=True)
    item.refresh_from_db()
    asked.refresh_from_db()
    assert (item.due_on, asked.answer, asked.answered_by) == (day(20), Answer.AGREED, manager)
    moved = Change.objects.get(item_id=item.pk, field="due_on")
    assert (moved.by, moved.why) == (manager, "I am away")
    as_it_is = everything()
    operations.answer_request(by=manager, request=asked, agreed=True)
    assert everything() == as_it_is
    with nothing_written():
        operations.answer_request(by=manager, request=asked, agreed=False)


def test_no_leaves_the_day_and_the_owner_may_ask_again(employee, owner, item):
    asked = ask(owner, item)
    operations.answer_request(by=employee, request=asked, agreed=False)
    item.refresh_from_db()
    assert item.due_on == day(5)
    again = ask(owner, item, due_on=day(12))
    assert again.pk != asked.pk
    changed = ask(owner, item, due_on=day(14), why="a week is too short")
    assert changed.pk == again.pk
    assert TimeRequest.objects.open().get().due_on == day(14)


def test_only_who_owes_it_asks_and_only_for_later(employee, manager, hr, owner, item):
    for person in (employee, manager, hr, factories.make_employee()):
        with nothing_written():
            ask(person, item)
    for wrong in ({"why": ""}, {"due_on": day(5)}, {"due_on": day(-2)}):
        with nothing_written():
            ask(owner, item, **wrong)


@pytest.mark.parametrize("who", ["owner", "hr", "administrator", "outsider"])
def test_only_who_shares_the_plan_answers(request, owner, item, who):
    asked = ask(owner, item)
    with nothing_written():
        operations.answer_request(by=request.getfixturevalue(who), request=asked, agreed=True)


def test_what_was_agreed_with_a_mentor_is_answered_by_the_mentor(employee, manager, owner):
    mentor = factories.make_employee("Priya", "Nair")
    action = factories.make_action(factories.make_goal(employee, agreed_with=mentor), owner, due_on=day(5))
    asked = ask(owner, action)
    with nothing_written():
        operations.answer_request(by=manager, request=asked, agreed=True)
    operations.answer_request(by=mentor, request=asked, agreed=True)
    action.refresh_from_db()
    assert action.due_on == day(20)


def test_a_question_ends_when_its_reason_does(employee, manager, owner, goal, action, promise):
    done, kept = ask(owner, action), ask(owner, promise)
    operations.settle_action(by=owner, action=action, state="done")
    operations.change_promise(by=manager, promise=promise, version=1, due_on=day(25))
    done.refresh_from_db()
    kept.refresh_from_db()
    assert (done.answer, kept.answer) == (Answer.LAPSED, Answer.AGREED)
    other = factories.make_action(goal, owner, due_on=day(5))
    dropped = ask(owner, other)
    operations.close_goal(by=employee, goal=goal, state="dropped", why="no")
    dropped.refresh_from_db()
    assert dropped.answer == Answer.LAPSED


def test_a_day_that_passed_while_nobody_answered_is_not_agreed_to(manager, owner, action):
    asked = ask(owner, action)
    TimeRequest.objects.update(due_on=day(-1))
    with nothing_written():
        operations.answer_request(by=manager, request=asked, agreed=True)


def test_the_manager_of_a_leaver_moves_or_asks_in_their_place(employee, owner, action):
    boss = factories.make_employee("Vera", "Boss")
    owner.manager, owner.is_active = boss, False
    owner.save()
    ask(boss, action)
    assert TimeRequest.objects.get().asked_by == boss
