"""Actions: add, change, settle."""

import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused
from plans.models import ACTION_PENDING, Action, ActionKind, ActionState, Goal, GoalState
from plans.operations.goals import locked_goal
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
from plans.rights import may_change, may_settle

LONGEST_TITLE, LONGEST_RESOURCES, LONGEST_TEXT = 200, 300, 4000
FIELDS = frozenset({"title", "kind", "owner", "due_on", "resources"})


def add_action(
    *,
    by: Employee,
    goal: Goal,
    title: str,
    kind: str,
    owner: Employee,
    due_on: datetime.date,
    resources: str = "",
    occasion: str = "",
    occasion_id: UUID | None = None,
    key: UUID | None = None,
    now: datetime.datetime | None = None,
) -> Action:
    """Agree on one step towards a goal. `key` is the id it gets: a form that is sent twice makes one."""
    now = now or timezone.now()
    values = _clean({"title": title, "kind": kind, "resources": resources})
    with transaction.atomic():
        goal = locked_goal(goal.pk)
        refuse_unless(may_change(by, goal))
        if made := already_made(Action.objects.filter(goal=goal), key):
            return made
        if goal.state == GoalState.DRAFT:
            raise Refused(_("This goal is a draft. Add it to the plan first, then say who does what."))
        if goal.state != GoalState.OPEN:
            raise Refused(_("This goal is closed. Nothing was added."))
        require_active(owner)
        require_day_ahead(due_on, by.local_date(now))
        action = Action.objects.create(
            id=key or uuid4(), goal=goal, owner=owner, due_on=due_on, created_at=now, **values
        )
        keep(action, by=by, at=now, field="added", after=action.title, occasion=occasion, occasion_id=occasion_id)
        audit.record(action="plan.action_added", by=by, subject=action, at=now)
    return action


def change_action(
    *,
    by: Employee,
    action: Action,
    version: int,
    why: str = "",
    occasion: str = "",
    occasion_id: UUID | None = None,
    now: datetime.datetime | None = None,
    **fields: Any,
) -> Action:
    """Change what is to be done, by whom or until when."""
    now = now or timezone.now()
    values = _clean(fields)
    with transaction.atomic():
        action = locked_action(action.pk)
        refuse_unless(may_change(by, action))
        if "owner" in values and values["owner"] != action.owner:
            require_active(values["owner"])
        if "due_on" in values and values["due_on"] != action.due_on:
            require_day_ahead(values["due_on"], by.local_date(now))
        differing = revise(action, version=version, fields=values)
        for field, (before, after) in differing.items():
            keep(
                action,
                by=by,
                at=now,
                field=field,
                before=before,
                after=after,
                why=why.strip(),
                occasion=occasion,
                occasion_id=occasion_id,
            )
        if differing:
            audit.record(action="plan.action_changed", by=by, subject=action, at=now)
        if "due_on" in differing or "owner" in differing:
            end_requests(action, by=by, at=now, day=action.due_on)
    return action


def settle_action(
    *,
    by: Employee,
    action: Action,
    state: str,
    why: str = "",
    evidence: str = "",
    version: int | None = None,
    now: datetime.datetime | None = None,
) -> Action:
    """Say how an action stands. The owner may; saying the same twice is harmless.

    `version` is what the person saw: when somebody was faster with something else, `Stale`.
    """
    now = now or timezone.now()
    why, evidence = short_enough(why, longest=LONGEST_TEXT), short_enough(evidence, longest=LONGEST_TEXT)
    with transaction.atomic():
        action = locked_action(action.pk)
        refuse_unless(may_settle(by, action))
        if action.state == state and (why or action.state_because) == action.state_because:
            return _add_evidence(action, by, evidence, now)
        refuse_stale(action, version)
        _check_settling(action, state, why)
        before, action.state, action.state_because = action.state, ActionState(state), why
        if before != state:
            action.settled_on = by.local_date(now) if action.has_ended else None
            action.done_on = action.settled_on if state == ActionState.DONE else None
        action.version += 1
        action.save(update_fields=["state", "state_because", "done_on", "settled_on", "version"])
        if action.has_ended:
            end_requests(action, by=by, at=now)
        keep(action, by=by, at=now, field="state", before=before, after=state, why=why)
        audit.record(action="plan.action_settled", by=by, subject=action, at=now, state=str(state))
        return _add_evidence(action, by, evidence, now)


def _add_evidence(action: Action, by: Employee, evidence: str, now: datetime.datetime) -> Action:
    if evidence and evidence != action.evidence:
        before, action.evidence = action.evidence, evidence
        action.version += 1
        action.save(update_fields=["evidence", "version"])
        keep(action, by=by, at=now, field="evidence", before=before, after=evidence)
    return action


def _check_settling(action: Action, state: str, why: str) -> None:
    if state not in ActionState.values:
        raise Refused(_("Say how it stands: open, in progress, blocked, done or dropped."))
    if state == ActionState.DROPPED and not why:
        raise Refused(_("Say in a few words why it is dropped."))
    if state == ActionState.BLOCKED and not why:
        raise Refused(_("Say what it waits for, so that somebody can help."))
    reopens = action.has_ended and state in ACTION_PENDING
    if reopens and not why:
        raise Refused(_("Say in a few words why it is taken up again."))
    if reopens and action.goal.state != GoalState.OPEN:
        raise Refused(_("The goal is closed. Take up the goal again first."))


def locked_action(pk: UUID) -> Action:
    actions = Action.objects.select_for_update(of=("self",))
    return actions.select_related("goal__plan__employee", "goal__agreed_with", "owner").get(pk=pk)


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"an action has no {', '.join(sorted(unknown))}")
    cleaned = dict(fields)
    if "title" in fields:
        cleaned["title"] = required(fields["title"], longest=LONGEST_TITLE, sentence=_("Say what will be done."))
    if "resources" in fields:
        cleaned["resources"] = short_enough(fields["resources"], longest=LONGEST_RESOURCES)
    if "kind" in fields and fields["kind"] not in ActionKind.values:
        raise Refused(_("Choose experience, exposure to people, or a course."))
    return cleaned
