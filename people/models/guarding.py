"""What keeps strangers out: who is signed in where, and how often something was tried."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone

from people.devices import in_words
from people.handles import handle
from people.models.employee import Employee


class SessionQuerySet(models.QuerySet["Session"]):
    def open(self, now: datetime | None = None) -> Self:
        return self.filter(expire_date__gt=now or timezone.now())

    def visible_to(self, user: Employee) -> Self:
        """Where somebody is signed in is their own business."""
        return self.open().filter(person=user)


SessionManager = BaseSessionManager.from_queryset(SessionQuerySet)


class Session(AbstractBaseSession):
    """One browser in which somebody is signed in, or about to. The columns repeat what `session_data` says."""

    person = models.ForeignKey(Employee, models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = SessionManager()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from people.sessions.stored import SessionStore

        return SessionStore

    @property
    def device_in_words(self) -> str:
        return in_words(self.device)

    @property
    def handle(self) -> uuid.UUID:
        """What a page calls it: the key itself would open it."""
        return handle("session", self.session_key)


class Attempt(models.Model):
    """How often something was tried until a moment. The key is a keyed hash: neither addresses nor networks lie here.

    `ends` counts seconds since 1970, so that one statement can compare and write it on both databases.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}… {self.count}"
