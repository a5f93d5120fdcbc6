"""Five small questions and a name; and how a goal ends."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.widgets import DateInput
from plans.coach import Hint
from plans.forms.words import WORDS
from plans.models import Goal, GoalState


@dataclass(frozen=True)
class Ask:
    """One question of the goal editor, with what the coach says to the answer."""

    field: forms.BoundField
    hints: list[Hint]
    example: Any
    numbers: list[forms.BoundField]


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
