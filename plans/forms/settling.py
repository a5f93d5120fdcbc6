"""How an action or a promise stands: a few words if one likes, and a button that says what they mean."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plans.forms.words import WORDS
from plans.models import Action, ActionState, Promise, PromiseState

ACTION = {
    ActionState.DONE: gettext_lazy("Done"),
    ActionState.IN_PROGRESS: gettext_lazy("In progress"),
    ActionState.BLOCKED: gettext_lazy("Blocked"),
    ActionState.DROPPED: gettext_lazy("Dropped"),
}
PROMISE = {PromiseState.KEPT: gettext_lazy("Kept"), PromiseState.BROKEN: gettext_lazy("Not kept")}
AGAIN = {"open": pgettext_lazy("take up something closed", "Take it up again")}


class SettleForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("In a few words, if you like"), required=False, max_length=4000, widget=forms.Textarea(WORDS)
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, item: Action | Promise) -> None:
        super().__init__(data, initial={"version": item.version})
        self.item = item
        self.fields["words"].help_text = self._help()
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout("words", "version")

    @property
    def buttons(self) -> list[tuple[str, Any]]:
        """What can be said of it now; the first is the one that is meant most often."""
        if self.item.has_ended:
            return list(AGAIN.items())
        choices = ACTION if isinstance(self.item, Action) else PROMISE
        # What blocks it may be told anew.
        stands = () if self.item.state == ActionState.BLOCKED else (self.item.state,)
        return [(str(state), label) for state, label in choices.items() if state not in stands]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        known = (*ActionState.values,) if isinstance(self.item, Action) else (*PromiseState.values,)
        if self.data.get("state") not in known:
            raise forms.ValidationError(_("Say how it stands with one of the buttons."))
        return {**cleaned, "state": self.data["state"]}

    @property
    def said(self) -> dict[str, Any]:
        """The words as the operation takes them: what shows that it is done, or why it is not."""
        state, words = self.cleaned_data["state"], self.cleaned_data["words"]
        said = {"state": state, "version": self.cleaned_data["version"]}
        shows = isinstance(self.item, Action) and state in (ActionState.DONE, ActionState.IN_PROGRESS)
        return {**said, "evidence" if shows and not self.item.has_ended else "why": words}

    def _help(self) -> Any:
        if self.item.has_ended:
            return _("Why it is taken up again. Kept in the history.")
        if isinstance(self.item, Action):
            return _("What shows that it is done (a sentence or a link), what it waits for, or why it is dropped.")
        return _("How it was kept, or why not.")
