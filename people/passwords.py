"""Passwords that are easy to guess are refused, with the reason."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

# zxcvbn's scale runs from 0 (guessed at once) to 4; below 3 an attacker with the hash needs hours.
ENOUGH = 3


class GuessableValidator:
    """Refuse what zxcvbn, told the person's own names, calls guessable."""

    def validate(self, password: str, user: Any = None) -> None:
        known = [getattr(user, field, "") or "" for field in ("first_name", "last_name", "email", "employee_number")]
        # zxcvbn's time grows with length; what comes after 72 characters adds nothing to the judgement.
        if zxcvbn(password[:72], user_inputs=known)["score"] < ENOUGH:
            raise ValidationError(
                _("This password is easy to guess. Four or five unrelated words are easy to keep and hard to guess."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be easy to guess: names, dates and patterns of keys are tried first.")
