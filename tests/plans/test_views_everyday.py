"""The ordinary day: what one owes, one click, more time, progress, the words of both sides, and the team."""

import pytest
from django.urls import reverse
from django.utils import timezone

from plans import operations
from plans.models import CheckIn, GoalState, Progress, Remark, TimeRequest
from tests import factories
from tests.plans.rows import day, everything

OWED = reverse("plans:owed")
TEAM = reverse("plans:list")


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


@pytest.fixture
def goal(employee):
    return factories.make_goal(employee)


@pytest.fixture
def owner(db):
    """Somebody who owes one thing and shares nothing else."""
    return factories.make_employee("Otto", "Owner")


@pytest.fixture
def check_in(goal):
    return CheckIn.objects.create(plan=goal.plan, due_on=day(0), created_at=timezone.now())


# ---------------------------------------------------------------- what one owes


def test_everyone_reads_what_they_owe_to_whom_and_until_when(goal, owner, sign_in):
    factories.make_action(goal, owner, title="Lend the agenda", due_on=day(-2))
    factories.make_promise(goal.plan.employee, owner, what="A quiet room", due_on=day(9))
    page = sign_in(owner).get(OWED).text
    assert "You owe 2 things." in page
    assert page.index("Lend the agenda") < page.index("A quiet room")
    assert "action for Amara Okafor" in page
    assert "promised to Amara Okafor" in page
    assert "2 days late" in page
    assert goal.title not in page


def test_one_click_says_it_is_done_and_another_takes_it_back(goal, owner, sign_in):
    action = factories.make_action(goal, owner)
    client = sign_in(owner)
    said = {"state": "done", "version": action.version, "next": OWED}
    for _twice in range(2):
        assert client.post(url("action_settle", action.pk), said).url == OWED
    action.refresh_from_db()
    assert (action.state, action.version) == ("done", 2)
    page = client.get(OWED).text
    assert "You owe nothing." in page
    assert "Done lately" in page
    assert client.post(url("action_back", action.pk), {"next": OWED}).url == OWED
    action.refresh_from_db()
    assert action.state == "open"


def test_a_click_on_an_old_list_overwrites_nothing(goal, employee, owner, sign_in):
    action = factories.make_action(goal, owner)
    operations.settle_action(by=employee, action=action, state="dropped", why="not needed any more")
    before = everything()
    answer = sign_in(owner).post(
        url("action_settle", action.pk), {"state": "blocked", "words": "the vendor", "version": 1}
    )
    assert answer.status_code == 409
    assert "not needed any more" in answer.text
    assert "the vendor" in answer.text
    assert everything()[type(action)] == before[type(action)]


def test_words_show_that_it_is_done_or_say_why_not(goal, employee, sign_in):
    client = sign_in(employee)
    done, blocked = factories.make_action(goal, employee), factories.make_action(goal, employee)
    client.post(url("action_settle", done.pk), {"state": "done", "words": "https://wiki.example/page"})
    client.post(url("action_settle", blocked.pk), {"state": "blocked", "words": "the vendor"})
    assert 'href="https://wiki.example/page"' in client.get(url("action", done.pk)).text
    blocked.refresh_from_db()
    assert blocked.state_because == "the vendor"
    assert client.post(url("action_settle", done.pk), {"words": "x"}).status_code == 422
    assert client.post(url("action_settle", done.pk), {"state": "open", "words": "half"}).status_code == 302


def test_what_a_leaver_owed_says_so(goal, manager, owner, sign_in):
    owner.manager, owner.is_active = manager, False
    owner.save()
    action = factories.make_action(goal, owner)
    assert "Otto Owner has left, so it came to you" in sign_in(manager).get(OWED).text
    assert "has left, so it came to you" in sign_in(manager).get(url("action", action.pk)).text


@pytest.mark.parametrize("count", [1, 30])
def test_what_one_owes_takes_the_same_queries_for_1_and_30(count, goal, owner, sign_in, django_assert_num_queries):
    for number in range(count):
        action = factories.make_action(goal, owner)
        factories.make_promise(factories.make_employee(), owner)
        done = factories.make_action(goal, owner)
        operations.settle_action(by=owner, action=done, state="done")
        asked = factories.make_action(goal, goal.plan.employee) if number else action
        if asked is action:
            operations.ask_for_time(by=owner, item=action, due_on=day(60), why="away")
    client = sign_in(owner)
    with django_assert_num_queries(9):
        page = client.get(OWED)
    assert len(page.context["page_obj"]) == min(50, 2 * count)
    assert len(page.context["lately"]) == min(10, count)


def test_what_one_owes_comes_in_pages_of_fifty(goal, owner, sign_in):
    for number in range(60):
        factories.make_action(goal, owner, title=f"Action {number}", due_on=day(number + 1))
        if number < 5:
            factories.make_promise(goal.plan.employee, owner, what=f"Promise {number}", due_on=day(number + 1))
    client = sign_in(owner)
    first, second = client.get(OWED).context["page_obj"], client.get(OWED + "?page=2").context["page_obj"]
    assert (len(first), len(second), first.paginator.count) == (50, 15, 65)
    days = [owed.due_on for owed in [*first, *second]]
    assert days == sorted(days)
    assert len({owed.item.pk for owed in [*first, *second]}) == 65


# ---------------------------------------------------------------- another day


def test_whoever_shares_the_plan_moves_a_day_with_a_word_why(goal, manager, sign_in):
    client = sign_in(manager)
    page = client.get(url("goal_date", goal.pk))
    assert page.context["moves"]
    assert client.post(url("goal_date", goal.pk), {"when": "month", "version": 1}).status_code == 422
    said = {"when": "week", "due_on": day(90).isoformat(), "why": "the vendor is late", "version": 1}
    for _twice in range(2):
        assert client.post(url("goal_date", goal.pk), said).status_code == 302
    goal.refresh_from_db()
    assert (goal.due_on, goal.version) == (day(90), 2)
    late = client.post(url("goal_date", goal.pk), {**said, "due_on": day(99).isoformat()})
    assert late.status_code == 409
    assert "the vendor is late" in late.text


def test_an_owner_asks_and_the_employee_agrees_with_one_click(goal, employee, owner, sign_in):
    promise = factories.make_promise(employee, owner, due_on=day(5))
    client = sign_in(owner)
    assert "How much time do you need?" in client.get(url("promise_date", promise.pk)).text
    said = {"when": "fortnight", "why": "the budget round", "version": 1, "next": OWED}
    assert client.post(url("promise_date", promise.pk), said).url == OWED
    assert "not answered yet" in client.get(OWED).text
    asked = TimeRequest.objects.get()
    reader = sign_in(employee)
    for page in (url("detail", goal.plan.pk), url("promise", promise.pk), OWED, "/"):
        assert "the budget round" in reader.get(page).text, page
    answer = reader.post(url("time_answer", asked.pk), {"answer": "agreed", "next": OWED})
    assert answer.url == OWED
    promise.refresh_from_db()
    assert promise.due_on == day(19)
    assert "the budget round" not in reader.get("/").text


@pytest.mark.parametrize(("who", "status"), [("owner", 403), ("outsider", 404), ("hr", 404), ("administrator", 404)])
def test_nobody_else_answers(request, employee, owner, sign_in, who, status):
    promise = factories.make_promise(employee, owner, due_on=day(5))
    asked = operations.ask_for_time(by=owner, item=promise, due_on=day(9), why="away")
    before = everything()
    answer = sign_in(request.getfixturevalue(who)).post(url("time_answer", asked.pk), {"answer": "agreed"})
    assert answer.status_code == status
    assert everything() == before


def test_what_is_closed_has_no_other_day(goal, employee, sign_in):
    operations.close_goal(by=employee, goal=goal, state="reached")
    assert sign_in(employee).get(url("goal_date", goal.pk)).status_code == 403


# ---------------------------------------------------------------- progress between check-ins


def test_the_employee_notes_progress_on_the_goals_page(goal, employee, manager, sign_in):
    client = sign_in(employee)
    form = client.get(url("goal", goal.pk)).context["form"]
    said = {
        form.add_prefix("percent"): "40",
        form.add_prefix("words"): "Nine of ten",
        form.add_prefix("key"): form["key"].value(),
    }
    for _twice in range(2):
        assert client.post(url("progress", goal.pk), said).status_code == 302
    assert Progress.objects.get().percent == 40
    read = sign_in(manager).get(url("goal", goal.pk)).text
    assert "Nine of ten" in read
    assert 'class="climb"' in read
    assert f'action="{url("progress", goal.pk)}"' not in read
    wrong = client.post(url("progress", goal.pk), {**said, form.add_prefix("percent"): "140"})
    assert wrong.status_code == 422
    assert "Nine of ten" in wrong.text
    assert sign_in(manager).post(url("progress", goal.pk), said).status_code == 403


def test_progress_on_a_goal_that_was_closed_meanwhile_is_said_and_kept_on_the_page(goal, employee, sign_in):
    client = sign_in(employee)
    form = client.get(url("goal", goal.pk)).context["form"]
    operations.close_goal(by=employee, goal=goal, state="dropped", why="no")
    answer = client.post(url("progress", goal.pk), {form.add_prefix("words"): "Nine of ten"})
    assert answer.status_code == 422
    assert "no longer open" in answer.text
    assert not Progress.objects.exists()


def test_a_goal_closed_by_mistake_is_open_again(goal, employee, sign_in):
    operations.close_goal(by=employee, goal=goal, state="dropped", why="the wrong one")
    client = sign_in(employee)
    assert "by mistake" in client.get(url("goal", goal.pk)).text
    client.post(url("goal_back", goal.pk))
    goal.refresh_from_db()
    assert goal.state == GoalState.OPEN


# ---------------------------------------------------------------- the words of both sides


def words(**said):
    return {"blockers": "", "adjustments": "", "version": "0", **said}


def test_what_is_typed_is_kept_and_the_other_side_reads_it(goal, check_in, employee, manager, sign_in):
    client = sign_in(employee)
    step = client.get(url("check_in", check_in.pk)).context["rows"][0][1]
    typed = words(blockers="no quiet day") | {step.add_prefix("words"): "half", step.add_prefix("percent"): "many"}
    saved = client.post(url("check_in_words", check_in.pk), typed, headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert 'value="1"' in saved.text
    read = sign_in(manager).get(url("check_in", check_in.pk)).text
    assert "no quiet day" in read
    assert "half" in read
    again = client.get(url("check_in", check_in.pk)).context
    assert again["form"]["blockers"].value() == "no quiet day"
    assert again["rows"][0][1]["words"].value() == "half"
    assert not Progress.objects.exists()


def test_two_windows_of_one_person_show_both(check_in, employee, sign_in):
    client = sign_in(employee)
    client.post(url("check_in_words", check_in.pk), words(blockers="first window"))
    late = words(blockers="second window")
    typed = client.post(url("check_in_words", check_in.pk), late, headers={"HX-Request": "true"})
    assert (typed.status_code, "Compare both versions" in typed.text) == (409, True)
    for name in ("check_in_words", "check_in"):
        answer = client.post(url(name, check_in.pk), late)
        assert answer.status_code == 409
        assert "first window" in answer.text
        assert "second window" in answer.text
    check_in.refresh_from_db()
    assert (check_in.held_on, Remark.objects.get().blockers) == (None, "first window")
    client.post(url("check_in", check_in.pk), words(blockers="second window", version="1"))
    check_in.refresh_from_db()
    assert check_in.blockers == "second window"


def test_who_writes_while_the_other_holds_it_loses_nothing(goal, check_in, employee, manager, sign_in):
    operations.hold_check_in(by=manager, check_in=check_in, progress=[], blockers="written by Jonas")
    client = sign_in(employee)
    answer = client.post(url("check_in", check_in.pk), words(blockers="written by Amara"))
    assert answer.url == url("check_in", check_in.pk)
    page = client.get(answer.url).text
    assert "written by Jonas" in page
    assert "written by Amara" in page


def test_who_held_it_in_another_window_reads_what_was_not_kept(goal, check_in, employee, sign_in):
    operations.hold_check_in(by=employee, check_in=check_in, progress=[], blockers="first")
    answer = sign_in(employee).post(url("check_in", check_in.pk), words(blockers="second"))
    assert answer.status_code == 409
    assert "first" in answer.text
    assert "second" in answer.text
    check_in.refresh_from_db()
    assert check_in.blockers == "first"


def test_the_other_side_answers_a_check_in_that_was_held(check_in, employee, manager, sign_in):
    operations.hold_check_in(by=employee, check_in=check_in, progress=[], blockers="the vendor")
    client = sign_in(manager)
    assert "Keep your words" in client.get(url("check_in", check_in.pk)).text
    assert client.post(url("check_in_words", check_in.pk), words(adjustments="I call them")).status_code == 302
    assert "I call them" in sign_in(employee).get(url("check_in", check_in.pk)).text


def test_words_too_long_are_said_to_be(check_in, employee, sign_in):
    long, client = words(blockers="x" * 4001), sign_in(employee)
    for headers in ({}, {"HX-Request": "true"}):
        assert client.post(url("check_in_words", check_in.pk), long, headers=headers).status_code == 422
    assert not Remark.objects.exists()


# ---------------------------------------------------------------- the plan, and the team's


def test_the_next_check_in_stands_on_the_plan_and_at_home(goal, employee, sign_in):
    CheckIn.objects.create(plan=goal.plan, due_on=day(70), created_at=timezone.now())
    client = sign_in(employee)
    assert "Next check-in:" in client.get(url("detail", goal.plan.pk)).text
    assert "Next check-in:" in client.get("/").text
    CheckIn.objects.create(plan=goal.plan, due_on=day(-4), created_at=timezone.now())
    assert "The check-in was due" in client.get(url("detail", goal.plan.pk)).text


def test_what_is_behind_has_pages_of_its_own(goal, employee, sign_in):
    for number in range(7):
        closed = factories.make_goal(employee, title=f"Closed {number}")
        operations.close_goal(by=employee, goal=closed, state="reached")
        held = CheckIn.objects.create(plan=goal.plan, due_on=day(number - 30), created_at=timezone.now())
        CheckIn.objects.filter(pk=held.pk).update(held_on=held.due_on, held_by=employee)
    client = sign_in(employee)
    page = client.get(url("detail", goal.plan.pk)).context["page"]
    assert (len(page.closed), len(page.check_ins), page.more_check_ins) == (5, 3, True)
    assert len(client.get(url("closed", goal.plan.pk)).context["lines"]) == 7
    assert len(client.get(url("check_ins", goal.plan.pk)).context["page_obj"]) == 7


def test_the_employee_opens_the_past_on_the_page_of_the_plan(goal, employee, manager, sign_in):
    employee.led_since = day(-3)
    employee.save()
    factories.make_goal(employee, title="Years ago", state="reached", closed_on=day(-300))
    client, reader = sign_in(employee), sign_in(manager)
    page = url("detail", goal.plan.pk)
    assert "Years ago" in client.get(page).text
    assert "Years ago" not in reader.get(page).text
    assert "What ended before is not shown" in reader.get(page).text
    assert reader.post(url("past", goal.plan.pk), {"open": "yes"}).status_code == 403
    client.post(url("past", goal.plan.pk), {"open": "yes"})
    assert "Years ago" in reader.get(page).text
    client.post(url("past", goal.plan.pk), {"open": "no"})
    assert "Years ago" not in reader.get(page).text


def test_a_manager_sees_who_is_late_due_or_without_a_goal(goal, employee, manager, sign_in):
    factories.make_action(goal, employee, due_on=day(-1))
    factories.make_employee("Bea", "Bare", manager=manager)
    client = sign_in(manager)
    page = client.get(TEAM)
    assert "One of your team has something late. One has no open goal." in page.text
    for show, names in (("late", ["Amara Okafor"]), ("none", ["Bea Bare"]), ("due", []), ("others", [])):
        rows = client.get(f"{TEAM}?show={show}").context["page_obj"]
        assert [str(row.person) for row in rows] == names, show


@pytest.mark.parametrize("count", [1, 30])
def test_the_team_takes_the_same_queries_for_1_and_30(count, manager, sign_in, django_assert_num_queries):
    for _one in range(count):
        goal = factories.make_goal(factories.make_employee(manager=manager), due_on=day(-1))
        CheckIn.objects.create(plan=goal.plan, due_on=day(-1), created_at=timezone.now())
    client = sign_in(manager)
    with django_assert_num_queries(5):
        assert len(client.get(TEAM).context["page_obj"]) == count
    with django_assert_num_queries(5):
        assert len(client.get(TEAM + "?show=late").context["page_obj"]) == count
