"""What is written in the room: minutes, one's own notes, and what is decided."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from interviews.models import Interview
from people.models import Employee
from people.widgets import DateInput

LONGEST = 20_000


class TextForm(forms.Form):
    """A text with the version it started from."""

    text = forms.CharField(label=_("Text"), required=False, max_length=LONGEST, strip=False, widget=forms.Textarea)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, css: str = "write write--short", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["class"] = css
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class GoalTitleForm(forms.Form):
    """The first words of a goal; its five parts follow on its own page."""

    title = forms.CharField(label=_("What should be different?"), max_length=160)


class PromiseForm(forms.Form):
    """What the employer commits to, or expressly does not."""

    what = forms.CharField(label=_("What"), max_length=300)
    owner = forms.ModelChoiceField(label=_("Who"), queryset=Employee.objects.none(), required=False, empty_label=None)
    due_on = forms.DateField(label=_("By when"), required=False, widget=DateInput())
    not_promised = forms.BooleanField(label=_("This was expressly not promised"), required=False)

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        kwargs["prefix"] = "promise"
        super().__init__(*args, **kwargs)
        pair = [interview.interviewer_id, interview.employee_id]
        owner = self.fields["owner"]
        owner.queryset = Employee.objects.visible_to(interview.interviewer).filter(pk__in=pair)  # type: ignore[attr-defined]
        owner.initial = interview.interviewer_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("not_promised") and not cleaned.get("due_on"):
            self.add_error("due_on", _("Say by when, or tick that it was not promised."))
        return cleaned


class ReasonForm(forms.Form):
    """A word why."""

    why = forms.CharField(label=_("What should change?"), max_length=2000, widget=forms.Textarea)
