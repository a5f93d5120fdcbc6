import datetime

import pytest
from django.utils import timezone

from interviews import operations
from interviews.models import Minutes, PrivateNote, State
from people.policy import Refused, Stale

pytestmark = pytest.mark.django_db
TEXTS = [
    "",
    "plain",
    "x" * 20_000,
    "😀 👩🏽‍💻",
    "שלום مرحبا",
    "<svg onload=alert(1)>",
    "{{7*7}} {% include 'x' %}",
    "  two\n\n lines ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_minutes_are_kept_to_the_letter(text, talking, manager):
    operations.save_minutes(by=manager, interview=talking, section="skills", text=text, version=0)
    assert Minutes.objects.get().text == text


def test_a_stale_save_overwrites_nothing(talking, manager):
    first = operations.save_minutes(by=manager, interview=talking, section="skills", text="one", version=0)
    operations.save_minutes(by=manager, interview=talking, section="skills", text="two", version=first.version)
    with pytest.raises(Stale) as stale:
        operations.save_minutes(by=manager, interview=talking, section="skills", text="mine", version=first.version)
    assert stale.value.current.text == "two"
    assert Minutes.objects.get().text == "two"


def test_saving_the_same_text_twice_is_one_version(talking, manager):
    for _click in range(2):
        saved = operations.save_minutes(by=manager, interview=talking, section="skills", text="one", version=0)
    assert saved.version == 1


@pytest.mark.parametrize("who", ["employee", "hr", "outsider", "administrator"])
def test_only_the_interviewer_writes_minutes(who, talking, request):
    with pytest.raises(Refused):
        operations.save_minutes(
            by=request.getfixturevalue(who), interview=talking, section="skills", text="x", version=0
        )
    assert not Minutes.objects.exists()


def test_an_unknown_section_is_refused(talking, manager):
    with pytest.raises(Refused):
        operations.save_minutes(by=manager, interview=talking, section="salary", text="x", version=0)
    assert not Minutes.objects.exists()


def test_each_has_private_notes_of_their_own(talking, employee, manager):
    for person in (employee, manager):
        operations.save_private_note(by=person, interview=talking, section="skills", text=person.first_name, version=0)
    assert set(PrivateNote.objects.values_list("author__first_name", "text")) == {
        ("Amara", "Amara"),
        ("Jonas", "Jonas"),
    }


@pytest.mark.parametrize("who", ["hr", "outsider", "administrator"])
def test_nobody_else_keeps_notes_in_it(who, talking, request):
    with pytest.raises(Refused):
        operations.save_private_note(
            by=request.getfixturevalue(who), interview=talking, section="skills", text="x", version=0
        )
    assert not PrivateNote.objects.exists()


def test_private_notes_are_erased_thirty_days_after_the_end(talking, manager, hr):
    operations.save_private_note(by=manager, interview=talking, section="skills", text="x", version=0)
    now = timezone.now()
    talking.state, talking.closed_at = State.SIGNED, now
    talking.save()
    assert operations.erase_old_notes(now=now + datetime.timedelta(days=29)) == 0
    assert PrivateNote.objects.exists()
    assert operations.erase_old_notes(now=now + datetime.timedelta(days=31)) == 1
    assert not PrivateNote.objects.exists()


def test_the_conversation_begins_once(interview, manager):
    operations.start_conversation(by=manager, interview=interview)
    with pytest.raises(Refused):
        operations.start_conversation(by=manager, interview=interview)


def test_sharing_stays_possible_in_the_room(talking, employee):
    assert operations.share_answers(by=employee, interview=talking).employee_shared_at
