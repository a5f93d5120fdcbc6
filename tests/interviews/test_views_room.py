import pytest
from django.urls import reverse

from interviews import operations
from interviews.models import Minutes, State
from plans.models import Goal, Promise

pytestmark = pytest.mark.django_db
ROOM = ["room", "wrap_up"]


def url(name, interview, *more):
    return reverse(f"interviews:{name}", args=[interview.pk, *more])


@pytest.mark.parametrize("name", ROOM)
@pytest.mark.parametrize(
    ("who", "status"), [("employee", 200), ("manager", 200), ("hr", 403), ("outsider", 404), ("administrator", 404)]
)
def test_who_comes_in(name, who, status, talking, sign_in, request):
    assert sign_in(request.getfixturevalue(who)).get(url(name, talking)).status_code == status


def test_the_room_shows_both_voices_once_both_have_shared(interview, employee, manager, sign_in):
    for person, text in ((employee, "HER WORDS"), (manager, "HIS WORDS")):
        operations.save_answer(by=person, interview=interview, question="proud-of", value={"text": text}, version=0)
    operations.save_answer(by=employee, interview=interview, question="for-me", value={"text": "HER OWN"}, version=0)
    operations.share_answers(by=employee, interview=interview)
    operations.start_conversation(by=manager, interview=interview)
    before = sign_in(manager).get(url("room", interview)).text
    assert "HER WORDS" not in before
    operations.share_answers(by=manager, interview=interview)
    after = sign_in(manager).get(url("room", interview)).text
    assert "HER WORDS" in after
    assert "HIS WORDS" in after
    assert "HER OWN" not in after
    assert "What would you rather keep to yourself?" not in after, (
        "not even the question, which would stand there empty"
    )
    assert "HER OWN" in sign_in(employee).get(url("room", interview)).text


def test_private_notes_are_on_nobody_elses_page(talking, employee, manager, sign_in):
    operations.save_private_note(by=manager, interview=talking, section="looking-back", text="MY NOTE", version=0)
    assert "MY NOTE" in sign_in(manager).get(url("room", talking)).text
    assert "MY NOTE" not in sign_in(employee).get(url("room", talking)).text


def test_what_people_write_is_shown_and_never_run(talking, manager, sign_in):
    text = "<svg onload=alert(1)> {{7*7}} {% load x %} javascript:alert(1)"
    operations.save_minutes(by=manager, interview=talking, section="looking-back", text=text, version=0)
    page = sign_in(manager).get(url("wrap_up", talking)).text
    assert "<svg onload" not in page
    assert "&lt;svg onload=alert(1)&gt; {{7*7}} {% load x %}" in page


def test_a_stale_save_shows_both_texts_and_keeps_the_first(talking, manager, sign_in):
    client, target = sign_in(manager), url("save_minutes", talking, "looking-back")
    client.post(target, {"minutes-text": "first", "minutes-version": 0})
    answer = client.post(target, {"minutes-text": "second tab", "minutes-version": 0})
    assert answer.status_code == 409
    assert "first" in answer.text
    assert "second tab" in answer.text
    assert Minutes.objects.get().text == "first"
    by_htmx = client.post(target, {"minutes-text": "x", "minutes-version": 0}, headers={"HX-Request": "true"})
    assert by_htmx.status_code == 409
    client.post(target, {"minutes-text": "merged", "minutes-version": 1})
    assert Minutes.objects.get().text == "merged"


def test_autosave_answers_with_the_new_version(talking, manager, sign_in):
    answer = sign_in(manager).post(
        url("save_minutes", talking, "skills"),
        {"minutes-text": "x", "minutes-version": 0},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert 'id="id_minutes-version" value="1"' in answer.text


@pytest.mark.parametrize("data", [{}, {"minutes-text": "x"}, {"minutes-text": "x" * 20_001, "minutes-version": 0}])
def test_bad_input_is_refused_in_words(data, talking, manager, sign_in):
    answer = sign_in(manager).post(url("save_minutes", talking, "skills"), data, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.text
    assert not Minutes.objects.exists()


def test_a_goal_is_caught_and_led_to_its_page(talking, employee, manager, sign_in):
    answer = sign_in(manager).post(url("room_goal", talking), {"title": "Moderate the review", "section": "skills"})
    goal = Goal.objects.get()
    assert answer.url.startswith(reverse("plans:goal_edit", args=[goal.pk]))
    assert (goal.plan.employee, goal.occasion_id, goal.agreed_with) == (employee, talking.pk, None)


def test_a_goal_agreed_with_another_interviewer_stays_with_the_two(talking, outsider, manager, sign_in):
    talking.interviewer = outsider
    talking.save()
    sign_in(outsider).post(url("room_goal", talking), {"title": "Moderate the review"})
    assert Goal.objects.get().agreed_with == outsider
    assert not Goal.objects.visible_to(manager).exists()


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"promise-what": "An introduction", "promise-due_on": "2027-03-01"}, 1),
        ({"promise-what": "A team lead post", "promise-not_promised": "on"}, 1),
        ({"promise-what": "Something"}, 0),
        ({"promise-what": "", "promise-due_on": "2027-03-01"}, 0),
    ],
)
def test_promises_need_a_day_or_are_expressly_none(data, kept, talking, manager, sign_in):
    sign_in(manager).post(url("room_promise", talking), data)
    assert Promise.objects.count() == kept


def test_outsiders_add_nothing(talking, outsider, hr, sign_in):
    for person in (outsider, hr):
        client = sign_in(person)
        client.post(url("room_goal", talking), {"title": "x"})
        client.post(url("room_promise", talking), {"promise-what": "x", "promise-not_promised": "on"})
        client.post(url("save_minutes", talking, "skills"), {"minutes-text": "x", "minutes-version": 0})
    assert not Goal.objects.exists()
    assert not Promise.objects.exists()
    assert not Minutes.objects.exists()


@pytest.mark.parametrize("name", ["start", "freeze", "confirm", "proceed", "ask_changes", "room_goal", "room_promise"])
def test_no_state_changes_on_get(name, talking, manager, sign_in):
    assert sign_in(manager).get(url(name, talking)).status_code == 405
    talking.refresh_from_db()
    assert talking.state == State.IN_CONVERSATION


def test_the_closed_room_leads_on(reviewed, manager, sign_in):
    assert sign_in(manager).get(url("room", reviewed)).url == url("review", reviewed)


def test_the_room_costs_the_same_whatever_was_written(talking, manager, sign_in, django_assert_num_queries):
    client = sign_in(manager)
    client.get(url("room", talking))  # notes the reading
    client.get(url("room", talking))  # finds it noted
    with django_assert_num_queries(ROOM_QUERIES):
        client.get(url("room", talking))
    for section in ("looking-back", "skills"):
        operations.save_minutes(by=manager, interview=talking, section=section, text="x", version=0)
    from tests import factories

    for n in range(30):
        factories.make_goal(talking.employee, title=f"Goal {n}", occasion_id=talking.pk)
        factories.make_promise(talking.employee, manager, occasion_id=talking.pk)
    with django_assert_num_queries(ROOM_QUERIES):
        client.get(url("room", talking))


ROOM_QUERIES = 12
