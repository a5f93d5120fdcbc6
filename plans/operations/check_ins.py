"""Check-ins: a series after a signing, one more whenever either side wants, ten minutes each."""

import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from people.models import Employee
from people.policy import Refused, Stale, require
from plans.models import CheckIn, GoalState, Plan
from plans.operations.goals import change_goal, locked_goal
from plans.operations.keeping import keep, refuse_unless, require_day_ahead, short_enough
from plans.operations.progress import LONGEST_TEXT, NOTHING, OCCASION, Step, keep_progress, what_is_said
from plans.rights import may_change

SERIES = (30, 60, 90)
EVERY = 90
# A check-in that is due this soon is the one that is meant when somebody starts one.
NEAR = datetime.timedelta(days=7)


def start_series(
    plan: Plan, *, signed_on: datetime.date, series: UUID, now: datetime.datetime | None = None
) -> list[CheckIn]:
    """Propose check-ins 30, 60 and 90 days after a signing, in place of what is left of the series before."""
    now = now or timezone.now()
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        left = CheckIn.objects.open().filter(plan=plan, series__isnull=False).exclude(series=series)
        left.update(withdrawn_at=now)
        if not CheckIn.objects.filter(plan=plan, series=series).exists():
            for days in SERIES:
                due_on = signed_on + datetime.timedelta(days=days)
                CheckIn.objects.create(plan=plan, series=series, due_on=due_on, created_at=now)
            audit.record(action="plan.series_started", by=None, subject=plan, at=now)
    return list(CheckIn.objects.open().filter(plan=plan, series=series))


def start_check_in(*, by: Employee, plan: Plan, now: datetime.datetime | None = None) -> CheckIn:
    """The check-in to hold now: the one that is due or nearly so, or a new one."""
    now = now or timezone.now()
    today = by.local_date(now)
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("employee").get(pk=plan.pk)
        require(by, "plan.change", plan.employee)
        due = CheckIn.objects.open().filter(plan=plan, due_on__lte=today + NEAR).order_by("due_on").first()
        if due is not None:
            return due
        check_in = CheckIn.objects.create(plan=plan, due_on=today, created_at=now)
        audit.record(action="plan.check_in_started", by=by, subject=check_in, at=now)
    return check_in


def postpone_check_in(
    *, by: Employee, check_in: CheckIn, due_on: datetime.date, now: datetime.datetime | None = None
) -> CheckIn:
    """Ask for time: the check-in moves to another day."""
    now = now or timezone.now()
    with transaction.atomic():
        check_in = _locked_open(check_in.pk)
        require(by, "plan.change", check_in.plan.employee)
        if check_in.due_on == due_on:
            return check_in
        require_day_ahead(due_on, by.local_date(now))
        if CheckIn.objects.open().filter(plan=check_in.plan, due_on=due_on).exists():
            raise Refused(_("There is another check-in on that day already."))
        before, check_in.due_on = check_in.due_on, due_on
        check_in.series = _unless_used(check_in.series, check_in.plan, due_on)
        check_in.save(update_fields=["due_on", "series"])
        keep(check_in, by=by, at=now, field="due_on", before=before, after=due_on)
        audit.record(action="plan.check_in_moved", by=by, subject=check_in, at=now)
    return check_in


def hold_check_in(
    *,
    by: Employee,
    check_in: CheckIn,
    progress: list[Step],
    blockers: str = "",
    adjustments: str = "",
    next_on: datetime.date | None = None,
    version: int | None = None,
    now: datetime.datetime | None = None,
) -> CheckIn:
    """Write down what moved and what is in the way. A goal that is said to be reached is closed as reached.

    `version` is that of the words that its holder kept beforehand; when another window kept newer ones: `Stale`.
    """
    now = now or timezone.now()
    today = by.local_date(now)
    with transaction.atomic():
        check_in = _locked_open(check_in.pk)
        require(by, "plan.change", check_in.plan.employee)
        if next_on is not None and next_on <= today:
            raise Refused(_("The next check-in is on a later day than today."))
        _take_own_words(check_in, by, version)
        check_in.held_on, check_in.held_by = today, by
        check_in.blockers = short_enough(blockers, longest=LONGEST_TEXT)
        check_in.adjustments = short_enough(adjustments, longest=LONGEST_TEXT)
        check_in.save(update_fields=["held_on", "held_by", "blockers", "adjustments"])
        keep(check_in, by=by, at=now, field="held", after=today)
        for step in progress:
            _take(step, check_in, by, now)
        _plan_next(check_in, next_on, now)
        audit.record(action="plan.check_in_held", by=by, subject=check_in, at=now)
    return check_in


def _locked_open(pk: UUID) -> CheckIn:
    check_in = CheckIn.objects.select_for_update(of=("self",)).select_related("plan__employee").get(pk=pk)
    if check_in.held_on is not None:
        raise Refused(_("This check-in was held already. What was written then is unchanged."))
    if check_in.withdrawn_at is not None:
        raise Refused(_("This check-in no longer takes place: a newer one replaced it."))
    return check_in


def _take_own_words(check_in: CheckIn, by: Employee, version: int | None) -> None:
    """What the holder kept beforehand is on the form that was sent; unless another window kept more since."""
    mine = check_in.remarks.filter(author=by).first()
    if mine is None:
        return
    if version is not None and version != mine.version:
        raise Stale(mine)
    mine.delete()


def _take(step: Step, check_in: CheckIn, by: Employee, now: datetime.datetime) -> None:
    """Keep what was said of one goal; nothing said, nothing kept."""
    goal = locked_goal(step["goal"].pk)
    refuse_unless(goal.plan_id == check_in.plan_id and may_change(by, goal))
    said = what_is_said(goal, step)
    due_on = step.get("due_on")
    if due_on is not None and due_on != goal.due_on:
        require_day_ahead(due_on, by.local_date(now))
        change_goal(
            by=by,
            goal=goal,
            version=goal.version,
            why=said["words"],
            occasion=OCCASION,
            occasion_id=check_in.pk,
            now=now,
            due_on=due_on,
        )
    if said == NOTHING:
        return
    if goal.state != GoalState.OPEN:
        raise Refused(_("“%(goal)s” is no longer open. Nothing was saved.") % {"goal": goal.title})
    keep_progress(goal, said, by=by, now=now, check_in=check_in)


def _plan_next(held: CheckIn, next_on: datetime.date | None, now: datetime.datetime) -> None:
    """The next one: on the day that was agreed, else as the series proposes, else 90 days on."""
    ahead = CheckIn.objects.open().filter(plan=held.plan)
    if next_on is None:
        if held.series is None or ahead.exists():
            return
        next_on = max(held.due_on, held.held_on or held.due_on) + datetime.timedelta(days=EVERY)
    ahead.filter(due_on__lt=next_on).update(withdrawn_at=now)
    if ahead.filter(due_on=next_on).exists():
        return
    series = CheckIn.objects.filter(plan=held.plan, series__isnull=False).order_by("-created_at").values_list("series")
    latest = series.first()
    CheckIn.objects.create(
        plan=held.plan,
        series=_unless_used(held.series or (latest[0] if latest else None), held.plan, next_on),
        due_on=next_on,
        created_at=now,
    )


def _unless_used(series: UUID | None, plan: Plan, day: datetime.date) -> UUID | None:
    """A series has one check-in a day, the withdrawn ones included; a second stands on its own."""
    return None if CheckIn.objects.filter(plan=plan, series=series, due_on=day).exists() else series
