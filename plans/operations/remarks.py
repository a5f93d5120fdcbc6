"""What each side writes on a check-in: beforehand, and beside the words of whoever held it."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused, Stale, require
from plans.models import CheckIn, Remark
from plans.operations.keeping import keep, short_enough
from plans.operations.progress import LONGEST_TEXT

PARTS = ("pace", "number", "words", "due_on")


def write_remark(
    *,
    by: Employee,
    check_in: CheckIn,
    blockers: str = "",
    adjustments: str = "",
    goals: dict[str, dict[str, str]] | None = None,
    version: int = 0,
    now: datetime.datetime | None = None,
) -> Remark:
    """Keep one side's words, which the other side reads beside its own. Somebody else in another window: `Stale`.

    Before the check-in is held, `goals` keeps what was filled in of each goal. Afterwards the side that did not hold
    it may still write, until the next one is held; then each change leaves its former words behind.
    """
    now = now or timezone.now()
    said: dict[str, Any] = {
        "blockers": short_enough(blockers, longest=LONGEST_TEXT),
        "adjustments": short_enough(adjustments, longest=LONGEST_TEXT),
    }
    with transaction.atomic():
        check_in = CheckIn.objects.select_for_update(of=("self",)).select_related("plan__employee").get(pk=check_in.pk)
        require(by, "plan.change", check_in.plan.employee)
        _check_time(check_in, by)
        if check_in.held_on is None:
            said["goals"] = _clean(goals or {})
        remark = check_in.remarks.filter(author=by).first() or Remark(check_in=check_in, author=by, version=0)
        before = {name: getattr(remark, name) for name in said}
        if before == said:
            return remark
        if remark.version != version:
            raise Stale(remark)
        for name, value in said.items():
            setattr(remark, name, value)
        remark.version, remark.written_at = remark.version + 1, now
        remark.save()
        if check_in.held_on is not None:
            for name in ("blockers", "adjustments"):
                if before[name] != said[name]:
                    keep(check_in, by=by, at=now, field=name, before=before[name], after=said[name])
            audit.record(action="plan.remark_written", by=by, subject=check_in, at=now)
    return remark


def may_still_write(check_in: CheckIn, user: Employee) -> bool:
    """The side that did not hold it, until the next one is held. One query."""
    if check_in.held_on is None or check_in.held_by_id == user.pk:
        return False
    return not CheckIn.objects.filter(plan=check_in.plan_id, held_on__gt=check_in.held_on).exists()


def _check_time(check_in: CheckIn, by: Employee) -> None:
    if check_in.withdrawn_at is not None:
        raise Refused(_("This check-in no longer takes place: a newer one replaced it."))
    if check_in.held_on is not None and not may_still_write(check_in, by):
        raise Refused(_("This check-in was held already. What was written then is unchanged."))


def _clean(goals: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Only what the form of a goal holds, and only what was filled in."""
    said = {}
    for goal, typed in goals.items():
        kept = {name: short_enough(typed.get(name) or "", longest=LONGEST_TEXT) for name in PARTS}
        if filled := {name: text for name, text in kept.items() if text}:
            said[goal] = filled
    return said
