"""HR asks whoever the next step waits for: the right ones, once a day, and nobody else may."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import Entry
from interviews.models import Content, Declaration, Nudge, Signature, Slot, State
from interviews.operations import remind_interview
from interviews.workflow import SILENCE
from outbox.models import Message
from outbox.tasks import deliver_due
from people.policy import Refused
from tests.factories import make_department, make_employee, make_hr, make_interview, make_version

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER, EARLIER = NOW + datetime.timedelta(days=3), NOW - datetime.timedelta(days=3)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": State.PLANNED}, "interviewer"),
        ({}, "employee interviewer"),
        ({"employee_shared_at": NOW}, "interviewer"),
        ({"interviewer_shared_at": NOW, "meets_at": LATER}, "employee"),
        ({"employee_shared_at": NOW, "interviewer_shared_at": NOW}, "employee interviewer"),
        ({"meets_at": EARLIER}, "interviewer"),
        ({"state": State.IN_CONVERSATION}, "interviewer"),
        ({"state": State.IN_REVIEW, "frozen_at": NOW}, "employee"),
        ({"state": State.IN_REVIEW, "frozen_at": NOW - SILENCE}, "employee interviewer"),
        ({"state": State.SIGNING}, "employee interviewer"),
    ],
)
def test_whoever_the_next_step_waits_for_gets_a_mail(fields, expected, employee, manager, hr):
    interview = make_interview(employee, manager, **fields)
    reminded = remind_interview(by=hr, interview=interview, why="The round ends on Friday")
    sides = {employee.pk: "employee", manager.pk: "interviewer"}
    assert " ".join(sorted(sides[person.pk] for person in reminded)) == expected
    deliver_due()
    assert sorted(m.to[0] for m in mail.outbox) == sorted(person.email for person in reminded)
    for sent in mail.outbox:
        assert "Friday" not in sent.body
        assert hr.get_full_name() in sent.body
        assert f"/interviews/{interview.pk}/" in sent.body
        assert len(sent.subject) < 60
    assert Entry.objects.get(action="interview.reminded").detail == {"people": len(reminded)}
    assert {n.why for n in Nudge.objects.all()} == {"The round ends on Friday"}


def test_after_the_two_have_signed_hr_in_reach_is_asked(employee, manager, hr):
    make_hr(make_department("Far away"))
    version = make_version(hr_signs=True)
    interview = make_interview(employee, manager, state=State.SIGNING, version=version)
    content = Content.objects.create(
        interview=interview, sequence=1, canonical="{}", sha256="0" * 64, frozen_at=NOW, frozen_by=manager
    )
    for slot, signer, said in (
        (Slot.EMPLOYEE, employee, Declaration.AGREES),
        (Slot.INTERVIEWER, manager, Declaration.CONFIRMS),
    ):
        Signature.objects.create(
            content=content, slot=slot, signer=signer, declaration=said, signed_at=NOW, method="password"
        )
    colleague = make_hr(first_name="Hugo")
    assert remind_interview(by=hr, interview=interview) == [colleague]


@pytest.mark.parametrize("state", [State.SIGNED, State.CANCELLED, State.NOT_HELD])
def test_what_is_closed_waits_for_nobody(state, employee, manager, hr):
    refused(hr, make_interview(employee, manager, state=state), "Nobody")


def test_what_has_its_date_waits_for_nobody(employee, manager, hr):
    shared = {"employee_shared_at": NOW, "interviewer_shared_at": NOW, "meets_at": LATER}
    refused(hr, make_interview(employee, manager, **shared), "Nobody")


def test_once_a_day_where_the_person_works(employee, manager, hr):
    employee.timezone = "Pacific/Auckland"
    employee.save()
    interview = make_interview(employee, manager, interviewer_shared_at=NOW)
    evening = datetime.datetime(2026, 3, 10, 10, 0, tzinfo=datetime.UTC)  # 23:00 in Auckland
    assert remind_interview(by=hr, interview=interview, now=evening) == [employee]
    refused(hr, interview, "today already", now=evening + datetime.timedelta(minutes=30), left=1)
    assert remind_interview(by=hr, interview=interview, now=evening + datetime.timedelta(hours=2)) == [employee]


def test_who_was_not_reminded_yet_still_is(employee, manager, hr):
    interview = make_interview(employee, manager, interviewer_shared_at=NOW)
    remind_interview(by=hr, interview=interview)
    interview.interviewer_shared_at = None
    interview.save()
    assert remind_interview(by=hr, interview=interview) == [manager]


@pytest.mark.parametrize("who", ["employee", "manager", "outsider", "administrator"])
def test_only_hr_in_reach_reminds(who, request, employee, manager):
    refused(request.getfixturevalue(who), make_interview(employee, manager), "may not")


def test_hr_out_of_reach_does_not_remind(employee, manager):
    refused(make_hr(make_department("Far away")), make_interview(employee, manager), "may not")


def test_hr_does_not_remind_in_ones_own_conversation(employee, hr):
    refused(hr, make_interview(employee, hr), "may not")


def test_what_was_done_meanwhile_is_not_sent(employee, manager, hr):
    interview = make_interview(employee, manager, interviewer_shared_at=NOW)
    remind_interview(by=hr, interview=interview)
    interview.employee_shared_at, interview.meets_at = NOW, LATER
    interview.save()
    deliver_due()
    assert Message.objects.get().reason == "no longer true"
    assert mail.outbox == []


def test_a_leaver_is_not_asked(manager, hr, outsider):
    gone = make_employee(is_active=False)
    refused(hr, make_interview(gone, manager, state=State.IN_REVIEW, frozen_at=NOW), "Nobody")


def refused(by, interview, sentence, *, left=0, **more):
    with pytest.raises(Refused, match=sentence):
        remind_interview(by=by, interview=interview, **more)
    assert (Nudge.objects.count(), Message.objects.count(), Entry.objects.count()) == (left, left, left)
