"""Codes and passkeys: secrets are encrypted in the database, and each code works once."""

import base64
import hashlib
import hmac
import logging
import secrets
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from people import throttling
from people.models import Employee, Organisation
from people.second_factor import factors_of, is_asked_of

# A code of the app is taken half a minute early and late, so it lives for three times its half minute at most.
CODE_LIVES = 120

log = logging.getLogger(__name__)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That did not fit. Codes change every half minute and work once: try the next one."),
        "cannot_delete_authenticator": _("Your office asks for a second factor. Set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Made under a key that is gone: nothing fits it any more, which is not the same as an empty secret.
            log.error("a second factor was made under another SECRET_KEY; its owner needs a new one")  # noqa: TRY400
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        return Organisation.current().product_name

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        person: Employee = authenticator.user
        return not is_asked_of(person) or factors_of(person).exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Employee, type: Any) -> str:  # noqa: A002 - allauth's name
        return ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": Organisation.current().product_name}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Ours goes through the outbox, in the transaction of what it tells."""


class AppCode(TOTP):
    """A code of the authenticator app that works once, also when it is sent twice at the same moment."""

    def _mark_code_used(self, code: str) -> bool:
        return first_use(self.instance.user_id, code)


def first_use(person_pk: object, code: str) -> bool:
    digits = "".join(filter(str.isdigit, code))
    return throttling.once("used code", f"{person_pk}:{digits}", seconds=CODE_LIVES)


def authenticator_for(person: Employee, code: str) -> Authenticator | None:
    """Which of a person's app and recovery codes this is, if any; it is used up by that."""
    for found in Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.WEBAUTHN):
        kind = AppCode(found) if found.type == Authenticator.Type.TOTP else found.wrap()
        if kind.validate_code(code):
            found.user = person
            return found
    return None


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [hmac.new(str(key).encode(), b"second factor", hashlib.sha256).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
