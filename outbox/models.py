"""Mails that wait to leave. The row is the promise; a worker only carries it."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("no longer needed")
    FAILED = "failed", _("failed")


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> Self:
        """What a worker may claim at this moment."""
        return self.filter(state=MessageState.WAITING, not_before__lte=now)


class Message(models.Model):
    """One mail to one person. `key` is unique: posting twice makes one mail."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    context = models.JSONField(default=dict, help_text="ids only")
    # What a reminder is about, and the day that counts; a new day makes a new mail.
    subject = models.UUIDField(null=True)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was dropped or failed")

    _moment: datetime | None = None

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in MessageState]), name="outbox_message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_sent_has_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], name="outbox_waiting", condition=Q(state="waiting")),
            models.Index(fields=["claimed_at"], name="outbox_sending", condition=Q(state="sending")),
            models.Index(fields=["subject", "kind"], name="outbox_about", condition=Q(subject__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def moment(self) -> datetime:
        """The moment for which it is written: now, unless a sweep stands in for another time."""
        return self._moment or timezone.now()

    @moment.setter
    def moment(self, value: datetime) -> None:
        self._moment = value


class Preference(models.Model):
    """A kind of mail that a person does not want. What a signature or the law needs cannot be switched off."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=60)
    wanted = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="outbox_one_preference_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.wanted}"


class Heartbeat(models.Model):
    """When a process that works behind the pages was last seen at work."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at:%Y-%m-%d %H:%M:%S}"
