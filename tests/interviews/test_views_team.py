"""A line manager who doesn't lead a conversation knows its state when it is in a cycle, and nothing else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from interviews.models import Interview, State
from tests import factories

TEAM = reverse("interviews:team")
# What opens with the conversation itself: none of it opens with its state.
DOORS = ["prepare", "check_answers", "schedule", "cancel", "room", "wrap_up", "review", "sign", "signed", "witness"]
MOVES = ["share", "accept", "start", "freeze", "ask_changes", "confirm", "proceed", "room_goal", "room_promise"]


@pytest.fixture
def mentor(db):
    return factories.make_employee("Mira", "Sandoval")


@pytest.fixture
def cycle(hr):
    return factories.make_cycle(hr, name="Spring round", launched_at=timezone.now())


@pytest.fixture
def led(employee, mentor, cycle):
    return factories.make_interview(
        employee, mentor, cycle=cycle, version=cycle.version, state=State.SIGNING, place="Room Linden",
        meets_at=timezone.now(), request_note="a word beforehand",
    )  # fmt: skip


def detail(interview):
    return reverse("interviews:detail", args=[interview.pk])


def test_the_state_and_nothing_else(sign_in, manager, led):
    page = sign_in(manager).get(detail(led))
    assert page.status_code == 200
    assert "Amara Okafor: signing." in page.text
    assert "Spring round" in page.text
    for untold in ("Mira", "Sandoval", "Linden", "a word beforehand", "Prepare", "shared"):
        assert untold not in page.text.split("<main")[1].split("</main")[0]
    assert not Entry.objects.filter(action="interview.read").exists()


def test_a_requested_one_is_not_there(sign_in, manager, employee, mentor):
    asked = factories.make_interview(employee, mentor, purpose="growth")
    client = sign_in(manager)
    assert client.get(detail(asked)).status_code == 404
    assert "Okafor" not in client.get(TEAM).text


@pytest.mark.parametrize("name", [*DOORS, *MOVES])
def test_no_other_door_opens(sign_in, manager, led, name):
    client, before = sign_in(manager), Interview.objects.values().get(pk=led.pk)
    address = reverse(f"interviews:{name}", args=[led.pk])
    answers = {client.get(address).status_code, client.post(address, {"why": "x"}).status_code}
    assert answers <= {403, 404, 405}
    assert 404 in answers
    assert Interview.objects.values().get(pk=led.pk) == before
    assert client.get(reverse("records:record_pdf", args=[led.pk])).status_code == 404


def test_it_is_in_no_list_of_what_somebody_sees(manager, led):
    assert not Interview.objects.visible_to(manager).exists()


@pytest.mark.parametrize("who", ["outsider", "administrator", "skip_level", "former"])
def test_nobody_else_learns_the_state(sign_in, request, led, manager, who):
    if who == "skip_level":
        person = factories.make_employee("Carla", "Reuter")
        manager.manager = person
        manager.save()
    elif who == "former":
        person = manager
        led.employee.manager = factories.make_employee("Nina", "Neu")
        led.employee.save()
    else:
        person = request.getfixturevalue(who)
    client = sign_in(person)
    assert client.get(detail(led)).status_code == 404
    assert "Okafor" not in client.get(TEAM).text


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_as_many_queries_for_thirty_as_for_one(
    number, sign_in, manager, mentor, cycle, django_assert_num_queries
):
    for _n in range(number):
        factories.make_interview(factories.make_employee(manager=manager), mentor, cycle=cycle, version=cycle.version)
    client = sign_in(manager)
    with django_assert_num_queries(5):
        page = client.get(TEAM)
    assert len(page.context["lines"]) == number
