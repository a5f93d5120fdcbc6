"""What people may do with a plan, what it leaves behind, and that a refusal writes nothing."""

import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.models import Entry
from people.policy import Stale
from plans import operations
from plans.models import ActionState, Change, CheckIn, Goal, GoalState, Pace, Progress, PromiseState
from tests import factories
from tests.plans.rows import day, everything, nothing_written


@pytest.fixture
def goal(employee):
    return factories.make_goal(employee)


@pytest.fixture
def mentor(db):
    return factories.make_employee("Priya", "Nair")


@pytest.fixture
def agreed(employee, mentor):
    """A goal that came out of a conversation with somebody who is not the line manager."""
    return factories.make_goal(employee, title="Write about payroll", agreed_with=mentor)


def last(item):
    return Change.objects.filter(item_id=item.pk).first()


# ---------------------------------------------------------------- goals


def test_a_plan_is_made_once(employee):
    assert operations.ensure_plan(employee) == operations.ensure_plan(employee)


def test_a_goal_is_added_with_its_occasion(employee, manager):
    plan, occasion = operations.ensure_plan(employee), uuid4()
    goal = operations.add_goal(by=manager, plan=plan, title=" Lead ", occasion="interview", occasion_id=occasion)
    change = last(goal)
    assert (goal.title, goal.state, goal.created_by) == ("Lead", GoalState.OPEN, manager)
    assert (change.field, change.after, change.by, change.occasion, change.occasion_id) == (
        "added",
        "Lead",
        manager,
        "interview",
        occasion,
    )
    assert Entry.objects.get(action="plan.goal_added").subject == goal.pk


def test_a_goal_needs_a_name_that_fits(employee):
    plan = operations.ensure_plan(employee)
    with nothing_written():
        operations.add_goal(by=employee, plan=plan, title="  ")
    with nothing_written():
        operations.add_goal(by=employee, plan=plan, title="x" * 161)


def test_a_field_that_is_not_a_goals_own_is_never_taken(employee, goal):
    with nothing_written(TypeError):
        operations.change_goal(by=employee, goal=goal, version=1, state="reached")


def test_a_change_keeps_who_when_why_and_the_former_value(manager, goal):
    before, now = goal.due_on, timezone.now()
    operations.change_goal(
        by=manager, goal=goal, version=1, why="the vendor is late", due_on=day(90), unit="steps", now=now
    )
    goal.refresh_from_db()
    assert (goal.due_on, goal.unit, goal.version) == (day(90), "steps", 2)
    change = Change.objects.get(item_id=goal.pk, field="due_on")
    assert (change.before, change.after) == (before.isoformat(), day(90).isoformat())
    assert (change.by, change.at, change.why, change.item_title) == (manager, now, "the vendor is late", goal.title)


def test_an_unchanged_form_sent_twice_writes_nothing(employee, goal):
    operations.change_goal(by=employee, goal=goal, version=1, specific="new words")
    before = everything()
    operations.change_goal(by=employee, goal=goal, version=1, specific="new words")
    assert everything() == before


def test_whoever_saved_first_wins_and_the_loser_sees_the_current_row(employee, manager, goal):
    operations.change_goal(by=employee, goal=goal, version=1, specific="mine")
    before = everything()
    with pytest.raises(Stale) as lost:
        operations.change_goal(by=manager, goal=goal, version=1, specific="yours")
    assert lost.value.current.specific == "mine"
    assert everything() == before


def test_a_draft_is_its_authors_alone_and_leaves_no_former_values(employee, manager):
    plan = operations.ensure_plan(employee)
    draft = operations.add_goal(by=employee, plan=plan, title="Perhaps", draft=True)
    operations.change_goal(by=employee, goal=draft, version=1, specific="not sure")
    assert not Change.objects.exists()
    assert not Goal.objects.visible_to(manager).filter(pk=draft.pk).exists()
    with nothing_written():
        operations.change_goal(by=manager, goal=draft, version=2, specific="surely")
    with nothing_written():
        operations.add_action(by=employee, goal=draft, title="Ask", kind="experience", owner=employee, due_on=day(9))
    operations.publish_goal(by=employee, goal=draft)
    operations.publish_goal(by=employee, goal=draft)
    assert [c.field for c in Change.objects.all()] == ["added"]
    assert Goal.objects.visible_to(manager).get(pk=draft.pk).state == GoalState.OPEN


def test_a_dropped_goal_needs_a_reason_and_drops_what_was_still_to_do(employee, goal):
    todo, done = factories.make_action(goal, employee), factories.make_action(goal, employee)
    operations.settle_action(by=employee, action=done, state="done")
    with nothing_written():
        operations.close_goal(by=employee, goal=goal, state="dropped", why=" ")
    operations.close_goal(by=employee, goal=goal, state="dropped", why="another team does it")
    todo.refresh_from_db()
    done.refresh_from_db()
    assert (todo.state, todo.state_because, done.state) == ("dropped", "another team does it", "done")
    assert last(goal).before == "open"


def test_closing_twice_is_harmless_and_closing_otherwise_is_refused(employee, goal):
    operations.close_goal(by=employee, goal=goal, state="reached")
    before = everything()
    operations.close_goal(by=employee, goal=goal, state="reached")
    assert everything() == before
    with nothing_written():
        operations.close_goal(by=employee, goal=goal, state="dropped", why="no")
    with nothing_written():
        operations.close_goal(by=employee, goal=goal, state="draft")
    with nothing_written():
        operations.add_action(by=employee, goal=goal, title="x", kind="course", owner=employee, due_on=day(9))


def test_a_closed_goal_is_taken_up_again_with_a_reason(employee, goal):
    operations.close_goal(by=employee, goal=goal, state="reached")
    with nothing_written():
        operations.reopen_goal(by=employee, goal=goal, why="")
    operations.reopen_goal(by=employee, goal=goal, why="too early")
    goal.refresh_from_db()
    assert (goal.state, last(goal).why) == (GoalState.OPEN, "too early")


def test_only_the_employee_opens_what_was_agreed_with_somebody_else(employee, manager, mentor, agreed):
    for person in (manager, mentor):
        with nothing_written():
            operations.open_goal(by=person, goal=agreed)
    operations.open_goal(by=employee, goal=agreed)
    operations.open_goal(by=employee, goal=agreed)
    assert Goal.objects.visible_to(manager).filter(pk=agreed.pk).exists()
    assert Change.objects.filter(item_id=agreed.pk, field="opened").count() == 1


def test_what_is_agreed_with_the_line_manager_stays_with_the_line(employee, manager, mentor):
    plan = operations.ensure_plan(employee)
    assert operations.add_goal(by=manager, plan=plan, title="Lead", agreed_with=manager).agreed_with is None
    assert operations.add_goal(by=mentor, plan=plan, title="Write", agreed_with=mentor).agreed_with == mentor


# ---------------------------------------------------------------- who may

WHO = ["employee", "manager", "mentor", "hr", "administrator", "outsider", "owner", "left"]


@pytest.fixture
def people(employee, manager, mentor, request):
    return {
        "employee": employee,
        "manager": manager,
        "mentor": mentor,
        "owner": factories.make_employee("Otto", "Owner"),
        "left": factories.make_employee("Lea", "Left", is_active=False),
        **{name: request.getfixturevalue(name) for name in ("hr", "administrator", "outsider")},
    }


MATRIX = [
    ("add_goal", {"employee", "manager"}),
    ("change_goal", {"employee", "manager"}),
    ("close_goal", {"employee", "manager"}),
    ("change_agreed", {"employee", "mentor"}),
    ("change_opened", {"employee", "mentor", "manager"}),
    ("add_action", {"employee", "manager"}),
    ("add_action_agreed", {"employee", "mentor"}),
    ("change_action", {"employee", "manager"}),
    ("settle_action", {"employee", "manager", "owner"}),
    ("add_promise", {"employee", "manager"}),
    ("change_promise", {"employee", "manager"}),
    ("settle_promise", {"employee", "manager", "owner"}),
    ("settle_agreed_promise", {"employee", "mentor", "owner"}),
    ("start_check_in", {"employee", "manager"}),
    ("hold_check_in", {"employee", "manager"}),
    ("postpone_check_in", {"employee", "manager"}),
]


def attempt(name, by, employee, mentor, owner):
    """One thing that somebody may want to do with somebody's plan, prepared afresh."""
    goal = factories.make_goal(employee)
    agreed = factories.make_goal(employee, agreed_with=mentor)
    opened = factories.make_goal(employee, agreed_with=mentor, opened_at=timezone.now())
    action = factories.make_action(goal, owner)
    promise = factories.make_promise(employee, owner)
    apart = factories.make_promise(employee, owner, agreed_with=mentor)
    check_in = CheckIn.objects.create(plan=goal.plan, due_on=day(20), created_at=timezone.now())
    step = {"title": "Ask", "kind": "exposure", "owner": employee, "due_on": day(9)}
    return {
        "add_goal": lambda: operations.add_goal(by=by, plan=goal.plan, title="Lead"),
        "change_goal": lambda: operations.change_goal(by=by, goal=goal, version=1, specific="x"),
        "close_goal": lambda: operations.close_goal(by=by, goal=goal, state="reached"),
        "change_agreed": lambda: operations.change_goal(by=by, goal=agreed, version=1, specific="x"),
        "change_opened": lambda: operations.change_goal(by=by, goal=opened, version=1, specific="x"),
        "add_action": lambda: operations.add_action(by=by, goal=goal, **step),
        "add_action_agreed": lambda: operations.add_action(by=by, goal=agreed, **step),
        "change_action": lambda: operations.change_action(by=by, action=action, version=1, title="x"),
        "settle_action": lambda: operations.settle_action(by=by, action=action, state="done"),
        "add_promise": lambda: operations.add_promise(
            by=by, plan=goal.plan, what="A mentor", owner=owner, due_on=day(9)
        ),
        "change_promise": lambda: operations.change_promise(by=by, promise=promise, version=1, what="x"),
        "settle_promise": lambda: operations.settle_promise(by=by, promise=promise, state="kept"),
        "settle_agreed_promise": lambda: operations.settle_promise(by=by, promise=apart, state="kept"),
        "start_check_in": lambda: operations.start_check_in(by=by, plan=goal.plan),
        "hold_check_in": lambda: operations.hold_check_in(by=by, check_in=check_in, progress=[]),
        "postpone_check_in": lambda: operations.postpone_check_in(by=by, check_in=check_in, due_on=day(30)),
    }[name]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("name", "allowed"), MATRIX)
def test_who_changes_what(people, name, allowed, who):
    act = attempt(name, people[who], people["employee"], people["mentor"], people["owner"])
    if who in allowed:
        act()
    else:
        with nothing_written():
            act()


def test_whoever_leads_the_conversation_may_add_to_the_plan(employee, mentor, outsider):
    plan = operations.ensure_plan(employee)
    operations.add_goal(by=mentor, plan=plan, title="Write", agreed_with=mentor)
    operations.add_promise(by=mentor, plan=plan, what="A talk", owner=mentor, due_on=day(9), agreed_with=mentor)
    with nothing_written():
        operations.add_goal(by=outsider, plan=plan, title="Write", agreed_with=mentor)


def test_a_manager_who_no_longer_is_one_changes_nothing(employee, manager, goal):
    employee.manager = factories.make_employee("New", "Boss")
    employee.save()
    with nothing_written():
        operations.change_goal(by=manager, goal=goal, version=1, specific="x")


def test_what_a_leaver_owed_is_settled_by_their_manager(employee, manager, goal):
    boss = factories.make_employee("Vera", "Boss")
    leaver = factories.make_employee("Lea", "Left", manager=boss)
    action = factories.make_action(goal, leaver)
    with nothing_written():
        operations.settle_action(by=boss, action=action, state="done")
    leaver.is_active = False
    leaver.save()
    operations.settle_action(by=boss, action=action, state="done")


# ---------------------------------------------------------------- actions


def test_an_action_needs_an_owner_who_works_here_and_a_day_ahead(employee, goal):
    leaver = factories.make_employee(is_active=False)
    step = {"title": "Ask", "kind": "experience", "owner": employee, "due_on": day(9)}
    for wrong in ({"owner": leaver}, {"due_on": day(-2)}, {"due_on": None}, {"title": " "}, {"kind": "party"}):
        with nothing_written():
            operations.add_action(by=employee, goal=goal, **{**step, **wrong})


def test_an_action_is_handed_over_with_its_history(employee, manager, goal):
    action = factories.make_action(goal, employee)
    operations.change_action(by=manager, action=action, version=1, why="holiday", owner=manager, due_on=day(40))
    changes = {c.field: c for c in Change.objects.filter(item_id=action.pk)}
    assert (changes["owner"].before, changes["owner"].after) == (str(employee.pk), str(manager.pk))
    assert changes["due_on"].why == "holiday"
    with nothing_written(Stale):
        operations.change_action(by=employee, action=action, version=1, title="Something else")


def test_an_action_of_somebody_who_left_can_still_be_reworded(employee, goal):
    leaver = factories.make_employee(is_active=False)
    action = factories.make_action(goal, leaver, due_on=day(-9))
    operations.change_action(
        by=employee, action=action, version=1, title="Reworded", owner=leaver, due_on=action.due_on
    )
    with nothing_written():
        operations.change_action(by=employee, action=action, version=2, owner=factories.make_employee(is_active=False))


def test_done_has_a_day_and_its_evidence(employee, goal):
    action = factories.make_action(goal, employee)
    operations.settle_action(by=employee, action=action, state="done", evidence="the minutes")
    action.refresh_from_db()
    assert (action.state, action.done_on, action.evidence) == (ActionState.DONE, day(0), "the minutes")
    before = everything()
    operations.settle_action(by=employee, action=action, state="done", evidence="the minutes")
    assert everything() == before


@pytest.mark.parametrize("state", ["dropped", "blocked", "lost"])
def test_what_stops_needs_a_reason(employee, goal, state):
    action = factories.make_action(goal, employee)
    with nothing_written():
        operations.settle_action(by=employee, action=action, state=state, why="  ")


def test_done_is_taken_up_again_only_with_a_reason_and_loses_its_day(employee, goal):
    action = factories.make_action(goal, employee)
    operations.settle_action(by=employee, action=action, state="done")
    with nothing_written():
        operations.settle_action(by=employee, action=action, state="open")
    operations.settle_action(by=employee, action=action, state="in_progress", why="half of it is missing")
    action.refresh_from_db()
    assert (action.state, action.done_on) == (ActionState.IN_PROGRESS, None)


def test_nothing_is_taken_up_again_under_a_closed_goal(employee, goal):
    action = factories.make_action(goal, employee)
    operations.close_goal(by=employee, goal=goal, state="dropped", why="no")
    with nothing_written():
        operations.settle_action(by=employee, action=action, state="open", why="yet")


# ---------------------------------------------------------------- promises


def test_a_promise_needs_somebody_and_a_day(employee, manager):
    plan = operations.ensure_plan(employee)
    for wrong in ({"owner": None}, {"due_on": None}, {"what": ""}, {"due_on": day(-3)}):
        with nothing_written():
            operations.add_promise(
                by=manager, plan=plan, **{"what": "A mentor", "owner": manager, "due_on": day(9), **wrong}
            )


def test_what_is_not_promised_needs_neither(employee, manager):
    plan = operations.ensure_plan(employee)
    promise = operations.add_promise(by=manager, plan=plan, what="A post in 2027", not_promised=True)
    assert (promise.state, promise.owner, promise.due_on) == (PromiseState.NOT_PROMISED, None, None)
    with nothing_written():
        operations.settle_promise(by=manager, promise=promise, state="kept")


def test_a_promise_is_kept_once_and_broken_with_a_reason(employee, manager):
    promise = factories.make_promise(employee, manager)
    with nothing_written():
        operations.settle_promise(by=manager, promise=promise, state="broken")
    operations.settle_promise(by=manager, promise=promise, state="kept")
    before = everything()
    operations.settle_promise(by=manager, promise=promise, state="kept")
    assert everything() == before
    promise.refresh_from_db()
    assert promise.settled_on == day(0)
    with nothing_written():
        operations.settle_promise(by=employee, promise=promise, state="open")
    operations.settle_promise(by=employee, promise=promise, state="broken", why="it never took place")
    assert last(promise).before == "kept"


def test_a_promise_moves_with_its_former_day(employee, manager):
    promise = factories.make_promise(employee, manager)
    operations.change_promise(by=employee, promise=promise, version=1, why="budget round", due_on=day(60))
    assert last(promise).why == "budget round"
    with nothing_written(Stale):
        operations.change_promise(by=manager, promise=promise, version=1, due_on=day(70))
    with nothing_written():
        operations.change_promise(by=manager, promise=promise, version=2, owner=None)


# ---------------------------------------------------------------- check-ins


def open_days(plan):
    return [c.due_on for c in CheckIn.objects.open().filter(plan=plan)]


def test_a_signing_proposes_three_and_withdraws_what_was_left(employee):
    plan, first, second = operations.ensure_plan(employee), uuid4(), uuid4()
    signed = datetime.date(2026, 12, 17)
    operations.start_series(plan, signed_on=signed, series=first)
    operations.start_series(plan, signed_on=signed, series=first)
    assert open_days(plan) == [datetime.date(2027, 1, 16), datetime.date(2027, 2, 15), datetime.date(2027, 3, 17)]
    later = datetime.date(2027, 2, 1)
    operations.start_series(plan, signed_on=later, series=second)
    assert open_days(plan) == [later + datetime.timedelta(days=n) for n in (30, 60, 90)]
    assert CheckIn.objects.filter(series=first, withdrawn_at__isnull=False).count() == 3


def test_starting_one_takes_what_is_nearly_due(employee, manager, goal):
    check_in = operations.start_check_in(by=employee, plan=goal.plan)
    assert check_in.due_on == day(0)
    assert operations.start_check_in(by=manager, plan=goal.plan) == check_in


def test_a_check_in_keeps_what_was_said_of_each_goal(employee, manager, goal):
    goal.unit, goal.start_value, goal.target_value = "steps", 0, 3
    goal.save()
    other = factories.make_goal(employee, title="Silent")
    check_in = operations.start_check_in(by=employee, plan=goal.plan)
    steps = [
        {"goal": goal, "pace": "stuck", "value": 1, "words": "the vendor is late", "due_on": day(80)},
        {"goal": other, "pace": "", "percent": None, "value": None, "words": " "},
    ]
    operations.hold_check_in(by=manager, check_in=check_in, progress=steps, blockers="the vendor", adjustments="a call")
    check_in.refresh_from_db()
    assert (check_in.held_on, check_in.held_by, check_in.blockers) == (day(0), manager, "the vendor")
    progress = Progress.objects.get()
    assert (progress.goal, progress.percent, progress.pace) == (goal, 33, Pace.STUCK)
    kept = Change.objects.get(item_id=goal.pk, field="progress")
    assert (kept.after, kept.why, kept.occasion_id) == ("1", "the vendor is late", check_in.pk)
    goal.refresh_from_db()
    assert goal.due_on == day(80)
    with nothing_written():
        operations.hold_check_in(by=employee, check_in=check_in, progress=steps)


def test_a_goal_said_to_be_reached_is_closed(employee, goal):
    check_in = operations.start_check_in(by=employee, plan=goal.plan)
    operations.hold_check_in(by=employee, check_in=check_in, progress=[{"goal": goal, "pace": "reached"}])
    goal.refresh_from_db()
    assert (goal.state, Progress.objects.get().percent) == (GoalState.REACHED, 100)


@pytest.mark.parametrize("wrong", [{"percent": 101}, {"percent": -1}, {"pace": "flying"}, {"due_on": day(-9)}])
def test_what_cannot_be_is_refused_with_the_whole_check_in(employee, goal, wrong):
    check_in = operations.start_check_in(by=employee, plan=goal.plan)
    with nothing_written():
        operations.hold_check_in(by=employee, check_in=check_in, progress=[{"goal": goal, "words": "x", **wrong}])


def test_goals_of_another_plan_or_of_others_are_refused(employee, manager, mentor, agreed, outsider):
    check_in = operations.start_check_in(by=employee, plan=agreed.plan)
    foreign = factories.make_goal(outsider)
    with nothing_written():
        operations.hold_check_in(by=employee, check_in=check_in, progress=[{"goal": foreign, "percent": 3}])
    with nothing_written():
        operations.hold_check_in(by=manager, check_in=check_in, progress=[{"goal": agreed, "percent": 3}])


def test_after_the_third_the_next_is_ninety_days_on(employee):
    plan, series = operations.ensure_plan(employee), uuid4()
    operations.start_series(plan, signed_on=day(-90), series=series)
    for check_in in list(CheckIn.objects.open().filter(plan=plan)):
        operations.hold_check_in(by=employee, check_in=check_in, progress=[])
    assert open_days(plan) == [day(90)]
    assert CheckIn.objects.open().get(plan=plan).series == series


def test_the_next_day_that_was_agreed_replaces_what_lay_before_it(employee):
    plan = operations.ensure_plan(employee)
    operations.start_series(plan, signed_on=day(-30), series=uuid4())
    first = CheckIn.objects.open().filter(plan=plan).first()
    with nothing_written():
        operations.hold_check_in(by=employee, check_in=first, progress=[], next_on=day(0))
    operations.hold_check_in(by=employee, check_in=first, progress=[], next_on=day(45))
    assert open_days(plan) == [day(45), day(60)]


def test_a_check_in_is_postponed_but_never_onto_another(employee):
    plan = operations.ensure_plan(employee)
    operations.start_series(plan, signed_on=day(-30), series=uuid4())
    first = CheckIn.objects.open().filter(plan=plan).first()
    for wrong in (day(30), day(-1)):
        with nothing_written():
            operations.postpone_check_in(by=employee, check_in=first, due_on=wrong)
    operations.postpone_check_in(by=employee, check_in=first, due_on=day(5))
    assert open_days(plan) == [day(5), day(30), day(60)]


def test_a_withdrawn_check_in_is_not_held(employee):
    plan = operations.ensure_plan(employee)
    first = operations.start_series(plan, signed_on=day(-30), series=uuid4())[0]
    operations.start_series(plan, signed_on=day(0), series=uuid4())
    with nothing_written():
        operations.hold_check_in(by=employee, check_in=first, progress=[])
