"""The command that sweeps by hand: what it prints, what it refuses, and that a dry run leaves no trace."""

import datetime
import json
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from outbox.models import Message, MessageState
from people.models import Organisation
from tests.factories import make_action, make_goal, make_interview

pytestmark = pytest.mark.django_db
TUESDAY = "2026-09-01T09:00:00+00:00"
DAY = datetime.date(2026, 9, 1)


@pytest.fixture
def due(employee, manager):
    """One preparation of two is due in a few days, and one action today."""
    long_ago = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
    meets_at = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
    week = datetime.timedelta(days=6)
    make_interview(employee, manager, prepare_by=DAY + week, created_at=long_ago, meets_at=meets_at)
    action = make_action(make_goal(employee), manager, due_on=DAY)
    type(action).objects.update(created_at=long_ago)


def run(*arguments):
    out = StringIO()
    call_command("send_due", *arguments, stdout=out)
    return out.getvalue()


def report(*arguments):
    return json.loads(run("--json", *arguments))


def test_it_says_what_was_planned_and_what_came_of_it(due):
    assert report("--at", TUESDAY) == {
        "at": TUESDAY,
        "dry_run": False,
        "planned": {"interviews.prepare_due": 2, "plans.action_due": 1},
        "sent": 3,
        "dropped": 0,
        "failed": 0,
        "waiting": 0,
    }
    assert len(mail.outbox) == 3
    assert report("--at", "2026-09-01T09:01Z")["planned"] == {}


def test_before_eight_they_wait(due):
    told = report("--at", "2026-09-01T05:00")
    assert (told["sent"], told["waiting"], sum(told["planned"].values())) == (0, 3, 3)
    assert report("--at", TUESDAY)["sent"] == 3


def test_what_was_settled_meanwhile_is_dropped(due, manager):
    report("--at", "2026-09-01T05:00")
    type(manager).objects.filter(pk=manager.pk).update(is_active=False)
    told = report("--at", TUESDAY)
    assert (told["sent"], told["dropped"]) == (1, 2)


def test_a_dry_run_tells_the_same_and_leaves_no_trace(due):
    told = report("--at", TUESDAY, "--dry-run")
    assert (told["sent"], told["planned"]) == (3, {"interviews.prepare_due": 2, "plans.action_due": 1})
    assert told["dry_run"]
    assert not Message.objects.exists()
    report("--at", "2026-09-01T05:00")
    assert report("--at", TUESDAY, "--dry-run")["sent"] == 3
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.WAITING}
    assert mail.outbox == []


def test_another_moment_is_refused_where_mails_are_real(due, settings):
    settings.MAY_CHOOSE_MOMENT = False
    with pytest.raises(CommandError, match="--dry-run"):
        run("--at", TUESDAY)
    assert not Message.objects.exists()
    assert mail.outbox == []
    assert report("--at", TUESDAY, "--dry-run")["sent"] == 3
    Organisation.objects.create(is_demonstration=True)
    assert report("--at", TUESDAY)["sent"] == 3


def test_now_is_always_allowed(due, settings):
    settings.MAY_CHOOSE_MOMENT = False
    assert report()["dry_run"] is False


def test_what_is_no_moment_is_said(due):
    with pytest.raises(CommandError, match="--at"):
        run("--at", "tomorrow")


def test_in_words(due):
    assert "2  interviews.prepare_due" in run("--at", TUESDAY)
    assert "nothing" in run("--at", TUESDAY)
