"""Each reminder of a conversation: when, to whom, what it says, and when it is not sent."""

import datetime
from collections import Counter

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

import outbox.reminders
from interviews import reminders
from interviews.models import Content, Declaration, Interview, Signature, Slot, State
from interviews.operations import schedule_meeting
from outbox.kinds import get
from outbox.models import Message, MessageState
from outbox.operations import deliver_waiting
from outbox.reminders import plan
from tests.factories import make_cycle, make_employee, make_hr, make_interview, make_version

pytestmark = pytest.mark.django_db
UTC = datetime.UTC
SECRET = "I want to leave by spring"
# 1 September 2026 is a Tuesday.
DAY = datetime.date(2026, 9, 1)
LONG_AGO = datetime.datetime(2026, 6, 1, tzinfo=UTC)
EVENT = datetime.datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


def on(away, hour=9, minute=0):
    """This many days after 1 September."""
    return datetime.datetime.combine(DAY + datetime.timedelta(days=away), datetime.time(hour, minute), tzinfo=UTC)


def sweep(moment):
    planned = plan(reminders.RULES, now=moment)
    deliver_waiting(now=moment)
    return planned


def days_of(kind, until=60):
    """On which days, counted from 1 September, who gets this mail, with one sweep at nine every day."""
    for away in range(-20, until):
        sweep(on(away))
    sent = Message.objects.filter(kind=f"interviews.{kind}", state=MessageState.SENT).select_related("recipient")
    told = sorted((m.sent_at.date(), m.recipient.first_name, m.context["stage"]) for m in sent)
    return [((day - DAY).days, name, stage) for day, name, stage in told]


@pytest.fixture
def make(employee, manager):
    def make(**fields):
        fields.setdefault("created_at", LONG_AGO)
        return make_interview(employee, manager, request_note=SECRET, outcome_because=SECRET, **fields)

    return make


@pytest.fixture
def freeze():
    def freeze(interview):
        return Content.objects.create(
            interview=interview,
            sequence=1,
            canonical="{}",
            sha256="0" * 64,
            frozen_at=EVENT,
            frozen_by=interview.interviewer,
        )

    return freeze


def sign(content, slot, signer, at=EVENT):
    said = Declaration.AGREES if slot == Slot.EMPLOYEE else Declaration.CONFIRMS
    return Signature.objects.create(
        content=content, slot=slot, signer=signer, declaration=said, signed_at=at, method="password"
    )


# ---------------------------------------------------------------- when


def test_whoever_has_not_shared_is_reminded_7_and_2_days_before_and_then_weekly_three_times(make):
    make(prepare_by=DAY, interviewer_shared_at=LONG_AGO, meets_at=on(90))
    assert days_of("prepare_due") == [
        (-7, "Amara", "7 days"),
        (-4, "Amara", "2 days"),  # two days before is a Sunday
        (1, "Amara", "overdue 1"),
        (8, "Amara", "overdue 2"),
        (15, "Amara", "overdue 3"),
    ]


def test_both_are_reminded_while_neither_has_shared(make):
    make(prepare_by=DAY)
    sweep(on(-7))
    assert Counter(m.recipient.first_name for m in Message.objects.all()) == {"Amara": 1, "Jonas": 1}


def test_whoever_was_invited_within_a_stage_waits_for_the_next_one(make):
    make(prepare_by=DAY, created_at=on(-6), interviewer_shared_at=LONG_AGO, meets_at=on(90))
    assert days_of("prepare_due")[0] == (-4, "Amara", "2 days")


def test_a_missing_date_is_asked_of_the_interviewer_then_of_both(make):
    make(talk_by=DAY)
    assert days_of("date_missing") == [
        (-14, "Jonas", "14 days"),
        (-5, "Amara", "5 days"),
        (-5, "Jonas", "5 days"),
        (1, "Amara", "overdue 1"),
        (1, "Jonas", "overdue 1"),
        (8, "Amara", "overdue 2"),
        (8, "Jonas", "overdue 2"),
    ]


def test_a_requested_conversation_without_a_date_counts_from_the_request(make):
    make(created_at=on(-10))
    assert days_of("date_missing") == [
        (6, "Amara", "14 days on"),
        (6, "Jonas", "14 days on"),
        (20, "Amara", "28 days on"),
        (20, "Jonas", "28 days on"),
    ]


@pytest.mark.parametrize(("weekday", "expected"), [(0, -1), (3, -1), (6, -3)])
def test_a_meeting_is_announced_on_the_working_day_before(weekday, expected, make):
    make(meets_at=EVENT + datetime.timedelta(days=weekday), employee_shared_at=LONG_AGO)  # Tuesday, Friday, Monday
    assert [(day - weekday, name) for day, name, _stage in days_of("meeting_ahead", until=10)] == [
        (expected, "Amara"),
        (expected, "Jonas"),
    ]


def test_who_was_told_of_the_date_the_day_before_is_not_told_again(make, employee):
    interview = make()
    schedule_meeting(by=employee, interview=interview, meets_at=EVENT, minutes=30, now=on(-1, 7))
    assert days_of("meeting_ahead", until=2) == []
    later = EVENT + datetime.timedelta(days=7)
    schedule_meeting(by=employee, interview=interview, meets_at=later, minutes=30, now=on(-1, 8))
    assert [day for day, _name, _stage in days_of("meeting_ahead", until=10)] == [6, 6]


def test_whether_it_took_place_is_asked_of_the_interviewer_when_nothing_was_written(make):
    make(meets_at=EVENT)
    assert days_of("took_place") == [(1, "Jonas", "next day"), (8, "Jonas", "a week on")]


def test_the_employee_is_asked_to_review_and_after_ten_days_the_interviewer_may_go_on(make):
    make(state=State.IN_REVIEW, frozen_at=EVENT)
    assert days_of("review_due") == [
        (3, "Amara", "3 days on"),
        (7, "Amara", "7 days on"),
    ]
    assert [m.sent_at.date() for m in Message.objects.filter(kind="interviews.silence")] == [on(13).date()]


def test_signatures_are_asked_for_after_2_5_and_10_days_then_hr_is_told(make, freeze, hr):
    interview = make(state=State.SIGNING, frozen_at=EVENT, confirmed_at=EVENT, signing_since=EVENT)
    sign(freeze(interview), Slot.INTERVIEWER, interview.interviewer)
    assert days_of("sign_due") == [
        (2, "Amara", "2 days on"),
        (6, "Amara", "5 days on"),  # a Sunday
        (10, "Amara", "10 days on"),
        (14, "Amara", "HR told"),
    ]
    told = Message.objects.get(kind="interviews.unsigned")
    assert (told.recipient, told.sent_at.date()) == (hr, on(14).date())
    said = [m.body for m in mail.outbox if m.to == [interview.employee.email] and "HR was told today" in m.body]
    assert len(said) == 1


def test_hr_is_reminded_of_its_own_signature_after_both_have_signed(make, freeze, hr):
    version = make_version(hr_signs=True)
    interview = make(state=State.SIGNING, version=version, signing_since=LONG_AGO, frozen_at=LONG_AGO)
    content = freeze(interview)
    sign(content, Slot.EMPLOYEE, interview.employee, LONG_AGO)
    sign(content, Slot.INTERVIEWER, interview.interviewer)
    assert [(day, name) for day, name, _stage in days_of("sign_due_hr")] == [(2, "Helen"), (6, "Helen"), (10, "Helen")]
    assert days_of("sign_due") == []


# ---------------------------------------------------------------- what it says

SCENES = {
    "prepare_due": ({"prepare_by": DAY}, on(-7), "employee", "prepare/"),
    "date_missing": ({"talk_by": DAY}, on(1), "employee", "schedule/"),
    "meeting_ahead": ({"meets_at": EVENT}, on(-1), "employee", ""),
    "took_place": ({"meets_at": EVENT}, on(1), "interviewer", ""),
    "review_due": ({"state": State.IN_REVIEW, "frozen_at": EVENT}, on(3), "employee", "review/"),
    "silence": ({"state": State.IN_REVIEW, "frozen_at": EVENT}, on(13), "interviewer", "review/"),
    "sign_due": ({"state": State.SIGNING, "frozen_at": EVENT, "signing_since": EVENT}, on(2), "interviewer", "sign/"),
    "unsigned": ({"state": State.SIGNING, "frozen_at": EVENT, "signing_since": EVENT}, on(14), "hr", "hr"),
}


@pytest.fixture
def scene(make, freeze, hr):
    def scene(kind):
        fields, moment, who, page = SCENES[kind]
        interview = make(**fields)
        freeze(interview)
        sweep(moment)
        to = hr if who == "hr" else getattr(interview, who)
        return interview, Message.objects.get(kind=f"interviews.{kind}", recipient=to), page

    return scene


@pytest.mark.parametrize("kind", SCENES)
def test_a_mail_says_no_content_and_leads_to_its_page(kind, scene):
    interview, message, page = scene(kind)
    assert message.state == MessageState.SENT
    (sent,) = [m for m in mail.outbox if m.to == [message.recipient.email] and m.extra_headers["Message-ID"]][-1:]
    link = f"/hr/interviews/{interview.pk}/" if page == "hr" else f"/interviews/{interview.pk}/{page}"
    for body in (sent.body, str(sent.alternatives[0].content)):
        assert f"http://testserver{link}" in body
        assert SECRET not in body + sent.subject
        assert "None" not in body
        assert "{" not in sent.body
    assert 0 < len(sent.subject) < 60


@pytest.mark.parametrize("kind", SCENES)
def test_subjects_stay_short_with_long_names(kind, make, scene, employee, manager):
    for person in (employee, manager):
        person.first_name = "Maximiliane-Charlotte-Wilhelmina"
        person.save()
    scene(kind)
    assert all(len(sent.subject) < 60 for sent in mail.outbox)


def test_what_needs_a_signature_cannot_be_switched_off():
    optional = {"prepare_due", "date_missing", "meeting_ahead", "took_place"}
    kinds = {rule.kind for rule in reminders.RULES}
    assert {kind for kind in kinds if not get(kind).mandatory} == {f"interviews.{name}" for name in optional}
    assert all(get(kind).office_hours for kind in kinds)


# ---------------------------------------------------------------- when it is not sent


def close(interview):
    Interview.objects.filter(pk=interview.pk).update(state=State.CANCELLED, closed_at=EVENT)


def not_held(interview):
    Interview.objects.filter(pk=interview.pk).update(state=State.NOT_HELD, closed_at=EVENT, outcome="absent")


def exempt(interview):
    Interview.objects.filter(pk=interview.pk).update(
        state=State.EXEMPTED, closed_at=EVENT, cycle=make_cycle(interview.interviewer)
    )


def move_on(interview):
    """The next step is done."""
    steps = {
        State.PREPARING: State.IN_CONVERSATION,
        State.IN_REVIEW: State.SIGNING,
        State.SIGNING: State.SIGNED,
    }
    state = steps[State(Interview.objects.get(pk=interview.pk).state)]
    closed_at = EVENT if state == State.SIGNED else None
    Interview.objects.filter(pk=interview.pk).update(state=state, closed_at=closed_at, started_at=EVENT)


@pytest.mark.parametrize("change", [close, not_held, exempt, move_on])
@pytest.mark.parametrize("kind", SCENES)
def test_what_is_done_or_closed_before_the_mail_leaves_is_dropped(kind, change, make, freeze, hr):
    fields, moment, _who, _page = SCENES[kind]
    interview = make(**fields)
    freeze(interview)
    plan(reminders.RULES, now=moment)
    posted = Message.objects.filter(kind=f"interviews.{kind}")
    assert posted.exists()
    change(interview)
    deliver_waiting(now=moment)
    assert set(posted.values_list("state", "reason")) == {(MessageState.DROPPED, "no longer true")}
    assert mail.outbox == []


@pytest.mark.parametrize("state", [State.CANCELLED, State.NOT_HELD, State.EXEMPTED, State.SIGNED])
def test_closed_conversations_are_in_no_rule(state, make, hr):
    cycle = make_cycle(hr) if state == State.EXEMPTED else None
    make(state=state, cycle=cycle, prepare_by=DAY, talk_by=DAY, meets_at=EVENT, frozen_at=EVENT, signing_since=EVENT)
    for away in range(-20, 40):
        assert plan(reminders.RULES, now=on(away)) == Counter()
    assert not Message.objects.exists()


def test_a_moved_day_makes_a_new_reminder_and_drops_the_old_one(make):
    interview = make(prepare_by=DAY, interviewer_shared_at=LONG_AGO, meets_at=on(90))
    plan(reminders.RULES, now=on(-7))
    Interview.objects.update(prepare_by=DAY + datetime.timedelta(days=14))
    deliver_waiting(now=on(-7))
    assert [m.reason for m in Message.objects.all()] == ["no longer true"]
    sweep(on(7))
    assert [m.to for m in mail.outbox] == [[interview.employee.email]]


def test_a_moved_meeting_is_announced_again(make):
    make(meets_at=EVENT)
    sweep(on(-1))
    Interview.objects.update(meets_at=EVENT + datetime.timedelta(days=1), meeting_sequence=1)
    sweep(on(0))
    sweep(on(0, 15))
    days = Message.objects.filter(kind="interviews.meeting_ahead", state="sent").values_list("due_on", flat=True)
    assert Counter(days) == {DAY: 2, DAY + datetime.timedelta(days=1): 2}


def test_another_interviewer_is_asked_instead(make):
    interview = make(meets_at=EVENT)
    plan(reminders.RULES, now=on(1))
    successor = make_employee("Nora")
    Interview.objects.update(interviewer=successor)
    sweep(on(1, 10))
    assert [m.to for m in mail.outbox] == [[successor.email]]
    assert Message.objects.get(recipient=interview.interviewer).reason == "no longer true"


def test_leavers_are_not_written_to_and_hr_learns_that_a_record_waits(make, freeze, hr, employee):
    interview = make(state=State.SIGNING, frozen_at=EVENT, signing_since=EVENT)
    sign(freeze(interview), Slot.INTERVIEWER, interview.interviewer)
    employee.is_active = False
    employee.save()
    for away in range(30):
        sweep(on(away))
    assert {m.to[0] for m in mail.outbox} == {hr.email}


def test_hr_is_told_in_scope_and_never_on_ones_own_conversation(make, freeze, employee, manager, department):
    reaching, elsewhere = make_hr(department), make_hr(first_name="Else", department=None)
    elsewhere.memberships.all().delete()
    for near in (employee, manager):
        near.memberships.create(role="hr")
    interview = make(state=State.SIGNING, frozen_at=EVENT, signing_since=EVENT)
    freeze(interview)
    sweep(on(14))
    assert [m.recipient for m in Message.objects.filter(kind="interviews.unsigned")] == [reaching]


def test_after_three_days_down_each_mail_that_is_still_true_goes_out_once(make):
    make(prepare_by=DAY, talk_by=DAY + datetime.timedelta(days=20))
    sweep(on(-8))
    sweep(on(1))
    assert Counter(Message.objects.values_list("kind", "context__stage")) == {
        ("interviews.prepare_due", "overdue 1"): 2
    }
    assert sweep(on(1, 10)) == Counter()


def test_as_many_queries_for_one_as_for_thirty(make, manager, hr, freeze, monkeypatch):
    monkeypatch.setattr(outbox.reminders, "BATCH", 10_000)

    def fill(n):
        for number in range(n):
            person = make_employee(f"P{number}", manager=manager, department=manager.department)
            for fields, _moment, _who, _page in SCENES.values():
                freeze(make_interview(person, manager, created_at=LONG_AGO, **fields))

    counts = []
    for moment in (on(-7), on(1), on(3), on(14)):
        for amount in (1, 29):
            Message.objects.all().delete()
            fill(amount)
            with CaptureQueriesContext(connection) as queries:
                plan(reminders.RULES, now=moment)
                # SQLite inserts few rows at a time, whatever the batch.
                counts.append(sum(not query["sql"].startswith("INSERT") for query in queries))
        assert counts[-1] == counts[-2]
