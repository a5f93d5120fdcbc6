from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews.models import Interview, State
from people.paging import PER_PAGE
from tests import factories

LIST = reverse("interviews:list")


def detail(interview):
    return reverse("interviews:detail", args=[interview.pk])


def test_nothing_yet_leads_to_a_request(sign_in, employee):
    page = sign_in(employee).get(LIST).text
    assert "No conversation is under way." in page
    assert reverse("interviews:request") in page


def test_lists_mine_and_those_i_lead_by_what_needs_me(sign_in, employee, manager, outsider):
    mine = factories.make_interview(manager, outsider)
    led = factories.make_interview(employee, manager, state=State.IN_REVIEW, frozen_at=timezone.now())
    foreign = factories.make_interview(employee, outsider)
    closed = factories.make_interview(employee, manager, state=State.CANCELLED)
    context = sign_in(manager).get(LIST).context
    assert [line["url"] for line in context["needs_me"]] == [detail(mine)]
    assert [line["url"] for line in context["waiting"]] == [detail(led)]
    assert [line["url"] for line in context["behind"]] == [detail(closed)]
    assert foreign.pk.hex not in str(context["waiting"])


def test_hr_has_no_list_of_others_here(sign_in, hr, employee, manager):
    factories.make_interview(employee, manager)
    assert sign_in(hr).get(LIST).context["needs_me"] == []


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_as_many_queries_for_thirty_as_for_one(
    number, sign_in, manager, department, django_assert_num_queries
):
    cycle = factories.make_cycle(manager)
    for state in (State.PREPARING, State.SIGNED):
        for _n in range(number):
            person = factories.make_employee(department=department, manager=manager)
            factories.make_interview(person, manager, cycle=cycle, version=cycle.version, state=state)
    browser = sign_in(manager)
    with django_assert_num_queries(8):
        page = browser.get(LIST)
    assert len(page.context["needs_me"]) == number
    assert len(page.context["behind"]) == min(number, PER_PAGE)


def test_what_is_behind_comes_in_pages(sign_in, employee, manager):
    version = factories.make_version()
    for _n in range(PER_PAGE + 1):
        factories.make_interview(employee, manager, version=version, state=State.CANCELLED)
    browser = sign_in(employee)
    assert len(browser.get(LIST).context["behind"]) == PER_PAGE
    assert len(browser.get(f"{LIST}?page=2").context["behind"]) == 1
    assert browser.get(f"{LIST}?page=x%00").status_code == 200


def test_strangers_and_the_line_above_find_nothing(sign_in, outsider, employee, department):
    mentor = factories.make_employee("Mia", "Stone")
    requested = factories.make_interview(employee, mentor, cycle=None, purpose="direction")
    for person in (outsider, employee.manager):
        assert sign_in(person).get(detail(requested)).status_code == 404


@pytest.mark.parametrize("state", list(State))
def test_the_page_stands_in_every_state_for_all_three(state, sign_in, employee, manager, hr):
    interview = factories.make_interview(
        employee, manager, state=state, request_note="I think of leaving", place="Room Linden"
    )
    for person in (employee, manager, hr):
        page = sign_in(person).get(detail(interview))
        assert page.status_code == 200
        assert ("I think of leaving" in page.text) == (person != hr)
        assert "Room Linden" in page.text


def test_hr_sees_dates_and_progress_and_never_an_answer(sign_in, hr, employee, manager):
    interview = factories.make_interview(employee, manager, employee_shared_at=timezone.now())
    interview.answers.create(
        question="proud-of", author=employee, value={"text": "my own words"}, updated_at=timezone.now()
    )
    page = sign_in(hr).get(detail(interview)).text
    assert "1 of 2 have shared" in page
    assert "my own words" not in page
    assert reverse("interviews:prepare", args=[interview.pk]) not in page
    assert reverse("interviews:schedule", args=[interview.pk]) not in page


def urls_of(page, interview):
    names = ["accept", "cancel", "schedule", "prepare", "check_answers", "start", "room", "review", "sign"]
    return {name for name in names if f'"{reverse(f"interviews:{name}", args=[interview.pk])}"' in page.text}


BUTTONS = [
    (State.PLANNED, {"cancel"}, {"accept", "cancel"}),
    (State.PREPARING, {"prepare", "schedule", "cancel"}, {"prepare", "schedule", "start", "cancel"}),
    (State.IN_CONVERSATION, {"room", "prepare", "cancel"}, {"room", "prepare", "cancel"}),
    (State.IN_REVIEW, {"review", "cancel"}, {"review", "cancel"}),
    (State.SIGNING, {"sign"}, {"sign"}),
    (State.SIGNED, set(), set()),
    (State.CANCELLED, set(), set()),
]


@pytest.mark.parametrize(("state", "of_employee", "of_interviewer"), BUTTONS)
def test_buttons_follow_the_workflow(state, of_employee, of_interviewer, sign_in, employee, manager):
    interview = factories.make_interview(employee, manager, state=state, purpose="direction")
    assert urls_of(sign_in(employee).get(detail(interview)), interview) == of_employee
    assert urls_of(sign_in(manager).get(detail(interview)), interview) == of_interviewer


def test_the_conversation_begins_by_the_interviewer_on_its_day(sign_in, employee, manager):
    interview = factories.make_interview(employee, manager, meets_at=timezone.now() + timedelta(days=3))
    assert "start" not in urls_of(sign_in(manager).get(detail(interview)), interview)
    Interview.objects.filter(pk=interview.pk).update(meets_at=timezone.now() - timedelta(minutes=1))
    assert "start" in urls_of(sign_in(manager).get(detail(interview)), interview)
    assert "start" not in urls_of(sign_in(employee).get(detail(interview)), interview)


def test_hostile_text_is_shown_as_text(sign_in, employee, manager):
    hostile = "<svg onload=alert(1)>{{7*7}}"
    interview = factories.make_interview(
        employee, manager, state=State.PLANNED, purpose="other", request_note=hostile, place=hostile
    )
    page = sign_in(manager).get(detail(interview)).text
    assert "<svg onload" not in page
    assert page.count("&lt;svg onload=alert(1)&gt;{{7*7}}") == 2
