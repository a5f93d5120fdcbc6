from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from insights.operations import count_due
from interviews import operations
from interviews.models import State
from tests import factories


def test_with_nothing_under_way_it_offers_a_conversation(sign_in, employee):
    page = sign_in(employee).get("/").text
    assert "Amara." in page
    assert "No conversation is under way." in page
    assert 'href="/interviews/request/"' in page


def test_says_who_when_and_what_is_left(sign_in, employee, manager):
    interview = factories.make_interview(employee, manager, meets_at=timezone.now() + timedelta(days=9), place="Linden")
    operations.save_answer(by=employee, interview=interview, question="proud-of", value={"text": "It"}, version=0)
    page = sign_in(employee).get("/").text
    assert "You and Jonas sit down on" in page
    assert "You have answered 1 of 4 questions." in page
    assert "Continue with question 2" in page
    assert "Only you can read your draft until" in page


def test_ones_own_conversation_comes_before_those_one_leads(sign_in, employee, manager, outsider):
    led = factories.make_interview(employee, manager)
    own = factories.make_interview(manager, outsider, state=State.SIGNING)
    home = sign_in(manager).get("/").context["home"]
    assert home.main.interview == own
    assert [line["url"] for line in home.team] == [reverse("interviews:detail", args=[led.pk])]


def test_a_draft_of_the_other_side_is_not_told(sign_in, employee, manager):
    interview = factories.make_interview(employee, manager)
    operations.save_answer(by=employee, interview=interview, question="proud-of", value={"text": "mine"}, version=0)
    home = sign_in(manager).get("/").context["home"]
    assert home.main.preparation.done == 0


def test_goals_what_is_owed_and_the_last_conversation_stand_below(sign_in, employee, manager):
    goal = factories.make_goal(employee, title="Moderate the review")
    factories.make_action(goal, employee, title="Collect both lists")
    factories.make_promise(employee, manager, what="Introduce Amara to the council")
    factories.make_interview(employee, manager, state=State.SIGNED)
    page = sign_in(employee).get("/").text
    assert "Moderate the review" in page
    assert "0 of 1 step" in page
    assert "Collect both lists" in page
    assert "Since you last talked" in page
    assert "Introduce Amara to the council" in sign_in(manager).get("/").text


def test_hr_reads_a_finding_about_the_newest_cycle(sign_in, hr, employee, manager):
    assert "No cycle has been launched" in sign_in(hr).get("/").text
    cycle = factories.make_cycle(hr, launched_at=timezone.now())
    factories.make_interview(employee, manager, cycle=cycle, version=cycle.version, state=State.SIGNED)
    factories.make_interview(manager, employee, cycle=cycle, version=cycle.version)
    page = sign_in(hr).get("/")
    assert (page.context["home"].finding.signed, page.context["home"].finding.counted) == (1, 2)
    assert "1 of 2 signed." in page.text
    page = sign_in(employee).get("/")
    assert page.context["home"].finding is None
    assert "In your care as HR" not in page.text


@pytest.mark.parametrize("number", [1, 30])
def test_hr_takes_as_many_queries_for_thirty_as_for_one(number, sign_in, hr, manager, django_assert_num_queries):
    cycle = factories.make_cycle(hr, launched_at=timezone.now())
    for _n in range(number):
        factories.make_interview(factories.make_employee(), manager, cycle=cycle, version=cycle.version)
    count_due()
    browser = sign_in(hr)
    with django_assert_num_queries(16):
        browser.get("/")


@pytest.mark.parametrize("number", [1, 30])
def test_takes_as_many_queries_for_thirty_as_for_one(
    number, sign_in, manager, outsider, department, django_assert_num_queries
):
    version = factories.make_version()
    factories.make_interview(manager, outsider, version=version)
    factories.make_interview(manager, outsider, version=version, state=State.SIGNED)
    for _n in range(number):
        person = factories.make_employee(department=department, manager=manager)
        factories.make_interview(person, manager, version=version)
        factories.make_action(factories.make_goal(manager), manager)
        factories.make_promise(person, manager)
    browser = sign_in(manager)
    with django_assert_num_queries(13):
        browser.get("/")
