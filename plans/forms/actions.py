"""An action, and how it stands."""

import uuid
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy

from people.widgets import DateInput
from plans.forms.owners import OwnerForm
from plans.forms.words import WORDS
from plans.models import Action, ActionKind


class ActionForm(OwnerForm):
    title = forms.CharField(label=gettext_lazy("What will be done?"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("How does one learn by it?"),
        choices=[
            (ActionKind.EXPERIENCE, gettext_lazy("By doing\nA task, a project, a first time")),
            (ActionKind.EXPOSURE, gettext_lazy("With people\nA mentor, a visit, a talk")),
            (ActionKind.COURSE, gettext_lazy("By a course\nA class, a book, a certificate")),
        ],
        initial=ActionKind.EXPERIENCE,
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(label=gettext_lazy("By when?"), widget=DateInput())
    resources = forms.CharField(
        label=gettext_lazy("What does it need?"),
        help_text=gettext_lazy("Hours, money with its cost centre, a room."),
        required=False,
        max_length=300,
    )
    why = forms.CharField(
        label=gettext_lazy("Why does it change?"),
        help_text=gettext_lazy("Kept in the history, beside the former value."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(WORDS),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    FIELDS = ("title", "kind", "due_on", "resources")

    def __init__(self, *args: Any, action: Action | None = None, **kwargs: Any) -> None:
        if action is None:
            kwargs.setdefault("initial", {"key": uuid.uuid4()})
        else:
            kwargs["initial"] = {name: getattr(action, name) for name in (*self.FIELDS, "version")}
            kwargs["owner"] = action.owner
        super().__init__(*args, **kwargs)
        if action is None:
            del self.fields["why"]
        rest = ["why"] if action else []
        self.helper.layout = Layout("title", *self.owner_fields, "due_on", "kind", "resources", *rest, "version", "key")

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*self.FIELDS, "owner")}
