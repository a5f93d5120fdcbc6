"""What people owe a plan, when they are reminded of it, and who is told when a promise is not kept."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from outbox.hours import local_date
from outbox.kinds import Kind, register
from outbox.models import Message
from outbox.reminders import Due, Near, Rule, Stage, in_pages, rows
from people.mails import address, letterhead
from people.models import Employee
from people.queries import partners_reaching
from plans.models import Action, CheckIn, ItemKind, Promise
from plans.owing import RESTING, Pending, pending

ACTION = (Stage("14 days", -14, 11), Stage("3 days", -3, 3), Stage("today", 0, 1), Stage("overdue", 1, 7, times=0))
MANAGER_TOLD, HR_TOLD = "manager told", "HR told"
# An overdue promise climbs: its owner, then the owner's manager, then HR.
PROMISE = (
    Stage("7 days", -7, 7),
    Stage("today", 0, 1),
    Stage("overdue", 1, 7),
    Stage(MANAGER_TOLD, 8, 14),
    Stage(HR_TOLD, 22, 28),
)
TO_MANAGER, TO_HR = PROMISE[3:4], PROMISE[4:]
CHECK_IN = (Stage("due", 0, 14), Stage("overdue", 14, 14))


# ---------------------------------------------------------------- whose day is near


def _actions(near: Near) -> Iterator[Due]:
    """To the owner; what a leaver owed, to their manager."""
    open_ones = Action.objects.pending().filter(goal__plan__employee__is_active=True)
    yield from _of_owners(near, open_ones.exclude(goal__state__in=RESTING))


def _open_promises() -> QuerySet[Promise]:
    return Promise.objects.pending().filter(plan__employee__is_active=True)


def _promises(near: Near) -> Iterator[Due]:
    yield from _of_owners(near, _open_promises())


def _of_owners(near: Near, found: QuerySet[Any]) -> Iterator[Due]:
    yield from rows(near, found.filter(owner__is_active=True), to="owner", day="due_on", since="created_at")
    left = found.filter(owner__is_active=False, owner__manager__is_active=True)
    yield from rows(near, left, to="owner__manager", day="due_on", since="created_at")


def _promises_for_managers(near: Near) -> Iterator[Due]:
    """Not what was agreed between two: that they talked at all is theirs alone."""
    known = Q(agreed_with=None) | Q(opened_at__isnull=False)
    led = _open_promises().filter(known, owner__is_active=True, owner__manager__is_active=True)
    yield from rows(near, led, to="owner__manager", day="due_on")


def _promises_for_hr(near: Near) -> Iterator[Due]:
    found = _open_promises().filter(near.days("due_on"), near.unposted(day="due_on"))
    waiting = in_pages(found, "due_on", "plan__employee_id", "owner_id")
    while page := list(islice(waiting, 500)):
        partners = partners_reaching(Employee.objects.filter(pk__in={employee for _pk, _day, employee, _owner in page}))
        for pk, due_on, employee, owner in page:
            for partner in partners[employee]:
                if _is_above(partner, owner):
                    yield Due(pk, partner.pk, partner.timezone, due_on)


def _is_above(partner: Employee, owner: object) -> bool:
    """HR rights end at oneself and at one's own superiors."""
    return owner != partner.pk and owner not in partner.superior_ids


def _check_ins(near: Near) -> Iterator[Due]:
    """Either of the two can hold it, so both are reminded."""
    ahead = CheckIn.objects.open().filter(plan__employee__is_active=True)
    yield from rows(near, ahead, to="plan__employee", day="due_on", since="created_at")
    led = ahead.filter(plan__employee__manager__is_active=True)
    yield from rows(near, led, to="plan__employee__manager", day="due_on", since="created_at")


RULES = (
    Rule("plans.action_due", ACTION, _actions),
    Rule("plans.promise_due", PROMISE, _promises),
    Rule("plans.promise_late", TO_MANAGER, _promises_for_managers),
    Rule("plans.promise_late_hr", TO_HR, _promises_for_hr),
    Rule("plans.check_in_due", CHECK_IN, _check_ins),
)


# ---------------------------------------------------------------- the same question again, when a mail leaves


def _still(what: ItemKind, message: Message) -> Pending | None:
    """The item when it is open, due on the same day, and of somebody who works here."""
    item = pending(what, str(message.subject))
    if item is None or item.due_on != message.due_on or not item.employee.is_active:
        return None
    return item


def _about(item: Pending, message: Message) -> dict[str, Any]:
    today = local_date(message.moment, message.recipient.timezone)
    return letterhead() | {
        "employee": item.employee,
        "owner": item.owner,
        "day": item.due_on,
        "overdue": today > item.due_on,
        "link": address(f"plans:{item.what.value}", pk=item.pk),
    }


def action_due(message: Message) -> dict[str, Any] | None:
    item = _still(ItemKind.ACTION, message)
    if item is None or message.recipient not in item.people:
        return None
    return _about(item, message)


def promise_due(message: Message) -> dict[str, Any] | None:
    """To whoever owes it; it says who was told."""
    item = _still(ItemKind.PROMISE, message)
    if item is None or message.recipient not in item.people:
        return None
    stage = message.context["stage"]
    manager = _told_manager(item) if stage in (MANAGER_TOLD, HR_TOLD) else None
    hr_told = stage == HR_TOLD and bool(_partners_of(item))
    return _about(item, message) | {"told": manager, "hr_told": hr_told}


def promise_late(message: Message) -> dict[str, Any] | None:
    """To the owner's manager, who may not read the promise: then it leads to the owner."""
    item = _still(ItemKind.PROMISE, message)
    if item is None or item.owner is None or message.recipient != _told_manager(item):
        return None
    context = _about(item, message)
    if Promise.objects.visible_to(message.recipient).filter(pk=item.pk).exists():
        return context
    return context | {"link": address("people:person", pk=item.owner.pk)}


def promise_late_hr(message: Message) -> dict[str, Any] | None:
    item = _still(ItemKind.PROMISE, message)
    if item is None or message.recipient not in _partners_of(item):
        return None
    return _about(item, message) | {"link": address("insights:follow_ups")}


def check_in_due(message: Message) -> dict[str, Any] | None:
    item = _still(ItemKind.CHECK_IN, message)
    if item is None or message.recipient not in item.people:
        return None
    other = next((person for person in item.people if person.pk != message.recipient_id), None)
    return _about(item, message) | {"other": other}


def _told_manager(item: Pending) -> Employee | None:
    """The owner's manager, when the promise is theirs to know of."""
    if item.owner is None or not item.owner.is_active or item.between_two:
        return None
    manager = item.owner.manager
    return manager if manager is not None and manager.is_active else None


def _partners_of(item: Pending) -> list[Employee]:
    owner = item.owner.pk if item.owner else None
    return [partner for partner in partners_reaching([item.employee])[item.employee.pk] if _is_above(partner, owner)]


FOLDER = "plans/mail"
for name, label, template, context in (
    ("action_due", _("something you took on in a plan"), "action_due", action_due),
    ("promise_due", _("a promise you gave"), "promise_due", promise_due),
    ("promise_late", _("somebody you lead is late with a promise"), "promise_late", promise_late),
    ("promise_late_hr", _("for HR partners: a promise is late"), "promise_late", promise_late_hr),
    ("check_in_due", _("a check-in on a plan"), "check_in_due", check_in_due),
):
    register(Kind(f"plans.{name}", label, f"{FOLDER}/{template}", context, office_hours=True))
