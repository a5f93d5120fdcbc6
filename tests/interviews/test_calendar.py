"""Calendars get the moment right, can move it and take it back, and learn nothing else."""

import datetime
import zoneinfo

import icalendar
import pytest

from interviews import calendar
from people.models import Organisation
from tests.factories import make_interview

UTC = datetime.UTC
NOW = datetime.datetime(2026, 9, 1, 8, tzinfo=UTC)


def parsed(interview, **options):
    raw = calendar.meeting(interview, now=NOW, **options)
    whole = icalendar.Calendar.from_ical(raw)
    (event,) = whole.walk("VEVENT")
    return raw, whole, event


@pytest.mark.parametrize(
    ("zone", "meets_at"),
    [
        ("Europe/Paris", datetime.datetime(2026, 10, 24, 23, 40, tzinfo=UTC)),  # over the end of summer time
        ("Europe/Paris", datetime.datetime(2026, 10, 25, 1, 10, tzinfo=UTC)),  # in the hour that comes twice
        ("Europe/Paris", datetime.datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),  # over its beginning
        ("America/Sao_Paulo", datetime.datetime(2026, 10, 5, 13, tzinfo=UTC)),
        ("Asia/Kolkata", datetime.datetime(2026, 10, 5, 4, 30, tzinfo=UTC)),
        ("UTC", datetime.datetime(2026, 10, 5, 4, 30, tzinfo=UTC)),
    ],
)
def test_the_moment_is_the_same_everywhere(employee, manager, zone, meets_at):
    interview = make_interview(employee, manager, meets_at=meets_at, meeting_timezone=zone, minutes_planned=90)
    raw, whole, event = parsed(interview)
    assert event["dtstart"].dt.astimezone(UTC) == meets_at
    assert event.duration == datetime.timedelta(minutes=90)
    if zone != "UTC" and not meets_at.astimezone(zoneinfo.ZoneInfo(zone)).fold:
        assert [str(z["tzid"]) for z in whole.walk("VTIMEZONE")] == [zone]
        assert f"DTSTART;TZID={zone}:".encode() in raw


def test_the_zone_in_the_file_itself_gives_the_moment(employee, manager):
    """A calendar that trusts only the VTIMEZONE of the file comes to the same time after the clocks have changed."""
    meets_at = datetime.datetime(2026, 10, 26, 9, tzinfo=UTC)  # the Monday after
    interview = make_interview(employee, manager, meets_at=meets_at, meeting_timezone="Europe/Paris")
    _raw, whole, event = parsed(interview)
    (zone,) = whole.walk("VTIMEZONE")
    local = event["dtstart"].dt.replace(tzinfo=None)
    assert local - datetime.timedelta(hours=1) == meets_at.replace(tzinfo=None)
    assert zone.to_tz().utcoffset(local) == datetime.timedelta(hours=1)


def test_the_file_names_people_and_place_and_nothing_else(employee, manager, settings):
    settings.SITE_URL = "https://talks.example"
    employee.first_name = 'Amara "Ace"\r\nATTENDEE:mailto:eve@example.test'
    interview = make_interview(
        employee,
        manager,
        meets_at=datetime.datetime(2026, 10, 5, 8, tzinfo=UTC),
        meeting_timezone="Europe/Paris",
        place="Room 2\nDESCRIPTION:x",
        video_link="https://video.example/abc",
        meeting_sequence=3,
        request_note="I want to leave",
    )
    Organisation.objects.create(name="Vela", sender="Vela <talks@vela.example>")
    raw, whole, event = parsed(interview)
    assert str(whole["method"]) == "REQUEST"
    assert (str(event["uid"]), int(event["sequence"])) == (f"{interview.pk}@talks.example", 3)
    assert (str(event["class"]), str(event["summary"])) == ("PRIVATE", "Conversation")
    assert str(event["organizer"]) == "mailto:talks@vela.example"
    assert [str(a) for a in event["attendee"]] == [f"mailto:{employee.email}", f"mailto:{manager.email}"]
    assert {a.params["RSVP"] for a in event["attendee"]} == {"FALSE"}
    assert str(event["location"]) == "Room 2\nDESCRIPTION:x"
    assert f"https://talks.example/interviews/{interview.pk}/" in str(event["description"])
    assert b"leave" not in raw
    assert b"eve@example.test" not in b"".join(line for line in raw.split(b"\r\n") if line.startswith(b"ATTENDEE:"))


def test_a_cancellation_takes_the_same_meeting_back(employee, manager):
    interview = make_interview(employee, manager, meets_at=NOW, meeting_timezone="Europe/Paris")
    _raw, _whole, first = parsed(interview)
    interview.meeting_sequence += 1
    _raw, whole, last = parsed(interview, method="CANCEL")
    assert (str(whole["method"]), str(last["status"])) == ("CANCEL", "CANCELLED")
    assert (str(last["uid"]), int(last["sequence"])) == (str(first["uid"]), 1)


def test_without_a_date_there_is_no_file(employee, manager):
    with pytest.raises(ValueError, match="no date"):
        calendar.meeting(make_interview(employee, manager), now=NOW)
