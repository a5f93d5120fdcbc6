"""That somebody is at work behind the pages: a row that only a worker writes."""

from datetime import datetime, timedelta

from django.utils import timezone

from outbox.models import Heartbeat, Message


def beat(*, name: str, now: datetime | None = None) -> None:
    """Leave word that this process is at work."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now or timezone.now()})


def silence(*, name: str, now: datetime) -> timedelta | None:
    """For how long nothing was heard of it; None when it has never been heard of."""
    last = Heartbeat.objects.filter(name=name).first()
    return now - last.at if last else None


def longest_wait(*, now: datetime) -> timedelta:
    """For how long the oldest mail that may leave has been waiting for a worker to take it."""
    oldest = Message.objects.due(now).order_by("not_before").first()
    return now - oldest.not_before if oldest else timedelta()
