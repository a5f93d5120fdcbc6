"""Promises: what the employer commits to, and what it expressly does not."""

import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused
from plans.models import Plan, Promise, PromiseState
from plans.operations.goals import third_party
from plans.operations.keeping import (
    already_made,
    end_requests,
    keep,
    refuse_stale,
    refuse_unless,
    require_active,
    require_day_ahead,
    required,
    revise,
    short_enough,
)
from plans.rights import may_add, may_change, may_open, may_settle

LONGEST_WHAT, LONGEST_TEXT = 300, 4000
FIELDS = frozenset({"what", "owner", "due_on"})


def add_promise(
    *,
    by: Employee,
    plan: Plan,
    what: str,
    owner: Employee | None = None,
    due_on: datetime.date | None = None,
    not_promised: bool = False,
    agreed_with: Employee | None = None,
    occasion: str = "",
    occasion_id: UUID | None = None,
    key: UUID | None = None,
    now: datetime.datetime | None = None,
) -> Promise:
    """Write down a commitment with its owner and day; or what was said not to be promised.

    `key` is the id it gets: a form that is sent twice makes one promise.
    """
    now = now or timezone.now()
    what = required(what, longest=LONGEST_WHAT, sentence=_("Say what is promised."))
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("employee").get(pk=plan.pk)
        refuse_unless(may_add(by, plan, agreed_with=agreed_with))
        if made := already_made(Promise.objects.filter(plan=plan), key):
            return made
        if not not_promised:
            _check_owner_and_day(owner, due_on, by.local_date(now))
        promise = Promise.objects.create(
            id=key or uuid4(),
            plan=plan,
            what=what,
            owner=owner,
            due_on=None if not_promised else due_on,
            state=PromiseState.NOT_PROMISED if not_promised else PromiseState.OPEN,
            agreed_with=third_party(plan, agreed_with),
            occasion=occasion,
            occasion_id=occasion_id,
            created_at=now,
        )
        keep(
            promise,
            by=by,
            at=now,
            field="not_promised" if not_promised else "added",
            after=what,
            occasion=occasion,
            occasion_id=occasion_id,
        )
        audit.record(action="plan.promise_added", by=by, subject=promise, at=now, not_promised=not_promised)
    return promise


def change_promise(
    *,
    by: Employee,
    promise: Promise,
    version: int,
    why: str = "",
    now: datetime.datetime | None = None,
    **fields: Any,
) -> Promise:
    """Change what is promised, by whom or until when."""
    now = now or timezone.now()
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"a promise has no {', '.join(sorted(unknown))}")
    if "what" in fields:
        fields["what"] = required(fields["what"], longest=LONGEST_WHAT, sentence=_("Say what is promised."))
    with transaction.atomic():
        promise = locked_promise(promise.pk)
        refuse_unless(may_change(by, promise))
        if promise.state != PromiseState.NOT_PROMISED:
            _check_change(promise, fields, by.local_date(now))
        differing = revise(promise, version=version, fields=fields)
        for field, (before, after) in differing.items():
            keep(promise, by=by, at=now, field=field, before=before, after=after, why=why.strip())
        if differing:
            audit.record(action="plan.promise_changed", by=by, subject=promise, at=now)
        if "due_on" in differing or "owner" in differing:
            end_requests(promise, by=by, at=now, day=promise.due_on)
    return promise


def settle_promise(
    *,
    by: Employee,
    promise: Promise,
    state: str,
    why: str = "",
    version: int | None = None,
    now: datetime.datetime | None = None,
) -> Promise:
    """Say whether a promise was kept. The owner may; saying the same twice is harmless.

    `version` is what the person saw: when somebody was faster with something else, `Stale`.
    """
    now, why = now or timezone.now(), short_enough(why, longest=LONGEST_TEXT)
    with transaction.atomic():
        promise = locked_promise(promise.pk)
        refuse_unless(may_settle(by, promise))
        if promise.state == state and (why or promise.state_because) == promise.state_because:
            return promise
        refuse_stale(promise, version)
        _check_settling(promise, state, why)
        before, promise.state, promise.state_because = promise.state, PromiseState(state), why
        if before != state:
            promise.settled_on = None if state == PromiseState.OPEN else by.local_date(now)
        promise.version += 1
        promise.save(update_fields=["state", "state_because", "settled_on", "version"])
        if promise.has_ended:
            end_requests(promise, by=by, at=now)
        keep(promise, by=by, at=now, field="state", before=before, after=state, why=why)
        audit.record(action="plan.promise_settled", by=by, subject=promise, at=now, state=str(state))
    return promise


def open_promise(*, by: Employee, promise: Promise, now: datetime.datetime | None = None) -> Promise:
    """Let the line manager read a promise that somebody else gave."""
    now = now or timezone.now()
    with transaction.atomic():
        promise = locked_promise(promise.pk)
        if promise.opened_at is not None and promise.plan.employee_id == by.pk:
            return promise
        refuse_unless(may_open(by, promise))
        promise.opened_at = now
        promise.save(update_fields=["opened_at"])
        keep(promise, by=by, at=now, field="opened")
        audit.record(action="plan.promise_opened", by=by, subject=promise, at=now)
    return promise


def locked_promise(pk: UUID) -> Promise:
    promises = Promise.objects.select_for_update(of=("self",))
    return promises.select_related("plan__employee", "agreed_with", "owner").get(pk=pk)


def _check_owner_and_day(owner: Employee | None, due_on: datetime.date | None, today: datetime.date) -> None:
    if owner is None:
        raise Refused(_("Say who keeps the promise."))
    require_active(owner)
    require_day_ahead(due_on, today)


def _check_change(promise: Promise, fields: dict[str, Any], today: datetime.date) -> None:
    owner, due_on = fields.get("owner", promise.owner), fields.get("due_on", promise.due_on)
    if owner is None:
        raise Refused(_("Say who keeps the promise."))
    if owner != promise.owner:
        require_active(owner)
    if due_on != promise.due_on:
        require_day_ahead(due_on, today)


def _check_settling(promise: Promise, state: str, why: str) -> None:
    if promise.state == PromiseState.NOT_PROMISED:
        raise Refused(_("This was expressly not promised, so there is nothing to keep."))
    if state not in (PromiseState.KEPT, PromiseState.BROKEN, PromiseState.OPEN):
        raise Refused(_("A promise is kept, not kept, or still open."))
    if state == PromiseState.BROKEN and not why:
        raise Refused(_("Say in a few words why it was not kept."))
    if state == PromiseState.OPEN and not why:
        raise Refused(_("Say in a few words why it is open again."))
