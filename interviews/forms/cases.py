"""What HR says when it decides on a conversation, or on many: a date, an interviewer, and the reason."""

import datetime
from collections.abc import Collection
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interviews.models import Interview, Outcome
from interviews.queries.cycles import possible_interviewers
from interviews.queries.people import found_among
from people.models import Employee
from people.widgets import DateInput

# More interviewers than this are found by name: nobody reads so long a list, and it weighs on the page.
LISTED = 200


class _ReasonForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
    reads_why: Any = ""

    def __init__(self, *args: Any, user: Employee, interview: Interview | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].help_text = self.reads_why
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class RemindForm(_ReasonForm):
    prefix = "remind"
    reads_why = gettext_lazy("Kept for HR; it is in no mail.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = False


class CancelCaseForm(_ReasonForm):
    prefix = "cancel"
    reads_why = gettext_lazy("Both read it on their page.")


class ExemptForm(_ReasonForm):
    prefix = "exempt"
    reads_why = gettext_lazy("The employee reads it on their page; the interviewer does not.")


class NotHeldForm(_ReasonForm):
    prefix = "not_held"
    outcome = forms.ChoiceField(label=gettext_lazy("What happened"), choices=Outcome.choices, widget=forms.RadioSelect)
    field_order = ["outcome", "why"]


class ExtendForm(_ReasonForm):
    prefix = "extend"
    reads_why = gettext_lazy("The employee reads it on their page; the interviewer does not.")
    prepare_by = forms.DateField(label=gettext_lazy("Prepare by"), widget=DateInput, required=False)
    talk_by = forms.DateField(label=gettext_lazy("Talk by"), widget=DateInput, required=False)
    sign_by = forms.DateField(label=gettext_lazy("Sign by"), widget=DateInput)

    def __init__(self, *args: Any, interview: Interview | None = None, **kwargs: Any) -> None:
        if interview is not None:
            kwargs["initial"] = {name: getattr(interview, name) for name in ("prepare_by", "talk_by", "sign_by")}
        super().__init__(*args, interview=interview, **kwargs)
        self.helper.layout = Layout(Row("prepare_by", "talk_by", "sign_by"), "why")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        before: datetime.date | None = None
        for name in ("prepare_by", "talk_by", "sign_by"):
            day = cleaned.get(name)
            if day and before and day < before:
                self.add_error(name, _("People prepare first, then talk, then sign: this date comes too early."))
            before = day or before
        return cleaned


class ReassignForm(_ReasonForm):
    """A choice where the interviewers fit a list; else their name or address."""

    prefix = "reassign"
    reads_why = gettext_lazy("Kept for HR; the one replaced does not learn it.")
    field_order = ["interviewer", "why"]

    def __init__(self, *args: Any, user: Employee, interview: Interview | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, interview=interview, **kwargs)
        taken: Collection[UUID] = [interview.employee_id, interview.interviewer_id] if interview else []
        self.people = possible_interviewers(user).exclude(pk__in=taken)
        few = list(self.people[: LISTED + 1])
        label = gettext_lazy("New interviewer")
        if len(few) <= LISTED:
            self.by_pk = {str(person.pk): person for person in few}
            choices = [("", _("Choose an interviewer")), *((pk, str(person)) for pk, person in self.by_pk.items())]
            self.fields["interviewer"] = forms.ChoiceField(label=label, choices=choices)
        else:
            hint = _("Name or e-mail of somebody who leads others, or of an HR partner.")
            self.fields["interviewer"] = forms.CharField(label=label, max_length=254, help_text=hint)
            self.by_pk = {}
        self.order_fields(self.field_order)
        self.helper.layout = Layout(*self.field_order)

    def clean_interviewer(self) -> Employee:
        answer = str(self.cleaned_data["interviewer"])
        if self.by_pk:
            return self.by_pk[answer]
        found = found_among(self.people, answer)
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Several people are called that. Write the e-mail of the one you mean."))
        raise forms.ValidationError(_("Nobody who can lead a conversation is called that. Check the spelling."))
