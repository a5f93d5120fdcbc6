"""An employee's own wish for a conversation, and the word why one is called off."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interviews.models import Purpose
from interviews.queries.people import SEVERAL, found_people
from people.models import Employee

PURPOSES = [
    (Purpose.DIRECTION, gettext_lazy("Guidance on direction\nWhere could I go from here?")),
    (Purpose.GROWTH, gettext_lazy("Growth in my current role\nWhat could I learn where I am?")),
    (Purpose.OPPORTUNITY, gettext_lazy("A specific opportunity\nA project, an opening, a course")),
    (Purpose.OTHER, gettext_lazy("Something else")),
]


class RequestForm(forms.Form):
    """Whom, what for, and a word beforehand. A name that several people have brings up the choice between them."""

    purpose = forms.ChoiceField(label=gettext_lazy("What is it about?"), choices=PURPOSES, widget=forms.RadioSelect)
    interviewer = forms.CharField(label=gettext_lazy("With whom?"), max_length=254, required=False)
    person = forms.ModelChoiceField(
        label=gettext_lazy("Which one?"), queryset=Employee.objects.none(), required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("A word beforehand"),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("Only the person you ask reads this. You can also say it when you meet."),
    )

    def __init__(self, *args: Any, user: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.manager = user, _manager_of(user)
        asked = self.fields["interviewer"]
        asked.help_text = _("Name or e-mail of your manager, somebody of HR, a mentor.")
        if self.manager:
            asked.initial = str(self.manager)
        people = found_people(user, str(self.data.get("interviewer", ""))) if self.is_bound else []
        self.several = people if 1 < len(people) <= SEVERAL else []
        self.fields["person"].queryset = Employee.objects.visible_to(user).filter(  # type: ignore[attr-defined]
            pk__in=[person.pk for person in self.several]
        )
        self.fields["person"].label_from_instance = told_apart  # type: ignore[attr-defined]
        self.fields["person"].empty_label = None  # type: ignore[attr-defined]
        self.found = people
        if not self.several:
            del self.fields["person"]
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("interviewer") or "").strip():
            cleaned["asked"] = self.manager
            if self.manager is None:
                self.add_error("interviewer", _("Say with whom you would like to talk."))
        elif self.several:
            cleaned["asked"] = cleaned.get("person")
            if cleaned["asked"] is None:
                self.add_error("person", _("Several people are called that. Choose the one you mean."))
        elif len(self.found) == 1:
            cleaned["asked"] = self.found[0]
        elif self.found:
            self.add_error("interviewer", _("Very many people are called that. Write the full name or the e-mail."))
        else:
            self.add_error("interviewer", _("Nobody here has this name or address. Check the spelling."))
        return cleaned


class CancelForm(forms.Form):
    """Why, in a sentence that both read."""

    why = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=gettext_lazy("The other side reads this. A sentence is enough; no private reason is needed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


def told_apart(person: Employee) -> str:
    """A name with what tells two people of the same name apart."""
    place = ", ".join(part for part in (person.job_title, str(person.department or ""), person.site) if part)
    return f"{person}\n{place}"


def _manager_of(user: Employee) -> Employee | None:
    return user.manager if user.manager and user.manager.is_active else None
