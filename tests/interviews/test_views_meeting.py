from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews.models import Interview, State
from outbox.models import Message
from tests import factories

DAY = (timezone.now() + timedelta(days=40)).date()


def address(interview):
    return reverse("interviews:schedule", args=[interview.pk])


def given(**changes):
    return {
        "day": DAY.isoformat(),
        "time": "10:00",
        "minutes": "60",
        "place": "Room Linden",
        "video_link": "",
    } | changes


@pytest.fixture
def unset(interview):
    def check():
        fresh = Interview.objects.get(pk=interview.pk)
        return fresh.meets_at is None and not Message.objects.exists()

    return check


def test_strangers_find_nothing_and_hr_may_not(interview, sign_in, outsider, hr, unset):
    for person, status in ((outsider, 404), (hr, 403)):
        browser = sign_in(person)
        assert browser.get(address(interview)).status_code == status
        assert browser.post(address(interview), given()).status_code == status
    assert unset()


@pytest.mark.parametrize("role", ["employee", "manager"])
def test_either_of_the_two_sets_and_moves_it(interview, sign_in, role, request):
    browser = sign_in(request.getfixturevalue(role))
    assert browser.post(address(interview), given()).status_code == 302
    interview.refresh_from_db()
    assert interview.meets_at == datetime(DAY.year, DAY.month, DAY.day, 10, tzinfo=UTC)
    assert (interview.place, interview.minutes_planned, interview.meeting_sequence) == ("Room Linden", 60, 0)
    assert f'value="{DAY.isoformat()}"' in browser.get(address(interview)).text
    browser.post(address(interview), given(time="11:30"))
    interview.refresh_from_db()
    assert (interview.meets_at.hour, interview.meeting_sequence) == (11, 1)


def test_a_double_submit_moves_nothing(interview, sign_in, employee):
    browser = sign_in(employee)
    for _twice in range(2):
        assert browser.post(address(interview), given()).status_code == 302
    interview.refresh_from_db()
    assert interview.meeting_sequence == 0
    assert Message.objects.count() == 2


def test_the_clock_is_that_of_whoever_writes(interview, sign_in, employee, manager):
    employee.timezone = "Asia/Tokyo"
    employee.save(update_fields=["timezone"])
    answer = sign_in(employee).post(address(interview), given(), follow=True)
    interview.refresh_from_db()
    assert interview.meets_at == datetime(DAY.year, DAY.month, DAY.day, 1, tzinfo=UTC)
    assert interview.meeting_timezone == "Asia/Tokyo"
    assert "which is 01:00 where Jonas works" in answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "soon"}, "day"),
        ({"time": "25:00"}, "time"),
        ({"minutes": "5"}, "minutes"),
        ({"minutes": "10000"}, "minutes"),
        ({"place": "x" * 161}, "place"),
        ({"video_link": "javascript:alert(1)"}, "video_link"),
        ({"video_link": "ftp://example.test/x"}, "video_link"),
    ],
)
def test_what_is_not_a_date_or_a_place_is_refused(interview, sign_in, employee, unset, changes, field):
    answer = sign_in(employee).post(address(interview), given(**changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert unset()


def test_the_past_is_refused_with_everything_still_there(interview, sign_in, employee, unset):
    answer = sign_in(employee).post(address(interview), given(day="2020-01-01"))
    assert answer.status_code == 422
    assert "This moment has passed" in answer.text
    assert "Room Linden" in answer.text
    assert unset()


def test_an_hour_that_the_clocks_skip_is_refused(interview, sign_in, employee, unset):
    employee.timezone = "Europe/Berlin"
    employee.save(update_fields=["timezone"])
    answer = sign_in(employee).post(address(interview), given(day="2031-03-30", time="02:30"))
    assert list(answer.context["form"].errors) == ["time"]
    assert unset()


def test_after_the_talk_the_date_stands(employee, manager, sign_in):
    interview = factories.make_interview(employee, manager, state=State.IN_REVIEW)
    answer = sign_in(employee).post(address(interview), given(), follow=True)
    assert "not possible any more" in answer.text
    interview.refresh_from_db()
    assert interview.meets_at is None
