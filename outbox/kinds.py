"""Which kinds of mail there are. Apps to the right register theirs from their `mails.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from outbox.models import Message


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; `content_type` may carry parameters."""

    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Kind:
    """One kind of mail.

    `context` is asked at sending, not at posting: it looks at the world again and answers None when the mail is
    no longer true, which drops it. `template` is a path without ending: `.subject.txt`, `.txt` and `.html` follow.
    `office_hours` keeps it for working days between 8 and 18 o'clock where its recipient is: reminders wait for
    them, what somebody's own click causes does not.
    """

    name: str
    label: Any
    template: str
    context: Callable[[Message], dict[str, Any] | None]
    attachments: Callable[[Message], list[Attachment]] | None = None
    mandatory: bool = False
    office_hours: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    return _kinds[name]


def optional_kinds() -> list[Kind]:
    """The kinds that a person may switch off, for the account page: of each app what happens, then what is due."""
    optional = (kind for kind in _kinds.values() if not kind.mandatory)
    return sorted(optional, key=lambda kind: (kind.name.partition(".")[0], kind.office_hours, kind.name))
