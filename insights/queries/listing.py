"""The lists of conversations and people behind the figures, and what is picked from a list."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from insights.queries.coverage import covered
from insights.queries.figures import Selection, people_behind
from insights.queries.follow_ups import title_of
from insights.queries.promised import KINDS
from interviews.lateness import LONGEST_OVERDUE_FIRST
from interviews.models import Cycle, Interview
from people.models import Employee
from people.prepared import prepared
from plans.models import Action, CheckIn, Promise

Item = Action | Promise | CheckIn
# What a line about a conversation says.
LINE = (
    *("state", "prepare_by", "talk_by", "sign_by", "meets_at", "closed_at"),
    *("employee_shared_at", "interviewer_shared_at"),
    *("employee__first_name", "employee__last_name", "employee__email", "employee__department__name"),
    *("interviewer__first_name", "interviewer__last_name", "interviewer__email"),
)
BY_NAME = ("employee__last_name", "employee__first_name", "pk")


def conversations(chosen: Selection, figure: str) -> QuerySet[Interview]:
    """The conversations of a figure: the longest overdue first, or by name."""
    return people_behind(chosen, figure).order_by(*(LONGEST_OVERDUE_FIRST if figure == "late" else BY_NAME))


@dataclass(frozen=True)
class Lines:
    """The same as pages show them. The first page of all of a cycle is what nearly everybody asks for."""

    chosen: Selection
    figure: str

    def __getitem__(self, where: slice) -> list[Interview]:
        chosen, figure = self.chosen, self.figure
        if where.start or chosen.cycle is None or not chosen.is_everybody:
            return list(in_lines(conversations(chosen, figure))[where])
        shape = {"figure": figure, "most": where.stop, "where": chosen.where, "today": chosen.today}
        return _first_lines(chosen.cycle.pk, *chosen.left_out, **shape)


@prepared
def _first_lines(
    cycle: UUID, *left_out: UUID, figure: str, most: int, where: datetime.tzinfo | None, today: datetime.date
) -> QuerySet[Interview]:
    """Today is part of the shape: it stands for a whole day, and a plan that knows it holds for everybody."""
    chosen = Selection(user=Employee(), today=today, cycle=Cycle(pk=cycle), where=where, all_but=left_out)
    return in_lines(conversations(chosen, figure))[:most]


def in_lines(rows: QuerySet[Interview]) -> QuerySet[Interview]:
    """With the two people, and no more of each than a line says: most of a row are texts and dates it does not."""
    return rows.select_related("employee__department", "interviewer").only(*LINE)


def contacts(chosen: Selection, figure: str) -> QuerySet[Employee]:
    """The people of a figure of coverage, by name."""
    rows = covered(chosen, figure).select_related("department", "manager")
    return rows.order_by("last_name", "first_name", "pk")


def name_of(row: Item | Interview) -> str:
    """What a sentence about one row begins with."""
    if isinstance(row, Interview):
        return str(row.employee)
    plan = row.goal.plan if isinstance(row, Action) else row.plan
    if isinstance(row, CheckIn):
        return f"{plan.employee}, {title_of()}"
    source = row.goal if isinstance(row, Action) else row
    return f"{plan.employee}, {title_of(str(row), source.agreed_with_id, source.opened_at)}"


def pick_conversations(chosen: Selection, ids: Iterable[str]) -> list[Interview] | None:
    """The conversations of a form, of the reader's scope only; None when one of them is not there."""
    try:
        wanted = {UUID(pk) for pk in ids}
    except ValueError:
        return None
    found = Interview.objects.filter(chosen.in_scope("employee"), pk__in=wanted).select_related(
        "employee", "interviewer"
    )
    rows = list(found.order_by(*BY_NAME))
    return rows if len(rows) == len(wanted) else None


def pick(chosen: Selection, keys: Iterable[str]) -> list[Item] | None:
    """The items of a form, of the reader's scope only; None when one of them is not there."""
    wanted: dict[str, set[UUID]] = {name: set() for name in KINDS}
    for key in keys:
        name, _colon, pk = key.partition(":")
        try:
            wanted[name].add(UUID(pk))
        except (KeyError, ValueError):
            return None
    found: list[Item] = []
    for name, ids in wanted.items():
        kind = KINDS[name]
        if ids:
            rows = kind.model.objects.filter(chosen.in_scope(kind.employee), pk__in=ids)
            found += rows.select_related(kind.employee).order_by("due_on", "pk")
    return found if len(found) == sum(map(len, wanted.values())) else None
