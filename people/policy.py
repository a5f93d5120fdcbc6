"""Who may do what. One dictionary; it fits a screen, so that HR can read it.

Roles are always held *towards somebody*: `roles_of(user, employee)` says what the user is to this employee.
HR rights never reach one's own file nor one's own line superiors, whatever the scope.
"""

import enum

from django.utils.translation import gettext as _

from people.models import Employee


class Refused(Exception):  # noqa: N818 - the word a person would use
    """An operation said no. The sentence is for the person who asked: what happened and what to do."""


class Stale(Refused):
    """Somebody else saved first. Nothing was overwritten; `current` is the row as it stands."""

    def __init__(self, current: object) -> None:
        super().__init__(_("This text was changed elsewhere since you opened it. Nothing was overwritten."))
        self.current = current


class Role(enum.StrEnum):
    SELF = "self"
    LINE_MANAGER = "line manager"
    INTERVIEWER = "interviewer"
    HR = "HR partner"
    ADMINISTRATOR = "administrator"
    COLLEAGUE = "colleague"


S, M, I, H, A, C = Role  # noqa: E741 - the columns of the table below

ACTIONS: dict[str, frozenset[Role]] = {
    action: frozenset(roles)
    for action, roles in {
        # people
        "person.see": {S, M, I, H, A, C},
        "person.see_file": {S, H},  # dates and progress, never content
        "people.import": {H, A},
        "people.welcome": {H, A},
        "people.leave": {H},
        "organisation.settings": {A},
        "membership.change": {A},
        "second_factor.remove": {A},  # when it was lost; never HR, who could then let themselves in
        # templates and cycles
        "template.publish": {H},
        "cycle.launch": {H},
        "cycle.see": {H},
        # one interview: S is its employee, I its interviewer
        "interview.see": {S, I, H},
        "interview.see_content": {S, I},
        "interview.request": {S},
        "interview.accept": {I},
        "interview.schedule": {S, I},
        "interview.prepare": {S, I},
        "interview.share": {S, I},
        "interview.start": {I},
        "interview.write_minutes": {I},
        "interview.freeze": {I},
        "interview.ask_changes": {S, I},
        "interview.confirm": {S},
        "interview.proceed": {I},
        "interview.sign": {S, I, H},
        "interview.witness_absence": {H},
        "interview.not_held": {H},
        "interview.cancel_requested": {S, I},
        "interview.cancel": {H},
        "interview.reassign": {H},
        "interview.extend": {H},
        "interview.exempt": {H},
        "interview.remind": {H},
        # what comes out of it
        "plan.see": {S, M, I},
        "plan.change": {S, M, I},
        "plan.follow": {H},  # title, owner, due and state of actions and promises; never goals
        "record.see": {S, I, H},
        "record.add": {S, I},
        "figures.see": {H},
    }.items()
}


def roles_of(user: Employee, employee: Employee | None = None, *, interviewer: Employee | None = None) -> set[Role]:
    """What the user is to this employee; `interviewer` is whoever leads the conversation in question.

    Without an employee: what the user is at all. An inactive user is nothing to anybody.
    """
    if not user.is_active:
        return set()
    roles = {Role.COLLEAGUE}
    if user.is_administrator:
        roles.add(Role.ADMINISTRATOR)
    if employee is None:
        return roles | ({Role.HR} if user.is_hr else set())
    if employee.pk == user.pk:
        roles.add(Role.SELF)
    if employee.manager_id == user.pk:
        roles.add(Role.LINE_MANAGER)
    if interviewer is not None and interviewer.pk == user.pk and employee.pk != user.pk:
        roles.add(Role.INTERVIEWER)
    elif reaches(user, employee):
        # One who leads a conversation does not act as HR on it: another partner does.
        roles.add(Role.HR)
    return roles


def reaches(user: Employee, employee: Employee) -> bool:
    """Whether HR rights of the user extend to this employee."""
    scope = user.hr_scope
    if scope is None or employee.pk == user.pk or employee.pk in user.superior_ids:
        return False
    return scope.everywhere or employee.department_id in scope.departments


def can(user: Employee, action: str, employee: Employee | None = None, *, interviewer: Employee | None = None) -> bool:
    return bool(ACTIONS[action] & roles_of(user, employee, interviewer=interviewer))


def require(
    user: Employee, action: str, employee: Employee | None = None, *, interviewer: Employee | None = None
) -> None:
    """Refuse, as an operation does, what the table does not allow."""
    if not can(user, action, employee, interviewer=interviewer):
        raise Refused(_("You may not do this here. Nothing was changed. If you think you should, ask your HR team."))
