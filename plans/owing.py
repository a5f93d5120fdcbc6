"""What a plan still waits for, and whose turn it is. Reminders, HR's nudge and their mails all ask here."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from people.models import Employee
from plans.models import Action, CheckIn, GoalState, ItemKind, Promise

# Actions of goals in these states are nobody's to do: not yet, or no longer.
RESTING = [GoalState.DRAFT, GoalState.DROPPED]


@dataclass(frozen=True)
class Pending:
    """An action, a promise or a check-in that is still open. `owner` is nobody for a check-in: it belongs to two.

    `between_two` says that it was agreed with somebody else than the line manager and not opened since.
    """

    what: ItemKind
    pk: UUID
    employee: Employee
    owner: Employee | None
    due_on: datetime.date
    people: tuple[Employee, ...]
    between_two: bool = False


def pending(what: str, pk: UUID | str) -> Pending | None:
    """The item as it stands now; None when it is done, given up or withdrawn. One query."""
    if what == ItemKind.ACTION:
        actions = Action.objects.pending().exclude(goal__state__in=RESTING)
        action = actions.select_related("goal__plan__employee", "owner__manager").filter(pk=pk).first()
        return _owed(ItemKind.ACTION, action, action.goal.plan.employee) if action else None
    if what == ItemKind.PROMISE:
        promises = Promise.objects.pending().select_related("plan__employee", "owner__manager")
        promise = promises.filter(pk=pk).first()
        if promise is None:
            return None
        between_two = promise.agreed_with_id is not None and promise.opened_at is None
        return _owed(ItemKind.PROMISE, promise, promise.plan.employee, between_two=between_two)
    check_in = CheckIn.objects.open().select_related("plan__employee__manager").filter(pk=pk).first()
    return _shared(check_in) if check_in else None


def _owed(what: ItemKind, item: Action | Promise, employee: Employee, *, between_two: bool = False) -> Pending | None:
    """The owner's turn; what a leaver still owed falls to their manager."""
    owner, due_on = item.owner, item.due_on
    if owner is None or due_on is None:
        return None
    person = owner if owner.is_active else owner.manager
    people = (person,) if person is not None and person.is_active else ()
    return Pending(what, item.pk, employee, owner, due_on, people, between_two)


def _shared(check_in: CheckIn) -> Pending:
    """Either of the two can hold it, while the one whose plan it is works here."""
    employee = check_in.plan.employee
    two = [employee, employee.manager] if employee.is_active else []
    people = tuple(person for person in two if person is not None and person.is_active)
    return Pending(ItemKind.CHECK_IN, check_in.pk, employee, None, check_in.due_on, people)
