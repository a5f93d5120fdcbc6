"""Forms of allauth that are judged in another way here."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from people import throttling
from people.accounts.second_factor import authenticator_for, first_use
from people.models import Employee
from people.operations import confirm_password
from people.policy import Refused
from people.throttling import Throttled

THROTTLED = "throttled"
LONGEST_NAME = 60


def throttled(wait: Throttled) -> forms.ValidationError:
    """The refusal as an error of a form. The view answers with 429 when a form has one."""
    return forms.ValidationError(str(wait), code=THROTTLED, params={"seconds": wait.seconds})


def seconds_to_wait(form: Any) -> int:
    """How long whoever sent this form has to wait, if at all."""
    waits = [
        error.params["seconds"]
        for errors in form.errors.as_data().values()
        for error in errors
        if error.code == THROTTLED and error.params
    ]
    return max(waits, default=0)


class OwnPasswordForm(ChangePasswordForm):
    """A new password for whoever knows the old one; wrong ones count like wrong ones at sign-in."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        try:
            confirm_password(by=self.user, password=password)
        except Throttled as wait:
            raise throttled(wait) from wait
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return password


# ---------------------------------------------------------------- codes


def costs_of_code(person: Employee) -> tuple[throttling.Cost, ...]:
    return (
        (throttling.CODES, str(person.pk)),
        (throttling.NETWORK, throttling.network_of(context.request)),
    )


class _OneCode(forms.Form):
    """A code is paid for before it is looked at, and works once."""

    user: Employee
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}

    def clean_code(self) -> str:
        costs, code = costs_of_code(self.user), self.cleaned_data["code"]
        try:
            throttling.pay(*costs)
        except Throttled as wait:
            raise throttled(wait) from wait
        if not self.fits(code):
            raise get_adapter().validation_error("incorrect_code")
        throttling.give_back(*costs)
        return str(code)

    def fits(self, code: str) -> bool:
        found = authenticator_for(self.user, code)
        if found is not None:
            self.authenticator = found
        return found is not None


class CodeForm(_OneCode, AuthenticateForm):
    """At sign-in, after the password."""


class CodeAgainForm(_OneCode, ReauthenticateForm):
    """Before something about the account is changed."""


class ActivateAppForm(_OneCode, ActivateTOTPForm):
    """The first code of an app shows that it has understood. It can't be used again to sign in."""

    def fits(self, code: str) -> bool:
        validate_can_add_authenticator(self.user)
        return validate_totp_code(self.secret, code) and first_use(self.user.pk, code)


# ---------------------------------------------------------------- passkeys


class _Credential(forms.Form):
    """What a browser says of a passkey comes from outside: whatever shape it has, it fits or it doesn't."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(_Credential, AuthenticateWebAuthnForm):
    """At sign-in, after the password."""


class PasskeyAgainForm(_Credential, ReauthenticateWebAuthnForm):
    """Before something about the account is changed."""


class PasskeyAloneForm(_Credential, LoginWebAuthnForm):
    """Instead of address and password: only from a device that has checked whose finger, face or number it is."""


class NamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, required=False, help_text=_("So that you know it again later.")
    )
    passwordless = forms.BooleanField(
        label=_("It may sign me in alone, without address and password"),
        required=False,
        initial=True,
        help_text=_("The device then asks for your finger, your face or its number each time."),
    )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned
