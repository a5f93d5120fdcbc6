"""What HR sees of a cycle: who is to be invited, and who can't be yet and why."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from interviews.models import Cycle, Exemption, Interview, Template, TemplateVersion
from interviews.queries.departments import with_all_below
from people.models import Employee
from people.models.employee import EmployeeQuerySet
from people.templatetags.paper import shortdate


@dataclass(frozen=True)
class Unled:
    """Somebody who has no interviewer yet, and why."""

    person: Employee
    why: str


@dataclass
class Roll:
    """Who a launch by this HR partner would reach."""

    ready: list[tuple[Employee, Employee]] = field(default_factory=list)
    unled: list[Unled] = field(default_factory=list)
    already: int = 0
    exempted: int = 0
    gone: int = 0
    too_new: int = 0
    leaving: int = 0
    out_of_reach: int = 0

    @property
    def people(self) -> int:
        return len(self.ready) + len(self.unled)

    @property
    def load(self) -> Counter[Employee]:
        """How many conversations each interviewer would lead."""
        return Counter(interviewer for _employee, interviewer in self.ready)


def roll_of(user: Employee, cycle: Cycle, today: datetime.date) -> Roll:
    """Everybody in the user's scope whom the cycle means, sorted into those ready and the others. Few queries."""
    people = meant_by(cycle)
    in_scope = people.in_scope_of(user)
    here = set(cycle.interviews.values_list("employee_id", flat=True))
    exempted = set(cycle.exemptions.values_list("employee_id", flat=True))
    roll = Roll(out_of_reach=people.active().filter(pk__in=[user.pk, *user.superior_ids]).count())
    for person in in_scope.select_related("manager", "department"):
        if person.pk in here:
            roll.already += 1
        elif person.pk in exempted:
            roll.exempted += 1
        elif not person.is_active or (person.left_on and person.left_on <= today):
            roll.gone += 1
        elif person.hired_on and person.hired_on > cycle.talk_by:
            roll.too_new += 1
        elif person.left_on and person.left_on < cycle.sign_by:
            roll.leaving += 1
        elif (why := why_unled(person, today)) or person.manager is None:
            roll.unled.append(Unled(person, why))
        else:
            roll.ready.append((person, person.manager))
    return roll


def why_unled(person: Employee, today: datetime.date) -> str:
    """Why the line manager can't lead this conversation; nothing when they can."""
    manager = person.manager
    if manager is None:
        return _("No manager in the HR file")
    if manager.left_on and manager.left_on <= today:
        return _("The manager left on %(day)s") % {"day": shortdate(manager.left_on)}
    if not manager.is_active:
        return _("The manager's account is closed")
    return ""


def meant_by(cycle: Cycle) -> EmployeeQuerySet:
    """Everybody whom the cycle's departments name; without any, everybody."""
    chosen = list(cycle.departments.all())
    people: EmployeeQuerySet = Employee.objects.all()
    return people.filter(department__in=with_all_below(chosen)) if chosen else people


def meant_among(user: Employee, cycle: Cycle, ids: Iterable[str]) -> list[Employee]:
    """Those of these people whom the cycle means and this partner may act for; whatever else is named is not there."""
    wanted = {pk for text in ids if (pk := uuid_of(text))}
    people = meant_by(cycle).in_scope_of(user).filter(pk__in=wanted).select_related("department")
    return list(people.order_by("last_name", "first_name", "pk"))


def uuid_of(text: str) -> UUID | None:
    """An id as somebody sent it, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def possible_interviewers(user: Employee) -> QuerySet[Employee]:
    """Whom HR may name: everybody who leads somebody, and everybody who serves as HR partner."""
    leads = Employee.objects.active().exclude(manager=None).values("manager")
    hr = Employee.objects.filter(memberships__role="hr").values("pk")
    return Employee.objects.visible_to(user).filter(Q(pk__in=leads) | Q(pk__in=hr)).select_related("department")


def followed_by(user: Employee) -> QuerySet[Interview]:
    """Interviews whose dates and progress this HR partner follows: those of people in scope, nobody else's."""
    return Interview.objects.filter(_of_people_in_scope(user))


def _of_people_in_scope(user: Employee) -> Q:
    """For rows that have an `employee`: the same people as `in_scope_of`.

    Where the scope is everybody, it names the few who are out of reach instead of looking up each of the others.
    """
    scope = user.hr_scope
    if scope is not None and scope.everywhere:
        return ~Q(employee__in=[user.pk, *user.superior_ids])
    return Q(employee__in=Employee.objects.in_scope_of(user).values("pk"))


def unled(cycle: Cycle, today: datetime.date) -> QuerySet[Employee]:
    """Everybody whom the cycle means and who waits for an interviewer, as `roll_of` finds them."""
    gone = Employee.objects.filter(Q(is_active=False) | Q(left_on__lte=today)).order_by().values("pk")
    return (
        meant_by(cycle)
        .active()
        .order_by()
        .filter(Q(manager=None) | Q(manager__in=gone))
        .exclude(left_on__lte=today)
        .exclude(left_on__lt=cycle.sign_by)
        .exclude(hired_on__gt=cycle.talk_by)
        .exclude(Exists(cycle.interviews.filter(employee=OuterRef("pk"))))
        .exclude(Exists(cycle.exemptions.filter(employee=OuterRef("pk"))))
    )


def exempted_before(user: Employee, cycle: Cycle) -> QuerySet[Exemption]:
    """Those left out of the cycle before they were invited, as far as they are in scope, the latest first."""
    mine = cycle.exemptions.filter(_of_people_in_scope(user))
    return mine.select_related("employee", "by").order_by("-at", "pk")


def templates_for(user: Employee) -> list[Template]:
    """All templates with their versions, and how many interviews use them. Two queries."""
    return list(
        Template.objects.visible_to(user)
        .annotate(used=Count("versions__interviews"))
        .prefetch_related("versions")
        .order_by("retired_at", "slug")
    )


def usable_versions(user: Employee) -> QuerySet[TemplateVersion]:
    """The latest version of each template that is not retired."""
    rows = TemplateVersion.objects.filter(template__in=Template.objects.visible_to(user), template__retired_at=None)
    newest = dict(rows.order_by("number").values_list("template_id", "pk"))
    return TemplateVersion.objects.filter(pk__in=newest.values()).select_related("template")
