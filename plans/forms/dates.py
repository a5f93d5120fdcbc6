"""Another day: a week, two weeks or a month later by one click, or any other."""

import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.widgets import DateInput
from plans.forms.words import WORDS
from plans.models import Action, Goal, Promise
from plans.sentence import in_sentence

LATER = {
    "week": (gettext_lazy("A week later"), 7),
    "fortnight": (gettext_lazy("Two weeks later"), 14),
    "month": (gettext_lazy("A month later"), 30),
}


class DateForm(forms.Form):
    when = forms.ChoiceField(label=gettext_lazy("Until when?"), required=False, widget=forms.RadioSelect)
    due_on = forms.DateField(
        label=gettext_lazy("Or another day"),
        help_text=gettext_lazy("Counts instead of the choice above."),
        required=False,
        widget=DateInput(),
    )
    why = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("A few words. Kept in the history, beside the former day."),
        max_length=1000,
        widget=forms.Textarea(WORDS),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, item: Goal | Action | Promise, today: datetime.date) -> None:
        super().__init__(data, initial={"when": "week", "version": item.version})
        begin = max(item.due_on or today, today)
        self.days = {name: begin + datetime.timedelta(days=days) for name, (_label, days) in LATER.items()}
        self.fields["when"].choices = [  # type: ignore[attr-defined]
            (name, f"{LATER[name][0]}\n{in_sentence(day)}") for name, day in self.days.items()
        ]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout("when", "due_on", "why", "version")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("due_on") or self.days.get(cleaned.get("when", ""))
        if chosen is None and not self.errors:
            self.add_error("due_on", _("Choose the day."))
        return {**cleaned, "due_on": chosen}
