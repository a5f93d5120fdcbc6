"""Views of allauth that answer in another way here."""

from typing import Any

from allauth.account import views
from django.http import HttpResponse

from people import throttling
from people.accounts.forms import seconds_to_wait, throttled
from people.throttling import Throttled


class PatientForm:
    """A form sent too often is shown again as 429, with what was typed and how long to wait."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if seconds := seconds_to_wait(form):
            response.status_code = 429
            response["Retry-After"] = str(seconds)
        return response


class SignIn(PatientForm, views.LoginView):
    """By address and password."""


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
            return self.form_invalid(form)
        response: HttpResponse = super().form_valid(form)
        return response
