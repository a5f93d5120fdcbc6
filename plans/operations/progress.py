"""How far a goal has come: said at a check-in, or by the employee between two."""

import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused
from plans.models import CheckIn, Goal, GoalState, Pace, Progress
from plans.operations.goals import close_goal, locked_goal
from plans.operations.keeping import as_text, keep, refuse_unless, short_enough
from plans.rights import may_note_progress

LONGEST_TEXT = 4000
OCCASION = "check-in"
NOTHING: dict[str, Any] = {"pace": "", "percent": None, "value": None, "words": ""}


class Step(TypedDict, total=False):
    """What is said of one goal: how it goes, how far it came, in words, and a new day if it needs one."""

    goal: Goal
    pace: str
    percent: int | None
    value: Decimal | None
    words: str
    due_on: datetime.date | None


def note_progress(
    *,
    by: Employee,
    goal: Goal,
    pace: str = "",
    percent: int | None = None,
    value: Decimal | None = None,
    words: str = "",
    key: UUID | None = None,
    now: datetime.datetime | None = None,
) -> Progress:
    """Between check-ins the employee notes how a goal goes. `key` is the id it gets: sent twice, noted once."""
    now = now or timezone.now()
    with transaction.atomic():
        goal = locked_goal(goal.pk)
        if key is not None and (made := Progress.objects.filter(pk=key, goal=goal).first()):
            return made
        if goal.state != GoalState.OPEN:
            raise Refused(_("“%(goal)s” is no longer open. Nothing was saved.") % {"goal": goal.title})
        refuse_unless(may_note_progress(by, goal))
        said = what_is_said(goal, {"pace": pace, "percent": percent, "value": value, "words": words})
        if said == NOTHING:
            raise Refused(_("Say how it goes: a number, one of the four words, or a sentence."))
        progress = keep_progress(goal, said, by=by, now=now, pk=key)
        audit.record(action="plan.progress_noted", by=by, subject=goal, at=now)
    return progress


def what_is_said(goal: Goal, step: Step) -> dict[str, Any]:
    """The fields of a row of progress. Refuses what can't be."""
    pace = step.get("pace") or ""
    if pace and pace not in Pace.values:
        raise Refused(_("Say of each goal: going well, slower, stuck or reached."))
    return {
        "pace": pace,
        "percent": _share(goal, step),
        "value": step.get("value"),
        "words": short_enough(step.get("words") or "", longest=LONGEST_TEXT),
    }


def keep_progress(
    goal: Goal,
    said: dict[str, Any],
    *,
    by: Employee,
    now: datetime.datetime,
    check_in: CheckIn | None = None,
    pk: UUID | None = None,
) -> Progress:
    """Append what was said and its line in the history. A goal that is said to be reached is closed as reached."""
    before = goal.progress.order_by("-at").first()
    progress = Progress.objects.create(id=pk or uuid4(), check_in=check_in, goal=goal, at=now, **said)
    keep(
        goal,
        by=by,
        at=now,
        field="progress",
        before=_far(before.value, before.percent) if before else "",
        after=_far(said["value"], said["percent"]) or said["pace"],
        why=said["words"],
        occasion=OCCASION if check_in else "",
        occasion_id=check_in.pk if check_in else None,
    )
    if said["pace"] == Pace.REACHED:
        close_goal(by=by, goal=goal, state=GoalState.REACHED, why=said["words"], now=now)
    return progress


def _share(goal: Goal, step: Step) -> int | None:
    """How much of the way is done, in per cent: as said, or worked out from the value."""
    percent, value = step.get("percent"), step.get("value")
    start, target = goal.start_value or Decimal(0), goal.target_value
    if percent is None and value is not None and target is not None and target != start:
        percent = round(min(Decimal(100), max(Decimal(0), 100 * (value - start) / (target - start))))
    if percent is not None and not 0 <= percent <= 100:
        raise Refused(_("Progress is between 0 and 100 per cent."))
    return 100 if step.get("pace") == Pace.REACHED and percent is None else percent


def _far(value: Decimal | None, percent: int | None) -> str:
    if value is not None:
        return as_text(Decimal(value))
    return f"{percent} %" if percent is not None else ""
