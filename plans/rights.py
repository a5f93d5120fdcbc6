"""Who may change what in a plan. Pages draw their buttons from it, operations refuse by it."""

from people.models import Employee
from people.policy import can
from plans.models import Action, Goal, GoalState, Plan, Promise, TimeRequest


def may_add(user: Employee, plan: Plan, *, agreed_with: Employee | None = None) -> bool:
    """The employee, the line manager, and whoever leads the conversation in which it is added."""
    return can(user, "plan.change", plan.employee, interviewer=agreed_with)


def may_change(user: Employee, item: Goal | Action | Promise) -> bool:
    """Who shares the item. What was agreed with somebody else is not the line manager's until it is opened."""
    if is_past(user, item):
        return False
    if isinstance(item, Action):
        return may_change(user, item.goal)
    if isinstance(item, Goal) and item.state == GoalState.DRAFT:
        return user.is_active and item.created_by_id == user.pk
    employee = item.plan.employee
    shared = item.agreed_with_id is None or item.opened_at is not None
    if not shared and user.pk not in (employee.pk, item.agreed_with_id):
        return False
    return can(user, "plan.change", employee, interviewer=item.agreed_with)


def is_past(user: Employee, item: Goal | Action | Promise) -> bool:
    """Whether it ended before this line manager began to lead, and the employee did not open the past to them."""
    agreed = item.goal if isinstance(item, Action) else item
    employee, since = agreed.plan.employee, agreed.plan.employee.led_since
    if since is None or user.pk != employee.manager_id or user.pk == agreed.agreed_with_id:
        return False
    if not item.has_ended or agreed.plan.past_opened_to_id == user.pk:
        return False
    return item.ended_on is None or item.ended_on < since


def may_note_progress(user: Employee, goal: Goal) -> bool:
    """Between check-ins the employee alone says how far a goal has come."""
    return user.is_active and user.pk == goal.plan.employee_id and goal.state == GoalState.OPEN


def may_move(user: Employee, item: Goal | Action | Promise) -> bool:
    """Give it another day without asking."""
    is_owed = isinstance(item, Goal) or item.due_on is not None
    return is_owed and not item.has_ended and may_change(user, item)


def may_ask_for_time(user: Employee, item: Action | Promise) -> bool:
    """Whoever owes it and may not move the day alone."""
    is_open = not item.has_ended and item.due_on is not None
    return is_open and may_settle(user, item) and not may_change(user, item)


def may_answer(user: Employee, request: TimeRequest) -> bool:
    """Whoever may move the day; never the one who asked."""
    return request.asked_by_id != user.pk and may_change(user, request.item)


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


def may_open_past(user: Employee, plan: Plan) -> bool:
    """Only the employee opens to a manager what ended before that manager led."""
    employee = plan.employee
    return user.is_active and user.pk == employee.pk and employee.led_since is not None and employee.manager is not None
