"""Working hours where people are, over weekends and both nights on which clocks change."""

import datetime

import pytest

from outbox.hours import begin_of, is_working_day, last_working_day, local_date, next_open

UTC = datetime.UTC


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        # 10 March 2026 is a Tuesday
        ("2026-03-10T09:30", "UTC", "2026-03-10T09:30"),
        ("2026-03-10T07:59", "UTC", "2026-03-10T08:00"),
        ("2026-03-10T08:00", "UTC", "2026-03-10T08:00"),
        ("2026-03-10T17:59", "UTC", "2026-03-10T17:59"),
        ("2026-03-10T18:00", "UTC", "2026-03-11T08:00"),
        ("2026-03-13T18:00", "UTC", "2026-03-16T08:00"),  # Friday evening
        ("2026-03-14T12:00", "UTC", "2026-03-16T08:00"),  # Saturday
        ("2026-03-15T23:59", "UTC", "2026-03-16T08:00"),  # Sunday
        # it is morning elsewhere
        ("2026-03-10T00:30", "Asia/Tokyo", "2026-03-10T00:30"),
        ("2026-03-10T20:00", "America/Los_Angeles", "2026-03-10T20:00"),
        ("2026-03-10T09:30", "America/Los_Angeles", "2026-03-10T15:00"),
        ("2026-03-15T20:00", "Pacific/Auckland", "2026-03-15T20:00"),  # Monday there
        ("2026-03-13T06:00", "Pacific/Kiritimati", "2026-03-15T18:00"),  # Friday 20:00 there → Monday 8:00
        ("2026-03-10T03:00", "Asia/Kathmandu", "2026-03-10T03:00"),  # 8:45
        # clocks go forward on Sunday 29 March in Europe: 8 o'clock is at 7, then at 6
        ("2026-03-27T20:00", "Europe/Paris", "2026-03-30T06:00"),
        ("2026-03-27T06:00", "Europe/Paris", "2026-03-27T07:00"),
        ("2026-03-30T15:59", "Europe/Paris", "2026-03-30T15:59"),
        ("2026-03-30T16:00", "Europe/Paris", "2026-03-31T06:00"),
        # and back on Sunday 25 October
        ("2026-10-23T20:00", "Europe/Paris", "2026-10-26T07:00"),
        ("2026-10-23T05:59", "Europe/Paris", "2026-10-23T06:00"),
        ("2026-10-26T16:59", "Europe/Paris", "2026-10-26T16:59"),
        ("2026-10-26T17:00", "Europe/Paris", "2026-10-27T07:00"),
        # a clock that changes on a Friday, at midnight: 24 April in Egypt
        ("2026-04-23T20:00", "Africa/Cairo", "2026-04-24T05:00"),
    ],
)
def test_the_next_moment_of_working_hours(moment, zone, expected):
    assert next_open(at(moment), zone) == at(expected)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland"])
def test_every_hour_of_a_year_leads_into_working_hours_and_no_further_than_a_weekend(zone):
    import zoneinfo

    moment = at("2026-01-01T00:30")
    while moment < at("2027-01-01T00:00"):
        opens = next_open(moment, zone)
        local = opens.astimezone(zoneinfo.ZoneInfo(zone))
        assert is_working_day(local.date())
        assert 8 <= local.hour < 18
        assert moment <= opens <= moment + datetime.timedelta(hours=63)
        assert next_open(opens, zone) == opens
        moment += datetime.timedelta(hours=1)


def test_days_belong_to_where_somebody_is():
    moment = at("2026-03-10T23:30")
    assert local_date(moment, "Asia/Tokyo") == datetime.date(2026, 3, 11)
    assert local_date(moment, "America/New_York") == datetime.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-03-28", "2026-03-27T23:00"), ("2026-03-30", "2026-03-29T22:00"), ("2026-10-26", "2026-10-25T23:00")],
)
def test_a_day_begins_at_its_own_midnight(day, expected):
    assert begin_of(datetime.date.fromisoformat(day), "Europe/Paris") == at(expected)


def test_a_weekend_belongs_to_its_friday():
    assert [last_working_day(datetime.date(2026, 3, n)).day for n in (13, 14, 15, 16)] == [13, 13, 13, 16]
