import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit import operations
from audit.chain import digest_of
from audit.models import Entry, Head
from people.models import Employee

pytestmark = pytest.mark.django_db


def write(n: int, person: Employee) -> None:
    with transaction.atomic():
        for i in range(n):
            operations.record(action="test.done", by=person, subject=person, number=i)


def tamper(statement: str, parameters: list[str]) -> None:
    """Change a row behind the triggers' back, as somebody with the whole database could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_entry_frozen_update")
            cursor.execute("DROP TRIGGER audit_entry_frozen_delete")
        cursor.execute(statement, parameters)


def test_entries_hang_on_each_other(employee):
    write(3, employee)
    first, second, third = Entry.objects.all()
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert second.previous == first.digest
    assert third.digest == digest_of(third)
    assert operations.head() == f"3:{third.digest}"


def test_rolled_back_it_never_happened(employee):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        operations.record(action="test.done", by=employee)
        raise ZeroDivisionError
    assert not Entry.objects.exists()
    assert operations.verify().broken_at is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_of_its_deed(flushable):
    with pytest.raises(RuntimeError):
        operations.record(action="test.done", by=None)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda e: e.save(), lambda e: e.delete(), lambda e: Entry.objects.update(action="other")]
)
def test_the_database_refuses_to_change_an_entry(change, employee):
    write(1, employee)
    entry = Entry.objects.get()
    entry.action = "other"
    with pytest.raises(DatabaseError), transaction.atomic():
        change(entry)
    assert Entry.objects.get().action == "test.done"


def test_insert_or_replace_does_not_pass_the_trigger(employee):
    if connection.vendor != "sqlite":
        pytest.skip("a statement of SQLite")
    write(1, employee)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry")
    assert operations.verify().broken_at is None


@pytest.mark.parametrize(
    ("statement", "parameters", "broken_at"),
    [
        ("UPDATE audit_entry SET action = %s WHERE sequence = 3", ["x"], 3),
        ("UPDATE audit_entry SET actor = NULL WHERE sequence = 2", [], 2),
        ("DELETE FROM audit_entry WHERE sequence = 4", [], 4),
        ("DELETE FROM audit_entry WHERE sequence = 5", [], 5),
    ],
)
def test_what_is_changed_behind_the_triggers_is_found(statement, parameters, broken_at, employee):
    write(5, employee)
    tamper(statement, parameters)
    assert operations.verify().broken_at == broken_at
    with pytest.raises(CommandError) as error:
        call_command("verify_audit")
    assert error.value.returncode == 1


def test_a_tail_rewritten_without_the_key_is_found(employee, settings):
    write(3, employee)
    key, settings.AUDIT_KEY = settings.AUDIT_KEY, "a key somebody made up"
    last = Entry.objects.get(sequence=3)
    last.action = "test.undone"
    forged = digest_of(last)
    tamper("UPDATE audit_entry SET action = 'test.undone', digest = %s WHERE sequence = 3", [forged])
    Head.objects.update(digest=forged)
    settings.AUDIT_KEY = key
    assert operations.verify().broken_at == 3


def test_the_command_says_that_the_chain_holds(employee):
    write(2, employee)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "2 entries" in out.getvalue()


def test_a_reading_is_noted_once_per_reader_object_and_hour(employee, manager):
    for _again in range(3):
        operations.record_reading(action="interview.read", by=manager, subject=employee)
    operations.record_reading(action="interview.read", by=employee, subject=employee)
    assert list(Entry.objects.values_list("actor", flat=True)) == [manager.pk, employee.pk]


def test_an_actor_is_an_id_and_nothing_else(employee):
    write(1, employee)
    entry = Entry.objects.get()
    assert isinstance(entry.actor, uuid.UUID)
    assert employee.last_name not in str(Entry.objects.values().get())
