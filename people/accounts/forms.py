"""Forms of allauth that are judged in another way here."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms

from people.operations import confirm_password
from people.policy import Refused
from people.throttling import Throttled

THROTTLED = "throttled"


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
