"""What to add to a record, and which file to judge."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from records.operations import LONGEST_ADDENDUM


class AddendumForm(forms.Form):
    text = forms.CharField(
        label=_("What you want to add"),
        max_length=LONGEST_ADDENDUM,
        widget=forms.Textarea(attrs={"class": "write", "rows": 8}),
        help_text=_("It is sealed exactly as you write it, and can’t be taken back. Both of you and HR can read it."),
    )
    password = forms.CharField(
        label=_("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "line line--date"}),
        help_text=_("So that nobody else can write from this screen. It is your signature under this text."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class VerifyForm(forms.Form):
    file = forms.FileField(
        label=_("The PDF"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=_("Up to 10 MB. It is read, judged and forgotten; nothing of it is kept."),
        error_messages={"required": _("Choose a file first.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
