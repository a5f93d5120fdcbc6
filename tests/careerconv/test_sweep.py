"""The sweep: every app is asked, one failing step stops no other, and two at once make nothing twice."""

import datetime
import threading
from collections import Counter

import pytest
from django.core import mail
from django.db import connection

from careerconv import sweep
from outbox.kinds import get
from outbox.models import Message, MessageState
from outbox.reminders import plan
from tests.factories import make_action, make_employee, make_goal, make_interview

pytestmark = pytest.mark.django_db
MORNING = datetime.datetime(2026, 9, 1, 9, 0, tzinfo=datetime.UTC)
LONG_AGO = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)


@pytest.fixture
def due(employee, manager):
    """Twenty actions of one plan are due today, and a preparation is."""
    goal = make_goal(employee)
    for _n in range(20):
        make_action(goal, manager, due_on=MORNING.date())
    type(goal.actions.first()).objects.update(created_at=LONG_AGO)
    make_interview(employee, manager, prepare_by=MORNING.date(), created_at=LONG_AGO, interviewer_shared_at=LONG_AGO)


def test_every_app_is_asked(due):
    assert sweep.run(MORNING)["reminders planned"] == 21
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds == {"plans.action_due", "interviews.prepare_due"}


def test_every_rule_has_its_kind_and_its_stages_in_order():
    for rule in sweep.RULES:
        assert get(rule.kind).office_hours
        firsts = [stage.first for stage in rule.stages]
        assert firsts == sorted(set(firsts))


def test_a_step_that_fails_stops_no_other(due, monkeypatch):
    def fail(*, now):
        raise ZeroDivisionError

    first = next(iter(sweep.STEPS))
    monkeypatch.setitem(sweep.STEPS, first, fail)
    done = sweep.run(MORNING)
    assert first not in done
    assert done["reminders planned"] == 21


def test_24_hours_of_sweeps_by_two_schedulers_add_no_row(due):
    for hour in range(24):
        for _scheduler in range(2):
            sweep.plan_due(now=MORNING.replace(hour=hour))
    keys = Counter(Message.objects.values_list("key", flat=True))
    assert len(keys) == 21
    assert set(keys.values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_make_one_row_each(flushable, due, manager):
    for _n in range(5):
        make_interview(make_employee(), manager, prepare_by=MORNING.date(), created_at=LONG_AGO)
    ready, counted = threading.Barrier(2), []

    def work():
        try:
            ready.wait()
            counted.append(plan(sweep.RULES, now=MORNING).total())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counted) == 2
    assert sum(counted) == Message.objects.count() == 31


def test_what_the_sweep_posts_it_also_sends(due, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: MORNING)
    assert sweep.run()["mails sent"] == 21
    assert len(mail.outbox) == 21
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
