"""Mails about accounts. Links are made at sending: no token ever lies in the outbox."""

import uuid
from datetime import datetime
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outbox.kinds import Kind, register
from outbox.models import Message
from people.models import Department, Employee, MembershipRole, Organisation
from people.operations import issue_welcome_link


def letterhead() -> dict[str, Any]:
    """What every mail needs of the organisation; apps to the right use it in their contexts too."""
    organisation = Organisation.current()
    return {"organisation": organisation, "from_email": organisation.sender or None}


def address(name: str, **kwargs: Any) -> str:
    """A page's full address, from the setting and never from a request."""
    return settings.SITE_URL + reverse(name, kwargs=kwargs)


def welcome(message: Message) -> dict[str, Any] | None:
    person = message.recipient
    if not person.is_active or person.has_usable_password():
        return None
    token, link = issue_welcome_link(person=person, now=timezone.now())
    return letterhead() | {"link": address("people:welcome", token=token), "expires_at": link.expires_at}


def password_reset(message: Message) -> dict[str, Any] | None:
    person = message.recipient
    if not person.is_active:
        return None
    key = account_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    link = address("account_reset_password_from_key", uidb36=user_pk_to_url_str(person), key=key)
    return letterhead() | {"link": link, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}


def second_factor(message: Message) -> dict[str, Any] | None:
    """Told even if it has changed again since: each change may be the one that its owner did not make."""
    said = message.context
    changed_at = datetime.fromisoformat(said["at"])
    return letterhead() | {"change": said["change"], "changed_at": changed_at, "link": address("people:account")}


def role_granted(message: Message) -> dict[str, Any] | None:
    """Also told when the office has ended since: that it was given at all is what the others must know."""
    said = message.context
    people = Employee.objects.in_bulk([uuid.UUID(pk) for pk in (said["person"], said["by"]) if pk])
    holder = people.get(uuid.UUID(said["person"]))
    if holder is None:
        return None
    return letterhead() | {
        "holder": holder,
        "granted_by": people.get(uuid.UUID(said["by"])) if said["by"] else None,
        "role": MembershipRole(said["role"]).label,
        "department": Department.objects.filter(pk=said["department"]).first() if said["department"] else None,
        "ended": said.get("ended", False),
        "link": address("people:person", pk=holder.pk),
    }


register(
    Kind(
        "people.welcome", label=_("your first way in"), template="people/mail/welcome", context=welcome, mandatory=True
    )
)
register(
    Kind(
        "people.password_reset",
        label=_("you asked for a new password"),
        template="people/mail/password_reset",
        context=password_reset,
        mandatory=True,
    )
)
register(
    Kind(
        "people.role_granted",
        label=_("you hold an office, and all who do are told"),
        template="people/mail/role_granted",
        context=role_granted,
        mandatory=True,
    )
)
register(
    Kind(
        "people.second_factor",
        label=_("your second factor changed"),
        template="people/mail/second_factor",
        context=second_factor,
        mandatory=True,
    )
)
