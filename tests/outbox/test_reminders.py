"""Stages around a day: which one runs, what is posted once, and what the hour makes of it."""

import datetime
from collections import Counter

import pytest
from django.core import mail
from django.db import transaction

from outbox import kinds, operations, reminders
from outbox.models import Message, MessageState
from outbox.reminders import Due, Rule, Stage, plan, span_of
from people.models import Employee

UTC = datetime.UTC
# 1 September 2026 is a Tuesday
DAY = datetime.date(2026, 9, 1)
LADDER = (Stage("14 days", -14, 11), Stage("3 days", -3, 3), Stage("today", 0, 1), Stage("overdue", 1, 7, times=0))
SHORT = (Stage("7 days", -7, 5), Stage("2 days", -2, 3), Stage("overdue", 1, 7, times=3))


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("stages", "away", "expected"),
    [
        (LADDER, -15, None),
        (LADDER, -14, ("14 days", -14, -4)),  # three days before is a Saturday: that stage begins on Friday
        (LADDER, -5, ("14 days", -14, -4)),
        (LADDER, -4, ("3 days", -4, 0)),
        (LADDER, -1, ("3 days", -4, 0)),
        (LADDER, 0, ("today", 0, 1)),
        (LADDER, 1, ("overdue 1", 1, 8)),
        (LADDER, 7, ("overdue 1", 1, 8)),
        (LADDER, 8, ("overdue 2", 8, 15)),
        (LADDER, 400, ("overdue 58", 400, 407)),
        (SHORT, -8, None),
        (SHORT, -7, ("7 days", -7, -4)),  # two days before is a Sunday
        (SHORT, -4, ("2 days", -4, 1)),
        (SHORT, 0, ("2 days", -4, 1)),
        (SHORT, 1, ("overdue 1", 1, 8)),
        (SHORT, 21, ("overdue 3", 15, 22)),
        (SHORT, 22, None),
    ],
)
def test_at_any_moment_there_is_one_stage(stages, away, expected):
    span = span_of(stages, DAY, DAY + datetime.timedelta(days=away))
    assert (span and (span.name, (span.begins - DAY).days, (span.ends - DAY).days)) == expected


def test_what_is_due_on_a_weekend_is_told_on_friday():
    sunday, friday = datetime.date(2026, 9, 6), datetime.date(2026, 9, 4)
    assert span_of(LADDER, sunday, friday).name == "today"
    assert span_of((Stage("day before", -1, 2),), datetime.date(2026, 9, 7), friday).name == "day before"


@pytest.mark.parametrize("stages", [LADDER, SHORT])
def test_stages_follow_each_other_without_a_gap_on_every_weekday(stages):
    for shift in range(7):
        day = DAY + datetime.timedelta(days=shift)
        last = None
        for away in range(-20, 60):
            today = day + datetime.timedelta(days=away)
            span = span_of(stages, day, today)
            if span is None:
                continue
            assert span.begins <= today < span.ends
            if last is not None and last != span:
                assert last.ends == span.begins
            last = span


# ---------------------------------------------------------------- planning, with people as what is to be done


@pytest.fixture
def rule(monkeypatch, tmp_path, settings):
    """Everybody who was hired on a day is reminded of it around 1 September; True says that it is still so."""
    for ending in ("subject.txt", "txt", "html"):
        (tmp_path / f"hello.{ending}").write_text("Hello")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def context(message):
        return {} if Employee.objects.get(pk=message.subject).left_on == message.due_on else None

    kinds.register(kinds.Kind("test.due", "Test", "hello", context, office_hours=True))

    def find(near):
        yield from reminders.rows(near, Employee.objects.filter(is_staff=True), to="manager", day="left_on")

    return Rule("test.due", LADDER, find)


@pytest.fixture
def person(employee, manager):
    employee.is_staff, employee.left_on = True, DAY
    employee.save()
    return employee


def run(rule, moment):
    """One sweep."""
    planned = plan([rule], now=moment)["test.due"]
    return planned, operations.deliver_waiting(now=moment)


def test_sweeping_every_hour_of_three_weeks_sends_each_stage_once(rule, person):
    moment = at("2026-08-17T00:10")
    for _hour in range(24 * 30):
        run(rule, moment)
        moment += datetime.timedelta(hours=1)
    sent = list(Message.objects.order_by("sent_at").values_list("context__stage", "state", "sent_at"))
    assert [(stage, state, moment.strftime("%a %d %b %H")) for stage, state, moment in sent] == [
        ("14 days", "sent", "Tue 18 Aug 08"),
        ("3 days", "sent", "Fri 28 Aug 08"),
        ("today", "sent", "Tue 01 Sep 08"),
        ("overdue 1", "sent", "Wed 02 Sep 08"),
        ("overdue 2", "sent", "Wed 09 Sep 08"),
    ]


def test_after_three_days_down_what_is_still_true_goes_out_once(rule, person):
    assert run(rule, at("2026-08-27T09:00"))[1] == Counter(sent=1)  # 14 days
    assert run(rule, at("2026-09-01T09:00"))[1] == Counter(sent=1)  # today; the stage of 3 days has passed unsent
    assert run(rule, at("2026-09-01T09:01")) == (0, Counter())
    assert list(Message.objects.order_by("created_at").values_list("context__stage", flat=True)) == [
        "14 days",
        "today",
    ]


def test_a_mail_that_waited_through_the_outage_is_dropped_when_its_stage_is_over(rule, person):
    plan([rule], now=at("2026-08-28T05:00"))
    assert run(rule, at("2026-09-01T09:00"))[1] == Counter(sent=1, dropped=1)
    assert Message.objects.get(state=MessageState.DROPPED).reason == "expired"


def test_what_was_settled_before_it_left_is_not_sent(rule, person):
    plan([rule], now=at("2026-08-18T05:00"))
    person.left_on = None
    person.save()
    assert operations.deliver_waiting(now=at("2026-08-18T08:00")) == Counter(dropped=1)
    assert mail.outbox == []
    assert Message.objects.get().reason == "no longer true"


def test_a_new_day_makes_a_new_mail(rule, person):
    run(rule, at("2026-08-28T09:00"))
    person.left_on += datetime.timedelta(days=1)
    person.save()
    assert run(rule, at("2026-08-29T09:00"))[0] == 1
    assert run(rule, at("2026-08-31T09:00"))[1] == Counter(sent=1)
    assert [str(m.due_on) for m in Message.objects.order_by("created_at")] == ["2026-09-01", "2026-09-02"]


def test_a_day_is_the_recipients(rule, person, manager):
    manager.timezone = "Pacific/Auckland"
    manager.save()
    assert plan([rule], now=at("2026-08-17T11:59"))["test.due"] == 0
    assert plan([rule], now=at("2026-08-17T12:01"))["test.due"] == 1  # 18 August there
    message = Message.objects.get()
    assert message.not_before == at("2026-08-17T20:00")
    assert message.expires_at == at("2026-08-27T12:00")


@pytest.mark.parametrize(
    ("day", "opens", "ends"),
    [
        ("2026-03-30", "2026-03-30T06:00", "2026-03-30T22:00"),  # clocks went forward on the 29th
        ("2026-10-26", "2026-10-26T07:00", "2026-10-26T23:00"),  # and back on the 25th
    ],
)
def test_after_a_clock_change_eight_is_eight(day, opens, ends, rule, person, manager):
    manager.timezone, person.left_on = "Europe/Paris", datetime.date.fromisoformat(day)
    manager.save()
    person.save()
    for hours in range(-30, 30):
        run(rule, at(opens) + datetime.timedelta(hours=hours))
    message = Message.objects.get(context__stage="today")
    assert (message.sent_at, message.expires_at) == (at(opens), at(ends))


def test_a_stage_without_a_working_hour_is_left_out(rule, person):
    late_on_tuesday = at("2026-09-01T18:00")
    assert run(rule, late_on_tuesday) == (0, Counter())
    assert run(rule, at("2026-09-02T08:00"))[1] == Counter(sent=1)


def test_who_learns_of_it_during_a_stage_is_not_reminded_in_that_one(rule, person):
    told = Due(person.pk, person.manager_id, "UTC", DAY, known_since=datetime.date(2026, 8, 20))
    young = Rule("test.due", LADDER, lambda near: iter([told]))
    assert plan([young], now=at("2026-08-24T09:00")) == Counter()
    assert plan([young], now=at("2026-08-28T09:00")) == Counter({"test.due": 1})


def test_the_same_plan_twice_is_one_row(rule, person):
    now = at("2026-08-18T09:00")
    (first,) = reminders.due_messages(rule, now)
    (second,) = reminders.due_messages(rule, now)
    assert [reminders._insert(first), reminders._insert(second)] == [1, 0]
    assert Message.objects.count() == 1


def test_foreseeing_writes_nothing_and_tells_what_would_become_of_it(rule, person):
    now = at("2026-08-18T09:00")
    (message,) = reminders.foresee([rule], now=now)
    assert operations.foresee(message=message, now=now) == "sent"
    assert operations.foresee(message=message, now=at("2026-08-18T07:59")) == "not yet"
    assert operations.foresee(message=message, now=at("2026-08-29T09:00")) == "dropped"
    Employee.objects.filter(pk=person.pk).update(left_on=None)
    assert operations.foresee(message=message, now=now) == "dropped"
    assert not Message.objects.exists()
    Employee.objects.filter(pk=person.pk).update(left_on=DAY)
    plan([rule], now=now)
    assert list(reminders.foresee([rule], now=now)) == []


def test_a_rule_that_fails_does_not_stop_the_others(rule, person):
    def fail(near):
        raise ZeroDivisionError

    assert plan([Rule("test.due", LADDER, fail), rule], now=at("2026-08-18T09:00")) == Counter({"test.due": 1})


@pytest.mark.parametrize("page", [1, 7, 5000])
def test_any_number_of_rows_in_pages(page, monkeypatch, rule, person, manager):
    monkeypatch.setattr(reminders, "PAGE", page)
    monkeypatch.setattr(reminders, "BATCH", 3)
    for n in range(13):
        Employee.objects.create(email=f"e{n}@example.test", manager=manager, left_on=DAY, is_staff=True)
    assert plan([rule], now=at("2026-08-18T09:00")) == Counter({"test.due": 14})
    assert plan([rule], now=at("2026-08-18T09:01")) == Counter()


def test_as_many_queries_for_one_as_for_thirty(rule, person, manager, django_assert_num_queries):
    for n in range(29):
        Employee.objects.create(email=f"e{n}@example.test", manager=manager, left_on=DAY, is_staff=True)
    Employee.objects.filter(email__startswith="e").exclude(pk=person.pk).update(is_staff=False)
    with django_assert_num_queries(6):  # rows, keys, savepoint, insert, count, and back
        plan([rule], now=at("2026-08-18T09:00"))
    Employee.objects.exclude(left_on=None).update(is_staff=True)
    Message.objects.all().delete()
    with django_assert_num_queries(6):
        assert plan([rule], now=at("2026-08-18T09:00"))["test.due"] == 30


# ---------------------------------------------------------------- working hours of any mail


def test_a_mail_for_working_hours_waits_for_them(rule, person):
    with transaction.atomic():
        operations.post(key="k", to=person, kind="test.due", now=at("2026-08-29T12:00"))  # Saturday
    assert Message.objects.get().not_before == at("2026-08-31T08:00")


def test_claimed_outside_of_working_hours_it_goes_back_and_that_was_no_try(rule, person):
    with transaction.atomic():
        operations.post(key="k", to=person, kind="test.due", now=at("2026-08-28T09:00"))
    Message.objects.update(subject=person.pk, due_on=DAY)
    assert operations.deliver_waiting(now=at("2026-08-29T03:00")) == Counter({"not yet": 1})
    message = Message.objects.get()
    assert (message.state, message.attempts, message.not_before) == (MessageState.WAITING, 0, at("2026-08-31T08:00"))
    assert mail.outbox == []
    assert operations.deliver_waiting(now=at("2026-08-31T08:00")) == Counter(sent=1)
