import hashlib
import subprocess
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.models import Entry
from interviews import operations as interviews
from interviews.models import Content, State
from outbox.models import Message
from people.policy import Refused
from records import operations, storage
from records.models import Addendum, Record, RecordFile
from records.verify import verify
from tests.factories import PASSWORD, make_action, make_goal, make_interview, make_promise


def test_make_record_seals_what_was_signed(signed):
    record = operations.make_record(interview_id=signed.pk)
    frozen = signed.contents.get()
    assert record.content_sha256 == frozen.sha256
    assert record.reference == signed.reference
    sealed = storage.read(record.current_file)
    verdict = verify(sealed)
    assert verdict.status == "genuine"
    assert verdict.content_sha256 == frozen.sha256
    assert verdict.sealed_at == record.created_at.replace(microsecond=0)
    assert record.current_file.sha256 == hashlib.sha256(sealed).hexdigest()
    assert Entry.objects.get(action="record.made").subject == record.pk


def test_make_record_tells_both_once(signed):
    operations.make_record(interview_id=signed.pk)
    operations.make_record(interview_id=signed.pk)
    told = Message.objects.filter(kind="records.signed_copy").values_list("recipient_id", flat=True)
    assert sorted(told) == sorted([signed.employee_id, signed.interviewer_id])


def test_make_record_makes_one(signed):
    first = operations.make_record(interview_id=signed.pk)
    assert operations.make_record(interview_id=signed.pk) == first
    assert RecordFile.objects.count() == 1


def test_make_record_of_long_ago_is_no_news(signed):
    operations.make_record(interview_id=signed.pk, now=timezone.now() + timedelta(days=15))
    assert not Message.objects.filter(kind="records.signed_copy").exists()


def test_make_record_refuses_what_is_not_signed(employee, manager):
    interview = make_interview(employee, manager, state=State.SIGNING)
    with pytest.raises(Refused):
        operations.make_record(interview_id=interview.pk)
    assert not Record.objects.exists()


def test_make_record_refuses_content_that_is_not_what_its_hash_says(signed):
    frozen = signed.contents.get()
    Content.objects.create(
        interview=signed,
        sequence=2,
        canonical=frozen.canonical.replace("smaller", "larger"),
        sha256=frozen.sha256,
        frozen_at=frozen.frozen_at,
        frozen_by=signed.interviewer,
    )
    with pytest.raises(operations.Mismatch):
        operations.make_record(interview_id=signed.pk)
    assert not Record.objects.exists()


def test_make_missing_records_makes_each_once_and_goes_on_after_a_failure(signed, employee, manager, caplog):
    make_interview(employee, manager, state=State.SIGNED)  # nothing was frozen: it cannot be made
    assert operations.make_missing_records() == 1
    assert operations.make_missing_records() == 0
    assert Record.objects.get().interview == signed
    assert "no sealed file for" in caplog.text


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("kind", [Record, RecordFile])
def test_the_database_refuses_to_change_a_record(record, kind, change):
    row = kind.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        if change == "delete":
            kind.objects.filter(pk=row.pk).delete()
        elif kind is Record:
            kind.objects.filter(pk=row.pk).update(content_sha256="0" * 64)
        else:
            kind.objects.filter(pk=row.pk).update(sha256="0" * 64)
    assert kind.objects.count() == 1


def test_write_addendum_keeps_a_text_and_names_the_original(record, employee):
    addendum = operations.write_addendum(by=employee, record=record, text="  One more thing.  ", password=PASSWORD)
    assert addendum.text == "One more thing."
    assert addendum.original_sha256 == record.current_file.sha256
    file = operations.seal_addendum(addendum_id=addendum.pk)
    assert operations.seal_addendum(addendum_id=addendum.pk) == file
    assert verify(storage.read(file)).status == "genuine"
    assert record.current_file.sequence == 1
    assert file.sequence == 2
    told = Message.objects.get(kind="records.addendum")
    assert told.recipient_id == record.interview.interviewer_id


def test_the_sweep_seals_an_addendum_whose_nudge_was_lost(record, manager):
    operations.write_addendum(by=manager, record=record, text="My side.", password=PASSWORD)
    assert operations.make_missing_records() == 1
    assert Addendum.objects.get().file.sequence == 2


@pytest.mark.parametrize(
    ("who", "text", "password"),
    [
        ("hr", "I am not one of the two.", PASSWORD),
        ("outsider", "Nor am I.", PASSWORD),
        ("employee", "   ", PASSWORD),
        ("employee", "x" * 20_001, PASSWORD),
        ("employee", "Signed by nobody.", "wrong"),
    ],
)
def test_write_addendum_refuses(record, request, who, text, password):
    with pytest.raises(Refused):
        operations.write_addendum(by=request.getfixturevalue(who), record=record, text=text, password=password)
    assert not Addendum.objects.exists()
    assert not Entry.objects.filter(action="record.addendum_written").exists()


def test_a_file_changed_on_disk_is_noticed(record, path_of):
    path = path_of(record)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(storage.Damaged):
        storage.read(record.current_file)
    path.unlink()
    with pytest.raises(storage.Damaged):
        storage.read(record.current_file)


def test_two_workers_make_one_record(flushable, signed, path_of):
    made, failed = [], []

    def work():
        try:
            made.append(operations.make_record(interview_id=signed.pk).pk)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    assert len(set(made)) == 1
    record = Record.objects.get()
    assert RecordFile.objects.count() == 1
    assert verify(storage.read(record.current_file)).status == "genuine"
    assert len(list(path_of(record).parent.iterdir())) == 1


def test_make_record_of_a_conversation_that_was_walked_through(employee, manager, django_capture_on_commit_callbacks):
    make_action(make_goal(employee), manager)
    make_promise(employee, manager)
    interview = interviews.start_conversation(by=manager, interview=make_interview(employee, manager))
    interviews.save_minutes(by=manager, interview=interview, section="looking-back", text="We looked back.", version=0)
    interviews.freeze_content(by=manager, interview=interview)
    interview.refresh_from_db()
    interviews.confirm_content(by=employee, interview=interview)
    sha256 = interview.contents.latest("sequence").sha256
    with django_capture_on_commit_callbacks() as nudges:
        for person, declaration, remark in ((employee, "reservations", "Not all of it."), (manager, "confirms", "")):
            interviews.sign_interview(
                by=person,
                interview=interview,
                declaration=declaration,
                remark=remark,
                password=PASSWORD,
                sha256=sha256,
            )
    assert nudges
    record = operations.make_record(interview_id=interview.pk)
    sealed = storage.read(record.current_file)
    assert verify(sealed).content_sha256 == sha256 == record.content_sha256
    printed = subprocess.run(["pdftotext", "-", "-"], input=sealed, capture_output=True, check=True).stdout.decode()
    text = " ".join(printed.split())
    for words in (
        "We looked back.",
        "Moderate the vendor review",
        "Collect what neither side can accept",
        "Introduce Robin to the works council",
        "Not all of it.",
        "gave the password again for this signature",
        "reviewed and confirmed this text on",
    ):
        assert words in text
