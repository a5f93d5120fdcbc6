"""Views of allauth that answer in another way here."""

import ipaddress
import json
from typing import Any

from allauth.account import views
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from people import operations, throttling
from people.accounts.forms import seconds_to_wait, throttled
from people.handles import handle
from people.second_factor import is_asked_of, kinds_of
from people.throttling import Throttled

INDEX = "mfa_index"


class PatientForm:
    """A form sent too often is shown again as 429, with what was typed and how long to wait."""

    def form_invalid(self, form: Any) -> Any:
        response: Any = super().form_invalid(form)  # type: ignore[misc]
        if seconds := seconds_to_wait(form):
            response.status_code = 429
            response["Retry-After"] = str(seconds)
            response.context_data["form_error_title"] = _("Please wait a little.")
        return response


# ---------------------------------------------------------------- passwords


class SignIn(PatientForm, views.LoginView):
    """By address and password."""


@method_decorator(login_not_required, name="dispatch")
class SignOut(views.LogoutView):
    """Also for whoever has typed the password and has no code at hand."""


class ChangePassword(PatientForm, views.PasswordChangeView):
    """For whoever knows the old one."""


class Reauthenticate(PatientForm, views.ReauthenticateView):
    """By password, once more."""


class AskForReset(PatientForm, views.PasswordResetView):
    """A link by mail. Asking is counted by the address typed, whether it belongs to somebody or not."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            throttling.pay(
                (throttling.RESETS, throttling.account(form.cleaned_data["email"])),
                (throttling.RESETS_OF_NETWORK, throttling.network_of(self.request)),
            )
        except Throttled as wait:
            form.add_error(None, throttled(wait))
            patience: HttpResponse = self.form_invalid(form)
            return patience
        response: HttpResponse = super().form_valid(form)
        return response


# ---------------------------------------------------------------- the second factor


class Noted:
    """A change of the second factor is written, noted and told in one transaction."""

    change = ""
    request: Any

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
                operations.note_second_factor(by=self.request.user, person=self.request.user, change=self.change)
        except IntegrityError:
            # Sent twice at the same moment: the other one did it.
            return redirect(INDEX)
        return response


class PasskeyOptions:
    """What the browser needs to ask for a passkey, for the form's data attribute: inline scripts are forbidden."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        for options in context.pop("js_data", {}).values():
            context["options"] = json.dumps(options, cls=DjangoJSONEncoder)
        return context


class OwnPasskey:
    """One's own passkey by the name that its address shows."""

    request: Any
    kwargs: dict[str, Any]

    def get_object(self, queryset: Any = None) -> Authenticator:
        for passkey in self.get_queryset():  # type: ignore[attr-defined]
            if handle("passkey", passkey.pk) == self.kwargs["handle"]:
                found: Authenticator = passkey
                return found
        raise Http404


class SecondFactor(mfa.IndexView):
    """All that one has, and what one could have."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        own = context["authenticators"]
        context["app"], context["codes"] = own.get(Authenticator.Type.TOTP), own.get(Authenticator.Type.RECOVERY_CODES)
        context["passkeys"] = [
            (passkey, handle("passkey", passkey.instance.pk)) for passkey in own.get(Authenticator.Type.WEBAUTHN, [])
        ]
        context["asked"] = is_asked_of(self.request.user)
        context["has_name"] = not _is_number(self.request.get_host())
        return context


class Code(PatientForm, PasskeyOptions, mfa.AuthenticateView):
    """The step after the password. Nobody is signed in before it is taken."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        kinds = kinds_of(self.stage.login.user)
        context["takes_codes"] = bool(kinds - {Authenticator.Type.WEBAUTHN})
        context["takes_app"] = Authenticator.Type.TOTP in kinds
        context["takes_passkeys"] = Authenticator.Type.WEBAUTHN in kinds
        return context


class CodeAgain(PatientForm, mfa.ReauthenticateView):
    """Before something about the account is changed."""


class ActivateApp(PatientForm, Noted, app.ActivateTOTPView):
    change = "app_added"


class DeactivateApp(Noted, app.DeactivateTOTPView):
    change = "app_removed"


class RenewCodes(Noted, codes.GenerateRecoveryCodesView):
    change = "codes_renewed"


class AddPasskey(PasskeyOptions, Noted, passkeys.AddWebAuthnView):
    change = "passkey_added"


class NamePasskey(OwnPasskey, passkeys.EditWebAuthnView):
    success_url = reverse_lazy(INDEX)


class RemovePasskey(OwnPasskey, Noted, passkeys.RemoveWebAuthnView):
    change = "passkey_removed"
    success_url = reverse_lazy(INDEX)

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(get_adapter().error_messages["cannot_delete_authenticator"]))
            return redirect(INDEX)
        return super().form_valid(form)


class PasskeyAgain(PasskeyOptions, passkeys.ReauthenticateWebAuthnView):
    """Before something about the account is changed."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return response


class PasskeyAlone(passkeys.LoginWebAuthnView):
    """Instead of address and password. Leads back to where one wanted to go."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            throttling.pay((throttling.PASSKEYS, throttling.network_of(request)))
        except Throttled as wait:
            messages.error(request, str(wait))
            return redirect("account_login")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=get_next_redirect_url(self.request))
        response: HttpResponse = perform_passwordless_login(self.request, passkey, login)
        return response


def _is_number(host: str) -> bool:
    """Whether this address of the server is a number: browsers keep passkeys for names only."""
    try:
        ipaddress.ip_address(host.rsplit(":", 1)[0].strip("[]"))
    except ValueError:
        return False
    return True
