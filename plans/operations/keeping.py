"""How a change is kept, and what every operation on a plan checks."""

import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from people.models import Employee
from people.policy import Refused, Stale
from plans.models import Action, Answer, Change, CheckIn, Goal, ItemKind, Plan, Promise

type_of = {Goal: ItemKind.GOAL, Action: ItemKind.ACTION, Promise: ItemKind.PROMISE, CheckIn: ItemKind.CHECK_IN}
Made = TypeVar("Made", Goal, Action, Promise)
Item = Goal | Action | Promise | CheckIn


def keep(
    item: Item,
    *,
    by: Employee,
    at: datetime.datetime,
    field: str,
    before: Any = None,
    after: Any = None,
    why: str = "",
    occasion: str = "",
    occasion_id: UUID | None = None,
) -> None:
    """Append one change to the history of the plan."""
    Change.objects.create(
        plan=plan_of(item),
        at=at,
        by=by,
        item_kind=type_of[type(item)],
        item_id=item.pk,
        item_title=str(item),
        field=field,
        before=as_text(before),
        after=as_text(after),
        why=why,
        occasion=occasion,
        occasion_id=occasion_id,
    )


def revise(item: Goal | Action | Promise, *, version: int, fields: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Write what differs onto the locked row and answer field → (before, after).

    Nothing differs: nothing is written, so sending the same form twice is harmless. Somebody else was faster: `Stale`.
    """
    differing = {name: (getattr(item, name), value) for name, value in fields.items() if getattr(item, name) != value}
    if not differing:
        return {}
    if item.version != version:
        raise Stale(item)
    for name, (_before, after) in differing.items():
        setattr(item, name, after)
    item.version += 1
    item.save(update_fields=[*differing, "version"])
    return differing


def already_made(mine: models.QuerySet[Made], key: UUID | None) -> Made | None:
    """The row that the same form made before; a key that belongs to something else is refused."""
    if key is None:
        return None
    made = mine.filter(pk=key).first()
    if made is None and mine.model.objects.filter(pk=key).exists():
        raise Refused(_("This form belongs to something else. Open it again; nothing was saved."))
    return made


def plan_of(item: Item) -> Plan:
    return item.goal.plan if isinstance(item, Action) else item.plan


def as_text(value: Any) -> str:
    """A value as history keeps it: ISO days, plain numbers, ids for people."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value.pk) if isinstance(value, Employee) else str(value)


def end_requests(item: Item, *, by: Employee, at: datetime.datetime, day: datetime.date | None = None) -> None:
    """Time that was asked for an item: agreed when its day moved as far as that, else no longer needed."""
    if not isinstance(item, Action | Promise):
        return
    for request in item.time_requests.open().select_for_update(of=("self",)):
        request.answer = Answer.AGREED if day is not None and day >= request.due_on else Answer.LAPSED
        request.answered_by, request.answered_at = by, at
        request.save(update_fields=["answer", "answered_by", "answered_at"])


def refuse_stale(item: Goal | Action | Promise, version: int | None) -> None:
    """Who saw an older state than the present one looks at the present one first."""
    if version is not None and version != item.version:
        raise Stale(item)


def refuse_unless(allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not allowed:
        raise Refused(_("You may not change this part of the plan. Nothing was changed."))


def required(text: str, *, longest: int, sentence: str) -> str:
    """The text without space around it; refused when nothing is left or when it is too long."""
    text = text.strip()
    if not text:
        raise Refused(sentence)
    return short_enough(text, longest=longest)


def short_enough(text: str, *, longest: int) -> str:
    text = text.strip()
    if len(text) > longest:
        raise Refused(
            _("“%(start)s…” is too long: %(longest)d characters fit.") % {"start": text[:40], "longest": longest}
        )
    return text


def require_active(owner: Employee) -> None:
    if not Employee.objects.active().filter(pk=owner.pk).exists():
        raise Refused(_("%(name)s no longer works here. Choose somebody else.") % {"name": owner.get_full_name()})


def require_day_ahead(day: datetime.date | None, today: datetime.date) -> None:
    if day is None:
        raise Refused(_("Say by when: somebody who owes something needs a day."))
    if day < today:
        raise Refused(_("That day has passed. Choose today or a later day."))
