"""What follows a conversation: goals with their actions, promises, check-ins, and the history of all of it."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from careerconv.generating.chance import Chance
from careerconv.generating.ledger import Ledger
from careerconv.generating.people import Person
from careerconv.generating.tables import Table
from plans.models import (
    Action,
    ActionKind,
    ActionState,
    Change,
    CheckIn,
    Goal,
    GoalState,
    Pace,
    Plan,
    Progress,
    Promise,
    PromiseState,
)
from plans.operations.check_ins import EVERY, SERIES
from plans.sentence import in_sentence, measured, sentence

OCCASION = "interview"


@dataclass(slots=True)
class Deed:
    """An action as far as the record tells of it."""

    title: str
    kind: str
    owner: Person
    due_on: datetime.date
    state: str


@dataclass(slots=True)
class Aim:
    """A goal while its plan is being told."""

    row: Goal
    agreed_at: datetime.datetime
    measured: str
    actions: list[Deed] = field(default_factory=list)
    closed_at: datetime.datetime | None = None

    def is_open(self, at: datetime.datetime) -> bool:
        return self.agreed_at <= at and (self.closed_at is None or at < self.closed_at)


@dataclass(slots=True)
class Story:
    """One person's plan across the years."""

    id: UUID
    employee: Person
    manager: Person
    aims: list[Aim] = field(default_factory=list)
    promised: list[dict[str, Any]] = field(default_factory=list)


class Plans:
    """The tables of the plans, and how a plan goes on from one conversation to the next."""

    def __init__(self, chance: Chance, stories: dict[str, Any], ledger: Ledger, now: datetime.datetime) -> None:
        self.chance, self.stories, self.ledger, self.now = chance, stories, ledger, now
        self.measures: dict[str, str] = {}
        self.sentences: dict[str, str] = {}
        self.days: dict[datetime.date | None, str] = {}
        self.plans = Table(Plan, "id", "employee_id", "created_at")
        self.goals = Table(
            Goal, "id", "plan_id", "title", "specific", "measurable", "unit", "start_value", "target_value",
            "achievable", "relevant", "due_on", "state", "closed_because", "occasion", "occasion_id", "created_at",
            "created_by_id",
        )  # fmt: skip
        self.actions = Table(
            Action, "id", "goal_id", "title", "kind", "owner_id", "due_on", "state", "state_because", "evidence",
            "done_on", "created_at",
        )  # fmt: skip
        self.promises = Table(
            Promise, "id", "plan_id", "what", "owner_id", "due_on", "state", "state_because", "settled_on", "occasion",
            "occasion_id", "created_at",
        )  # fmt: skip
        self.check_ins = Table(
            CheckIn, "id", "plan_id", "due_on", "held_on", "held_by_id", "withdrawn_at", "blockers", "adjustments",
            "series", "created_at",
        )  # fmt: skip
        self.progress = Table(Progress, "id", "check_in_id", "goal_id", "pace", "percent", "value", "words", "at")
        self.changes = Table(
            Change, "id", "plan_id", "at", "by_id", "item_kind", "item_id", "item_title", "field", "before", "after",
            "why", "occasion", "occasion_id",
        )  # fmt: skip

    @property
    def tables(self) -> list[Table]:
        return [self.plans, self.goals, self.actions, self.promises, self.check_ins, self.progress, self.changes]

    def begin(self, employee: Person, manager: Person, at: datetime.datetime) -> Story:
        story = Story(self.chance.id(), employee, manager)
        self.plans.add(story.id, employee.id, at)
        return story

    def revise(self, story: Story, interview: UUID, at: datetime.datetime, until: datetime.datetime | None) -> None:
        """What a conversation adds. `until` is the next one: by then most of it has come to an end."""
        for told in self.chance.some(self.stories["goals"], self.chance.one([1, 1, 1, 2])):
            self._add_goal(story, told, interview, at, until)
        if self.chance.of(35):
            self._add_promise(story, interview, at)

    def _add_goal(
        self,
        story: Story,
        told: dict[str, Any],
        interview: UUID,
        at: datetime.datetime,
        until: datetime.datetime | None,
    ) -> None:
        chance, number = self.chance, Decimal
        goal = Goal(
            id=chance.id(),
            title=told["title"],
            specific=told["specific"],
            measurable=told["measurable"],
            unit=told.get("unit", ""),
            start_value=number(told["start"]) if "start" in told else None,
            target_value=number(told["target"]) if "target" in told else None,
            achievable=told["achievable"],
            relevant=told["relevant"],
            due_on=at.date() + datetime.timedelta(days=chance.between(120, 420)),
        )
        aim = Aim(goal, at, self._measured(goal))
        why = ""
        if until is not None and chance.of(85):
            aim.closed_at = at + (until - at) * (0.3 + chance.between(0, 60) / 100)
            goal.state = GoalState.REACHED if chance.of(80) else GoalState.DROPPED
            why = self.stories["reasons"]["dropped"] if goal.state == GoalState.DROPPED else ""
        story.aims.append(aim)
        employee = story.employee.id
        self.goals.add(
            goal.pk, story.id, goal.title, goal.specific, goal.measurable, goal.unit, goal.start_value,
            goal.target_value, goal.achievable, goal.relevant, goal.due_on, goal.state, why, OCCASION, interview, at,
            employee,
        )  # fmt: skip
        self._keep(story, at, "goal", goal.pk, goal.title, after=goal.title, occasion_id=interview)
        self.ledger.note(at, "plan.goal_added", employee, "plans.goal", goal.pk, draft=False)
        for place, title in enumerate(told["actions"][: chance.between(1, 2)]):
            self._add_action(story, aim, title, place, interview)
        if aim.closed_at is not None:
            self._keep(
                story,
                aim.closed_at,
                "goal",
                goal.pk,
                goal.title,
                field="state",
                before="open",
                after=goal.state,
                why=why,
            )
            self.ledger.note(aim.closed_at, "plan.goal_closed", employee, "plans.goal", goal.pk, state=str(goal.state))

    def _add_action(self, story: Story, aim: Aim, title: str, place: int, interview: UUID) -> None:
        chance, goal, at = self.chance, aim.row, aim.agreed_at
        owner = story.manager if chance.of(15) else story.employee
        due_on = at.date() + datetime.timedelta(days=30 + 45 * place + chance.between(0, 30))
        state, done_on = self._fate(goal, due_on)
        because = self.stories["reasons"].get(state, "")
        action, kind = chance.id(), chance.one(ActionKind.values)
        aim.actions.append(Deed(title, kind, owner, due_on, state))
        self.actions.add(action, goal.pk, title, kind, owner.id, due_on, state, because, "", done_on, at)
        self._keep(story, at, "action", action, title, after=title, occasion_id=interview)

    def _fate(self, goal: Goal, due_on: datetime.date) -> tuple[str, datetime.date | None]:
        today = self.now.date()
        done_on = due_on + datetime.timedelta(days=self.chance.between(-20, 10))
        if goal.state == GoalState.DROPPED:
            return ActionState.DROPPED, None
        if done_on <= today and (goal.state == GoalState.REACHED or self.chance.of(75)):
            return ActionState.DONE, done_on
        if goal.state == GoalState.REACHED:
            return ActionState.DONE, today
        return self.chance.one([ActionState.OPEN, ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.BLOCKED]), None

    def _add_promise(self, story: Story, interview: UUID, at: datetime.datetime) -> None:
        chance, promise, due_on = self.chance, self.chance.id(), at.date() + datetime.timedelta(days=60)
        settled = due_on + datetime.timedelta(days=chance.between(-30, 20))
        state = PromiseState.OPEN
        if settled <= self.now.date() and chance.of(85):
            state = PromiseState.KEPT if chance.of(90) else PromiseState.BROKEN
        what = chance.one(self.stories["promises"])
        why = self.stories["reasons"]["broken"] if state == PromiseState.BROKEN else ""
        settled_on = settled if state != PromiseState.OPEN else None
        self.promises.add(
            promise, story.id, what, story.manager.id, due_on, state, why, settled_on, OCCASION, interview, at
        )
        self._keep(story, at, "promise", promise, what, after=what, occasion_id=interview)
        self.ledger.note(at, "plan.promise_added", story.manager.id, "plans.promise", promise, not_promised=False)
        if state == PromiseState.OPEN:
            story.promised.append({"what": what, "owner": story.manager.name, "due_on": due_on.isoformat()})

    def follow(
        self, story: Story, interview: UUID, signed_at: datetime.datetime, until: datetime.datetime | None
    ) -> None:
        """The series of check-ins that a signing starts, until the next one withdraws what is left of it."""
        self.ledger.note(signed_at, "plan.series_started", None, "plans.plan", story.id)
        end = until or self.now
        due = [signed_at + datetime.timedelta(days=days) for days in SERIES]
        while due[-1] < end - datetime.timedelta(days=EVERY):
            due.append(due[-1] + datetime.timedelta(days=EVERY))
        skipped = 0
        for moment in due:
            held = moment + self.chance.days(-3, 12)
            if held < end and self.chance.of(80) and story.employee.is_here(held.date()):
                self._hold(story, interview, moment, held, signed_at)
            elif until is not None and moment >= signed_at:
                self._check_in(story, interview, moment, signed_at, withdrawn_at=until)
            elif skipped == 0:
                # Only the first that was missed is still open; those after it were never proposed.
                skipped = 1
                self._check_in(story, interview, moment, signed_at)

    def _check_in(
        self,
        story: Story,
        interview: UUID,
        due: datetime.datetime,
        created_at: datetime.datetime,
        *,
        held: datetime.datetime | None = None,
        withdrawn_at: datetime.datetime | None = None,
    ) -> UUID:
        check_in, said = self.chance.id(), held is not None
        self.check_ins.add(
            check_in, story.id, due.date(), held.date() if held else None, story.employee.id if held else None,
            withdrawn_at, self.chance.one(self.stories["blockers"]) if said else "",
            self.chance.one(self.stories["adjustments"]) if said else "", interview, created_at,
        )  # fmt: skip
        return check_in

    def _hold(
        self,
        story: Story,
        interview: UUID,
        due: datetime.datetime,
        held: datetime.datetime,
        created_at: datetime.datetime,
    ) -> None:
        check_in = self._check_in(story, interview, due, created_at, held=held)
        day = held.date().isoformat()
        self._keep(story, held, "check_in", check_in, due.date().isoformat(), field="held", after=day)
        self.ledger.note(held, "plan.check_in_held", story.employee.id, "plans.checkin", check_in)
        for aim in story.aims:
            if aim.is_open(held):
                self._move(aim, check_in, held)

    def _move(self, aim: Aim, check_in: UUID, held: datetime.datetime) -> None:
        goal = aim.row
        whole = max((goal.due_on - aim.agreed_at.date()).days, 1) if goal.due_on else 1
        percent = min(90, max(5, 100 * (held - aim.agreed_at).days // whole))
        value = None
        if goal.start_value is not None and goal.target_value is not None:
            value = goal.start_value + (goal.target_value - goal.start_value) * percent // 100
        pace = self.chance.one([Pace.GOING_WELL, Pace.GOING_WELL, Pace.SLOWER, Pace.STUCK])
        words = self.chance.one(self.stories["progress"])
        self.progress.add(self.chance.id(), check_in, goal.pk, pace, percent, value, words, held)

    def _keep(self, story: Story, at: datetime.datetime, kind: str, item: UUID, title: str, **change: Any) -> None:
        told = {"field": "added", "before": "", "after": "", "why": "", "occasion_id": None} | change
        self.changes.add(
            self.chance.id(), story.id, at, story.employee.id, kind, item, title, told["field"], told["before"],
            told["after"], told["why"], OCCASION if told["occasion_id"] else "", told["occasion_id"],
        )  # fmt: skip

    def _measured(self, goal: Goal) -> str:
        if goal.title not in self.measures:
            self.measures[goal.title] = measured(goal)
        return self.measures[goal.title]

    def _sentence(self, goal: Goal, other: str) -> str:
        """Composing takes longer than all the rest of a goal, so it is done once for all with places to fill in."""
        if goal.title not in self.sentences:
            self.sentences[goal.title] = sentence(goal, other="{other}").replace(in_sentence(goal.due_on), "{day}")
        day = goal.due_on
        if day not in self.days:
            self.days[day] = in_sentence(day)
        return self.sentences[goal.title].replace("{other}", other).replace("{day}", self.days[day])

    def frozen(self, story: Story, at: datetime.datetime) -> dict[str, Any]:
        """The plan as a record of that moment holds it: `plans.queries.frozen_plan` of rows that are not there yet."""
        other = story.manager.first_name
        goals = [
            {
                "id": str(aim.row.pk),
                "title": aim.row.title,
                "specific": aim.row.specific,
                "measurable": aim.measured,
                "achievable": aim.row.achievable,
                "relevant": aim.row.relevant,
                "due_on": aim.row.due_on.isoformat() if aim.row.due_on else None,
                "left_incomplete": "",
                "sentence": self._sentence(aim.row, other),
                "actions": [
                    {
                        "title": deed.title,
                        "kind": str(deed.kind),
                        "owner": deed.owner.name,
                        "due_on": deed.due_on.isoformat(),
                        "resources": "",
                        "status": "open",
                    }
                    for deed in aim.actions
                ],
            }
            for aim in story.aims
            if aim.is_open(at)
        ]
        return {"goals": goals, "promises": story.promised, "not_promised": []}
