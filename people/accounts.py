"""How django-allauth works here: no sign-up, no change of address, mails through the outbox."""

import base64
import hashlib
import hmac
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from outbox.operations import post
from people.models import Employee


def display(person: Employee) -> str:
    return person.get_full_name()


def draft_key(person: Employee) -> str:
    """The key under which a browser keeps this person's unsent drafts: only pages signed in as them carry it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"draft:" + person.pk.bytes, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class AccountAdapter(DefaultAccountAdapter):
    """The HR export is the truth about who has an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_password_reset_mail(self, user: Employee, email: str, context: dict[str, Any]) -> None:
        """Leave a row for the worker. The link is made at sending, so no token ever lies in the database."""
        now = timezone.now()
        post(key=f"people.password_reset:{user.pk}:{now:%Y%m%d%H%M}", to=user, kind="people.password_reset", now=now)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing else that allauth would send has a place here: sign-up and addresses are closed."""
