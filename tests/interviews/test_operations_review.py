import datetime
import hashlib
import json

import pytest
from django.utils import timezone

from interviews import operations
from interviews.models import ChangeRequest, Content, Interview, State
from outbox.models import Message
from people.policy import Refused
from plans.models import Goal
from tests import factories

pytestmark = pytest.mark.django_db


def test_freezing_keeps_canonical_json_and_its_hash(reviewed):
    frozen = Content.objects.get()
    data = json.loads(frozen.canonical)
    assert hashlib.sha256(frozen.canonical.encode()).hexdigest() == frozen.sha256
    assert frozen.canonical == json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert [section["minutes"] for section in data["sections"]] == ["We looked back."]
    assert reviewed.state == State.IN_REVIEW


def test_only_what_is_for_the_record_and_released_is_frozen(interview, employee, manager):
    for person, question, text in (
        (employee, "proud-of", "EMPLOYEE-RECORD"),
        (employee, "for-me", "EMPLOYEE-ONLY-ME"),
        (employee, "between-us", "EMPLOYEE-US-TWO"),
        (manager, "proud-of", "MANAGER-DRAFT"),
    ):
        operations.save_answer(by=person, interview=interview, question=question, value={"text": text}, version=0)
    operations.share_answers(by=employee, interview=interview)
    operations.start_conversation(by=manager, interview=interview)
    operations.save_private_note(by=manager, interview=interview, section="skills", text="PRIVATE", version=0)
    unshared = operations.freeze_content(by=manager, interview=interview).canonical
    assert not any(word in unshared for word in ("EMPLOYEE-", "MANAGER-", "PRIVATE"))
    operations.ask_for_changes(by=employee, interview=interview, why="share first")
    operations.share_answers(by=manager, interview=interview)
    both = operations.freeze_content(by=manager, interview=interview).canonical
    assert "EMPLOYEE-RECORD" in both
    assert "MANAGER-DRAFT" in both
    assert not any(word in both for word in ("ONLY-ME", "US-TWO", "PRIVATE"))


def test_the_freeze_asks_the_employee_once(reviewed, employee):
    assert list(Message.objects.filter(kind="interviews.please_review").values_list("recipient", flat=True)) == [
        employee.pk
    ]


def test_a_goal_without_its_parts_stops_the_freeze(talking, employee, manager, unchanged):
    goal = factories.make_goal(employee, measurable="")
    before = unchanged(talking)
    with pytest.raises(Refused, match="Moderate the vendor review"):
        operations.freeze_content(by=manager, interview=talking)
    assert unchanged(talking) == before
    Goal.objects.filter(pk=goal.pk).update(incomplete_because="we will know in spring")
    assert operations.freeze_content(by=manager, interview=talking).sequence == 1


def test_asking_for_changes_goes_back_and_keeps_both_texts(reviewed, employee, manager):
    operations.ask_for_changes(by=employee, interview=reviewed, why="  The date is wrong. ")
    reviewed.refresh_from_db()
    assert reviewed.state == State.IN_CONVERSATION
    request = ChangeRequest.objects.get()
    assert (request.asked_by, request.why, request.content.sequence) == (employee, "The date is wrong.", 1)
    again = operations.freeze_content(by=manager, interview=reviewed)
    assert again.sequence == 2
    assert Content.objects.count() == 2


@pytest.mark.parametrize("who", ["employee", "manager", "hr", "outsider", "administrator"])
def test_who_confirms(who, reviewed, request, unchanged):
    person, before = request.getfixturevalue(who), unchanged(reviewed)
    if who == "employee":
        assert operations.confirm_content(by=person, interview=reviewed).state == State.SIGNING
        assert Message.objects.filter(kind="interviews.please_sign").count() == 2
    else:
        with pytest.raises(Refused):
            operations.confirm_content(by=person, interview=reviewed)
        assert unchanged(reviewed) == before


def test_changes_need_a_word_why(reviewed, employee, unchanged):
    before = unchanged(reviewed)
    with pytest.raises(Refused):
        operations.ask_for_changes(by=employee, interview=reviewed, why="  ")
    assert unchanged(reviewed) == before
    assert not ChangeRequest.objects.exists()


def test_confirming_twice_happens_once(reviewed, employee):
    operations.confirm_content(by=employee, interview=reviewed)
    with pytest.raises(Refused, match="signing"):
        operations.confirm_content(by=employee, interview=reviewed)
    assert Interview.objects.get().state == State.SIGNING


def test_the_same_content_has_the_same_hash_whatever_the_order(talking, manager):
    now = timezone.now()
    first = operations.freeze_content(by=manager, interview=talking, now=now)
    operations.ask_for_changes(by=manager, interview=talking, why="look again")
    assert operations.freeze_content(by=manager, interview=talking, now=now).sha256 == first.sha256


def test_an_older_goal_may_be_due_tomorrow_but_not_a_new_one(talking, employee, manager):
    tomorrow = timezone.now().date() + datetime.timedelta(days=1)
    old = factories.make_goal(employee, title="Old one", due_on=tomorrow)
    factories.make_promise(employee, None, what="Said last year", due_on=None, state="not_promised")
    new = factories.make_goal(employee, title="New one", due_on=tomorrow, occasion_id=talking.pk)
    with pytest.raises(Refused) as refused:
        operations.freeze_content(by=manager, interview=talking)
    assert "New one" in str(refused.value)
    assert "Old one" not in str(refused.value)
    Goal.objects.filter(pk=new.pk).update(due_on=tomorrow + datetime.timedelta(days=30))
    frozen = json.loads(operations.freeze_content(by=manager, interview=talking).canonical)
    assert [goal["title"] for goal in frozen["goals"]] == [old.title, "New one"]
    assert frozen["not_promised"] == []
