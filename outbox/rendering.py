"""From a row to a mail in its reader's language and time zone."""

import hashlib
import zoneinfo
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from outbox.kinds import get
from outbox.models import Message


def message_id(key: str) -> str:
    """RFC 5322 Message-ID made from the key: the same mail, sent twice, has the same one."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def zone_of(person: Any) -> str:
    """Where this person is: the name of a time zone."""
    return str(person.timezone)


def render(message: Message) -> EmailMultiAlternatives | None:
    """The mail as it leaves, or None when its kind says it is no longer true."""
    kind, person = get(message.kind), message.recipient
    with translation.override(person.language), timezone.override(zoneinfo.ZoneInfo(zone_of(person))):
        context = kind.context(message)
        if context is None:
            return None
        context = {"person": person, "site_url": settings.SITE_URL, "kind": kind, **context}
        subject = " ".join(render_to_string(f"{kind.template}.subject.txt", context).split())
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string(f"{kind.template}.txt", context),
            from_email=context.get("from_email"),
            to=[person.email],
            headers={"Message-ID": message_id(message.key), "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string(f"{kind.template}.html", context), "text/html")
    for attachment in kind.attachments(message) if kind.attachments else []:
        mail.attach(attachment.filename, attachment.content, attachment.content_type)
    return mail
