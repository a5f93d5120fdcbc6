import pytest
from django.urls import reverse

from interviews.models import Interview, State
from outbox.models import Message
from tests import factories

REQUEST = reverse("interviews:request")


def given(**changes):
    return {"purpose": "direction", "interviewer": "", "note": "Where could I go?"} | changes


@pytest.fixture
def version(db):
    return factories.make_version()


@pytest.fixture
def requested(employee, manager, version):
    return factories.make_interview(employee, manager, version=version, state=State.PLANNED, purpose="direction")


def at(name, interview):
    return reverse(f"interviews:{name}", args=[interview.pk])


def test_the_line_manager_is_the_suggestion_and_the_default(version, sign_in, employee, manager):
    browser = sign_in(employee)
    assert 'value="Jonas Weber"' in browser.get(REQUEST).text
    answer = browser.post(REQUEST, given())
    interview = Interview.objects.get()
    assert answer.url == at("detail", interview)
    assert (interview.employee, interview.interviewer, interview.state) == (employee, manager, State.PLANNED)
    assert interview.request_note == "Where could I go?"
    assert Message.objects.get().recipient == manager


@pytest.mark.parametrize("text", ["Mia Stone", "mia stone", "  Stone  ", "MIA.S@example.test"])
def test_a_name_or_an_address_finds_the_person(version, sign_in, employee, text):
    mia = factories.make_employee("Mia", "Stone", email="mia.s@example.test")
    sign_in(employee).post(REQUEST, given(interviewer=text))
    assert Interview.objects.get().interviewer == mia


def test_people_of_one_name_are_told_apart(version, sign_in, employee, department):
    two = [
        factories.make_employee("Mia", "Stone", job_title=title, department=department)
        for title in ("analyst", "coach")
    ]
    browser = sign_in(employee)
    answer = browser.post(REQUEST, given(interviewer="Mia Stone"))
    assert answer.status_code == 422
    assert "analyst" in answer.text
    assert "coach" in answer.text
    assert not Interview.objects.exists()
    browser.post(REQUEST, given(interviewer="Mia Stone", person=str(two[1].pk)))
    assert Interview.objects.get().interviewer == two[1]


@pytest.mark.parametrize("text", ["Nobody Atall", "nobody@example.test", "Amara Okafor", "Gone Girl"])
def test_nobody_oneself_and_leavers_are_not_found(version, sign_in, employee, text):
    factories.make_employee("Gone", "Girl", is_active=False)
    answer = sign_in(employee).post(REQUEST, given(interviewer=text))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["interviewer"]
    assert "Where could I go?" in answer.text
    assert not Interview.objects.exists()


def test_a_person_who_was_not_offered_is_not_taken(version, sign_in, employee, outsider):
    [factories.make_employee("Mia", "Stone") for _twice in range(2)]
    answer = sign_in(employee).post(REQUEST, given(interviewer="Mia Stone", person=str(outsider.pk)))
    assert answer.status_code == 422
    assert not Interview.objects.exists()


@pytest.mark.parametrize("purpose", ["", "cycle", "x"])
def test_the_purpose_is_one_of_four(version, sign_in, employee, purpose):
    answer = sign_in(employee).post(REQUEST, given(purpose=purpose))
    assert list(answer.context["form"].errors) == ["purpose"]
    assert not Interview.objects.exists()


def test_asking_twice_is_refused_in_words(version, sign_in, employee):
    browser = sign_in(employee)
    browser.post(REQUEST, given())
    answer = browser.post(REQUEST, given())
    assert "still open" in answer.text
    assert Interview.objects.count() == 1


def test_without_a_manager_somebody_must_be_named(version, sign_in, manager):
    answer = sign_in(manager).post(REQUEST, given())
    assert list(answer.context["form"].errors) == ["interviewer"]


def test_only_the_one_who_was_asked_accepts(requested, sign_in, employee, manager, outsider, hr):
    for person, status in ((outsider, 404), (hr, 403), (employee, 403)):
        assert sign_in(person).post(at("accept", requested)).status_code == status
    assert sign_in(manager).get(at("accept", requested)).status_code == 405
    requested.refresh_from_db()
    assert requested.state == State.PLANNED
    for _twice in range(2):
        assert sign_in(manager).post(at("accept", requested)).url == at("detail", requested)
    requested.refresh_from_db()
    assert requested.state == State.PREPARING


@pytest.mark.parametrize("role", ["employee", "manager"])
def test_either_of_the_two_calls_a_requested_one_off_with_a_word_why(requested, sign_in, role, request):
    browser = sign_in(request.getfixturevalue(role))
    assert browser.get(at("cancel", requested)).status_code == 200
    assert browser.post(at("cancel", requested), {"why": "  "}).status_code == 422
    requested.refresh_from_db()
    assert requested.state == State.PLANNED
    browser.post(at("cancel", requested), {"why": "Mia knows more"})
    requested.refresh_from_db()
    assert (requested.state, requested.outcome_because) == (State.CANCELLED, "Mia knows more")
    assert "Mia knows more" in browser.get(at("detail", requested)).text
    assert browser.post(at("cancel", requested), {"why": "again"}).url == at("detail", requested)


def test_one_of_a_cycle_is_called_off_by_hr_alone(employee, manager, hr, outsider, sign_in):
    cycle = factories.make_cycle(hr)
    interview = factories.make_interview(employee, manager, cycle=cycle, version=cycle.version)
    for person, status in ((employee, 403), (manager, 403), (outsider, 404)):
        assert sign_in(person).post(at("cancel", interview), {"why": "no"}).status_code == status
    interview.refresh_from_db()
    assert interview.state == State.PREPARING
    sign_in(hr).post(at("cancel", interview), {"why": "On leave"})
    interview.refresh_from_db()
    assert interview.state == State.CANCELLED


def test_hr_may_not_call_a_requested_one_off(requested, sign_in, hr):
    assert sign_in(hr).post(at("cancel", requested), {"why": "no"}).status_code == 403
    requested.refresh_from_db()
    assert requested.state == State.PLANNED


def test_the_reason_of_a_requested_one_is_not_hrs_to_read(requested, sign_in, employee, hr):
    sign_in(employee).post(at("cancel", requested), {"why": "I found another way"})
    assert "I found another way" not in sign_in(hr).get(at("detail", requested)).text
