"""What was agreed and falls due: actions, promises and check-ins, with their states, each defined once.

HR reads who owes what by when and how it stands, never goals or reflections. The title of what two people keep to
themselves stays with them.

    follow-up   check-ins held ÷ check-ins that were due in the last twelve months
    done, kept  actions done, promises kept ÷ those that were due in the last twelve months

Was due: by today, neither dropped nor withdrawn; what was left undone by people who had gone before that day is not.
Overdue, soon, later: still to be done, for people who are still here.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from insights.queries.figures import Selection
from people.models import Employee
from plans.models import Action, ActionState, CheckIn, Promise, PromiseState
from plans.owing import RESTING

YEAR = datetime.timedelta(days=365)
SOON = datetime.timedelta(days=14)
OLD = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Kind:
    """One kind of thing that falls due. `employee` leads from a row to whose plan it belongs to."""

    name: str
    label: Any
    model: type[Action] | type[Promise] | type[CheckIn]
    employee: str
    pending: Q
    done: Q
    # Neither to do nor done, and yet it was due.
    missed: Q
    done_on: str
    title: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """What a list reads of a row: its name for it, and where it stands. Names of people are looked up apart."""
        plan = self.employee.removesuffix("__employee")
        found = {"id": "pk", "due_on": "due_on", "done_on": self.done_on, "plan": plan, "employee": self.employee}
        if self.model is CheckIn:
            return found | {"withdrawn_at": "withdrawn_at"}
        source = "goal__" if self.model is Action else ""
        found |= {"agreed_with": f"{source}agreed_with", "opened_at": f"{source}opened_at"}
        return found | {"title": self.title, "state": "state", "owner": "owner"}

    def owed_by(self, owners: list[Employee]) -> Q:
        """What a leaver owed falls to their manager; a check-in is owed by the two whose talk it is."""
        if self.model is CheckIn:
            return Q(**{f"{self.employee}__in": owners}) | Q(**{f"{self.employee}__manager__in": owners})
        return Q(owner__in=owners) | Q(owner__is_active=False, owner__manager__in=owners)


PENDING_ACTION = Q(state__in=[ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.BLOCKED])
NEVER = Q(pk__isnull=True)
KINDS = {
    kind.name: kind
    for kind in [
        Kind(
            "action",
            _("actions"),
            Action,
            "goal__plan__employee",
            PENDING_ACTION & ~Q(goal__state__in=RESTING),
            Q(state=ActionState.DONE),
            NEVER,
            "done_on",
            "title",
        ),
        Kind(
            "promise",
            _("promises"),
            Promise,
            "plan__employee",
            Q(state=PromiseState.OPEN),
            Q(state=PromiseState.KEPT),
            Q(state=PromiseState.BROKEN),
            "settled_on",
            "what",
        ),
        Kind(
            "check_in",
            _("check-ins"),
            CheckIn,
            "plan__employee",
            Q(held_on__isnull=True, withdrawn_at__isnull=True),
            Q(held_on__isnull=False),
            NEVER,
            "held_on",
        ),
    ]
}
STATES = {
    "overdue": _("overdue"),
    "old": _("overdue for more than 30 days"),
    "soon": _("due in the next two weeks"),
    "later": _("due later"),
    "done": _("done"),
    "was_due": _("were due in the last twelve months"),
    "was_done": _("were due in the last twelve months and are done"),
}


def states(kind: Kind, today: datetime.date) -> dict[str, Q]:
    """Each state by its name in the address."""
    left = f"{kind.employee}__left_on"
    to_do = kind.pending & (Q(**{f"{left}__isnull": True}) | Q(**{f"{left}__gt": today}))
    gone = Q(**{f"{left}__isnull": False, f"{left}__lte": F("due_on")})
    lately = Q(due_on__gt=today - YEAR)
    was_due = lately & Q(due_on__lte=today) & (kind.done | ((kind.pending | kind.missed) & ~gone))
    return {
        "overdue": to_do & Q(due_on__lt=today),
        "old": to_do & Q(due_on__lt=today - OLD),
        "soon": to_do & Q(due_on__gte=today, due_on__lte=today + SOON),
        "later": to_do & Q(due_on__gt=today + SOON),
        "done": lately & kind.done,
        "was_due": was_due,
        "was_done": was_due & kind.done,
        # Beside the figures: what the calendar spreads over weeks.
        "to_do": to_do,
    }


def promised(chosen: Selection, kind: Kind) -> "QuerySet[Any]":
    """Everything of one kind that belongs to people of the selection."""
    return kind.model.objects.filter(chosen.of_people(kind.employee), chosen.in_scope(kind.employee))


def in_state(chosen: Selection, kind: Kind, state: str) -> "QuerySet[Any]":
    """What a figure of this kind and state counts."""
    return promised(chosen, kind).filter(states(kind, chosen.today)[state], chosen.in_week("due_on"))
