"""People as pages show them. Each function says how many queries it takes."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from outbox.models import Message
from people.folding import fold
from people.models import Department, Employee, Membership, MembershipRole

# What Django puts in front of a password that nobody can type.
UNUSABLE = "!"
MOST_WORDS = 8
STATES = ("no_password", "ready", "leaving", "left")


def search_people(user: Employee, words: str) -> QuerySet[Employee]:
    """Everybody whose name, title, department or site holds all of these words. One query for a page, one to count,
    one more for words.
    """
    return _holding(Employee.objects.visible_to(user), words).select_related("department")


def cards_for(user: Employee) -> QuerySet[Employee]:
    """Whose page this user may open: every active person, and those in one's care who have left."""
    reach = Q(pk__in=Employee.objects.visible_to(user).values("pk")) | Q(pk__in=in_care_of(user).values("pk"))
    return Employee.objects.filter(reach).select_related("department", "manager")


def in_care_of(user: Employee) -> QuerySet[Employee]:
    """Whose account this user keeps: an administrator everybody's, an HR partner those in scope."""
    if user.is_administrator and user.is_active:
        return Employee.objects.all()
    return Employee.objects.in_scope_of(user)


def managed_people(
    user: Employee, *, words: str = "", department: UUID | None = None, state: str = ""
) -> QuerySet[Employee]:
    """Those in one's care with the moment of their last invitation. As many queries as `search_people`."""
    people = in_care_of(user).select_related("department")
    if department:
        people = people.filter(department_id=department)
    if state:
        people = in_state(people, state)
    people = _holding(people, words, "email", "employee_number")
    invited = Message.objects.filter(recipient=OuterRef("pk"), kind="people.welcome").order_by("-created_at")
    return people.annotate(invited_at=Subquery(invited.values("created_at")[:1]))


def in_state(people: QuerySet[Employee], state: str) -> QuerySet[Employee]:
    here = Q(is_active=True)
    none_yet = Q(password__startswith=UNUSABLE)
    condition = {
        "no_password": here & none_yet,
        "ready": here & ~none_yet,
        "leaving": here & Q(left_on__isnull=False),
        "left": ~here,
    }[state]
    return people.filter(condition)


def departments_of(user: Employee) -> QuerySet[Department]:
    """The departments in which this user cares for somebody."""
    return Department.objects.filter(pk__in=in_care_of(user).order_by().values("department"))


def office_holders() -> QuerySet[Membership]:
    return Membership.objects.select_related("person", "department", "granted_by").order_by(
        "role", "person__last_name", "person__first_name", "pk"
    )


def partners_reaching(employees: Collection[Employee]) -> dict[UUID, list[Employee]]:
    """The HR partners who may act for each of these people. As many queries as there are partners."""
    holders = Membership.objects.filter(role=MembershipRole.HR).values("person_id")
    partners = list(Employee.objects.active().filter(pk__in=holders).prefetch_related("memberships").order_by("pk"))
    where = {employee.pk: employee.department_id for employee in employees}
    reach: dict[UUID, list[Employee]] = {pk: [] for pk in where}
    for partner in partners:
        scope = partner.hr_scope
        if scope is None:
            continue
        departments = None if scope.everywhere else scope.departments
        never = {partner.pk, *partner.superior_ids}
        for pk, department in where.items():
            if pk not in never and (departments is None or department in departments):
                reach[pk].append(partner)
    return reach


def _holding(people: QuerySet[Employee], words: str, *more: str) -> QuerySet[Employee]:
    """Each word in what the person is found by, in the name of the department, or in one of these other fields.

    The departments are asked first: a word that none of them holds is left to the index of people alone.
    """
    parts = fold(words).split()[:MOST_WORDS]
    if not parts:
        return people
    held = reduce(or_, (Q(searched__contains=part) for part in parts))
    departments = list(Department.objects.filter(held).values_list("searched", flat=True))
    for part in parts:
        condition = reduce(or_, (Q(**{f"{name}__icontains": part}) for name in more), Q(searched__contains=part))
        if any(part in name for name in departments):
            condition |= Q(department__in=Department.objects.filter(searched__contains=part))
        people = people.filter(condition)
    return people
