"""Post inside a transaction; claim, send and settle outside of one."""

import contextlib
import enum
import logging
import smtplib
import time
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import models, transaction
from django.utils import timezone

from outbox import tasks
from outbox.hours import next_open
from outbox.kinds import get
from outbox.models import Message, MessageState, Preference
from outbox.rendering import render, zone_of

log = logging.getLogger(__name__)

# Growing pauses between tries: about three days in all, then a person has to look.
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440, 1440)]
# A worker that died while sending leaves its claim behind; after this long somebody else takes over. It has to be
# longer than any server may keep us waiting: settings.EMAIL_TIMEOUT holds for each step of one mail.
CLAIM_LASTS = timedelta(seconds=settings.OUTBOX_CLAIM_SECONDS)
# Well below settings.CELERY_TASK_TIME_LIMIT: a task that is ended by force leaves a mail half sent.
AT_MOST_SECONDS = 100
# A server that refuses so many in a row is left alone until the next sweep.
REFUSALS = 3


class Delivery(enum.StrEnum):
    """What came of one try. A refused mail waits for its next try, or is given up."""

    SENT = "sent"
    DROPPED = "dropped"
    REFUSED = "refused"
    NOT_YET = "not yet"
    NOT_MINE = "not mine"


def post(
    *,
    key: str,
    to: models.Model,
    kind: str,
    context: dict[str, Any] | None = None,
    subject: UUID | None = None,
    expires_at: datetime | None = None,
    not_before: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Put a mail into the outbox inside the caller's transaction. Rolled back: no mail. Posted twice: one.

    `subject` is what it is about, for those who ask later when somebody was told of it.
    """
    post_many(
        mails=[(key, to, context or {})],
        kind=kind,
        subject=subject,
        expires_at=expires_at,
        not_before=not_before,
        now=now,
    )


def post_many(
    *,
    mails: Iterable[tuple[str, models.Model, dict[str, Any]]],
    kind: str,
    subject: UUID | None = None,
    expires_at: datetime | None = None,
    not_before: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Post many mails of one kind, each as (key, recipient, context), with few statements and one nudge."""
    now = now or timezone.now()
    waits = get(kind).office_hours
    messages = [
        Message(
            key=key,
            recipient_id=to.pk,
            kind=kind,
            context=context,
            subject=subject,
            created_at=now,
            not_before=next_open(not_before or now, zone_of(to)) if waits else not_before or now,
            expires_at=expires_at,
        )
        for key, to, context in mails
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)
    # Only a nudge: the sweep finds the rows a minute later when the broker is down.
    # A lambda, because Django 5.2 stumbles over other callables when a robust callback fails.
    transaction.on_commit(lambda: tasks.deliver_due.delay(), robust=True)  # noqa: PLW0108


def claim(*, limit: int = 1, now: datetime | None = None) -> list[UUID]:
    """Take due messages for this worker; no other worker gets them.

    One at a time by default: a worker that is killed holds up one mail, and no claim grows old in a queue.
    """
    now = now or timezone.now()
    with transaction.atomic():
        due = Message.objects.due(now).order_by("not_before", "created_at")
        if database.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        Message.objects.filter(pk__in=ids, state=MessageState.WAITING).update(
            state=MessageState.SENDING, claimed_at=now, attempts=models.F("attempts") + 1
        )
    return ids


def deliver(*, pk: UUID, connection: BaseEmailBackend | None = None, now: datetime | None = None) -> Delivery:
    """Send one claimed message and settle its row. Looks at state, account, preference and hour before sending.

    `connection` is kept open for the next mail; without one, the mail makes its own.
    """
    message = Message.objects.select_related("recipient").get(pk=pk)
    if message.state != MessageState.SENDING:
        return Delivery.NOT_MINE
    at = message.moment = now or timezone.now()
    try:
        reason = _no_longer_wanted(message, at)
        if not reason and (opens := _opens_later(message, at)):
            # Claimed outside of working hours, after an outage perhaps: that was no try.
            _settle(message, MessageState.WAITING, not_before=opens, attempts=message.attempts - 1)
            return Delivery.NOT_YET
        mail = None if reason else render(message)
        if mail is None:
            _settle(message, MessageState.DROPPED, reason=reason or "no longer true")
            return Delivery.DROPPED
        if connection:
            connection.open()
            mail.connection = connection
        mail.send()
    except Exception as error:  # noqa: BLE001 - any failure to send is kept and tried again
        _put_back(message, error, at)
        return Delivery.REFUSED
    _settle(message, MessageState.SENT, sent_at=now or timezone.now())
    return Delivery.SENT


def deliver_waiting(*, now: datetime | None = None, seconds: float = AT_MOST_SECONDS) -> Counter[Delivery]:
    """Send what is due, one by one over one connection, until nothing is left or the time is up."""
    done: Counter[Delivery] = Counter()
    refusals, began, connection = 0, time.monotonic(), get_connection()
    while refusals < REFUSALS and time.monotonic() - began < seconds and (ids := claim(now=now)):
        delivery = deliver(pk=ids[0], connection=connection, now=now)
        done[delivery] += 1
        refusals = refusals + 1 if delivery == Delivery.REFUSED else 0
        if refusals:
            _close(connection)
    _close(connection)
    return done


def foresee(*, message: Message, now: datetime) -> Delivery:
    """What would become of this mail at this moment. Nothing is sent or written."""
    message.moment = now
    if _no_longer_wanted(message, now):
        return Delivery.DROPPED
    if message.not_before > now or _opens_later(message, now):
        return Delivery.NOT_YET
    with transaction.atomic():
        is_true = get(message.kind).context(message) is not None
        transaction.set_rollback(True)  # some make a link as they look
    return Delivery.SENT if is_true else Delivery.DROPPED


def release_stale_claims(*, now: datetime | None = None) -> int:
    """Give back what a dead worker had claimed. The `Message-ID` stays, so a double can be recognised."""
    now = now or timezone.now()
    return Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=now - CLAIM_LASTS).update(
        state=MessageState.WAITING, claimed_at=None
    )


def drop_posted_before(*, moment: datetime, reason: str, kinds: Collection[str] | None = None) -> int:
    """Let go of mails that have waited since before this moment: nobody would understand them any more."""
    waiting = Message.objects.filter(state=MessageState.WAITING, created_at__lt=moment)
    if kinds is not None:
        waiting = waiting.filter(kind__in=kinds)
    return waiting.update(state=MessageState.DROPPED, reason=reason)


def set_preference(*, by: models.Model, kind: str, wanted: bool) -> None:
    """Remember whether this person wants mails of a kind."""
    Preference.objects.update_or_create(person_id=by.pk, kind=kind, defaults={"wanted": wanted})


def _close(connection: BaseEmailBackend) -> None:
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.close()


def _no_longer_wanted(message: Message, now: datetime) -> str:
    kind = get(message.kind)
    if message.expires_at and message.expires_at < now:
        return "expired"
    if not message.recipient.is_active and not kind.mandatory:
        return "account closed"
    refused = Preference.objects.filter(person_id=message.recipient_id, kind=message.kind, wanted=False)
    if not kind.mandatory and refused.exists():
        return "not wanted"
    return ""


def _opens_later(message: Message, now: datetime) -> datetime | None:
    """When working hours begin again where the recipient is, if this mail has to wait for them."""
    opens = next_open(now, zone_of(message.recipient)) if get(message.kind).office_hours else now
    return opens if opens > now else None


def _put_back(message: Message, error: Exception, now: datetime) -> None:
    reason = f"{type(error).__name__}: {error}"[:200] if settings.DEBUG else type(error).__name__
    log.warning("mail %s (%s) not sent, try %d: %s", message.pk, message.kind, message.attempts, reason)
    if message.attempts > len(RETRY_AFTER):
        _settle(message, MessageState.FAILED, reason=reason)
    else:
        wait = RETRY_AFTER[message.attempts - 1]
        _settle(message, MessageState.WAITING, reason=reason, not_before=now + wait)


def _settle(message: Message, state: MessageState, **fields: object) -> None:
    Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(state=state, claimed_at=None, **fields)
