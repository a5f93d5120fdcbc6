"""Each reminder of a plan: when, to whom, who else is told, and when it is not sent."""

import datetime
from collections import Counter

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

import outbox.reminders
from outbox.kinds import get
from outbox.models import Message, MessageState
from outbox.operations import deliver_waiting
from outbox.reminders import plan
from people.models import Employee
from plans import reminders
from plans.models import Action, CheckIn, Plan, Promise
from tests.factories import make_action, make_employee, make_goal, make_hr, make_promise

pytestmark = pytest.mark.django_db
UTC = datetime.UTC
SECRET = "Moderate the vendor review"
# 1 September 2026 is a Tuesday.
DAY = datetime.date(2026, 9, 1)
LONG_AGO = datetime.datetime(2026, 6, 1, tzinfo=UTC)


def on(away, hour=9):
    """This many days after 1 September."""
    return datetime.datetime.combine(DAY + datetime.timedelta(days=away), datetime.time(hour), tzinfo=UTC)


def sweep(moment):
    planned = plan(reminders.RULES, now=moment)
    deliver_waiting(now=moment)
    return planned


def days_of(kind, until=60):
    """On which days, counted from 1 September, who gets this mail, with one sweep at nine every day."""
    for away in range(-20, until):
        sweep(on(away))
    sent = Message.objects.filter(kind=f"plans.{kind}", state=MessageState.SENT).select_related("recipient")
    told = sorted((m.sent_at.date(), m.recipient.first_name, m.context["stage"]) for m in sent)
    return [((day - DAY).days, name, stage) for day, name, stage in told]


@pytest.fixture
def head(db):
    return make_employee("Hedi", "Falk")


@pytest.fixture
def mentor(head):
    return make_employee("Mia", "Berg", manager=head)


@pytest.fixture
def make(employee, mentor):
    """Something that Amara's plan holds, owed by Mia."""

    def make(what, of=employee, **fields):
        if what == "action":
            made = make_action(make_goal(of, title=SECRET), mentor, **{"title": SECRET, "due_on": DAY, **fields})
        elif what == "promise":
            made = make_promise(of, mentor, **{"what": SECRET, "due_on": DAY, **fields})
        else:
            kept, _new = Plan.objects.get_or_create(employee=of)
            made = CheckIn.objects.create(plan=kept, created_at=LONG_AGO, **{"due_on": DAY, **fields})
        type(made).objects.filter(pk=made.pk).update(created_at=LONG_AGO)
        return made

    return make


# ---------------------------------------------------------------- when


def test_an_action_14_and_3_days_before_on_its_day_and_then_weekly(make):
    make("action")
    assert days_of("action_due", until=24) == [
        (-14, "Mia", "14 days"),
        (-4, "Mia", "3 days"),  # a Saturday
        (0, "Mia", "today"),
        (1, "Mia", "overdue 1"),
        (8, "Mia", "overdue 2"),
        (15, "Mia", "overdue 3"),
        (22, "Mia", "overdue 4"),
    ]


def test_a_promise_climbs_from_its_owner_to_the_manager_to_hr(make, hr):
    make("promise")
    assert days_of("promise_due") == [
        (-7, "Mia", "7 days"),
        (0, "Mia", "today"),
        (1, "Mia", "overdue"),
        (8, "Mia", "manager told"),
        (22, "Mia", "HR told"),
    ]
    sent = Message.objects.filter(state=MessageState.SENT).order_by("sent_at")
    others = [m for m in sent if m.recipient.first_name != "Mia"]
    assert [(m.recipient.first_name, (m.sent_at.date() - DAY).days) for m in others] == [("Hedi", 8), ("Helen", 22)]
    told = [m.body for m in mail.outbox if m.to[0].startswith("mia")]
    assert "Hedi Falk" not in "".join(told[:3])
    assert "Hedi Falk has been told" in told[3]
    assert "Hedi Falk and HR have been told" in told[4]


def test_what_was_agreed_between_two_is_not_told_to_the_owners_manager(make, mentor, hr):
    make("promise", agreed_with=mentor)
    for away in range(-20, 60):
        sweep(on(away))
    assert Counter(m.to[0].split(".")[0] for m in mail.outbox) == {"mia": 5, "helen": 1}
    assert "Hedi" not in "".join(m.body for m in mail.outbox)


def test_a_check_in_is_both_peoples(make):
    make("check-in")
    assert days_of("check_in_due") == [
        (0, "Amara", "due"),
        (0, "Jonas", "due"),
        (14, "Amara", "overdue"),
        (14, "Jonas", "overdue"),
    ]


def test_what_was_taken_on_today_is_not_reminded_of_today(make):
    action = make("action")
    Action.objects.filter(pk=action.pk).update(created_at=on(-5))
    assert days_of("action_due", until=2)[0] == (-4, "Mia", "3 days")


# ---------------------------------------------------------------- to whom


def test_what_a_leaver_owed_is_their_managers(make, mentor, head):
    mentor.is_active = False
    mentor.save()
    for what in ("action", "promise"):
        make(what)
    sweep(on(0))
    assert [m.to for m in mail.outbox] == [[head.email]] * 2
    assert all("Mia Berg, who no longer works here" in m.body for m in mail.outbox)


def test_nobody_is_reminded_for_the_plan_of_somebody_who_left(make, employee):
    for what in ("action", "promise", "check-in"):
        make(what)
    Employee.objects.filter(pk=employee.pk).update(is_active=False)
    for away in (-7, 0, 8, 22):
        assert plan(reminders.RULES, now=on(away)) == Counter()


def test_hr_is_told_only_where_its_rights_reach(make, employee, mentor, department):
    reaching = make_hr(department)
    for person in (employee, mentor, make_employee("Ute", manager=mentor), make_employee("Ina", is_active=False)):
        person.memberships.create(role="hr")
    make("promise")
    sweep(on(22))
    assert [m.recipient for m in Message.objects.filter(kind="plans.promise_late_hr")] == [reaching]


def test_the_manager_is_led_to_a_page_they_may_open(make, head, employee, mentor, sign_in):
    promise = make("promise")
    sweep(on(8))
    (sent,) = [m for m in mail.outbox if m.to == [head.email]]
    assert promise.get_absolute_url() not in sent.body
    assert f"/people/{mentor.pk}/" in sent.body
    assert sign_in(head).get(f"/people/{mentor.pk}/").status_code == 200


# ---------------------------------------------------------------- what it says

SCENES = {
    "action_due": ("action", -14, "Mia"),
    "promise_due": ("promise", -7, "Mia"),
    "promise_late": ("promise", 8, "Hedi"),
    "promise_late_hr": ("promise", 22, "Helen"),
    "check_in_due": ("check-in", 14, "Jonas"),
}


@pytest.mark.parametrize("kind", SCENES)
def test_a_mail_names_people_and_days_and_nothing_else(kind, make, hr):
    what, away, who = SCENES[kind]
    item = make(what)
    sweep(on(away))
    (sent,) = [m for m in mail.outbox if m.to[0].startswith(who.lower())]
    links = {"promise_late": "/people/", "promise_late_hr": "/hr/follow-ups/"}
    for body in (sent.body, str(sent.alternatives[0].content)):
        assert f"http://testserver{links.get(kind, item.get_absolute_url())}" in body
        assert SECRET not in body + sent.subject
        assert "None" not in body
        assert "{" not in sent.body
    assert 0 < len(sent.subject) < 60


def test_subjects_stay_short_with_long_names(make, hr):
    Employee.objects.update(first_name="Maximiliane-Charlotte-Wilhelmina")
    for what in ("action", "promise", "check-in"):
        make(what)
    for away in range(-20, 30):
        sweep(on(away))
    assert mail.outbox
    assert all(len(sent.subject) < 60 for sent in mail.outbox)


def test_all_of_it_can_be_switched_off_and_waits_for_working_hours():
    kinds = [get(rule.kind) for rule in reminders.RULES]
    assert not any(kind.mandatory for kind in kinds)
    assert all(kind.office_hours for kind in kinds)


# ---------------------------------------------------------------- when it is not sent


def settle(item):
    fields = {
        Action: {"state": "done", "done_on": DAY},
        Promise: {"state": "kept"},
        CheckIn: {"held_on": DAY},
    }
    type(item).objects.filter(pk=item.pk).update(**fields[type(item)])


def move(item):
    type(item).objects.filter(pk=item.pk).update(due_on=DAY + datetime.timedelta(days=90))


def leave(item):
    Employee.objects.filter(first_name="Amara").update(is_active=False)


@pytest.mark.parametrize("change", [settle, move, leave])
@pytest.mark.parametrize("kind", SCENES)
def test_what_changed_before_the_mail_leaves_is_dropped(kind, change, make, hr):
    what, away, _who = SCENES[kind]
    item = make(what)
    plan(reminders.RULES, now=on(away))
    posted = Message.objects.filter(kind=f"plans.{kind}")
    assert posted.exists()
    change(item)
    deliver_waiting(now=on(away))
    reasons = {"no longer true", "account closed"} if change is leave else {"no longer true"}
    assert set(posted.values_list("state", flat=True)) == {MessageState.DROPPED}
    assert set(posted.values_list("reason", flat=True)) <= reasons
    assert mail.outbox == []


def test_a_new_day_is_reminded_of_anew(make):
    action = make("action")
    sweep(on(0))
    Action.objects.filter(pk=action.pk).update(due_on=DAY + datetime.timedelta(days=1))
    sweep(on(1))
    assert [str(m.due_on) for m in Message.objects.order_by("created_at")] == ["2026-09-01", "2026-09-02"]


def test_another_owner_is_reminded_instead(make, head, mentor):
    action = make("action")
    plan(reminders.RULES, now=on(0))
    Action.objects.filter(pk=action.pk).update(owner=head)
    sweep(on(0))
    assert [m.to for m in mail.outbox] == [[head.email]]


def test_actions_of_a_goal_that_was_dropped_rest(make):
    action = make("action")
    action.goal.state = "dropped"
    action.goal.save()
    assert plan(reminders.RULES, now=on(0)) == Counter()


def test_after_a_month_down_one_mail_each(make, hr):
    for what in ("action", "promise", "check-in"):
        make(what)
    sweep(on(-7))
    Message.objects.all().delete()
    mail.outbox.clear()
    sweep(on(23))
    assert Counter(Message.objects.values_list("kind", flat=True)) == {
        "plans.action_due": 1,
        "plans.promise_due": 1,
        "plans.promise_late_hr": 1,
        "plans.check_in_due": 2,
    }
    assert len(mail.outbox) == 5
    assert sweep(on(23, 10)) == Counter()


def test_24_hours_of_sweeps_add_no_row(make, hr):
    for what in ("action", "promise", "check-in"):
        make(what)
    plan(reminders.RULES, now=on(-14, 0))
    rows = Message.objects.count()
    for hour in range(24):
        sweep(on(-14, hour))
    assert Message.objects.count() == rows == 1


def test_as_many_queries_for_one_as_for_thirty(make, manager, hr, monkeypatch):
    monkeypatch.setattr(outbox.reminders, "BATCH", 10_000)
    counts = []
    for away in (-14, 0, 8, 22):
        for amount in (1, 29):
            Message.objects.all().delete()
            for n in range(amount):
                person = make_employee(f"P{n}", manager=manager, department=manager.department)
                for what in ("action", "promise", "check-in"):
                    make(what, of=person)
            with CaptureQueriesContext(connection) as queries:
                plan(reminders.RULES, now=on(away))
            # SQLite inserts few rows at a time, whatever the batch.
            counts.append(sum(not query["sql"].startswith("INSERT") for query in queries))
        assert counts[-1] == counts[-2]
