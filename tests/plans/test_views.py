"""The pages of plans: walked by a person, closed to the others, safe against what is sent twice or too late."""

import datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from plans import operations
from plans.models import Action, CheckIn, Goal, GoalState, Plan, Progress, Promise, PromiseState
from tests import factories


def day(offset):
    return timezone.now().date() + datetime.timedelta(days=offset)


@pytest.fixture
def goal(employee):
    return factories.make_goal(employee)


@pytest.fixture
def mentor(db):
    return factories.make_employee("Priya", "Nair")


@pytest.fixture
def check_in(goal):
    return CheckIn.objects.create(plan=goal.plan, due_on=day(0), created_at=timezone.now())


def url(name, *args, back=""):
    return reverse(f"plans:{name}", args=args) + (f"?next={back}" if back else "")


PARTS = {
    "title": "Lead the review",
    "specific": "lead it alone",
    "measurable": "both confirm within two days",
    "achievable": "the agenda",
    "relevant": "I want to",
    "due_on": "2027-04-30",
}


# ---------------------------------------------------------------- who gets in

PAGES = {
    "detail": "plan",
    "changes": "plan",
    "goal_new": "plan",
    "promise_new": "plan",
    "goal": "goal",
    "goal_edit": "goal",
    "goal_close": "goal",
    "action_new": "goal",
    "action": "action",
    "action_edit": "action",
    "promise": "promise",
    "promise_edit": "promise",
    "check_in": "check_in",
}
POSTS = {
    "check_in_start": "plan",
    "goal_open": "goal",
    "action_settle": "action",
    "promise_settle": "promise",
    "promise_open": "promise",
    "check_in_postpone": "check_in",
}


@pytest.fixture
def things(goal, check_in, employee, manager):
    return {
        "plan": goal.plan,
        "goal": goal,
        "check_in": check_in,
        "action": factories.make_action(goal, employee),
        "promise": factories.make_promise(employee, manager),
    }


@pytest.mark.parametrize("who", ["outsider", "hr", "administrator"])
@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_others_are_told_the_same_as_of_a_thing_that_is_not_there(request, things, sign_in, name, who):
    client = sign_in(request.getfixturevalue(who))
    ask = client.post if name in POSTS else client.get
    answer = ask(url(name, things[{**PAGES, **POSTS}[name]].pk))
    nothing = ask(url(name, uuid4()))
    assert answer.status_code == nothing.status_code == 404
    assert answer.content.count(b"Lead") == nothing.content.count(b"Lead")


@pytest.mark.parametrize("name", [*PAGES, "list", "owed"])
def test_anonymous_readers_are_sent_to_sign_in(client, things, name):
    args = [things[PAGES[name]].pk] if name in PAGES else []
    answer = client.get(url(name, *args))
    assert answer.status_code == 302
    assert "login" in answer.url


@pytest.mark.parametrize("who", ["employee", "manager"])
@pytest.mark.parametrize("name", PAGES)
def test_both_sides_see_every_page(request, things, sign_in, name, who):
    assert sign_in(request.getfixturevalue(who)).get(url(name, things[PAGES[name]].pk)).status_code == 200


@pytest.mark.parametrize("name", POSTS)
def test_nothing_changes_by_get(things, employee, sign_in, name):
    assert sign_in(employee).get(url(name, things[POSTS[name]].pk)).status_code == 405


def test_an_owner_sees_the_action_and_nothing_of_the_goal(goal, sign_in, outsider):
    action = factories.make_action(goal, outsider)
    client = sign_in(outsider)
    page = client.get(url("action", action.pk)).content.decode()
    assert action.title in page
    assert goal.title not in page
    assert goal.specific not in page
    for name, pk in (("goal", goal.pk), ("detail", goal.plan.pk)):
        assert client.get(url(name, pk)).status_code == 404
    assert client.get(url("action_edit", action.pk)).status_code == 403
    assert client.post(url("action_settle", action.pk), {"state": "done"}).status_code == 302
    action.refresh_from_db()
    assert action.state == "done"


def test_the_owner_of_a_promise_sees_it_alone(employee, sign_in, outsider):
    promise = factories.make_promise(employee, outsider)
    client = sign_in(outsider)
    assert client.get(url("promise", promise.pk)).status_code == 200
    assert client.get(url("promise_edit", promise.pk)).status_code == 403
    assert client.get(url("detail", promise.plan.pk)).status_code == 404


def test_what_is_agreed_with_a_mentor_is_between_two(employee, manager, mentor, sign_in):
    secret = factories.make_goal(employee, title="Leave for the other team", agreed_with=mentor)
    step = factories.make_action(secret, employee, title="Call the other team")
    operations.change_goal(by=employee, goal=secret, version=1, specific="move over")
    for person, sees in ((employee, True), (mentor, True), (manager, False)):
        client = sign_in(person)
        page = client.get(url("detail", secret.plan.pk))
        changes = client.get(url("changes", secret.plan.pk))
        if person != manager:
            assert page.status_code == 200
        assert (b"Leave for the other team" in page.content) is sees
        assert (b"Leave for the other team" in changes.content) is sees
        assert client.get(url("goal", secret.pk)).status_code == (200 if sees else 404)
        assert client.get(url("action", step.pk)).status_code == (200 if sees else 404)
    assert sign_in(mentor).get(url("goal_new", secret.plan.pk)).status_code == 403
    sign_in(employee).post(url("goal_open", secret.pk))
    assert sign_in(manager).get(url("goal", secret.pk)).status_code == 200


def test_a_draft_is_seen_by_its_author_alone(employee, manager, sign_in):
    plan = operations.ensure_plan(employee)
    draft = operations.add_goal(by=employee, plan=plan, title="Perhaps", draft=True)
    assert b"Perhaps" in sign_in(employee).get(url("detail", plan.pk)).content
    assert b"Perhaps" not in sign_in(manager).get(url("detail", plan.pk)).content
    assert sign_in(manager).get(url("goal", draft.pk)).status_code == 404


def test_reading_by_the_other_side_is_noted_once(goal, employee, manager, sign_in):
    for person in (employee, manager, manager):
        sign_in(person).get(url("detail", goal.plan.pk))
    entry = Entry.objects.get(action="plan.read")
    assert (entry.actor, entry.subject) == (manager.pk, goal.plan.pk)


# ---------------------------------------------------------------- lists


def test_without_a_plan_the_page_says_how_to_begin(employee, sign_in):
    client = sign_in(employee)
    assert b"Write your first goal" in client.get(url("list")).content
    assert not Plan.objects.exists()
    answer = client.post(url("start", employee.pk))
    assert answer.url == url("goal_new", Plan.objects.get(employee=employee).pk)


def test_only_the_own_plan_leads_there_at_once(goal, employee, sign_in):
    assert sign_in(employee).get(url("list")).url == url("detail", goal.plan.pk)


def test_a_manager_starts_a_plan_for_the_team_and_nobody_else(manager, employee, outsider, sign_in):
    client = sign_in(manager)
    assert client.get(url("list")).status_code == 200
    assert client.post(url("start", employee.pk)).status_code == 302
    assert client.post(url("start", outsider.pk)).status_code == 403
    assert set(Plan.objects.values_list("employee", flat=True)) == {employee.pk}


# ---------------------------------------------------------------- goals


def test_a_goal_is_written_read_and_added(employee, manager, sign_in):
    plan, client = operations.ensure_plan(employee), sign_in(employee)
    key = str(client.get(url("goal_new", plan.pk)).context["form"]["key"].value())
    read = client.post(url("goal_new", plan.pk), {**PARTS, "key": key, "intent": "read"})
    assert read.status_code == 200
    assert "Jonas and I will both see it when" in "".join(s.text for s in read.context["segments"])
    assert not Goal.objects.exists()
    for _twice in range(2):
        answer = client.post(url("goal_new", plan.pk), {**PARTS, "key": key, "intent": "publish"})
        assert answer.status_code == 302
    goal = Goal.objects.get()
    assert (goal.state, goal.due_on, goal.created_by) == (GoalState.OPEN, datetime.date(2027, 4, 30), employee)
    assert goal.agreed_with is None


def test_hints_ask_and_never_block(employee, sign_in):
    plan = operations.ensure_plan(employee)
    vague = {"title": "Better meetings", "specific": "improve communication", "intent": "publish"}
    client = sign_in(employee)
    read = client.post(url("goal_new", plan.pk), {**vague, "intent": "read"})
    assert read.content.count(b'class="coach') >= 5
    assert client.post(url("goal_new", plan.pk), vague).status_code == 302
    assert Goal.objects.get().state == GoalState.OPEN


def test_a_draft_is_kept_then_added(employee, sign_in):
    plan, client = operations.ensure_plan(employee), sign_in(employee)
    client.post(url("goal_new", plan.pk), {"title": "Perhaps", "intent": "draft"})
    draft = Goal.objects.get()
    assert draft.state == GoalState.DRAFT
    client.post(url("goal_edit", draft.pk), {"title": "Surely", "version": 1, "intent": "publish"})
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("Surely", GoalState.OPEN)


def test_a_goal_without_a_name_keeps_what_was_typed(employee, sign_in):
    plan = operations.ensure_plan(employee)
    answer = sign_in(employee).post(url("goal_new", plan.pk), {**PARTS, "title": "", "intent": "publish"})
    assert answer.status_code == 422
    assert b"both confirm within two days" in answer.content
    assert not Goal.objects.exists()


def test_a_late_save_shows_both_versions_and_overwrites_nothing(goal, employee, manager, sign_in):
    operations.change_goal(by=manager, goal=goal, version=1, specific="theirs")
    client = sign_in(employee)
    late = {**PARTS, "specific": "mine", "version": 1, "intent": "save"}
    answer = client.post(url("goal_edit", goal.pk), late)
    assert answer.status_code == 409
    assert b"theirs" in answer.content
    assert b"mine" in answer.content
    goal.refresh_from_db()
    assert goal.specific == "theirs"
    again = {**late, "version": answer.context["form"]["version"].value()}
    assert client.post(url("goal_edit", goal.pk), again).status_code == 302
    goal.refresh_from_db()
    assert goal.specific == "mine"


def test_fields_that_are_not_on_the_form_are_ignored(goal, employee, outsider, sign_in):
    sent = {**PARTS, "version": 1, "intent": "save", "state": "reached", "plan": uuid4(), "agreed_with": outsider.pk}
    sign_in(employee).post(url("goal_edit", goal.pk), sent)
    goal.refresh_from_db()
    assert (goal.title, goal.state, goal.agreed_with) == ("Lead the review", GoalState.OPEN, None)


def test_words_are_shown_as_they_were_typed(employee, sign_in):
    nasty = '<svg onload=alert(1)>{{7*7}}{% now "Y" %}'
    goal = factories.make_goal(employee, title=nasty, specific=nasty, unit=nasty[:40], target_value=3, start_value=0)
    check_in = operations.start_check_in(by=employee, plan=goal.plan)
    step = {"goal": goal, "value": 1, "words": nasty, "due_on": day(90)}
    operations.hold_check_in(by=employee, check_in=check_in, progress=[step], blockers=nasty)
    client = sign_in(employee)
    for page in (url("detail", goal.plan.pk), url("goal", goal.pk), url("check_in", check_in.pk)):
        html = client.get(page).content.decode()
        assert "<svg onload" not in html
        assert "{{7*7}}" in html


def test_a_goal_ends_and_is_taken_up_again(goal, employee, sign_in):
    client = sign_in(employee)
    assert client.post(url("goal_close", goal.pk), {"state": "dropped"}).status_code == 422
    assert client.post(url("goal_close", goal.pk), {"state": "dropped", "why": "no time"}).status_code == 302
    assert client.post(url("goal_close", goal.pk), {"why": ""}).status_code == 422
    assert client.post(url("goal_close", goal.pk), {"why": "time again"}).status_code == 302
    goal.refresh_from_db()
    assert goal.state == GoalState.OPEN


@pytest.mark.parametrize(
    ("back", "followed"),
    [
        ("/interviews/", True),
        ("https://evil.example/", False),
        ("//evil.example/", False),
        ("javascript:alert(1)", False),
        ("/\\evil.example", False),
    ],
)
def test_the_way_back_stays_in_the_house(goal, employee, sign_in, back, followed):
    answer = sign_in(employee).post(url("goal_edit", goal.pk), {**PARTS, "version": 1, "intent": "save", "next": back})
    assert answer.url == (back if followed else url("goal", goal.pk))


def test_whoever_comes_to_complete_a_goal_is_led_to_the_editor(employee, sign_in):
    goal, client = factories.make_goal(employee, relevant=""), sign_in(employee)
    answer = client.get(url("goal", goal.pk, back="/interviews/"))
    assert answer.url == url("goal_edit", goal.pk) + "?next=%2Finterviews%2F"
    assert client.get(url("goal", goal.pk)).status_code == 200


# ---------------------------------------------------------------- actions and their owners


def action_data(**changes):
    return {"title": "Ask", "kind": "exposure", "due_on": day(20).isoformat(), "owner_is": "else", **changes}


def test_an_action_is_added_once_for_the_employee(goal, employee, sign_in):
    data = action_data(owner_is=employee.pk, key=uuid4())
    for _twice in range(2):
        assert sign_in(employee).post(url("action_new", goal.pk), data).status_code == 302
    assert Action.objects.get().owner == employee


@pytest.mark.parametrize("text", ["Tom Becker", "Tom.Becker@example.test", "  tom   BECKER "])
def test_somebody_else_is_found_by_name_or_address(goal, employee, sign_in, text):
    tom = factories.make_employee("Tom", "Becker", email="tom.becker@example.test")
    factories.make_employee("Tom", "Beckerson")
    assert sign_in(employee).post(url("action_new", goal.pk), action_data(owner_text=text)).status_code == 302
    assert Action.objects.get().owner == tom


def test_several_of_a_name_are_offered_to_choose(goal, employee, sign_in):
    factories.make_employee("Tom", "Becker", job_title="buyer")
    brandt = factories.make_employee("Tom", "Brandt", job_title="planner")
    client = sign_in(employee)
    answer = client.post(url("action_new", goal.pk), action_data(owner_text="tom b"))
    assert answer.status_code == 422
    assert b"Several people fit" in answer.content
    assert b"planner" in answer.content
    assert not Action.objects.exists()
    client.post(url("action_new", goal.pk), action_data(owner_text="tom b", owner_pick=brandt.pk))
    assert Action.objects.get().owner == brandt


@pytest.mark.parametrize(
    ("text", "pick"), [("", ""), ("Nobody Known", ""), ("Lea Left", ""), ("tom b", "somebody"), ("a", "")]
)
def test_nobody_is_guessed(goal, employee, sign_in, text, pick):
    factories.make_employee("Lea", "Left", is_active=False)
    for number in range(10):
        factories.make_employee("Tom", f"Ba{number}")
    answer = sign_in(employee).post(url("action_new", goal.pk), action_data(owner_text=text, owner_pick=pick))
    assert answer.status_code == 422
    assert not Action.objects.exists()


def test_a_refused_action_keeps_the_form(goal, employee, sign_in):
    data = action_data(owner_is=employee.pk, due_on=day(-9).isoformat())
    answer = sign_in(employee).post(url("action_new", goal.pk), data)
    assert answer.status_code == 422
    assert b"has passed" in answer.content


def test_an_action_is_handed_on_and_a_late_change_is_shown(goal, employee, manager, sign_in):
    action = factories.make_action(goal, employee)
    client = sign_in(employee)
    data = action_data(owner_is=manager.pk, version=1, why="holiday")
    assert client.post(url("action_edit", action.pk), data).status_code == 302
    late = client.post(url("action_edit", action.pk), {**data, "title": "Other"})
    assert late.status_code == 409
    assert late.context["form"]["version"].value() == "2"
    action.refresh_from_db()
    assert (action.owner, action.title) == (manager, "Ask")


def test_an_action_of_somebody_far_keeps_its_owner(goal, employee, outsider, sign_in):
    action = factories.make_action(goal, outsider)
    client = sign_in(employee)
    form = client.get(url("action_edit", action.pk)).context["form"]
    assert (form["owner_is"].value(), form["owner_text"].value()) == ("else", outsider.email)
    client.post(url("action_edit", action.pk), action_data(owner_text=outsider.email, version=1))
    action.refresh_from_db()
    assert (action.owner, action.title) == (outsider, "Ask")


def test_settling_needs_its_reason_on_the_page(goal, employee, sign_in):
    action = factories.make_action(goal, employee)
    client = sign_in(employee)
    assert client.post(url("action_settle", action.pk), {"state": "blocked"}).status_code == 422
    answer = client.post(
        url("action_settle", action.pk), {"state": "blocked", "words": "vendor", "next": "/plans/owed/"}
    )
    assert answer.url == "/plans/owed/"


# ---------------------------------------------------------------- promises


def test_a_promise_and_what_is_not_promised(employee, manager, sign_in):
    plan, client = operations.ensure_plan(employee), sign_in(manager)
    promised = {"is_promised": "yes", "what": "A mentor", "owner_is": manager.pk, "due_on": day(9).isoformat()}
    for _twice in range(2):
        client.post(url("promise_new", plan.pk), {**promised, "key": "0b6f3d1e-0000-4000-8000-000000000001"})
    for missing in ("owner_is", "due_on", "what"):
        assert client.post(url("promise_new", plan.pk), {**promised, missing: ""}).status_code == 422
    client.post(url("promise_new", plan.pk), {"is_promised": "no", "what": "A post in 2027"})
    assert sorted(Promise.objects.values_list("what", "state")) == [
        ("A mentor", PromiseState.OPEN),
        ("A post in 2027", PromiseState.NOT_PROMISED),
    ]
    page = client.get(url("detail", plan.pk)).content
    assert b"Not promised: A post in 2027" in page
    unpromised = Promise.objects.get(state=PromiseState.NOT_PROMISED)
    reworded = {"what": "A post", "version": 1}
    assert client.post(url("promise_edit", unpromised.pk), reworded).status_code == 302


def test_a_promise_is_changed_and_settled(employee, manager, sign_in):
    promise = factories.make_promise(employee, manager)
    client = sign_in(employee)
    data = {"what": "A mentor", "owner_is": manager.pk, "due_on": day(50).isoformat(), "version": 1, "why": "budget"}
    assert client.post(url("promise_edit", promise.pk), data).status_code == 302
    assert client.post(url("promise_edit", promise.pk), {**data, "what": "Two"}).status_code == 409
    assert client.post(url("promise_settle", promise.pk), {"state": "broken"}).status_code == 422
    assert client.post(url("promise_settle", promise.pk), {"state": "kept"}).status_code == 302
    promise.refresh_from_db()
    assert (promise.what, promise.state) == ("A mentor", PromiseState.KEPT)


# ---------------------------------------------------------------- check-ins


def test_a_check_in_is_started_held_and_read(goal, employee, manager, sign_in):
    client = sign_in(employee)
    page = client.post(url("check_in_start", goal.plan.pk)).url
    assert client.post(url("check_in_start", goal.plan.pk)).url == page
    form = client.get(page).context["rows"][0][1]
    said = {form.add_prefix("pace"): "going_well", form.add_prefix("percent"): "40", form.add_prefix("words"): "Half"}
    assert client.post(page, {**said, form.add_prefix("percent"): "140"}).status_code == 422
    assert not Progress.objects.exists()
    answer = client.post(page, {**said, "blockers": "the vendor", "next_on": day(30).isoformat()})
    assert answer.url == url("detail", goal.plan.pk)
    assert Progress.objects.get().percent == 40
    read = sign_in(manager).get(page).content
    assert b"Half" in read
    assert b"the vendor" in read
    assert client.post(page, {**said, "blockers": "the vendor"}).url == url("detail", goal.plan.pk)
    assert Progress.objects.count() == 1
    assert 'class="climb"' in client.get(url("detail", goal.plan.pk)).content.decode()
    assert CheckIn.objects.open().get().due_on == day(30)


def test_progress_of_a_goal_between_two_is_not_the_managers(employee, manager, mentor, sign_in):
    secret = factories.make_goal(employee, title="Leave for the other team", agreed_with=mentor)
    check_in = operations.start_check_in(by=employee, plan=secret.plan)
    assert b"Leave for" in sign_in(employee).get(url("check_in", check_in.pk)).content
    assert b"Leave for" not in sign_in(manager).get(url("check_in", check_in.pk)).content
    operations.hold_check_in(by=employee, check_in=check_in, progress=[{"goal": secret, "words": "soon"}])
    assert b"Leave for" not in sign_in(manager).get(url("check_in", check_in.pk)).content
    assert sign_in(mentor).get(url("check_in", check_in.pk)).status_code == 404


def test_a_check_in_moves_when_somebody_asks_for_time(check_in, employee, sign_in):
    client = sign_in(employee)
    for wrong in ("", day(-4).isoformat()):
        client.post(url("check_in_postpone", check_in.pk), {"due_on": wrong})
        check_in.refresh_from_db()
        assert check_in.due_on == day(0)
    client.post(url("check_in_postpone", check_in.pk), {"due_on": day(4).isoformat()})
    check_in.refresh_from_db()
    assert check_in.due_on == day(4)


def test_a_withdrawn_check_in_says_so(check_in, employee, sign_in):
    check_in.withdrawn_at = timezone.now()
    check_in.save()
    assert b"does not take place" in sign_in(employee).get(url("check_in", check_in.pk)).content
