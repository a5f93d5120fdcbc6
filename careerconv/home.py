"""What the home page tells: the one conversation that matters now, the plan, what is owed, and whose turn it is."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.headline import headline
from insights.queries import Ledger, Selection, branch_of, overview
from interviews.lines import Line, lines_of
from interviews.models import Cycle, Interview, State
from interviews.queries.listing import open_conversations, soonest_first, standings_of
from interviews.release import EMPLOYEE
from interviews.steps import Standing, path_of
from people.models import Employee
from people.prepared import prepared
from people.templatetags.paper import shortdate
from plans.models import Action, ActionState, CheckIn, Goal, GoalState, Progress, TimeRequest
from plans.models.items import GoalQuerySet
from plans.queries import near_check_ins, owed_by, requests_for
from plans.queries.lists import Owed, named
from plans.standing import Tag, goal_tag, standing_of

AHEAD = datetime.timedelta(days=14)
GOALS_SHOWN = 5
OWED_SHOWN = 4


@dataclass(frozen=True)
class Note:
    """What is coming up, in ready words: where it leads, and what it says below its title."""

    url: str
    title: str
    words: str
    tag: Tag | None = None


@dataclass(frozen=True)
class GoalLine:
    """An open goal on one line: how far, and what comes next."""

    goal: Goal
    tag: Tag
    percent: int
    measure: str
    following: Action | None


@dataclass(frozen=True)
class Finding:
    """What HR sees first: the newest cycle in a sentence; its figures have pages of their own."""

    sentence: str
    cycle: Cycle
    signed: int
    counted: int


@dataclass(frozen=True)
class Home:
    greeting: str
    main: Standing | None
    steps: list[dict[str, Any]]
    others: list[Line]
    team: list[Line]
    goals: list[GoalLine]
    owed: list[Note]
    check_ins: list[Note]
    following: CheckIn | None
    follows_late: bool
    requests: list[TimeRequest]
    last: Interview | None
    finding: Finding | None
    more_goals: int


def home_of(user: Employee, now: datetime.datetime) -> Home:
    """Eleven queries, whatever there is to tell; a handful more for HR, of a number that never grows."""
    today = timezone.localdate(now)
    standings = sorted(standings_of(user, open_conversations(user), now), key=soonest_first)
    main = _main(standings)
    rest = [standing for standing in standings if standing is not main]
    goals = _goals(user, today)
    check_ins, following = near_check_ins(user, within=today + AHEAD, most=OWED_SHOWN)
    return Home(
        greeting=_greeting(user, timezone.localtime(now)),
        main=main,
        steps=path_of(main.interview, main.preparation, today) if main else [],
        others=lines_of(standing for standing in rest if standing.side == EMPLOYEE),
        team=lines_of(standing for standing in rest if standing.side != EMPLOYEE and standing.step.is_mine),
        goals=goals[:GOALS_SHOWN],
        more_goals=max(0, len(goals) - GOALS_SHOWN),
        owed=[_owed(user, owed) for owed in owed_by(user, today=today)[:OWED_SHOWN]],
        check_ins=[_check_in(user, check_in) for check_in in check_ins],
        following=following,
        follows_late=following is not None and following.due_on < today,
        requests=requests_for(user),
        last=next(iter(_last_signed(user)), None),
        finding=_finding(user, today) if user.is_hr else None,
    )


def _main(standings: list[Standing]) -> Standing | None:
    """One's own conversation before those one leads, what waits for one before what waits for others."""
    return min(standings, key=lambda s: (s.side != EMPLOYEE, not s.step.is_mine), default=None)


def _check_in(user: Employee, check_in: CheckIn) -> Note:
    owner = check_in.plan.employee
    title = _("Ten minutes on your plan")
    if owner.pk != user.pk:
        title = _("Ten minutes on the plan of %(name)s") % {"name": owner}
    words = _("Check-in, due %(day)s") % {"day": shortdate(check_in.due_on)}
    return Note(check_in.get_absolute_url(), title, words)


def _owed(user: Employee, owed: Owed) -> Note:
    said = {"kind": owed.kind, "name": owed.employee, "day": shortdate(owed.due_on)}
    words = _("your %(kind)s, by %(day)s") if owed.employee.pk == user.pk else _("%(kind)s for %(name)s, by %(day)s")
    return Note(owed.url, owed.title, words % said, owed.tag)


def _greeting(user: Employee, local: datetime.datetime) -> str:
    name = {"name": user.get_short_name()}
    if local.hour < 12:
        return _("Good morning, %(name)s.") % name
    return (_("Good afternoon, %(name)s.") if local.hour < 18 else _("Good evening, %(name)s.")) % name


@prepared
def _open_goals(user: Employee) -> QuerySet[Goal]:
    latest = Progress.objects.filter(goal=OuterRef("pk")).order_by("-at")
    return (
        _theirs(user)
        .annotate(
            latest_percent=Subquery(latest.values("percent")[:1]),
            latest_pace=Subquery(latest.values("pace")[:1]),
        )
        .order_by("due_on", "created_at", "pk")
        .only("title", "due_on", "state")
    )


@prepared
def _their_actions(user: Employee) -> QuerySet[Action]:
    actions = Action.objects.filter(goal__in=_theirs(user).values("pk")).exclude(state=ActionState.DROPPED)
    return actions.order_by("due_on", "created_at").only("goal_id", "title", "due_on", "state")


def _theirs(user: Employee) -> GoalQuerySet:
    return Goal.objects.visible_to(user).filter(plan__employee=user, state=GoalState.OPEN).order_by()


def _goals(user: Employee, today: datetime.date) -> list[GoalLine]:
    goals, actions = _open_goals(user), defaultdict(list)
    for action in _their_actions(user) if goals else ():
        actions[action.goal_id].append(action)
    return [_goal_line(goal, actions[goal.pk], today) for goal in goals]


def _goal_line(goal: Goal, actions: list[Action], today: datetime.date) -> GoalLine:
    percent, pace = goal.__dict__["latest_percent"], goal.__dict__["latest_pace"] or ""
    standing = standing_of(goal, actions=actions, pace=pace, has_progress=percent is not None, today=today)
    done = sum(action.state == ActionState.DONE for action in actions)
    if percent is not None:
        measure = _("%(percent)d %%") % {"percent": percent}
    elif actions:
        percent = 100 * done // len(actions)
        measure = ngettext("%(done)d of %(total)d step", "%(done)d of %(total)d steps", len(actions)) % {
            "done": done,
            "total": len(actions),
        }
    else:
        measure = _("no steps yet")
    following = next((action for action in actions if action.state != ActionState.DONE), None)
    return GoalLine(goal, goal_tag(standing, goal.due_on, today), percent or 0, measure, following)


@prepared
def _last_signed(user: Employee) -> QuerySet[Interview]:
    signed = Interview.objects.filter(employee=user, state=State.SIGNED)
    shown = ("started_at", "closed_at", *named("interviewer"))
    return signed.select_related("interviewer").only(*shown).order_by("-closed_at")[:1]


def _finding(user: Employee, today: datetime.date) -> Finding | None:
    """The newest cycle that has somebody in this partner's scope; None while there is none."""
    ledger, branch = Ledger(user, today), branch_of(user)
    if branch is None or not ledger.cycles:
        return None
    cycle = ledger.cycles[0]
    found = overview(Selection(user=user, today=today, cycle=cycle, branch=branch), ledger, longest=0)
    return Finding(headline(found), cycle, found.counts["signed"], found.counts["counted"])
