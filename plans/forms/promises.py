"""A promise, and whether it was kept."""

import uuid
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy

from people.widgets import DateInput
from plans.forms.owners import OwnerForm
from plans.forms.words import WORDS
from plans.models import Promise, PromiseState


class PromiseForm(OwnerForm):
    is_promised = forms.ChoiceField(
        label=gettext_lazy("Is it promised?"),
        choices=[
            ("yes", gettext_lazy("Promised\nBy somebody, until a day")),
            ("no", gettext_lazy("Expressly not promised\nWritten down, so that nobody waits for it")),
        ],
        initial="yes",
        widget=forms.RadioSelect,
    )
    what = forms.CharField(
        label=gettext_lazy("What?"),
        help_text=gettext_lazy("A budget, a mentor, a talk with another team."),
        max_length=300,
    )
    due_on = forms.DateField(label=gettext_lazy("By when?"), widget=DateInput())
    why = forms.CharField(
        label=gettext_lazy("Why does it change?"),
        help_text=gettext_lazy("Kept in the history, beside the former value."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(WORDS),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, promise: Promise | None = None, **kwargs: Any) -> None:
        if promise is None:
            kwargs.setdefault("initial", {"key": uuid.uuid4()})
        else:
            kwargs["initial"] = {name: getattr(promise, name) for name in ("what", "due_on", "version")}
            kwargs["owner"] = promise.owner
        super().__init__(*args, **kwargs)
        if self.data.get("is_promised") == "no":
            self.fields["owner_is"].required = self.fields["due_on"].required = False
        if promise is None:
            del self.fields["why"]
        else:
            del self.fields["is_promised"]
        first = ["is_promised"] if promise is None else []
        rest = ["why"] if promise else []
        self.not_promised = promise is not None and promise.state == PromiseState.NOT_PROMISED
        owed = [] if self.not_promised else [*self.owner_fields, "due_on"]
        if self.not_promised:
            for name in [*self.owner_fields, "due_on"]:
                del self.fields[name]
        self.helper.layout = Layout(*first, "what", *owed, *rest, "version", "key")

    def clean(self) -> dict[str, Any]:
        if self.data.get("is_promised") == "no":
            return {**self.cleaned_data, "owner": None, "due_on": None, "not_promised": True}
        return {**super().clean(), "not_promised": False}
