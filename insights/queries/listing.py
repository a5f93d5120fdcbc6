"""The lists of conversations and people behind the figures, and what is picked from a list."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from insights.queries.coverage import covered
from insights.queries.figures import Selection, people_behind
from insights.queries.follow_ups import title_of
from insights.queries.promised import KINDS
from interviews.lateness import LONGEST_OVERDUE_FIRST
from interviews.models import Interview
from people.models import Employee
from plans.models import Action, CheckIn, Promise

Item = Action | Promise | CheckIn
BY_NAME = ("employee__last_name", "employee__first_name", "pk")


def conversations(chosen: Selection, figure: str) -> QuerySet[Interview]:
    """The conversations of a figure: the longest overdue first, or by name."""
    rows = people_behind(chosen, figure).select_related("employee__department", "interviewer", "cycle")
    return rows.order_by(*(LONGEST_OVERDUE_FIRST if figure == "late" else BY_NAME))


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
    found = Interview.objects.filter(pk__in=wanted, employee__in=chosen.people).select_related(
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
            rows = kind.model.objects.filter(pk__in=ids, **{f"{kind.employee}__in": chosen.people})
            found += rows.select_related(kind.employee).order_by("due_on", "pk")
    return found if len(found) == sum(map(len, wanted.values())) else None
