"""How one entry hangs on the one before it."""

import datetime
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from audit.models import Entry

GENESIS = "0" * 64


def digest_of(entry: Entry) -> str:
    """HMAC-SHA-256 (RFC 2104) over everything the entry says, its predecessor's digest included."""
    said = {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "actor": str(entry.actor) if entry.actor else None,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject": str(entry.subject) if entry.subject else None,
        "detail": entry.detail,
        "once": entry.once,
        "previous": entry.previous,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Finding:
    """What a walk along the chain came to: `broken_at` is the first sequence that does not hold, or None."""

    entries: int
    head: str
    broken_at: int | None = None
    reason: str = ""


def walk(entries: Iterable[Entry], head_sequence: int, head_digest: str) -> Finding:
    """Follow the chain from its beginning and compare its end with the stored head."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.sequence != expected:
            return Finding(expected - 1, previous, expected, "an entry is missing")
        if entry.previous != previous or not hmac.compare_digest(entry.digest, digest_of(entry)):
            return Finding(expected - 1, previous, expected, "an entry was changed")
        previous, expected = entry.digest, expected + 1
    if (expected - 1, previous) != (head_sequence, head_digest):
        return Finding(expected - 1, previous, expected, "the end of the chain is missing")
    return Finding(expected - 1, previous)
