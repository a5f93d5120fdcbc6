import datetime
import smtplib
import threading

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from outbox import kinds, operations
from outbox.models import Message, MessageState, Preference
from outbox.rendering import message_id
from outbox.tasks import deliver_due

pytestmark = pytest.mark.django_db
WORLD = {"true": True, "fails": 0}


@pytest.fixture(autouse=True)
def kind(monkeypatch, tmp_path, settings):
    (tmp_path / "hello.subject.txt").write_text("Hello\n {{ person.first_name }}\n")
    (tmp_path / "hello.txt").write_text("{% autoescape off %}Good day, {{ person }}.{% endautoescape %}")
    (tmp_path / "hello.html").write_text("<p>Good day, {{ person }}.</p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    WORLD.update(true=True, fails=0)

    def context(message):
        if WORLD["fails"]:
            WORLD["fails"] -= 1
            raise smtplib.SMTPServerDisconnected
        return {} if WORLD["true"] else None

    for mandatory in (True, False):
        name = "test.must" if mandatory else "test.may"
        kinds.register(kinds.Kind(name, "Test", "hello", context, mandatory=mandatory))


def post(person, key="k", kind="test.may", **more):
    with transaction.atomic():
        operations.post(key=key, to=person, kind=kind, **more)


def test_posted_twice_is_one_mail(employee):
    post(employee)
    post(employee)
    deliver_due()
    deliver_due()
    assert [m.to for m in mail.outbox] == [[employee.email]]
    assert Message.objects.get().state == MessageState.SENT


def test_rolled_back_there_is_no_mail(employee):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        operations.post(key="k", to=employee, kind="test.may")
        raise ZeroDivisionError
    assert not Message.objects.exists()


def test_subject_is_one_line_and_the_id_comes_from_the_key(employee):
    employee.first_name = "Ámara\nBcc: x@example.test"
    employee.save()
    post(employee)
    deliver_due()
    (sent,) = mail.outbox
    assert "\n" not in sent.subject
    assert sent.extra_headers["Message-ID"] == message_id("k")
    assert sent.alternatives[0].mimetype == "text/html"
    assert sent.bcc == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda person: WORLD.update(true=False), "no longer true"),
        (lambda person: Preference.objects.create(person=person, kind="test.may", wanted=False), "not wanted"),
        (lambda person: type(person).objects.filter(pk=person.pk).update(is_active=False), "account closed"),
    ],
)
def test_what_is_stale_or_unwanted_is_dropped_and_says_so(change, reason, employee):
    post(employee)
    change(employee)
    deliver_due()
    message = Message.objects.get()
    assert (message.state, message.reason) == (MessageState.DROPPED, reason)
    assert mail.outbox == []


def test_what_must_be_read_is_sent_whatever_the_preference(employee):
    Preference.objects.create(person=employee, kind="test.must", wanted=False)
    post(employee, kind="test.must")
    deliver_due()
    assert len(mail.outbox) == 1


def test_an_expired_mail_is_not_sent(employee):
    post(employee, expires_at=timezone.now() - datetime.timedelta(minutes=1))
    deliver_due()
    assert Message.objects.get().reason == "expired"
    assert mail.outbox == []


def test_a_server_that_refuses_is_tried_again_later(employee):
    WORLD["fails"] = 1
    post(employee)
    deliver_due()
    message = Message.objects.get()
    assert (message.state, message.attempts, message.reason) == (MessageState.WAITING, 1, "SMTPServerDisconnected")
    assert message.not_before > timezone.now()
    deliver_due()
    assert mail.outbox == []
    Message.objects.update(not_before=timezone.now())
    deliver_due()
    assert Message.objects.get().state == MessageState.SENT
    assert len(mail.outbox) == 1


def test_after_the_last_try_a_person_has_to_look(employee):
    WORLD["fails"] = 100
    post(employee)
    for _try in range(len(operations.RETRY_AFTER) + 2):
        Message.objects.filter(state=MessageState.WAITING).update(not_before=timezone.now())
        deliver_due()
    assert Message.objects.get().state == MessageState.FAILED


def test_a_claim_keeps_other_workers_away_until_it_is_stale(employee):
    post(employee)
    assert len(operations.claim()) == 1
    assert operations.claim() == []
    assert operations.release_stale_claims() == 0
    later = timezone.now() + operations.CLAIM_LASTS + datetime.timedelta(seconds=1)
    assert operations.release_stale_claims(now=later) == 1
    deliver_due()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_the_same_mail(employee, flushable):
    for n in range(60):
        post(employee, key=f"k{n}")
    claimed: list[list] = [[], []]

    def work(mine):
        try:
            while ids := operations.claim(limit=5):
                mine.extend(ids)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(mine,)) for mine in claimed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = claimed[0] + claimed[1]
    assert len(together) == len(set(together)) == 60
