"""Taking back what was noted by mistake: by the same person, within a day, without having to explain."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused
from plans.models import Action, ActionState, Change, Goal, GoalState, Promise
from plans.operations.actions import locked_action
from plans.operations.goals import locked_goal
from plans.operations.keeping import keep, refuse_unless, type_of
from plans.operations.promises import locked_promise
from plans.rights import may_change, may_settle

WITHIN = datetime.timedelta(days=1)


def take_back(
    *, by: Employee, item: Goal | Action | Promise, now: datetime.datetime | None = None
) -> Goal | Action | Promise:
    """Put back what this person ended a short while ago, as it stood before; with a dropped goal, its actions."""
    now = now or timezone.now()
    with transaction.atomic():
        item = _locked(item)
        refuse_unless(may_change(by, item) if isinstance(item, Goal) else may_settle(by, item))
        if not item.has_ended:
            return item
        ending = ending_of(item)
        if ending is None or ending.by_id != by.pk or now - ending.at > WITHIN:
            raise Refused(_("This was noted by somebody else or more than a day ago. Say why it is taken up again."))
        if isinstance(item, Action) and item.goal.state != GoalState.OPEN:
            raise Refused(_("The goal is closed. Take up the goal again first."))
        _restore(item, ending, by, now)
        if isinstance(item, Goal):
            _restore_actions(item, ending, by, now)
        audit.record(action="plan.taken_back", by=by, subject=item, at=now)
    return item


def ending_of(item: Goal | Action | Promise) -> Change | None:
    """The change that ended it."""
    changes = Change.objects.filter(item_id=item.pk, item_kind=type_of[type(item)], field="state")
    return changes.filter(plan=item.goal.plan_id if isinstance(item, Action) else item.plan_id).first()


def _locked(item: Goal | Action | Promise) -> Goal | Action | Promise:
    if isinstance(item, Goal):
        return locked_goal(item.pk)
    return locked_action(item.pk) if isinstance(item, Action) else locked_promise(item.pk)


def _restore(item: Goal | Action | Promise, ending: Change, by: Employee, now: datetime.datetime) -> None:
    ended = item.state
    item.state = ending.before
    item.version += 1
    if isinstance(item, Goal):
        item.closed_on, item.closed_because = None, ""
        item.save(update_fields=["state", "closed_on", "closed_because", "version"])
    elif isinstance(item, Action):
        item.settled_on = item.done_on = None
        item.state_because = _reason_for(item, ending) if item.state == ActionState.BLOCKED else ""
        item.save(update_fields=["state", "state_because", "settled_on", "done_on", "version"])
    else:
        item.settled_on, item.state_because = None, ""
        item.save(update_fields=["state", "state_because", "settled_on", "version"])
    keep(item, by=by, at=now, field="taken_back", before=ended, after=item.state)


def _reason_for(action: Action, ending: Change) -> str:
    """Why it was blocked before."""
    blocked = Change.objects.filter(plan=ending.plan_id, item_id=action.pk, field="state", after=ActionState.BLOCKED)
    return blocked.values_list("why", flat=True).first() or _("It was blocked before.")


def _restore_actions(goal: Goal, ending: Change, by: Employee, now: datetime.datetime) -> None:
    """What was dropped with the goal, in the same moment, comes back with it."""
    dropped = Change.objects.filter(
        plan=goal.plan_id, item_kind=type_of[Action], field="state", at=ending.at, after=ActionState.DROPPED
    )
    endings = {change.item_id: change for change in dropped}
    for action in goal.actions.filter(pk__in=endings, state=ActionState.DROPPED).select_for_update(of=("self",)):
        action.goal = goal
        _restore(action, endings[action.pk], by, now)
