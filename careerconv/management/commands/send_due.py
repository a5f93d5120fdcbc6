"""One sweep of reminders by hand: plan what is due, send what waits, and say what came of it."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from careerconv.sweep import RULES
from outbox import operations as outbox
from outbox import reminders
from outbox.models import Message, MessageState
from outbox.operations import Delivery
from people.models import Organisation


class Command(BaseCommand):
    help = "Post the reminders that are due and send the mails that wait, as the sweep does every minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--at", type=_moment, metavar="ISO8601", help="as of another moment")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done; write and send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        at, dry_run = options["at"], options["dry_run"]
        if at and not dry_run and not _may_choose_moment():
            raise CommandError("--at sends real mails at a wrong time. Use it with --dry-run, or in a demonstration.")
        now = at or timezone.now()
        planned, became = _foresee(now) if dry_run else _sweep(now, at)
        report = {
            "at": now.isoformat(),
            "dry_run": dry_run,
            "planned": dict(sorted(planned.items())),
            "sent": became[Delivery.SENT],
            "dropped": became[Delivery.DROPPED],
            "failed": became[Delivery.REFUSED],
            "waiting": became[Delivery.NOT_YET] if dry_run else _waiting(),
        }
        self.stdout.write(json.dumps(report) if options["json"] else _in_words(report))


def _moment(text: str) -> datetime:
    """A moment without a time zone is one in UTC."""
    moment = datetime.fromisoformat(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _may_choose_moment() -> bool:
    return settings.MAY_CHOOSE_MOMENT or Organisation.current().is_demonstration


def _sweep(now: datetime, at: datetime | None) -> tuple[Counter[str], Counter[Delivery]]:
    planned = reminders.plan(RULES, now=now)
    outbox.release_stale_claims(now=now)
    return planned, outbox.deliver_waiting(now=at, seconds=math.inf)


def _foresee(now: datetime) -> tuple[Counter[str], Counter[Delivery]]:
    planned: Counter[str] = Counter()

    def counted(messages: Iterable[Message]) -> Iterator[Message]:
        for message in messages:
            planned[message.kind] += 1
            yield message

    waiting = Message.objects.filter(state=MessageState.WAITING).select_related("recipient")
    became: Counter[Delivery] = Counter()
    for messages in (waiting.iterator(chunk_size=500), counted(reminders.foresee(RULES, now=now))):
        became.update(outbox.foresee(message=message, now=now) for message in messages)
    return planned, became


def _waiting() -> int:
    return Message.objects.filter(state=MessageState.WAITING).count()


def _in_words(report: dict[str, Any]) -> str:
    planned = [f"  {number:>6}  {kind}" for kind, number in report["planned"].items()] or ["  nothing"]
    numbers = ", ".join(f"{report[name]} {name}" for name in ("sent", "dropped", "failed", "waiting"))
    told = f"{report['at']}{' (nothing was written or sent)' if report['dry_run'] else ''}"
    return "\n".join([told, "planned:", *planned, numbers])
