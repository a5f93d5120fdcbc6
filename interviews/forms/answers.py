"""One form for every kind of question: its fields come from the question, its value goes into the answer."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interviews.answering import DIRECTIONS, LEVELS, ROADBLOCK, SBI, Value, level_name, text_problem, tidy
from interviews.questions import Option, Question, in_language
from people.widgets import DateInput

Fields = dict[str, forms.Field]

# Kinds with one control: the question itself is its label.
ONE_CONTROL = ("long_text", "short_text", "date")
# Kinds of which the first field is a list of radios or ticks: the question is the group's name.
ONE_GROUP = ("choice", "choices", "scale", "direction")


class Words(forms.CharField):
    """What a person wrote, kept exactly; only what can't be kept is refused, in words.

    No `maxlength` on the control: the browser would cut a pasted text off without a word.
    """

    default_validators: list[Callable[[Any], None]] = []

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)
        self.validators = [_check_text]

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


def _check_text(text: str) -> None:
    if problem := text_problem(text):
        raise ValidationError(problem)


def page(**options: Any) -> Words:
    return Words(widget=forms.Textarea(attrs={"class": "write"}), **options)


def growing(**options: Any) -> Words:
    return Words(widget=forms.Textarea(attrs={"class": "line line--words", "rows": 2}), **options)


class AnswerForm(forms.Form):
    """The answer of one side to one question. Nothing is required here: what is missing is named, and never blocks."""

    mark_optional = False
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        question: Question,
        value: Value | None = None,
        version: int = 0,
    ) -> None:
        self.question, self.kind = question, KINDS[question.kind]
        super().__init__(data, initial={"version": version, **self.kind.initial(value or {})})
        self.fields |= self.kind.fields(question)
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    @property
    def value(self) -> Value:
        """What to keep of a valid form."""
        return self.kind.value(self.question, self.cleaned_data)

    @property
    def parts(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name != "version"]

    @property
    def main(self) -> forms.BoundField:
        return self.parts[0]

    @property
    def rest(self) -> list[forms.BoundField]:
        return self.parts[1:]

    @property
    def is_one_control(self) -> bool:
        return self.question.kind in ONE_CONTROL

    @property
    def is_one_group(self) -> bool:
        return self.question.kind in ONE_GROUP

    @property
    def skill_rows(self) -> list[tuple[str, str, forms.BoundField, forms.BoundField]]:
        """Name, what is meant by it, level and evidence of each skill."""
        return [
            (
                in_language(skill.text),
                in_language(skill.hint),
                self[f"level-{skill.key}"],
                self[f"evidence-{skill.key}"],
            )
            for skill in self.question.skills
        ]


@dataclass(frozen=True)
class Kind:
    """How one kind of question is asked and kept."""

    fields: Callable[[Question], Fields]
    value: Callable[[Question, dict[str, Any]], Value]
    initial: Callable[[Value], dict[str, Any]] = dict


def _guided(question: Question) -> str:
    return in_language(question.guidance)


def _described(options: Iterable[Option]) -> list[tuple[str, str]]:
    """A label's second line explains it."""
    return [
        (option.key, "\n".join(part for part in (in_language(option.text), in_language(option.hint)) if part))
        for option in options
    ]


def _long_text(question: Question) -> Fields:
    return {"text": page(label=_("Your answer"), help_text=_guided(question))}


def _short_text(question: Question) -> Fields:
    return {"text": growing(label=_("Your answer"), help_text=_guided(question))}


NO_ANSWER = gettext_lazy("No answer")


def _choice(question: Question) -> Fields:
    choices = [*_described(question.options), ("", NO_ANSWER)]
    return {
        "choice": forms.ChoiceField(label=_("Your answer"), required=False, choices=choices, widget=forms.RadioSelect)
    }


def _choices(question: Question) -> Fields:
    return {
        "choices": forms.MultipleChoiceField(
            label=_("Your answer"),
            required=False,
            choices=_described(question.options),
            widget=forms.CheckboxSelectMultiple,
        ),
        "text": growing(label=_("Anything to add?")),
    }


def _scale(question: Question) -> Fields:
    ends = {1: in_language(question.low), question.points: in_language(question.high)}
    points = [(n, f"{n}\n{ends[n]}" if n in ends else str(n)) for n in range(1, question.points + 1)]
    return {
        "point": forms.TypedChoiceField(
            label=_("Your answer"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[*points, ("", NO_ANSWER)],
            widget=forms.RadioSelect,
        )
    }


def _date(question: Question) -> Fields:
    return {
        "date": forms.DateField(label=_("Your answer"), required=False, widget=DateInput, help_text=_guided(question))
    }


def _date_value(question: Question, cleaned: dict[str, Any]) -> Value:
    day: datetime.date | None = cleaned["date"]
    return {"date": day.isoformat() if day else ""}


def _skills(question: Question) -> Fields:
    levels = [(level, f"{level_name(level)}: {told}") for level, told in LEVELS.items()]
    fields: Fields = {}
    for skill in question.skills:
        fields[f"level-{skill.key}"] = forms.TypedChoiceField(
            label=_("Level"), required=False, coerce=int, empty_value=None, choices=[("", _("No answer yet")), *levels]
        )
        fields[f"evidence-{skill.key}"] = growing(label=_("One example, if you like"))
        fields[f"evidence-{skill.key}"].widget.attrs["rows"] = 1
    return fields


def _skills_value(question: Question, cleaned: dict[str, Any]) -> Value:
    given = {
        skill.key: {"level": cleaned[f"level-{skill.key}"], "evidence": cleaned[f"evidence-{skill.key}"]}
        for skill in question.skills
    }
    return {"ratings": {key: r for key, r in given.items() if r["level"] is not None or r["evidence"]}}


def _skills_initial(value: Value) -> dict[str, Any]:
    initial = {}
    for key, rating in (value.get("ratings") or {}).items():
        initial[f"level-{key}"] = rating.get("level")
        initial[f"evidence-{key}"] = rating.get("evidence", "")
    return initial


def _direction(question: Question) -> Fields:
    choices = [(key, f"{label}\n{hint}") for key, (label, hint) in DIRECTIONS.items()]
    return {
        "directions": forms.MultipleChoiceField(
            label=_("Your answer"), required=False, choices=choices, widget=forms.CheckboxSelectMultiple
        ),
        "why": growing(label=_("Why?")),
    }


def _parts(labels: dict[str, tuple[Any, Any]]) -> Callable[[Question], Fields]:
    def fields(question: Question) -> Fields:
        return {key: growing(label=label, help_text=hint) for key, (label, hint) in labels.items()}

    return fields


def _as_given(*names: str) -> Callable[[Question, dict[str, Any]], Value]:
    def value(question: Question, cleaned: dict[str, Any]) -> Value:
        return {name: cleaned[name] for name in names}

    return value


KINDS: dict[str, Kind] = {
    "long_text": Kind(_long_text, _as_given("text")),
    "short_text": Kind(_short_text, _as_given("text")),
    "choice": Kind(_choice, _as_given("choice")),
    "choices": Kind(_choices, _as_given("choices", "text")),
    "scale": Kind(_scale, _as_given("point")),
    "date": Kind(_date, _date_value),
    "skills": Kind(_skills, _skills_value, _skills_initial),
    "sbi": Kind(_parts(SBI), _as_given(*SBI)),
    "direction": Kind(_direction, _as_given("directions", "why")),
    "roadblock": Kind(_parts(ROADBLOCK), _as_given(*ROADBLOCK)),
}
