"""Each mail looks again before it leaves, carries no content, and leads to its page."""

import datetime

import icalendar
import pytest
from django.core import mail
from django.utils import timezone

from interviews import mails
from interviews.models import Content, Declaration, Signature, Slot, State
from interviews.models.interview import CLOSED_STATES
from interviews.operations import extend_interview
from outbox.kinds import get
from outbox.models import Message, MessageState
from outbox.operations import claim, deliver, post
from tests.factories import make_cycle, make_employee, make_interview

NAMES = [
    "interviews.cancelled",
    "interviews.changes_asked",
    "interviews.date_set",
    "interviews.exempted",
    "interviews.invitation",
    "interviews.please_review",
    "interviews.please_sign",
    "interviews.requested",
]
STATE = {
    "interviews.cancelled": State.CANCELLED,
    "interviews.changes_asked": State.IN_CONVERSATION,
    "interviews.date_set": State.PREPARING,
    "interviews.exempted": State.EXEMPTED,
    "interviews.invitation": State.PREPARING,
    "interviews.please_review": State.IN_REVIEW,
    "interviews.please_sign": State.SIGNING,
    "interviews.requested": State.PLANNED,
}
SECRET = "I want to leave by spring"


def send(kind, to, interview, key=""):
    post(key=f"{kind}:{key or interview.pk}:{to.pk}", to=to, kind=kind, context={"interview": str(interview.pk)})
    (pk,) = claim()
    return deliver(pk=pk)


def frozen(interview, sequence=1):
    return Content.objects.create(
        interview=interview,
        sequence=sequence,
        canonical="{}",
        sha256="0" * 64,
        frozen_at=timezone.now(),
        frozen_by=interview.interviewer,
    )


@pytest.fixture
def interview(employee, manager, hr):
    return make_interview(
        employee,
        manager,
        cycle=make_cycle(hr),
        meets_at=timezone.now() + datetime.timedelta(days=5),
        meeting_timezone="Europe/Paris",
        request_note=SECRET,
        outcome_because=SECRET,
    )


def in_state(interview, state):
    interview.state = state
    interview.closed_at = timezone.now() if state in CLOSED_STATES else None
    interview.started_at = None if state in (State.PLANNED, State.PREPARING, State.CANCELLED) else timezone.now()
    interview.save()
    return interview


def recipient(kind, interview):
    return interview.interviewer if kind in ("interviews.requested", "interviews.changes_asked") else interview.employee


@pytest.mark.parametrize("kind", NAMES)
def test_a_true_mail_leaves_without_content(kind, interview):
    content = frozen(interview)
    in_state(interview, STATE[kind])
    assert send(kind, recipient(kind, interview), interview, content.pk) == MessageState.SENT
    (sent,) = mail.outbox
    html = sent.alternatives[0].content
    page = {"interviews.please_sign": "sign/", "interviews.please_review": "review/"}.get(kind, "")
    link = f"http://testserver/interviews/{interview.pk}/{page}"
    for body in (sent.body, html):
        assert link in body
        assert SECRET not in body + sent.subject
        assert "None" not in body
        assert "{" not in sent.body
    assert sent.subject.strip()


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("state", State)
def test_a_mail_that_is_no_longer_true_is_dropped(kind, state, interview):
    if state in (State.NOT_HELD, STATE[kind]):
        state = State.SIGNED
    content = frozen(interview)
    in_state(interview, state)
    allowed = kind == "interviews.date_set" and state == State.PLANNED
    sent = send(kind, recipient(kind, interview), interview, content.pk)
    assert sent == (MessageState.SENT if allowed else MessageState.DROPPED)
    assert len(mail.outbox) == allowed


@pytest.mark.parametrize("kind", NAMES)
def test_whoever_takes_no_part_gets_no_mail(kind, interview):
    content = frozen(interview)
    in_state(interview, STATE[kind])
    assert send(kind, make_employee(), interview, content.pk) == MessageState.DROPPED
    assert mail.outbox == []


def test_an_older_text_is_not_reminded_of(interview):
    first = frozen(interview)
    frozen(interview, sequence=2)
    for kind in ("interviews.please_review", "interviews.please_sign", "interviews.changes_asked"):
        in_state(interview, STATE[kind])
        assert send(kind, recipient(kind, interview), interview, first.pk) == MessageState.DROPPED


def test_who_has_signed_is_not_asked_again(interview):
    content = frozen(interview)
    in_state(interview, State.SIGNING)
    Signature.objects.create(
        content=content,
        slot=Slot.EMPLOYEE,
        signer=interview.employee,
        declaration=Declaration.AGREES,
        signed_at=timezone.now(),
        method="password",
    )
    assert send("interviews.please_sign", interview.employee, interview, content.pk) == MessageState.DROPPED
    assert send("interviews.please_sign", interview.interviewer, interview, content.pk) == MessageState.SENT


def test_a_date_that_moved_again_is_not_sent(interview):
    message = Message(
        key="x",
        recipient=interview.employee,
        kind="interviews.date_set",
        context={"interview": str(interview.pk), "sequence": interview.meeting_sequence},
    )
    assert mails.date_set(message) is not None
    interview.meeting_sequence += 1
    interview.save()
    assert mails.date_set(message) is None


@pytest.mark.parametrize(
    ("kind", "method"),
    [("interviews.date_set", "REQUEST"), ("interviews.cancelled", "CANCEL"), ("interviews.exempted", "CANCEL")],
)
def test_the_calendar_file_goes_with_it(kind, method, interview):
    in_state(interview, STATE[kind])
    send(kind, interview.employee, interview)
    (part,) = [part for part in mail.outbox[0].message().walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == method
    assert part.get_filename() == "conversation.ics"
    (event,) = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert str(event["uid"]).startswith(str(interview.pk))


def test_more_time_is_told_once_as_it_stands(interview, hr):
    in_state(interview, State.PREPARING)
    today = timezone.now().date()
    for days in (60, 70):
        extend_interview(by=hr, interview=interview, sign_by=today + datetime.timedelta(days=days), why=SECRET)
    while claimed := claim():
        for pk in claimed:
            deliver(pk=pk)
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT, MessageState.DROPPED}
    assert {tuple(sent.to) for sent in mail.outbox} == {(interview.employee.email,), (interview.interviewer.email,)}
    last = today + datetime.timedelta(days=70)
    for sent in mail.outbox:
        for body in (sent.body, sent.alternatives[0].content):
            assert f"{last.day} {last:%B}" in body
            assert SECRET not in body + sent.subject
            assert f"/interviews/{interview.pk}/" in body


def test_the_organisation_is_the_sender(interview):
    from people.models import Organisation

    Organisation.objects.create(name="Vela", sender="Vela talks <talks@vela.example>")
    send("interviews.invitation", interview.employee, interview)
    assert mail.outbox[0].from_email == "Vela talks <talks@vela.example>"


def test_only_what_needs_a_signature_cannot_be_switched_off(db):
    assert {name for name in NAMES if get(name).mandatory} == {"interviews.please_review", "interviews.please_sign"}
