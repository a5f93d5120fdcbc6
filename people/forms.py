import zoneinfo
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from outbox.kinds import optional_kinds
from people.models import Department, Employee, MembershipRole, Theme
from people.queries import departments_of, in_state
from people.widgets import DateInput

LARGEST_UPLOAD = 10 * 1024 * 1024


def timezone_choices(current: str = "") -> list[tuple[str, Any]]:
    """By continent, as a person looks for a city; `current` is offered too, whatever the HR system called it."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        area, slash, place = name.partition("/")
        if slash and area not in ("Etc", "SystemV", "posix", "right", "US", "Brazil", "Canada", "Chile", "Mexico"):
            grouped.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    known = {"UTC"} | {name for names in grouped.values() for name, _place in names}
    own = [(current, current)] if current and current not in known else []
    return [*own, ("UTC", "UTC"), *grouped.items()]


def _plain(form: Any, *layout: Any) -> None:
    form.helper = FormHelper(form)
    form.helper.form_tag = False
    if layout:
        form.helper.layout = Layout(*layout)


def _offer(form: forms.Form, name: str, choices: QuerySet[Any]) -> None:
    """Only what the reader may see can be chosen."""
    field: Any = form.fields[name]
    field.queryset = choices


class AccountForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of the pages and of the mails you get.")
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=timezone_choices,
        help_text=_("Dates and times on pages and in mails are those of this place."),
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["timezone"]
        zones.choices = timezone_choices(self.initial.get("timezone", ""))
        _plain(self)


class MailPreferencesForm(forms.Form):
    wanted = forms.MultipleChoiceField(
        label=_("Mails I want"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted: Any = self.fields["wanted"]
        wanted.choices = [(kind.name, kind.label) for kind in optional_kinds()]
        _plain(self)


class PasswordForm(forms.Form):
    """One's password, to confirm."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class WelcomeForm(forms.Form):
    """A first password, typed twice. Whether it is good enough is the operation's judgement."""

    password1 = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Four or five unrelated words make a good one."),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two are not the same. Type both again."))
        return self.cleaned_data


class LeaveForm(forms.Form):
    left_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DateInput(),
        help_text=_("From this day on the account is closed. Leave it empty for somebody who stays or has come back."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("The export of your HR system"),
        help_text=_("A CSV file with one row per person. You see what would change before anything does."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 10 MB. Nothing was kept."))
        return file


class SettingsForm(forms.Form):
    name = forms.CharField(label=_("Name of the organisation"), max_length=120)
    product_name = forms.CharField(label=_("Name in the header"), max_length=60)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=timezone_choices, help_text=_("For people whose own is not known.")
    )
    sender = forms.EmailField(
        label=_("Sender of mails"), required=False, help_text=_("An address that your mail server lets us write from.")
    )
    help_contact = forms.CharField(
        label=_("Who to ask for help"),
        max_length=254,
        required=False,
        help_text=_("An address, a telephone number or a room. It stands under every mail."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class OfficeForm(forms.Form):
    """Who gets which office. The person is named by address, as the HR export has it."""

    email = forms.EmailField(label=_("E-mail of the person"))
    role = forms.ChoiceField(label=_("Office"), choices=MembershipRole.choices, initial=MembershipRole.HR)
    department = forms.ModelChoiceField(
        label=_("For"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("the whole organisation"),
    )

    def __init__(self, *args: Any, user: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        _offer(self, "department", Department.objects.visible_to(user))
        _plain(self, "email", Row("role", "department"))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        found = Employee.objects.visible_to(self.user).filter(email__iexact=email).first()
        if found is None:
            raise forms.ValidationError(_("Nobody here has this address."))
        self.person = found
        return email


class DepartmentForm(forms.Form):
    """Where one department stands."""

    department = forms.ModelChoiceField(queryset=Department.objects.none())
    parent = forms.ModelChoiceField(queryset=Department.objects.none(), required=False)

    def __init__(self, *args: Any, user: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "department", Department.objects.visible_to(user))
        _offer(self, "parent", Department.objects.visible_to(user))


class PeopleFilter(forms.Form):
    """What the address of HR's list of people says. Whatever can't be understood is left out."""

    q = forms.CharField(required=False, max_length=100)
    department = forms.ModelChoiceField(queryset=Department.objects.none(), required=False)
    state = forms.ChoiceField(
        required=False,
        choices=[
            ("no_password", _("no password yet")),
            ("ready", _("can sign in")),
            ("leaving", _("leaving")),
            ("left", _("left")),
        ],
    )

    def __init__(self, *args: Any, user: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "department", departments_of(user))

    def understood(self) -> dict[str, Any]:
        self.is_valid()
        department = self.cleaned_data.get("department")
        return {
            "words": self.cleaned_data.get("q", ""),
            "department": department.pk if department else None,
            "state": self.cleaned_data.get("state", ""),
        }


class WelcomeSendForm(forms.Form):
    """To whom a link is sent: those ticked, or all that the filter shows."""

    who = forms.ChoiceField(choices=[("selected", ""), ("all", "")])
    person = forms.ModelMultipleChoiceField(queryset=Employee.objects.none(), required=False)

    def __init__(self, *args: Any, people: QuerySet[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        _offer(self, "person", people)

    def chosen(self) -> QuerySet[Employee]:
        if self.cleaned_data["who"] == "all":
            return in_state(self.people, "no_password")
        chosen: QuerySet[Employee] = self.cleaned_data["person"]
        return chosen
