import datetime

import pytest
from django.utils import timezone

from audit.models import Entry
from interviews import operations
from interviews.models import Answer, Interview, Purpose, Reassignment, State
from outbox.models import Message
from people.policy import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(db):
    return factories.make_version()


@pytest.fixture
def in_cycle(employee, manager, hr):
    return factories.make_interview(employee, manager, cycle=factories.make_cycle(hr))


def mails(kind):
    return set(Message.objects.filter(kind=kind).values_list("recipient__first_name", flat=True))


def with_date(interview, by):
    later = timezone.now() + datetime.timedelta(days=5)
    return operations.schedule_meeting(by=by, interview=interview, meets_at=later, minutes=60, place="room Linden")


def test_a_request_waits_until_it_is_accepted(employee, manager, version):
    interview = operations.request_interview(by=employee, interviewer=manager, purpose=Purpose.GROWTH, note=" New ")
    assert (interview.state, interview.request_note, interview.cycle) == (State.PLANNED, "New", None)
    assert mails("interviews.requested") == {"Jonas"}
    accepted = operations.accept_request(by=manager, interview=interview)
    assert accepted.state == State.PREPARING
    assert mails("interviews.invitation") == {"Amara"}


@pytest.mark.parametrize("purpose", ["", "cycle", "nonsense"])
def test_a_request_names_its_purpose(purpose, employee, manager, version):
    with pytest.raises(Refused):
        operations.request_interview(by=employee, interviewer=manager, purpose=purpose)
    assert not Interview.objects.exists()


def test_nobody_asks_themselves_or_somebody_who_left_or_twice(employee, manager, outsider, version):
    outsider.is_active = False
    outsider.save()
    for wrong in (employee, outsider):
        with pytest.raises(Refused):
            operations.request_interview(by=employee, interviewer=wrong, purpose=Purpose.OTHER)
    operations.request_interview(by=employee, interviewer=manager, purpose=Purpose.OTHER)
    with pytest.raises(Refused, match="asked this person already"):
        operations.request_interview(by=employee, interviewer=manager, purpose=Purpose.OTHER)
    assert Interview.objects.count() == 1


@pytest.mark.parametrize("who", ["employee", "hr", "outsider", "administrator"])
def test_only_the_one_who_was_asked_accepts(who, employee, manager, version, request):
    interview = operations.request_interview(by=employee, interviewer=manager, purpose=Purpose.OTHER)
    with pytest.raises(Refused):
        operations.accept_request(by=request.getfixturevalue(who), interview=interview)
    interview.refresh_from_db()
    assert interview.state == State.PLANNED


def test_a_cancellation_says_why_and_takes_the_meeting_out_of_both_calendars(in_cycle, hr, manager):
    with_date(in_cycle, manager)
    with pytest.raises(Refused):
        operations.cancel_interview(by=hr, interview=in_cycle, why=" ")
    cancelled = operations.cancel_interview(by=hr, interview=in_cycle, why="Parental leave")
    assert (cancelled.state, cancelled.outcome_because) == (State.CANCELLED, "Parental leave")
    assert cancelled.meeting_sequence == 1
    assert mails("interviews.cancelled") == {"Amara", "Jonas"}


def test_not_held_names_outcome_reason_and_witness(in_cycle, hr):
    done = operations.record_not_held(by=hr, interview=in_cycle, outcome="refused", why="Did not want to")
    assert (done.state, done.outcome, done.outcome_witness) == (State.NOT_HELD, "refused", hr)
    assert not mails("interviews.cancelled")


def test_not_held_frees_the_calendars_of_a_meeting_to_come(in_cycle, hr, manager):
    with_date(in_cycle, manager)
    operations.record_not_held(by=hr, interview=in_cycle, outcome="absent", why="Long illness of the office cat")
    assert mails("interviews.cancelled") == {"Amara", "Jonas"}


def test_a_reassignment_keeps_drafts_and_tells_three_people_without_a_reason(in_cycle, employee, manager, outsider, hr):
    with_date(in_cycle, manager)
    operations.save_answer(by=manager, interview=in_cycle, question="proud-of", value={"text": "his draft"}, version=0)
    operations.reassign_interviewer(by=hr, interview=in_cycle, interviewer=outsider, why="They are related")
    in_cycle.refresh_from_db()
    assert (in_cycle.interviewer, in_cycle.meeting_sequence) == (outsider, 1)
    assert Answer.objects.get().author == manager
    kept = Reassignment.objects.get()
    assert (kept.former, kept.successor, kept.decided_by, kept.why) == (manager, outsider, hr, "They are related")
    assert mails("interviews.replaced") == {"Jonas"}
    assert mails("interviews.invitation") == {"Amara", "Olaf"}
    second_dates = Message.objects.filter(kind="interviews.date_set", context__sequence=1)
    assert set(second_dates.values_list("recipient__first_name", flat=True)) == {"Amara", "Olaf"}
    assert "They are related" not in str(list(Message.objects.values())) + str(list(Entry.objects.values()))


@pytest.mark.parametrize("wrong", ["employee", "manager"])
def test_a_reassignment_needs_somebody_else(wrong, in_cycle, hr, request):
    with pytest.raises(Refused):
        operations.reassign_interviewer(by=hr, interview=in_cycle, interviewer=request.getfixturevalue(wrong), why="x")
    assert not Reassignment.objects.exists()


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (State.PREPARING, State.NOT_HELD),
        (State.IN_CONVERSATION, State.NOT_HELD),
        (State.IN_REVIEW, State.IN_REVIEW),
        (State.SIGNING, State.SIGNING),
    ],
)
def test_what_a_leaver_leaves_behind(state, after, employee, manager):
    interview = factories.make_interview(employee, manager, state=state)
    employee.is_active = False
    employee.save()
    operations.end_for_leavers()
    interview.refresh_from_db()
    assert interview.state == after
    assert interview.outcome == ("left" if after == State.NOT_HELD else "")


def test_a_move_raises_the_sequence_and_the_same_date_does_nothing(in_cycle, manager):
    first = with_date(in_cycle, manager)
    same = {"minutes": 60, "place": "room Linden"}
    operations.schedule_meeting(by=manager, interview=in_cycle, meets_at=first.meets_at, **same)
    assert Interview.objects.get().meeting_sequence == 0
    later = first.meets_at + datetime.timedelta(hours=1)
    operations.schedule_meeting(by=manager, interview=in_cycle, meets_at=later, **same)
    assert Interview.objects.get().meeting_sequence == 1
    assert Message.objects.filter(kind="interviews.date_set").count() == 4


def test_a_date_in_the_past_is_refused(in_cycle, manager):
    with pytest.raises(Refused, match="passed"):
        operations.schedule_meeting(by=manager, interview=in_cycle, meets_at=timezone.now(), minutes=60)
    assert Interview.objects.get().meets_at is None
