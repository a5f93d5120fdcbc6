"""No sign-up, no change of address, mails through the outbox, tries counted by our own throttle."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from audit.operations import record
from outbox.operations import post
from people import sessions, throttling
from people.accounts.forms import throttled
from people.models import Employee
from people.operations import confirm_password, set_password
from people.policy import Refused
from people.throttling import Throttled


class AccountAdapter(DefaultAccountAdapter):
    """The HR export is the truth about who has an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # ---------------------------------------------------------------- signing in

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Pay for the try before it is judged, so that parallel guesses count one by one."""
        self.paid = (
            (throttling.PASSWORDS, throttling.account(credentials.get("email", ""))),
            (throttling.NETWORK, throttling.network_of(request)),
        )
        try:
            throttling.pay(*self.paid)
        except Throttled as wait:
            raise throttled(wait) from wait

    def _rollback_login_failed_rl_usage(self) -> None:
        """What allauth calls when the password was right."""
        throttling.give_back(*self.paid)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """What allauth calls when a forgotten password was replaced."""
        throttling.forget((throttling.PASSWORDS, throttling.account(credentials.get("email", ""))))

    def reauthenticate(self, user: Employee, password: str) -> bool:
        try:
            confirm_password(by=user, password=password)
        except Throttled as wait:
            raise throttled(wait) from wait
        except Refused:
            return False
        return True

    def login(self, request: HttpRequest, user: Employee) -> None:
        super().login(request, user)
        sessions.begin(request)

    def post_login(self, request: HttpRequest, user: Employee, **kwargs: Any) -> HttpResponse:
        proofs = [used.get("type", used["method"]) for used in get_authentication_records(request, user)]
        with transaction.atomic():
            record(action="person.signed_in", by=user, subject=user, by_means_of="+".join(proofs) or None)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    # ---------------------------------------------------------------- passwords

    def set_password(self, user: Employee, password: str) -> None:
        """Whoever proved by a new password who they are is not kept waiting for their earlier wrong guesses."""
        request = allauth_context.request
        own = request is not None and request.user == user
        set_password(by=user, password=password, here=request.session.session_key if own else "")
        throttling.forget((throttling.PASSWORDS, throttling.account(user)))

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
