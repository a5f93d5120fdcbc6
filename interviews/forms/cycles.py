"""HR's forms: a round of conversations, and a template's file."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from interviews import template_files
from interviews.models import Cycle, TemplateVersion
from interviews.queries.cycles import Roll, possible_interviewers, usable_versions
from interviews.queries.departments import Place, places
from interviews.questions import BadTemplate
from people.models import Department, Employee
from people.widgets import DateInput

# So many choices of an interviewer stand on one page; whoever comes after them follows in the next launch.
MOST_CHOICES = 50


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: TemplateVersion) -> str:
        questions = obj.questions
        return _("%(name)s, version %(number)s\n%(minutes)s minutes, %(count)s questions") % {
            "name": questions.name_in(),
            "number": obj.number,
            "minutes": questions.minutes,
            "count": len(list(questions)),
        }


class DepartmentsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Departments of somebody's scope; one that has others below it says so."""

    tree: dict[uuid.UUID, Place] = {}

    def label_from_instance(self, obj: Department) -> str:
        place = self.tree[obj.pk]
        below = len(place.below) - 1
        if not below:
            return place.label
        with_below = ngettext("with %(count)s department below it", "with %(count)s departments below it", below)
        return f"{place.label}\n{with_below % {'count': below}}"


class CycleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As people know it: Spring conversations.")
    )
    version = VersionField(
        label=gettext_lazy("Template"),
        queryset=TemplateVersion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    departments = DepartmentsField(
        label=gettext_lazy("Departments"),
        queryset=Department.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Choose none to invite everybody you are responsible for. Departments below a chosen one come with it."
        ),
    )
    prepare_by = forms.DateField(label=gettext_lazy("Prepare by"), widget=DateInput)
    talk_by = forms.DateField(label=gettext_lazy("Talk by"), widget=DateInput)
    sign_by = forms.DateField(label=gettext_lazy("Sign by"), widget=DateInput)

    def __init__(self, *args: Any, user: Employee, cycle: Cycle | None = None, **kwargs: Any) -> None:
        if cycle is not None:
            kwargs["initial"] = {
                "name": cycle.name,
                "version": cycle.version_id,
                "departments": list(cycle.departments.all()),
                "prepare_by": cycle.prepare_by,
                "talk_by": cycle.talk_by,
                "sign_by": cycle.sign_by,
            }
        super().__init__(*args, **kwargs)
        version, departments = self.fields["version"], self.fields["departments"]
        version.queryset = usable = usable_versions(user)  # type: ignore[attr-defined]
        if len(usable) == 1:
            version.initial = usable[0].pk
        tree = {place.department.pk: place for place in places(user)}
        departments.tree = tree  # type: ignore[attr-defined]
        # In the order of the tree, which no ORDER BY knows.
        departments.queryset = Department.objects.filter(pk__in=tree)  # type: ignore[attr-defined]
        departments.choices = [  # type: ignore[attr-defined]
            (pk, departments.label_from_instance(place.department))  # type: ignore[attr-defined]
            for pk, place in tree.items()
        ]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout("name", "version", "departments", Row("prepare_by", "talk_by", "sign_by"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        dates = [cleaned.get(name) for name in ("prepare_by", "talk_by", "sign_by")]
        for name, (before, after) in {"talk_by": dates[:2], "sign_by": dates[1:]}.items():
            if before and after and after < before:
                self.add_error(name, _("People prepare first, then talk, then sign: this date comes too early."))
        return cleaned


class InterviewersForm(forms.Form):
    """One choice for each person whom no line manager can lead. Left empty, they wait."""

    def __init__(self, *args: Any, user: Employee, roll: Roll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unled = roll.unled[:MOST_CHOICES]
        self.more = len(roll.unled) - len(self.unled)
        self.people = {person.pk: person for person in possible_interviewers(user)} if self.unled else {}
        for unled in self.unled:
            self.fields[self.name_of(unled.person)] = forms.TypedChoiceField(
                label=_("Interviewer of %(name)s") % {"name": unled.person},
                choices=[
                    ("", _("Choose an interviewer")),
                    *((str(pk), str(person)) for pk, person in self.people.items() if pk != unled.person.pk),
                ],
                coerce=uuid.UUID,
                empty_value=None,
                required=False,
            )

    @staticmethod
    def name_of(person: Employee) -> str:
        return f"interviewer-{person.pk}"

    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        return [(unled, self[self.name_of(unled.person)]) for unled in self.unled]

    def chosen(self) -> dict[uuid.UUID, Employee]:
        found = {unled.person.pk: self.cleaned_data.get(self.name_of(unled.person)) for unled in self.unled}
        return {pk: self.people[choice] for pk, choice in found.items() if choice}


class TemplateFileForm(forms.Form):
    """A template as YAML. What is wrong with it is said with its line."""

    file = forms.FileField(
        label=gettext_lazy("Template file"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        help_text=gettext_lazy("YAML, as the download of a template gives it. It comes in as a draft."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def clean_file(self) -> dict[str, Any]:
        uploaded: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            return template_files.read(uploaded.read(template_files.LARGEST + 1))
        except BadTemplate as error:
            raise forms.ValidationError(str(error)) from error
