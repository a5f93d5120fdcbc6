"""Reads for pages and for the record: right, and with the same number of queries however much there is."""

import datetime
import json
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from plans import operations
from plans.models import CheckIn, Plan
from plans.queries import (
    check_in_page,
    frozen_plan,
    goal_page,
    history,
    near_check_ins,
    number_owed,
    owed_by,
    plan_page,
    plan_rows,
    problems_of,
    requests_for,
    settled_by,
    team_of,
)
from plans.queries.plan import tell_all
from tests import factories

TODAY = datetime.date(2026, 12, 3)


def day(offset):
    return timezone.now().date() + datetime.timedelta(days=offset)


@pytest.fixture
def mentor(db):
    return factories.make_employee("Priya", "Nair")


def fill(employee, manager, count):
    """A plan with so many of everything."""
    plan = operations.ensure_plan(employee)
    for number in range(count):
        goal = factories.make_goal(employee, title=f"Goal {number}")
        for _step in range(2):
            factories.make_action(goal, manager)
        factories.make_promise(employee, manager, what=f"Promise {number}")
        check_in = CheckIn.objects.create(plan=plan, due_on=day(number - 40), created_at=timezone.now())
        operations.hold_check_in(by=employee, check_in=check_in, progress=[{"goal": goal, "percent": 40, "words": "x"}])
        action = factories.make_action(goal, employee)
        operations.change_action(by=employee, action=action, version=1, owner=manager)
    CheckIn.objects.create(plan=plan, due_on=day(1), created_at=timezone.now())
    return Plan.objects.select_related("employee__manager").get(pk=plan.pk)


@pytest.mark.parametrize("count", [1, 30])
def test_the_plan_page_takes_the_same_queries_for_1_and_30(employee, manager, django_assert_num_queries, count):
    plan = fill(employee, manager, count)
    with django_assert_num_queries(10):
        page = plan_page(plan, reader=manager, today=day(0))
        assert len(page.goals) == count
        assert all(card.chart and len(card.nearest) == 3 for card in page.goals)
        assert [line.promise.owner.get_full_name() for line in page.promises]


def test_what_comes_after_the_first_page_follows_it(employee, manager):
    names = [f"{number:02}" for number in range(53)]
    for name in names:
        factories.make_goal(employee, title=name, due_on=day(int(name) + 1))
        factories.make_employee("Rob", name, manager=manager)
    plan = Plan.objects.select_related("employee__manager").get(employee=employee)
    pages = [plan_page(plan, reader=manager, today=day(0), page=number) for number in (1, "2", "9", "x")]
    assert [[card.goal.title for card in page.goals] for page in pages] == [
        names[:50],
        names[50:],
        names[50:],
        names[:50],
    ]
    assert {page.going.paginator.count for page in pages} == {53}
    rows = plan_rows(manager, today=day(0), show="none", total=53)
    assert [row.person.last_name for row in [*rows[:50], *rows[50:53]]] == names


@pytest.mark.parametrize("count", [1, 30])
def test_lists_take_the_same_queries_for_1_and_30(employee, manager, django_assert_num_queries, count):
    fill(employee, manager, count)
    for number in range(count):
        report = factories.make_employee("Rob", f"Port{number}", manager=manager)
        factories.make_goal(report)
    with django_assert_num_queries(1):
        assert team_of(manager, today=day(0)).people == count + 1
    with django_assert_num_queries(1):
        rows = plan_rows(manager, today=day(0), total=count + 1)[:50]
        shown = {(row.person.get_full_name(), row.person.job_title, row.plan and row.plan.pk) for row in rows}
        assert len(shown) == count + 1
    with django_assert_num_queries(1):
        assert len(owed_by(manager, today=day(0))) == 4 * count
    assert number_owed(manager) == 4 * count
    with django_assert_num_queries(2):
        owed = owed_by(manager, today=day(0))[:50]
        assert [item.owner for item in owed] == [manager] * min(50, 4 * count)
        assert {item.employee for item in owed} == {employee}
    with django_assert_num_queries(1):
        assert requests_for(manager) == []
    with django_assert_num_queries(1):
        near, following = near_check_ins(manager, within=day(7), most=6)
        assert ([c.plan.employee.get_full_name() for c in near], following) == ([employee.get_full_name()], None)
    with django_assert_num_queries(1):
        assert near_check_ins(employee, within=day(0), most=6)[1] is not None


@pytest.mark.parametrize("count", [1, 30])
def test_a_check_in_takes_the_same_queries_for_1_and_30(employee, manager, django_assert_num_queries, count):
    plan = fill(employee, manager, count)
    check_in = CheckIn.objects.open().select_related("plan__employee__manager").get(plan=plan)
    with django_assert_num_queries(7):
        page = check_in_page(check_in, reader=manager, today=day(0))
    assert len(page["cards"]) == count


@pytest.mark.parametrize("count", [1, 30])
def test_the_record_takes_the_same_queries_for_1_and_30(employee, manager, django_assert_num_queries, count):
    fill(employee, manager, count)
    with django_assert_num_queries(3):
        assert len(frozen_plan(employee, manager)["goals"]) == count
    with django_assert_num_queries(1):
        assert not problems_of(employee, manager, today=day(0))


# ---------------------------------------------------------------- the record


def test_the_record_holds_the_plan_as_these_two_share_it(employee, manager, mentor):
    goal = factories.make_goal(employee, target_value=Decimal("3.00"), start_value=Decimal(0), unit="steps")
    action = factories.make_action(goal, employee, resources="two hours")
    promise = factories.make_promise(employee, manager)
    operations.add_promise(by=manager, plan=goal.plan, what="A post", not_promised=True)
    factories.make_goal(employee, agreed_with=mentor)
    factories.make_goal(employee, state="draft")
    factories.make_goal(employee, state="reached")
    factories.make_promise(employee, manager, agreed_with=mentor)
    factories.make_promise(employee, mentor, state="kept", settled_on=TODAY)
    frozen = json.loads(json.dumps(frozen_plan(employee, manager)))
    assert frozen == {
        "goals": [
            {
                "id": str(goal.pk),
                "title": goal.title,
                "specific": goal.specific,
                "measurable": f"{goal.measurable} (from 0 to 3 steps)",
                "achievable": goal.achievable,
                "relevant": goal.relevant,
                "due_on": goal.due_on.isoformat(),
                "left_incomplete": "",
                "sentence": frozen["goals"][0]["sentence"],
                "actions": [
                    {
                        "title": action.title,
                        "kind": "experience",
                        "owner": "Amara Okafor",
                        "due_on": action.due_on.isoformat(),
                        "resources": "two hours",
                        "status": "open",
                    }
                ],
            }
        ],
        "promises": [{"what": promise.what, "owner": "Jonas Weber", "due_on": promise.due_on.isoformat()}],
        "not_promised": [{"what": "A post"}],
    }
    assert "Jonas and I will both see it" in frozen["goals"][0]["sentence"]


def test_a_mentors_record_holds_what_was_agreed_with_the_mentor(employee, manager, mentor):
    factories.make_goal(employee, title="With the manager")
    factories.make_goal(employee, title="With the mentor", agreed_with=mentor)
    factories.make_promise(employee, mentor)
    frozen = frozen_plan(employee, mentor)
    assert [goal["title"] for goal in frozen["goals"]] == ["With the mentor"]
    assert frozen["promises"] == []


def test_an_employee_without_a_plan_has_an_empty_one(employee, manager):
    assert frozen_plan(employee, manager) == {"goals": [], "promises": [], "not_promised": []}
    assert problems_of(employee, manager, today=TODAY) == []


def test_an_incomplete_goal_is_a_problem_until_it_is_explained(employee, manager):
    goal = factories.make_goal(employee, achievable="", relevant="")
    (problem,) = problems_of(employee, manager, today=day(0))
    assert problem.goal == goal
    assert "what it takes, why it matters" in str(problem)
    goal.incomplete_because = "We look again in January."
    goal.save()
    assert problems_of(employee, manager, today=day(0)) == []
    frozen = frozen_plan(employee, manager)["goals"][0]
    assert (frozen["left_incomplete"], frozen["sentence"]) == ("We look again in January.", "")


@pytest.mark.parametrize(("days", "count"), [(6, 1), (7, 0), (730, 0), (731, 1), (-1, 1)])
def test_the_day_of_a_goal_is_a_week_to_two_years_ahead(employee, manager, days, count):
    factories.make_goal(employee, due_on=day(days))
    assert len(problems_of(employee, manager, today=day(0))) == count


def test_drafts_and_what_is_between_others_are_no_problem(employee, manager, mentor):
    factories.make_goal(employee, relevant="", state="draft")
    factories.make_goal(employee, relevant="", agreed_with=mentor)
    assert problems_of(employee, manager, today=day(0)) == []
    assert len(problems_of(employee, mentor, today=day(0))) == 1


# ---------------------------------------------------------------- lists and history


def test_what_one_owes_is_soonest_first_and_a_leavers_falls_to_the_manager(employee, manager):
    leaver = factories.make_employee("Lea", "Left", manager=manager, is_active=False)
    goal = factories.make_goal(employee)
    factories.make_action(goal, manager, title="Later", due_on=day(9))
    factories.make_promise(employee, manager, what="Soon", due_on=day(2))
    factories.make_action(goal, leaver, title="Inherited", due_on=day(5))
    done = factories.make_action(goal, manager, title="Done")
    operations.settle_action(by=manager, action=done, state="done")
    assert [owed.title for owed in owed_by(manager, today=day(0))[:50]] == ["Soon", "Inherited", "Later"]
    assert [owed.title for owed in owed_by(manager, today=day(0))[1:2]] == ["Inherited"]
    assert len(owed_by(employee, today=day(0))) == 0
    assert [owed.title for owed in settled_by(manager, today=day(0), most=10)] == ["Done"]
    assert settled_by(manager, today=day(40), most=10) == []


def test_a_row_counts_what_the_manager_may_see(employee, manager, mentor):
    goal = factories.make_goal(employee, due_on=day(-3))
    factories.make_action(goal, employee, due_on=day(-2))
    factories.make_goal(employee, agreed_with=mentor)
    operations.start_series(goal.plan, signed_on=day(0), series=uuid4())
    (row,) = plan_rows(manager, today=day(0), total=1)[:50]
    assert (row.person, row.open_goals, row.late, row.next_check_in) == (employee, 1, 2, day(30))
    (row,) = plan_rows(mentor, today=day(0), show="others", total=1)[:50]
    assert (row.person, row.open_goals, row.late, row.next_check_in) == (employee, 1, 0, None)


def test_a_team_is_counted_and_looked_through(employee, manager, mentor):
    factories.make_promise(employee, manager, due_on=day(-1))
    due = factories.make_employee("Dina", "Due", manager=manager)
    goal = factories.make_goal(due)
    CheckIn.objects.create(plan=goal.plan, due_on=day(0), created_at=timezone.now())
    bare = factories.make_employee("Bea", "Bare", manager=manager)
    factories.make_goal(factories.make_employee("Xenia", "Else"), agreed_with=manager)
    team = team_of(manager, today=day(0))
    assert (team.own_plan, team.owed) == (None, 1)
    assert team_of(due, today=day(0)).own_plan == goal.plan.pk
    assert team.counts == {"": 3, "late": 1, "due": 1, "none": 2, "others": 1}

    def shown(show):
        return [row.person for row in plan_rows(manager, today=day(0), show=show, total=9)[:50]]

    assert (shown("late"), shown("due"), shown("none")) == ([employee], [due], [bare, employee])
    assert [row.plan for row in plan_rows(manager, today=day(0), show="none", total=2)[:1]] == [None]


def test_history_is_told_in_sentences_to_each_reader(employee, manager):
    goal = factories.make_goal(employee, title="Lead", due_on=datetime.date(2027, 1, 15))
    operations.change_goal(
        by=manager, goal=goal, version=1, why="The vendor was late.", due_on=datetime.date(2027, 2, 1)
    )
    action = operations.add_action(by=employee, goal=goal, title="Ask", kind="exposure", owner=employee, due_on=day(20))
    operations.change_action(by=employee, action=action, version=1, owner=manager)
    operations.settle_action(by=manager, action=action, state="dropped", why="no time")
    sentences = [t.sentence for t in tell_all(history(goal.plan, reader=employee), reader=employee, plan=goal.plan)]
    assert sentences == [
        "Jonas dropped <del>Ask</del>: no time.",
        "You handed “Ask” from <del>Amara Okafor</del> to <ins>Jonas Weber</ins>.",
        "You added “Ask”.",
        "Jonas moved “Lead” from <del>15 January 2027</del> to <ins>1 February 2027</ins>: The vendor was late.",
    ]
    told = tell_all(history(goal.plan, reader=manager), reader=manager, plan=goal.plan)
    assert told[0].sentence == "You dropped <del>Ask</del>: no time."
    assert [t.voice for t in told] == ["mgr", "you", "you", "mgr"]


def test_every_kind_of_change_has_a_sentence(employee, manager, mentor):
    plan = operations.ensure_plan(employee)
    goal = operations.add_goal(by=employee, plan=plan, title="Lead", agreed_with=mentor)
    fields = {"title": "Lead it", "specific": "<b>x</b>", "target_value": Decimal("3.50"), "due_on": day(90)}
    operations.change_goal(by=mentor, goal=goal, version=1, **fields)
    operations.open_goal(by=employee, goal=goal)
    operations.close_goal(by=employee, goal=goal, state="reached")
    operations.reopen_goal(by=employee, goal=goal, why="too early")
    promise = operations.add_promise(by=manager, plan=plan, what="A mentor", owner=manager, due_on=day(9))
    operations.change_promise(by=manager, promise=promise, version=1, what="Priya")
    operations.settle_promise(by=manager, promise=promise, state="kept")
    operations.add_promise(by=manager, plan=plan, what="A post", not_promised=True)
    check_in = operations.start_check_in(by=employee, plan=plan)
    operations.postpone_check_in(by=employee, check_in=check_in, due_on=day(2))
    operations.hold_check_in(by=employee, check_in=check_in, progress=[{"goal": goal, "pace": "stuck"}])
    told = tell_all(history(plan, reader=employee), reader=employee, plan=plan)
    text = " ".join(t.sentence for t in told)
    for said in (
        "renamed <del>Lead</del> to <ins>Lead it</ins>",
        "<ins>&lt;b&gt;x&lt;/b&gt;</ins>",
        "<ins>3.5</ins>",
        "You opened “Lead it” to the line manager.",
        "You noted that “Lead it” is reached.",
        "from <del>reached</del> to <ins>open</ins>: too early.",
        "Jonas renamed <del>A mentor</del> to <ins>Priya</ins>.",
        "Jonas noted that “Priya” was kept.",
        "Jonas noted what is not promised: “A post”.",
        "You held the check-in of",
        "You noted for “Lead it”: <ins>stuck</ins>.",
    ):
        assert said in text, said
    assert "<b>" not in text


def test_one_goal_shows_its_own_history_alone(employee, manager):
    goal, other = factories.make_goal(employee), factories.make_goal(employee, title="Other")
    operations.change_goal(by=employee, goal=goal, version=1, specific="a")
    operations.change_goal(by=employee, goal=other, version=1, specific="b")
    card, told = goal_page(goal, reader=manager, today=day(0))
    assert card.goal == goal
    assert len(told) == 1
