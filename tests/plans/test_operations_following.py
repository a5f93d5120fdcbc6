"""HR asks how something stands: whoever owes it, once a day, and nobody else may."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import Entry
from outbox.models import Message
from outbox.tasks import deliver_due
from people.policy import Refused
from plans.models import ActionState, CheckIn, GoalState, Plan, PromiseState
from plans.operations import nudge_owner
from tests.factories import make_action, make_department, make_employee, make_goal, make_hr, make_promise

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 10)
NOW = datetime.datetime(2026, 3, 10, 10, 0, tzinfo=datetime.UTC)
SECRET = "Moderate the vendor review"


@pytest.fixture
def mentor(db):
    return make_employee("Mia", "Berg")


@pytest.fixture
def make(employee, mentor):
    def make(what, **fields):
        if what == "action":
            return make_action(make_goal(employee, title=SECRET), mentor, title=SECRET, due_on=TODAY, **fields)
        if what == "promise":
            return make_promise(employee, mentor, what=SECRET, due_on=TODAY, **fields)
        plan, _new = Plan.objects.get_or_create(employee=employee)
        return CheckIn.objects.create(plan=plan, due_on=TODAY, created_at=NOW, **fields)

    return make


@pytest.mark.parametrize(("what", "who"), [("action", ["Mia"]), ("promise", ["Mia"]), ("check-in", ["Amara", "Jonas"])])
def test_whoever_owes_it_gets_a_mail_that_does_not_say_what(what, who, make, hr):
    item = make(what)
    assert sorted(person.first_name for person in nudge_owner(by=hr, item=item, now=NOW)) == who
    deliver_due()
    assert len(mail.outbox) == len(who)
    for sent in mail.outbox:
        assert SECRET not in sent.body + sent.subject + str(sent.alternatives[0].content)
        assert item.get_absolute_url() in sent.body
        assert "10 March" in sent.body
        assert len(sent.subject) < 60
    assert Entry.objects.get(action="plan.nudged").detail == {"people": len(who)}


def test_what_a_leaver_owed_is_asked_of_their_manager(make, mentor, manager, hr):
    mentor.manager, mentor.is_active = manager, False
    mentor.save()
    assert nudge_owner(by=hr, item=make("promise")) == [manager]


def test_once_a_day(make, hr):
    item = make("action")
    nudge_owner(by=hr, item=item, now=NOW)
    refused(hr, item, "today already", left=1)
    assert nudge_owner(by=hr, item=item, now=NOW + datetime.timedelta(days=1))


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("action", {"state": ActionState.DONE, "done_on": TODAY}),
        ("promise", {"state": PromiseState.KEPT}),
        ("check-in", {"held_on": TODAY}),
        ("check-in", {"withdrawn_at": NOW}),
    ],
)
def test_what_is_settled_is_not_asked_for(what, fields, make, hr):
    refused(hr, make(what, **fields), "settled")


def test_an_action_of_a_goal_that_was_dropped_is_nobodys(make, hr):
    action = make("action")
    action.goal.state = GoalState.DROPPED
    action.goal.save()
    refused(hr, action, "settled")


@pytest.mark.parametrize("who", ["employee", "manager", "mentor", "outsider", "administrator"])
@pytest.mark.parametrize("what", ["action", "check-in"])
def test_only_hr_in_reach_asks(what, who, request, make):
    refused(request.getfixturevalue(who), make(what), "may not")


def test_hr_out_of_reach_does_not_ask(make):
    refused(make_hr(make_department("Far away")), make("promise"), "may not")


def test_one_does_not_ask_oneself(employee, hr):
    refused(hr, make_promise(employee, hr), "nobody else")


def test_what_was_settled_meanwhile_is_not_sent(make, hr):
    promise = make("promise")
    nudge_owner(by=hr, item=promise, now=NOW)
    promise.state, promise.settled_on = PromiseState.KEPT, timezone.now().date()
    promise.save()
    deliver_due()
    assert Message.objects.get().reason == "no longer true"


def refused(by, item, sentence, *, left=0):
    with pytest.raises(Refused, match=sentence):
        nudge_owner(by=by, item=item, now=NOW)
    assert (Message.objects.count(), Entry.objects.count()) == (left, left)
