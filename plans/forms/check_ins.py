"""A check-in: a few words on each goal, and what is in the way."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.widgets import DateInput
from plans.forms.words import WORDS
from plans.models import Goal, Pace


class RemarkForm(forms.Form):
    """One side's own words."""

    blockers = forms.CharField(
        label=gettext_lazy("What is in the way?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"class": "write write--short"}),
    )
    adjustments = forms.CharField(
        label=gettext_lazy("What do you change, and what helps?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"class": "write write--short"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CheckInForm(RemarkForm):
    next_on = forms.DateField(label=gettext_lazy("Next check-in"), required=False, widget=DateInput())


class StepForm(forms.Form):
    """What is said of one goal at a check-in. Counted goals take a number, others a share of the way."""

    pace = forms.ChoiceField(
        label=gettext_lazy("How does it go?"), choices=Pace.choices, required=False, widget=forms.RadioSelect
    )
    value = forms.DecimalField(required=False, max_digits=12, decimal_places=2)
    percent = forms.IntegerField(
        label=gettext_lazy("How far, in per cent?"), required=False, min_value=0, max_value=100
    )
    words = forms.CharField(
        label=gettext_lazy("In a few words: what moved, or what is in the way?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(WORDS),
    )
    due_on = forms.DateField(label=gettext_lazy("New day, if you need one"), required=False, widget=DateInput())

    def __init__(self, data: Any = None, *, goal: Goal, typed: dict[str, str] | None = None) -> None:
        """`typed` is what its author filled in before and has not kept yet."""
        typed = typed or {}
        initial = {"pace": typed.get("pace"), "words": typed.get("words"), "due_on": typed.get("due_on")}
        number = {"value": typed.get("number"), "percent": typed.get("number")}
        super().__init__(data, prefix=f"g-{goal.pk.hex[:12]}", initial=initial | number)
        self.goal = goal
        if goal.target_value is None:
            del self.fields["value"]
        else:
            del self.fields["percent"]
            self.fields["value"].label = _("How many %(unit)s?") % {"unit": goal.unit} if goal.unit else _("How many?")
            self.fields["value"].widget.attrs.update({"step": "any", "inputmode": "decimal"})

    @property
    def number(self) -> forms.BoundField:
        return self["value"] if "value" in self.fields else self["percent"]

    @property
    def typed(self) -> dict[str, str]:
        """What was sent, as it was typed, right or not."""
        fields = {"pace": self["pace"], "number": self.number, "words": self["words"], "due_on": self["due_on"]}
        sent = {name: str(self.data.get(field.html_name) or "") for name, field in fields.items()}
        return {name: text.replace("\x00", "") for name, text in sent.items()}


class ProgressForm(StepForm):
    """What the employee notes of a goal between two check-ins."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, goal: Goal) -> None:
        super().__init__(data, goal=goal)
        del self.fields["due_on"]
        self.initial["key"] = uuid.uuid4()


class PostponeForm(forms.Form):
    due_on = forms.DateField(label=gettext_lazy("Another day"), widget=DateInput())

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_postpone_%s")
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout(Field("due_on"))
