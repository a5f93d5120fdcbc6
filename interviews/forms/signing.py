"""Where somebody stands, in their own words, with the password once more."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from interviews.models import Declaration, Slot

ANSWERS: dict[str, list[tuple[str, Any]]] = {
    Slot.EMPLOYEE: [
        (Declaration.AGREES, _("I agree\nThis is what we said, and I stand behind the plan.")),
        (
            Declaration.RESERVATIONS,
            _(
                "I have read it and see some things differently\n"
                "My words go into the record beside it. The plan starts all the same."
            ),
        ),
        (Declaration.REFUSED, _("I don’t want to sign\nMy reason goes into the record. Nothing is held against me.")),
    ],
    Slot.INTERVIEWER: [
        (Declaration.CONFIRMS, _("I confirm\nThis is what we said, and I stand by what I promised.")),
        (
            Declaration.RESERVATIONS,
            _(
                "I have read it and see some things differently\n"
                "My words go into the record beside it. The plan starts all the same."
            ),
        ),
        (Declaration.REFUSED, _("I don’t want to sign\nMy reason goes into the record.")),
    ],
    Slot.HR: [
        (Declaration.CONFIRMS, _("I confirm\nBoth were asked, and both have answered.")),
        (Declaration.REFUSED, _("I don’t want to sign\nMy reason goes into the record.")),
    ],
}


class SignForm(forms.Form):
    """Three answers of equal weight, none chosen. `sha256` is the fingerprint of the text that was shown."""

    declaration = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect, error_messages={"required": _("Choose one of the answers.")}
    )
    remark = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "write write--short"}),
        help_text=_(
            "What do you see differently, or why don’t you want to sign? Printed exactly as you write it. "
            "If you agree, you can leave this empty."
        ),
    )
    password = forms.CharField(
        label=_("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "line line--date"}),
        help_text=_("So that nobody else can answer from this screen."),
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, slot: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declaration"].choices = ANSWERS[slot]  # type: ignore[attr-defined]
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        differs = cleaned.get("declaration") in (Declaration.RESERVATIONS, Declaration.REFUSED)
        if differs and not cleaned.get("remark", "").strip():
            self.add_error("remark", _("Say in a word what you see differently, or why you don’t sign."))
        return cleaned


class WitnessForm(forms.Form):
    """HR fills the slot of somebody who could not be had."""

    slot = forms.ChoiceField(label=_("Who was absent?"), widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("What you know of the absence"),
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "write write--short"}),
        help_text=_("Since when, and how you tried to reach the person. This is printed in the record."),
    )
    password = forms.CharField(
        label=_("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "line line--date"}),
    )

    def __init__(self, *args: Any, slots: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = slots  # type: ignore[attr-defined]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
