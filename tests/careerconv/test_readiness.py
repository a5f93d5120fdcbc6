"""/readyz: each part's state, never slowly, and nothing about people."""

import datetime
import socket
import time

import pytest
from celery.beat import ScheduleEntry, Scheduler
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from careerconv import readiness, tasks
from careerconv.celery import app
from outbox import heartbeat
from outbox.models import Heartbeat, Message
from tests import factories

MINUTE = datetime.timedelta(minutes=1)
READY = {"status": "ready", "database": "ok", "broker": "ok", "worker": "ok", "mails": "ok"}


def ask():
    response = Client().get("/readyz")
    assert response["Cache-Control"] == "no-store, private"
    return response.status_code, response.json()


def test_ready_while_a_worker_sweeps_and_not_before_or_long_after(flushable):
    assert ask() == (503, {**READY, "status": "not ready", "worker": "silent"})
    tasks.sweep()
    assert ask() == (200, READY)
    heartbeat.beat(name="worker", now=timezone.now() - 4 * MINUTE)
    assert ask() == (503, {**READY, "status": "not ready", "worker": "silent"})
    assert Heartbeat.objects.count() == 1


def test_mails_that_nobody_takes_are_told_but_take_no_page_away(flushable):
    tasks.sweep()
    now = timezone.now()
    person = factories.make_employee("Amara", "Okafor")
    message = Message.objects.create(
        key="k", recipient=person, kind="people.password_reset", created_at=now, not_before=now - 20 * MINUTE
    )
    assert ask() == (200, {**READY, "mails": "waiting"})
    assert heartbeat.longest_wait(now=now) == 20 * MINUTE
    # One that waits for its next try is nobody's to take.
    Message.objects.filter(pk=message.pk).update(not_before=now + MINUTE)
    assert ask() == (200, READY)


@pytest.mark.django_db
def test_beat_alone_is_no_worker():
    scheduler = Scheduler(app, lazy=True)
    entry = ScheduleEntry(name="sweep", app=app, **settings.CELERY_BEAT_SCHEDULE["sweep"])
    with app.connection_for_write() as broker:
        scheduler.apply_async(entry, producer=app.amqp.Producer(broker, auto_declare=False), advance=False)
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db
def test_a_sweep_by_hand_is_no_worker():
    from careerconv import sweep

    sweep.run()
    assert not Heartbeat.objects.exists()


def test_a_broker_that_neither_answers_nor_refuses_is_down_in_time(flushable, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and says nothing
        monkeypatch.setattr(app.conf, "broker_write_url", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()
        state = readiness.ask(now=timezone.now())
        assert time.monotonic() - began < 30  # two seconds where the machine has nothing else to do, never for ever
    assert (state.broker, state.is_ready) == ("down", False)


def test_a_broker_that_refuses_is_down(flushable, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setattr(app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
    tasks.sweep()
    assert ask() == (503, {**READY, "status": "not ready", "broker": "down"})


def test_a_database_that_is_gone_is_down_and_the_rest_is_not_guessed(flushable, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "/nowhere/at-all")
    state = {"status": "not ready", "database": "down", "broker": "ok", "worker": "unknown", "mails": "unknown"}
    assert ask() == (503, state)
