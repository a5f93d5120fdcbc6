import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audit.models import Entry
from interviews import operations
from interviews.models import Answer, Declaration, Interview, Signature, Slot, State
from outbox.models import Message
from people.policy import Refused
from plans.models import CheckIn
from skills.models import Rating
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_last_signature_closes_the_interview(signing, employee, manager, put_signature):
    put_signature(signing, employee, "agrees")
    signing.refresh_from_db()
    assert (signing.state, signing.closed_at) == (State.SIGNING, None)
    put_signature(signing, manager, "confirms")
    signing.refresh_from_db()
    assert signing.state == State.SIGNED
    assert signing.closed_at is not None
    actions = list(Entry.objects.filter(subject=signing.pk).values_list("action", flat=True))
    assert actions[-3:] == ["interview.signed", "interview.signed", "interview.closed"]


def test_signing_starts_the_check_ins(signing, employee, manager, put_signature):
    now = timezone.now()
    put_signature(signing, employee, "agrees", now=now)
    assert not CheckIn.objects.exists()
    put_signature(signing, manager, "confirms", now=now)
    day = employee.local_date(now)
    days = [(check_in.due_on - day).days for check_in in CheckIn.objects.all()]
    assert days == [30, 60, 90]


def test_a_signature_says_who_declared_what_when_and_how(signing, employee, put_signature):
    now = timezone.now()
    signature = put_signature(signing, employee, "reservations", "  I stay at 4. ", now=now)
    assert (signature.slot, signature.signer, signature.declaration) == ("employee", employee, "reservations")
    assert (signature.remark, signature.signed_at) == ("I stay at 4.", now)
    assert "password" in signature.method
    assert signature.content.sha256 == signing.contents.latest("sequence").sha256


@pytest.mark.parametrize(
    ("who", "declaration", "remark", "password", "sha256", "sentence"),
    [
        ("employee", "agrees", "", "wrong", None, "password"),
        ("employee", "agrees", "", "", None, "password"),
        ("employee", "agrees", "", factories.PASSWORD, "0" * 64, "changed"),
        ("employee", "reservations", " ", factories.PASSWORD, None, "in a word"),
        ("employee", "refused", "", factories.PASSWORD, None, "in a word"),
        ("employee", "confirms", "", factories.PASSWORD, None, "Choose one"),
        ("employee", "absent", "x", factories.PASSWORD, None, "Choose one"),
        ("manager", "agrees", "", factories.PASSWORD, None, "Choose one"),
        ("hr", "confirms", "", factories.PASSWORD, None, "does not ask"),
        ("outsider", "agrees", "", factories.PASSWORD, None, "may not"),
        ("administrator", "agrees", "", factories.PASSWORD, None, "may not"),
    ],
)
def test_refusals_write_nothing(
    who, declaration, remark, password, sha256, sentence, signing, put_signature, unchanged, request
):
    person = request.getfixturevalue(who)
    before = unchanged(signing)
    with pytest.raises(Refused, match=sentence):
        put_signature(signing, person, declaration, remark, password, sha256=sha256)
    assert unchanged(signing) == before
    assert not Signature.objects.exists()


def test_nobody_signs_twice_nor_for_the_other(signing, employee, put_signature):
    put_signature(signing, employee, "agrees")
    with pytest.raises(Refused, match="signed already"):
        put_signature(signing, employee, "refused", "second thoughts")
    assert Signature.objects.get().declaration == "agrees"


def test_wrong_passwords_close_the_form_for_a_while(signing, employee, put_signature):
    for _try in range(5):
        with pytest.raises(Refused, match="not right"):
            put_signature(signing, employee, "agrees", password="wrong")
    with pytest.raises(Refused, match="Too many"):
        put_signature(signing, employee, "agrees")
    assert not Signature.objects.exists()


def test_a_right_password_clears_the_count(signing, employee, manager, put_signature):
    for _try in range(4):
        with pytest.raises(Refused):
            put_signature(signing, employee, "agrees", password="wrong")
    put_signature(signing, employee, "agrees")
    assert Signature.objects.count() == 1


def test_refusal_and_reservations_fill_their_slots(signing, employee, manager, put_signature):
    put_signature(signing, employee, "refused", "I was not heard.")
    put_signature(signing, manager, "reservations", "I heard it differently.")
    signing.refresh_from_db()
    assert signing.state == State.SIGNED


def test_hr_witnesses_an_absence(signing, employee, manager, hr, put_signature):
    put_signature(signing, manager, "confirms")
    operations.witness_absence(
        by=hr, interview=signing, slot="employee", remark="on long leave", password=factories.PASSWORD
    )
    absent = Signature.objects.get(slot=Slot.EMPLOYEE)
    assert (absent.signer, absent.witness, absent.declaration) == (employee, hr, Declaration.ABSENT)
    signing.refresh_from_db()
    assert signing.state == State.SIGNED


@pytest.mark.parametrize("who", ["employee", "manager", "outsider", "administrator"])
def test_only_hr_witnesses(who, signing, request):
    with pytest.raises(Refused):
        operations.witness_absence(
            by=request.getfixturevalue(who), interview=signing, slot="employee", remark="x", password=factories.PASSWORD
        )
    assert not Signature.objects.exists()


def test_hr_of_another_department_does_not_witness(signing, department):
    elsewhere = factories.make_hr(department=factories.make_department("Far away"))
    with pytest.raises(Refused):
        operations.witness_absence(
            by=elsewhere, interview=signing, slot="employee", remark="x", password=factories.PASSWORD
        )
    assert not Signature.objects.exists()


def test_hr_signs_last_where_the_template_asks(employee, manager, hr, put_signature):
    interview = factories.make_interview(employee, manager, version=factories.make_version(hr_signs=True))
    operations.start_conversation(by=manager, interview=interview)
    operations.freeze_content(by=manager, interview=interview)
    operations.confirm_content(by=employee, interview=interview)
    with pytest.raises(Refused, match="HR signs last"):
        put_signature(interview, hr, "confirms")
    put_signature(interview, employee, "agrees")
    put_signature(interview, manager, "confirms")
    assert Interview.objects.get().state == State.SIGNING
    assert Message.objects.filter(kind="interviews.please_sign", recipient=hr).count() == 1
    put_signature(interview, hr, "confirms")
    assert Interview.objects.get().state == State.SIGNED


def test_the_database_lets_one_signature_into_a_slot(signing, employee, put_signature):
    signature = put_signature(signing, employee, "agrees")
    signature.pk, signature._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        signature.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Signature.objects.update(declaration="refused", remark="x"),
        lambda: Signature.objects.all().delete(),
        lambda: Signature.objects.get().content.__class__.objects.update(canonical="{}"),
    ],
)
def test_the_database_refuses_to_change_what_was_signed(change, signing, employee, put_signature):
    put_signature(signing, employee, "agrees")
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
    assert Signature.objects.get().declaration == "agrees"


def test_skill_ratings_of_the_record_join_the_history(interview, employee, manager, put_signature):
    now = timezone.now()
    levels = {"ratings": {"planning": {"level": 3, "evidence": "the migration"}}}
    operations.save_answer(by=employee, interview=interview, question="ratings", value=levels, version=0)
    operations.save_answer(by=manager, interview=interview, question="ratings", value=levels, version=0)
    operations.share_answers(by=employee, interview=interview)
    operations.share_answers(by=manager, interview=interview)
    operations.start_conversation(by=manager, interview=interview)
    operations.freeze_content(by=manager, interview=interview)
    operations.confirm_content(by=employee, interview=interview)
    put_signature(interview, employee, "agrees", now=now)
    assert not Rating.objects.exists()
    put_signature(interview, manager, "confirms", now=now)
    assert {(r.skill.key, r.level, r.rater) for r in Rating.objects.all()} == {
        ("planning", 3, employee),
        ("planning", 3, manager),
    }


def test_answers_cannot_move_after_the_freeze(signing, employee):
    with pytest.raises(Refused):
        operations.save_answer(by=employee, interview=signing, question="proud-of", value={"text": "later"}, version=0)
    assert not Answer.objects.exists()


def test_nothing_is_reopened_or_cancelled_after_a_signature(signing, employee, manager, hr, put_signature, unchanged):
    put_signature(signing, employee, "agrees")
    before = unchanged(signing)
    for refused in (
        lambda: operations.ask_for_changes(by=manager, interview=signing, why="x"),
        lambda: operations.cancel_interview(by=manager, interview=signing, why="x"),
        lambda: operations.record_not_held(by=hr, interview=signing, outcome="absent", why="x"),
        lambda: operations.start_conversation(by=manager, interview=signing),
        lambda: operations.freeze_content(by=manager, interview=signing),
    ):
        with pytest.raises(Refused):
            refused()
    assert unchanged(signing) == before


def test_after_a_transfer_the_former_interviewer_cannot_sign(signing, manager, outsider, put_signature):
    Interview.objects.update(interviewer=outsider)
    with pytest.raises(Refused):
        put_signature(signing, manager, "confirms")
    assert not Signature.objects.exists()


def test_silence_is_said_in_the_record(reviewed, manager):
    with pytest.raises(Refused, match="ten days"):
        operations.proceed_after_silence(by=manager, interview=reviewed)
    later = timezone.now() + datetime.timedelta(days=11)
    interview = operations.proceed_after_silence(by=manager, interview=reviewed, now=later)
    assert (interview.state, interview.proceeded_after_silence) == (State.SIGNING, True)
