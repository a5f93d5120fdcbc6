"""How django-allauth works here: no sign-up, no change of address, mails through the outbox."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from audit.operations import record
from outbox.operations import post
from people.models import Employee
from people.operations import set_password


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

    def post_login(self, request: HttpRequest, user: Employee, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            record(action="person.signed_in", by=user, subject=user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def set_password(self, user: Employee, password: str) -> None:
        """Whoever proved by a new password who they are is not kept waiting for their earlier wrong guesses."""
        set_password(by=user, password=password)
        if allauth_context.request is not None:
            self._delete_login_attempts_cached_email(allauth_context.request, email=user.email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:account")

    def send_password_reset_mail(self, user: Employee, email: str, context: dict[str, Any]) -> None:
        """Leave a row for the worker. The link is made at sending, so no token ever lies in the database."""
        now = timezone.now()
        post(
            key=f"people.password_reset:{user.pk}:{now:%Y%m%d%H%M}",
            to=user,
            kind="people.password_reset",
            # A link that comes hours after it was asked for, when the server was down, surprises more than it helps.
            expires_at=now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
            now=now,
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing else that allauth would send has a place here: sign-up and addresses are closed."""
