"""What HR sees of a cycle: who is to be invited, who can't be yet and why, and how far everybody has come."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from interviews.lateness import late, with_due
from interviews.models import Cycle, Exemption, Interview, Outcome, State, Template, TemplateVersion
from interviews.queries.departments import Place, with_all_below
from people.folding import fold, folded_fields
from people.models import Employee
from people.models.employee import EmployeeQuerySet
from people.templatetags.paper import shortdate

# What the page asks for instead of a state.
LATE = "late"
OLDEST_FIRST: tuple[str, ...] = ("due", "pk")
NAMES = ("employee__first_name", "employee__last_name", "interviewer__first_name", "interviewer__last_name")
MOST_WORDS = 8
# The latest of them stand on the page; nobody exempts more by hand.
MOST_EXEMPTIONS = 100


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


@dataclass(frozen=True)
class Progress:
    """How far a cycle has come in this partner's scope."""

    total: int
    states: dict[State, int]
    late: int
    left: int
    longest: list[Interview]

    @property
    def counted(self) -> int:
        """Those a conversation is still expected of, or was held with: what “signed” is a part of."""
        return self.total - self.left_out

    @property
    def left_out(self) -> int:
        return self.states[State.CANCELLED] + self.states[State.EXEMPTED] + self.left

    @property
    def signed(self) -> int:
        return self.states[State.SIGNED]


def progress_of(user: Employee, cycle: Cycle, today: datetime.date, *, longest: int = 5) -> Progress:
    """States, and who is late. Constant number of queries."""
    mine = followed_by(user).filter(cycle=cycle)
    counted = (
        with_due(mine)
        .order_by()
        .values_list("state")
        .annotate(
            n=Count("pk"),
            n_late=Count("pk", filter=Q(due__lt=today)),
            n_left=Count("pk", filter=Q(outcome=Outcome.LEFT)),
        )
    )
    found = {state: (n, n_late, n_left) for state, n, n_late, n_left in counted}
    # Of thousands that wait since the same day, five stand for all: to put them by name would mean to sort them all.
    worst = late(mine, today).order_by(*OLDEST_FIRST).values_list("pk", flat=True)[:longest] if longest else []
    return Progress(
        total=sum(n for n, _n_late, _n_left in found.values()),
        states={state: found.get(state, (0, 0, 0))[0] for state in State},
        late=sum(n_late for _n, n_late, _n_left in found.values()),
        left=sum(n_left for _n, _n_late, n_left in found.values()),
        longest=in_order(worst) if longest else [],
    )


def in_order(ids: Iterable[UUID]) -> list[Interview]:
    """These interviews with what a line about them needs, as they were found. One query.

    A page is found by its ids first: to sort a hundred thousand rows costs a tenth when they carry nothing else.
    """
    wanted = list(ids)
    rows = Interview.objects.filter(pk__in=wanted).select_related("employee__department", "interviewer")
    found = {interview.pk: interview for interview in rows}
    return [found[pk] for pk in wanted if pk in found]


@dataclass(frozen=True)
class Filter:
    """What the list of a cycle's page is narrowed to; empty parts narrow nothing."""

    state: str = ""
    place: Place | None = None
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.state or self.place or self.words)


def interviews_of(user: Employee, cycle: Cycle, chosen: Filter, today: datetime.date) -> QuerySet[Interview]:
    """The list of a cycle's page: by name, or the longest overdue first when only those who are late are asked for."""
    rows = followed_by(user).filter(cycle=cycle)
    if chosen.state == LATE:
        rows = late(rows, today)
    else:
        rows = rows.order_by("employee__last_name", "employee__first_name", "pk")
        if chosen.state:
            rows = rows.filter(state=chosen.state)
    if chosen.place is not None:
        rows = rows.filter(employee__department__in=chosen.place.below)
    for word in fold(chosen.words).split()[:MOST_WORDS]:
        # What stands in the stored text of neither can't be in their names: only the rest is folded.
        rows = rows.filter(Q(employee__searched__contains=word) | Q(interviewer__searched__contains=word))
        rows = rows.alias(named=folded_fields(*NAMES)).filter(named__contains=word)
    return rows


def count_unled(user: Employee, cycle: Cycle, today: datetime.date) -> int:
    """How many of those whom the cycle means wait for an interviewer, as `roll_of` finds them. One query.

    Those without a manager and those whose manager is gone are looked up apart: each is found by the index on
    managers, while for both at once the database would read everybody.
    """
    gone = Employee.objects.filter(Q(is_active=False) | Q(left_on__lte=today))
    people = meant_by(cycle).in_scope_of(user).active().order_by().values("pk")
    waiting = (
        people.exclude(left_on__lte=today)
        .exclude(left_on__lt=cycle.sign_by)
        .exclude(hired_on__gt=cycle.talk_by)
        .exclude(Exists(cycle.interviews.filter(employee=OuterRef("pk"))))
        .exclude(Exists(cycle.exemptions.filter(employee=OuterRef("pk"))))
    )
    return waiting.filter(manager=None).union(waiting.filter(manager__in=gone.order_by().values("pk"))).count()


def exempted_before(user: Employee, cycle: Cycle) -> list[Exemption]:
    """Those left out of the cycle before they were invited, as far as they are in scope. One query."""
    mine = cycle.exemptions.filter(_of_people_in_scope(user))
    return list(mine.select_related("employee__department", "by").order_by("-at", "pk")[:MOST_EXEMPTIONS])


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
