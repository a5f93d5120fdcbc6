"""What is sent about records: that the signed copy is ready, and that somebody added to it."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outbox.kinds import Kind, register
from outbox.models import Message
from people.models import Organisation
from records.models import Addendum, Record


def signed_copy(message: Message) -> dict[str, Any] | None:
    record = Record.objects.visible_to(message.recipient).filter(pk=message.context["record"]).first()
    return _about(record, message) if record else None


def addendum(message: Message) -> dict[str, Any] | None:
    added = Addendum.objects.filter(pk=message.context["addendum"]).select_related("record", "author").first()
    if added is None or not Record.objects.visible_to(message.recipient).filter(pk=added.record_id).exists():
        return None
    return _about(added.record, message) | {"other": added.author}


def _about(record: Record, message: Message) -> dict[str, Any]:
    interview = record.interview
    return {
        "other": interview.other_side(message.recipient),
        "organisation": Organisation.current(),
        "link": settings.SITE_URL + reverse("records:record", args=[interview.pk]),
    }


register(
    Kind(
        name="records.signed_copy",
        label=_("a signed copy is ready"),
        template="records/mail/signed_copy",
        context=signed_copy,
        mandatory=True,
    )
)
register(
    Kind(
        name="records.addendum",
        label=_("somebody added to a signed record"),
        template="records/mail/addendum",
        context=addendum,
        mandatory=True,
    )
)
