"""What HR can do to conversations of a cycle, one or many: the form it asks for, and the words around it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from interviews import operations, workflow
from interviews.forms.cases import CancelCaseForm, ExemptForm, ExtendForm, ReassignForm, RemindForm
from interviews.models import Cycle, Interview, State
from people.models import Employee
from people.policy import can


@dataclass(frozen=True)
class Deed:
    """One of them. Its name stands in the address, in the form's prefix and, after `interview.`, in the policy."""

    name: str
    button: Any
    form: Callable[..., forms.Form]
    act: Callable[..., object]
    ask: Callable[[int], str]
    done: Callable[[int], str]

    def refusal(self, user: Employee, interview: Interview, now: datetime) -> str:
        """Why it can't be done here, as far as that is known before trying."""
        if self.name != "remind":
            return workflow.refusal(f"interview.{self.name}", user, interview, now)
        if not can(user, "interview.remind", interview.employee, interviewer=interview.interviewer):
            return _("You may not do this here. Nothing was changed. If you think you should, ask your HR team.")
        return "" if interview.is_open else _("This conversation is closed; nobody has anything to do.")


# Where it is so already, a second press of the button changes nothing and says the same.


def _exempt(*, by: Employee, interview: Interview, cycle: Cycle, why: str) -> None:
    operations.exempt_from_cycle(by=by, cycle=cycle, employee=interview.employee, why=why)


def _extend(*, by: Employee, interview: Interview, cycle: Cycle, **said: Any) -> None:
    operations.extend_interview(by=by, interview=interview, **said)


def _remind(*, by: Employee, interview: Interview, cycle: Cycle, why: str) -> None:
    operations.remind_interview(by=by, interview=interview, why=why)


def _reassign(*, by: Employee, interview: Interview, cycle: Cycle, interviewer: Employee, why: str) -> None:
    if interview.interviewer_id != interviewer.pk:
        operations.reassign_interviewer(by=by, interview=interview, interviewer=interviewer, why=why)


def _cancel(*, by: Employee, interview: Interview, cycle: Cycle, why: str) -> None:
    if interview.state != State.CANCELLED:
        operations.cancel_interview(by=by, interview=interview, why=why)


DEEDS = {
    deed.name: deed
    for deed in (
        Deed(
            "remind",
            gettext_lazy("Remind"),
            RemindForm,
            _remind,
            lambda n: ngettext("Remind of %(count)s conversation", "Remind of %(count)s conversations", n),
            lambda n: ngettext(
                "Whoever %(count)s conversation waits for gets a mail.",
                "Whoever %(count)s conversations wait for gets a mail.",
                n,
            ),
        ),
        Deed(
            "extend",
            gettext_lazy("Give more time"),
            ExtendForm,
            _extend,
            lambda n: ngettext("More time for %(count)s person", "More time for %(count)s people", n),
            lambda n: ngettext("%(count)s person has more time.", "%(count)s people have more time.", n),
        ),
        Deed(
            "reassign",
            gettext_lazy("Name another interviewer"),
            ReassignForm,
            _reassign,
            lambda n: ngettext(
                "Another interviewer for %(count)s person", "Another interviewer for %(count)s people", n
            ),
            lambda n: ngettext(
                "%(count)s person has another interviewer.", "%(count)s people have another interviewer.", n
            ),
        ),
        Deed(
            "exempt",
            gettext_lazy("Exempt"),
            ExemptForm,
            _exempt,
            lambda n: ngettext("Exempt %(count)s person", "Exempt %(count)s people", n),
            lambda n: ngettext("%(count)s person is exempted.", "%(count)s people are exempted.", n),
        ),
        Deed(
            "cancel",
            gettext_lazy("Cancel conversations"),
            CancelCaseForm,
            _cancel,
            lambda n: ngettext("Cancel %(count)s conversation", "Cancel %(count)s conversations", n),
            lambda n: ngettext("%(count)s conversation is cancelled.", "%(count)s conversations are cancelled.", n),
        ),
    )
}
