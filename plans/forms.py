"""The shape of what people send. Rules are in the operations."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from people.models import Employee
from people.widgets import DateInput
from plans.coach import Hint
from plans.models import Action, ActionKind, ActionState, Goal, GoalState, Pace, Plan, Promise, PromiseState
from plans.queries.colleagues import MOST, people_matching

WORDS = {"class": "line line--words", "rows": 1}
SOMEBODY_ELSE = "else"


@dataclass(frozen=True)
class Ask:
    """One question of the goal editor, with what the coach says to the answer."""

    field: forms.BoundField
    hints: list[Hint]
    example: Any
    numbers: list[forms.BoundField]


def differences(form: forms.Form, current: Any) -> list[tuple[Any, Any]]:
    """What was saved meanwhile, by the labels of the form, where it differs from what was typed."""
    if current is None:
        return []
    labels = {name: field.label for name, field in form.fields.items() if name not in ("version", "key", "why")}
    labels["owner"] = _("Who?")
    return [
        (labels[name], getattr(current, name))
        for name, typed in form.cleaned_data.items()
        if name in labels and hasattr(current, name) and getattr(current, name) != typed
    ]


class GoalForm(forms.Form):
    """Five small questions and a name. Nothing but the name is required: a draft may be anything."""

    title = forms.CharField(
        label=gettext_lazy("What do you call it?"),
        help_text=gettext_lazy("A few words that begin with a verb: “Lead the vendor review”."),
        max_length=160,
    )
    specific = forms.CharField(
        label=gettext_lazy("1. What will you do?"),
        help_text=gettext_lazy("Go on writing after “I will…”. One thing, not two."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(WORDS),
    )
    measurable = forms.CharField(
        label=gettext_lazy("2. How will you both notice?"),
        help_text=gettext_lazy("A number, a piece of work, a yes or no. Something the other side can see too."),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"class": "write write--short"}),
    )
    unit = forms.CharField(label=gettext_lazy("Counted in"), required=False, max_length=40)
    start_value = forms.DecimalField(
        label=gettext_lazy("Today"), required=False, max_digits=12, decimal_places=2, localize=False
    )
    target_value = forms.DecimalField(
        label=gettext_lazy("Target"), required=False, max_digits=12, decimal_places=2, localize=False
    )
    achievable = forms.CharField(
        label=gettext_lazy("3. What do you need for it?"),
        help_text=gettext_lazy("Time, money, a person. Say what is agreed already."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(WORDS),
    )
    relevant = forms.CharField(
        label=gettext_lazy("4. Why does it matter to you?"),
        help_text=gettext_lazy("Which wish, skill or task of the team does it serve?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"class": "write write--short"}),
    )
    due_on = forms.DateField(
        label=gettext_lazy("5. Until when?"),
        help_text=gettext_lazy("Between a week and two years from the day you sign."),
        required=False,
        widget=DateInput(),
    )
    incomplete_because = forms.CharField(
        label=gettext_lazy("Something stays empty on purpose? Say why."),
        help_text=gettext_lazy("A goal can be signed with an empty part when the reason stands beside it."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(WORDS),
    )
    why = forms.CharField(
        label=gettext_lazy("Why does the goal change?"),
        help_text=gettext_lazy("Kept in the history, beside the former words."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(WORDS),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    GOAL = (
        "title",
        "specific",
        "measurable",
        "unit",
        "start_value",
        "target_value",
        "achievable",
        "relevant",
        "due_on",
        "incomplete_because",
    )

    def __init__(self, *args: Any, goal: Goal | None = None, **kwargs: Any) -> None:
        self.goal = goal
        if goal is None:
            kwargs.setdefault("initial", {"key": uuid.uuid4()})
        else:
            kwargs["initial"] = {name: getattr(goal, name) for name in (*self.GOAL, "version")}
        super().__init__(*args, **kwargs)
        if goal is None or goal.state == GoalState.DRAFT:
            del self.fields["why"]
        for name in ("specific", "measurable", "achievable", "relevant", "due_on"):
            described = f"id_{name}_helptext id_{name}_coach"
            self.fields[name].widget.attrs["aria-describedby"] = described
        for name in ("start_value", "target_value"):
            self.fields[name].widget.attrs.update({"step": "any", "inputmode": "decimal"})

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.GOAL}

    def as_goal(self) -> Goal:
        """What is on the page now, saved or not, to be read as a sentence."""
        source = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else self.initial
        empty = {"start_value": None, "target_value": None, "due_on": None}
        return Goal(**{name: source.get(name, empty.get(name, "")) or empty.get(name, "") for name in self.GOAL})

    def asks(self, hints: Iterable[Hint]) -> list[Ask]:
        found = list(hints)
        examples = {
            "title": "",
            "specific": _(
                "Not “improve my negotiation skills” but “lead two supplier negotiations myself, from the first mail "
                "to the signature”."
            ),
            "measurable": _("“Finance confirms the figures without coming back to us”: anybody could check that."),
            "achievable": _("“A day a month without tickets until June, agreed on 3 December, and Tom to argue with.”"),
            "relevant": _("“I want to find out whether I enjoy seeing others succeed as much as doing it myself.”"),
            "due_on": _("“26 March, the week after the cut-over”: a day tied to an event is easier to keep."),
        }
        numbers = [self["unit"], self["start_value"], self["target_value"]]
        return [
            Ask(
                field=self[name],
                hints=[hint for hint in found if hint.part == name],
                example=example,
                numbers=numbers if name == "measurable" else [],
            )
            for name, example in examples.items()
        ]


class CloseGoalForm(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("How does it end?"),
        choices=[
            (GoalState.REACHED, gettext_lazy("Reached\nBoth of you see what you said you would see")),
            (GoalState.DROPPED, gettext_lazy("Dropped\nIt no longer fits; what was still to do for it is dropped too")),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("What shows it, or why it is dropped. Kept in the history."),
        required=False,
        max_length=4000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class ReopenGoalForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why is it taken up again?"), max_length=4000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


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


class SettleActionForm(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("How does it stand?"),
        choices=[
            (ActionState.OPEN, pgettext_lazy("still to do", "Open")),
            (ActionState.IN_PROGRESS, gettext_lazy("In progress")),
            (ActionState.DONE, gettext_lazy("Done")),
            (ActionState.BLOCKED, gettext_lazy("Blocked\nSay below what it waits for")),
            (ActionState.DROPPED, gettext_lazy("Dropped\nSay below why")),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("In a few words"), required=False, max_length=4000, widget=forms.Textarea(WORDS)
    )
    evidence = forms.CharField(
        label=gettext_lazy("How one can see it"),
        help_text=gettext_lazy("A sentence, or the address of a page."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(WORDS),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


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


class SettlePromiseForm(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("Was it kept?"),
        choices=[
            (PromiseState.OPEN, pgettext_lazy("still to do", "Open")),
            (PromiseState.KEPT, gettext_lazy("Kept")),
            (PromiseState.BROKEN, gettext_lazy("Not kept\nSay below why")),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("In a few words"), required=False, max_length=4000, widget=forms.Textarea(WORDS)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class CheckInForm(forms.Form):
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

    def __init__(self, data: Any = None, *, goal: Goal) -> None:
        super().__init__(data, prefix=f"g-{goal.pk.hex[:12]}")
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


class PostponeForm(forms.Form):
    due_on = forms.DateField(label=gettext_lazy("Another day"), widget=DateInput())

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_postpone_%s")
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout(Field("due_on"))
