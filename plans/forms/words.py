"""What the forms of plans have in common: growing lines, and what was saved meanwhile."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

WORDS = {"class": "line line--words", "rows": 1}


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
