"""Roles × actions, and where HR rights end."""

import pytest

from people.models import Employee, Membership, MembershipRole
from people.policy import ACTIONS, Refused, Role, can, require, roles_of
from tests.factories import make_department, make_employee, make_hr

pytestmark = pytest.mark.django_db

# What each relation may do towards an employee, written out: the table in policy.py can't change unnoticed.
SELF = {
    "person.see", "person.see_file", "interview.see", "interview.see_content", "interview.request",
    "interview.schedule", "interview.prepare", "interview.share", "interview.ask_changes", "interview.confirm",
    "interview.sign", "interview.cancel_requested", "plan.see", "plan.change", "record.see", "record.add",
}  # fmt: skip
MANAGER = {"person.see", "plan.see", "plan.change"}
INTERVIEWER = {
    "person.see", "interview.see", "interview.see_content", "interview.accept", "interview.schedule",
    "interview.prepare", "interview.share", "interview.start", "interview.write_minutes", "interview.freeze",
    "interview.ask_changes", "interview.proceed", "interview.sign", "interview.cancel_requested", "plan.see",
    "plan.change", "record.see", "record.add",
}  # fmt: skip
HR = {
    "person.see", "person.see_file", "people.import", "people.welcome", "people.leave", "template.publish",
    "cycle.launch", "cycle.see", "interview.see", "interview.sign", "interview.witness_absence", "interview.not_held",
    "interview.cancel", "interview.reassign", "interview.extend", "interview.exempt", "interview.remind", "plan.follow",
    "record.see", "figures.see",
}  # fmt: skip
ADMINISTRATOR = {
    "person.see", "people.import", "people.welcome", "organisation.settings", "membership.change",
    "second_factor.remove",
}  # fmt: skip
COLLEAGUE = {"person.see"}


def allowed(user, employee, **relation):
    return {action for action in ACTIONS if can(user, action, employee, **relation)}


def test_the_matrix(employee, manager, hr, administrator, outsider):
    mentor = make_employee("Mia")
    assert allowed(employee, employee) == SELF
    assert allowed(manager, employee) == MANAGER
    assert allowed(mentor, employee, interviewer=mentor) == INTERVIEWER
    assert allowed(manager, employee, interviewer=manager) == INTERVIEWER | MANAGER
    assert allowed(hr, employee) == HR
    assert allowed(administrator, employee) == ADMINISTRATOR
    assert allowed(outsider, employee) == COLLEAGUE


def test_an_administrator_reads_no_content(employee, administrator):
    content = {"interview.see", "interview.see_content", "plan.see", "record.see", "person.see_file", "figures.see"}
    assert not allowed(administrator, employee) & content


def test_hr_rights_end_at_ones_own_file(hr):
    assert allowed(hr, hr) == SELF


def test_hr_rights_end_at_every_superior(department):
    chief = make_employee("Cleo", department=department)
    head = make_employee("Hedi", department=department, manager=chief)
    partner = make_hr(manager=head)
    for superior in (head, chief):
        assert allowed(partner, superior) == COLLEAGUE
        assert superior not in Employee.objects.in_scope_of(partner)


def test_hr_rights_end_at_a_conversation_one_leads(employee, hr):
    assert Role.HR not in roles_of(hr, employee, interviewer=hr)
    assert "interview.witness_absence" not in allowed(hr, employee, interviewer=hr)


def test_hr_reaches_own_reports_as_manager_and_as_partner(hr):
    report = make_employee("Remy", manager=hr)
    assert allowed(hr, report) == HR | MANAGER


def test_a_scope_is_a_department_with_all_below(employee, department):
    upper, elsewhere = make_department("Finance"), make_department("Sales")
    department.parent = upper
    department.save(update_fields=["parent"])
    stranger = make_employee("Sam", department=elsewhere)
    nowhere = make_employee("Noa")
    for root, reached in (
        (upper, {employee}),
        (department, {employee}),
        (elsewhere, {stranger}),
        (None, {employee, stranger, nowhere}),
    ):
        partner = make_hr(department=root)
        in_scope = set(Employee.objects.in_scope_of(partner))
        everybody = {employee, stranger, nowhere}
        assert in_scope & everybody == reached
        for someone in everybody:
            assert allowed(partner, someone) == (HR if someone in reached else COLLEAGUE)


def test_in_scope_of_and_policy_agree(employee, manager, hr, administrator, outsider):
    manager.manager = hr
    manager.save(update_fields=["manager"])
    users = [employee, manager, hr, administrator, outsider, make_hr(department=employee.department, manager=employee)]
    for user in users:
        scope = set(Employee.objects.in_scope_of(user))
        for someone in users:
            assert (someone in scope) == can(user, "people.leave", someone), (user, someone)


def test_offices_without_an_employee_in_mind(employee, hr, administrator):
    assert {a for a in ACTIONS if can(employee, a)} == COLLEAGUE
    assert {a for a in ACTIONS if can(hr, a)} == HR
    assert {a for a in ACTIONS if can(administrator, a)} == ADMINISTRATOR


def test_a_closed_account_is_nothing_to_anybody(employee, hr):
    Membership.objects.create(person=hr, role=MembershipRole.ADMINISTRATOR)
    hr.refresh_from_db()
    hr.is_active = False
    assert allowed(hr, employee) == set()


def test_a_refusal_is_a_sentence(outsider, employee):
    with pytest.raises(Refused, match="Nothing was changed"):
        require(outsider, "people.leave", employee)
