"""Who owes it: somebody at hand, or somebody else by name or address."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Employee
from plans.models import Plan
from plans.queries.colleagues import MOST, people_matching

SOMEBODY_ELSE = "else"


class OwnerForm(forms.Form):
    """Who: one of the people at hand, or somebody else by name or address. Several of a name are offered to choose."""

    owner_is = forms.ChoiceField(label=gettext_lazy("Who?"), widget=forms.RadioSelect)
    owner_text = forms.CharField(
        label=gettext_lazy("Somebody else: name or e-mail"),
        help_text=gettext_lazy("Anybody who works here. They see this item only."),
        required=False,
        max_length=200,
    )
    owner_pick = forms.ChoiceField(
        label=gettext_lazy("Whom do you mean?"), required=False, choices=[], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, plan: Plan, reader: Employee, owner: Employee | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        at_hand = [plan.employee, plan.employee.manager, reader]
        self.at_hand = {str(person.pk): person for person in at_hand if person is not None and person.is_active}
        choices = [(pk, person.get_full_name()) for pk, person in self.at_hand.items()]
        self.fields["owner_is"].choices = [*choices, (SOMEBODY_ELSE, _("Somebody else"))]  # type: ignore[attr-defined]
        if owner is not None:
            known = str(owner.pk) in self.at_hand
            self.initial["owner_is"] = str(owner.pk) if known else SOMEBODY_ELSE
            self.initial["owner_text"] = "" if known else owner.email
        self.kept = owner
        self.found = self._look_up()
        if len(self.found) > 1:
            self.fields["owner_pick"].choices = [  # type: ignore[attr-defined]
                (str(person.pk), self._described(person)) for person in self.found
            ]
        else:
            del self.fields["owner_pick"]
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("owner_is")
        if chosen in self.at_hand:
            cleaned["owner"] = self.at_hand[chosen]
        elif chosen == SOMEBODY_ELSE:
            cleaned["owner"] = self._somebody_else(cleaned)
        return cleaned

    @property
    def owner_fields(self) -> list[Any]:
        names = ["owner_is", "owner_text"]
        return [*names, "owner_pick"] if "owner_pick" in self.fields else names

    def _look_up(self) -> list[Employee]:
        text = self.data.get(self.add_prefix("owner_text"), "") if self.is_bound else ""
        asked = self.is_bound and self.data.get(self.add_prefix("owner_is")) == SOMEBODY_ELSE
        return people_matching(text, reader=self.reader) if asked else []

    def _somebody_else(self, cleaned: dict[str, Any]) -> Employee | None:
        text = (cleaned.get("owner_text") or "").strip()
        if self.kept is not None and text == self.kept.email:
            return self.kept
        if not text:
            self.add_error("owner_text", _("Write the name or the e-mail address."))
        elif not self.found:
            self.add_error("owner_text", _("Nobody of that name or address works here. Look at the spelling."))
        elif len(self.found) == 1:
            return self.found[0]
        elif len(self.found) > MOST:
            self.add_error("owner_text", _("Many people fit. Write first and last name, or the address."))
        elif pick := cleaned.get("owner_pick"):
            return next(person for person in self.found if str(person.pk) == pick)
        else:
            self.add_error("owner_pick", _("Several people fit. Choose one."))
        return None

    @staticmethod
    def _described(person: Employee) -> str:
        about = [person.job_title, str(person.department or ""), person.site]
        return f"{person.get_full_name()}\n{', '.join(part for part in about if part)}"
