"""Who may change what in a plan. Pages draw their buttons from it, operations refuse by it."""

from people.models import Employee
from people.policy import can
from plans.models import Action, Goal, GoalState, Plan, Promise


def may_add(user: Employee, plan: Plan, *, agreed_with: Employee | None = None) -> bool:
    """The employee, the line manager, and whoever leads the conversation in which it is added."""
    return can(user, "plan.change", plan.employee, interviewer=agreed_with)


def may_change(user: Employee, item: Goal | Action | Promise) -> bool:
    """Who shares the item. What was agreed with somebody else is not the line manager's until it is opened."""
    if isinstance(item, Action):
        return may_change(user, item.goal)
    if isinstance(item, Goal) and item.state == GoalState.DRAFT:
        return user.is_active and item.created_by_id == user.pk
    employee = item.plan.employee
    shared = item.agreed_with_id is None or item.opened_at is not None
    if not shared and user.pk not in (employee.pk, item.agreed_with_id):
        return False
    return can(user, "plan.change", employee, interviewer=item.agreed_with)


def may_settle(user: Employee, item: Action | Promise) -> bool:
    """Whoever may change it, and its owner; for an owner who left, the manager."""
    owner = item.owner
    if owner is not None and user.is_active and user.pk == owner.pk:
        return True
    if owner is not None and user.is_active and not owner.is_active and owner.manager_id == user.pk:
        return True
    return may_change(user, item)


def may_open(user: Employee, item: Goal | Promise) -> bool:
    """Only the employee opens to the line manager what was agreed with somebody else."""
    return (
        user.is_active
        and item.plan.employee_id == user.pk
        and item.agreed_with_id is not None
        and item.opened_at is None
    )
