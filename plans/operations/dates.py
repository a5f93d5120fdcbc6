"""Another day: given by whoever may, asked for by whoever owes it, agreed to or not."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused
from plans.models import Action, Answer, Goal, Promise, TimeRequest
from plans.operations.actions import change_action, locked_action
from plans.operations.goals import change_goal
from plans.operations.keeping import keep, plan_of, refuse_unless, require_day_ahead, required
from plans.operations.promises import change_promise, locked_promise
from plans.rights import may_answer, may_ask_for_time, may_move

LONGEST_WHY = 1000


def move_date(
    *,
    by: Employee,
    item: Goal | Action | Promise,
    due_on: datetime.date,
    why: str,
    version: int,
    now: datetime.datetime | None = None,
) -> Goal | Action | Promise:
    """Give something open another day, with a word why. The former day stays in the history."""
    now = now or timezone.now()
    why = required(why, longest=LONGEST_WHY, sentence=_("Say in a few words why it needs another day."))
    with transaction.atomic():
        if item.has_ended:
            raise Refused(_("This is closed, so its day stays. Take it up again first."))
        refuse_unless(may_move(by, item))
        if due_on != item.due_on:
            require_day_ahead(due_on, by.local_date(now))
        said: dict[str, Any] = {"by": by, "version": version, "why": why, "due_on": due_on, "now": now}
        if isinstance(item, Goal):
            return change_goal(goal=item, **said)
        return change_action(action=item, **said) if isinstance(item, Action) else change_promise(promise=item, **said)


def ask_for_time(
    *,
    by: Employee,
    item: Action | Promise,
    due_on: datetime.date,
    why: str,
    now: datetime.datetime | None = None,
) -> TimeRequest:
    """Ask those who share the plan for a later day. Asking again changes the question; there is one at a time."""
    now = now or timezone.now()
    why = required(why, longest=LONGEST_WHY, sentence=_("Say in a few words why you need more time."))
    with transaction.atomic():
        item = _locked(item)
        refuse_unless(may_ask_for_time(by, item))
        require_day_ahead(due_on, by.local_date(now))
        if item.due_on is not None and due_on <= item.due_on:
            raise Refused(_("That is no later than the present day. Choose a later one."))
        request = item.time_requests.open().select_for_update(of=("self",)).first()
        if request is not None and (request.due_on, request.why, request.asked_by_id) == (due_on, why, by.pk):
            return request
        request = request or TimeRequest(plan=plan_of(item), **_of(item))
        request.asked_by, request.asked_at, request.due_on, request.why = by, now, due_on, why
        request.save()
        keep(item, by=by, at=now, field="time_asked", before=item.due_on, after=due_on, why=why)
        audit.record(action="plan.time_asked", by=by, subject=item, at=now)
    return request


def answer_request(
    *, by: Employee, request: TimeRequest, agreed: bool, now: datetime.datetime | None = None
) -> TimeRequest:
    """Agree to the later day, which moves it, or not, which leaves it. Twice the same is harmless."""
    now = now or timezone.now()
    with transaction.atomic():
        request = TimeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        item = _locked(request.item)
        refuse_unless(may_answer(by, request))
        answer = Answer.AGREED if agreed else Answer.DECLINED
        if request.answer == answer:
            return request
        if request.answer:
            raise Refused(_("This was answered already. Nothing was changed."))
        request.answer, request.answered_by, request.answered_at = answer, by, now
        request.save(update_fields=["answer", "answered_by", "answered_at"])
        if agreed:
            move_date(by=by, item=item, due_on=request.due_on, why=request.why, version=item.version, now=now)
        else:
            keep(item, by=by, at=now, field="time_declined", before=item.due_on, after=request.due_on)
        audit.record(action="plan.time_answered", by=by, subject=item, at=now, answer=str(answer))
    return request


def _locked(item: Action | Promise) -> Action | Promise:
    return locked_action(item.pk) if isinstance(item, Action) else locked_promise(item.pk)


def _of(item: Action | Promise) -> dict[str, Action | Promise]:
    return {"action": item} if isinstance(item, Action) else {"promise": item}
