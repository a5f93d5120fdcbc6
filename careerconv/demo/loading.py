"""Plays a year of the demonstration organisation through the real operations, in the order of time.

Every event is put on a timeline with its moment, and each operation gets that moment as its `now`: refusals, audit log
and history come out as they would have. All of it is one transaction: the demonstration is there, or it is not.
"""

import copy
import datetime
import functools
import heapq
import itertools
import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from careerconv.demo.telling import ZONE, Calendar, Told, export, read, value_of
from careerconv.sweep import RULES
from interviews import operations as interviews
from interviews.models import Cycle, Interview, Slot, State, Template
from outbox.operations import drop_posted_before
from outbox.reminders import plan as plan_reminders
from people import operations as people
from people.models import Department, Employee, MembershipRole, Organisation
from people.policy import Refused
from plans import operations as plans
from plans.models import ActionState, CheckIn, Goal, GoalState, Pace, Plan, PromiseState
from plans.operations.progress import Step

NAME = "Orvaux Air"
PASSWORD = "demo"  # noqa: S105 - said in the banner; these accounts exist in a demonstration only
ACCOUNTS = ("hr@demo.example", "manager@demo.example", "employee@demo.example", "admin@demo.example")
HR, ADMINISTRATOR = "A111", "A201"
HR_PARTNERS = (HR, "A110")
BEGINNING = -402
# The HR export is taken in now and then; on some of these days somebody has come or left since.
EXPORTS = (-401, -343, -318, -230, -200, -140, -40)
# Mails older than this were read long ago; sending them on the day of loading would only confuse.
FRESH = 9
OCCASION = "interview"
ROUNDS = ("last_year.yaml", "supply.yaml", "this_year.yaml")
TEMPLATE = "career-development-interview"

Do = Callable[[datetime.datetime], object]


def load(now: datetime.datetime | None = None) -> bool:
    """Make the demonstration organisation. False: it was here already. Other people are here: `Refused`."""
    with transaction.atomic(), override("en"):
        if Employee.objects.exists():
            if Organisation.current().is_demonstration:
                return False
            raise Refused(
                _("There are people in this database who do not belong to the demonstration. Nothing was changed.")
            )
        _Year(Calendar(now or timezone.now())).play()
    return True


class _Year:
    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.timeline: list[tuple[datetime.datetime, int, Do]] = []
        self.order = itertools.count()
        self.held: dict[tuple[str, str], Interview] = {}
        self.goals: dict[tuple[str, str], Goal] = {}
        self.stops_after: dict[str, int] = {}
        # Everybody signs with a password of their own; nobody ever learns this one.
        self.password = secrets.token_urlsafe()
        self.encoded = make_password(self.password)
        self.phrases: dict[str, Iterator[str]] = {name: iter(said) for name, said in read("check_ins.yaml").items()}

    def play(self) -> None:
        self.found()
        for name in ROUNDS:
            self.tell_round(read(name))
        self.run()
        self.hand_over()

    def on(self, moment: datetime.datetime, do: Do) -> None:
        heapq.heappush(self.timeline, (moment, next(self.order), do))

    def run(self) -> None:
        while self.timeline:
            moment, _order, do = heapq.heappop(self.timeline)
            do(moment)

    def person(self, number: str) -> Employee:
        """Fresh each time: managers change and leavers leave on the way."""
        return Employee.objects.select_related("manager").get(employee_number=number)

    # ------------------------------------------------------------ people, offices, template

    def found(self) -> None:
        """The organisation, its people, who holds which office, and the template."""
        begins = self.calendar.at(BEGINNING, 9)
        people.create_administrator(email=ACCOUNTS[3], now=begins)
        people.apply_import(by=None, content=export(self.calendar, as_of=EXPORTS[0]), now=begins)
        admin = self.person(ADMINISTRATOR)
        people.change_settings(
            by=admin, now=begins, name=NAME, timezone=ZONE.key, help_contact=f"Hélène Carrasco, {ACCOUNTS[0]}"
        )
        Organisation.objects.update(is_demonstration=True)
        for number in HR_PARTNERS:
            people.grant_membership(by=admin, person=self.person(number), role=MembershipRole.HR, now=begins)
        Employee.objects.update(password=self.encoded)
        for day in EXPORTS[1:]:
            self.on(self.calendar.at(day, 7), functools.partial(self.take_export, day))
        versions = interviews.install_shipped(by=self.person(HR), now=begins)
        self.version = next(version for version in versions if version.template.slug == TEMPLATE)
        self.on(self.calendar.at(-150, 9), self.change_template)

    def change_template(self, now: datetime.datetime) -> None:
        """Five minutes for the feedback turned out too few, so the short check-in has a second version."""
        content = copy.deepcopy(Template.objects.get(slug="career-check-in").draft)
        next(section for section in content["sections"] if section["key"] == "feedback")["minutes"] = 8
        hr = self.person(HR)
        template = interviews.import_template(by=hr, content=content, now=now)
        interviews.publish_template(by=hr, template=template, now=now)

    def take_export(self, day: int, now: datetime.datetime) -> None:
        people.apply_import(by=self.person(ADMINISTRATOR), content=export(self.calendar, as_of=day), now=now)
        newcomers = Employee.objects.filter(hired_on__gt=self.calendar.today + datetime.timedelta(days=EXPORTS[0]))
        newcomers.update(password=self.encoded)
        interviews.end_for_leavers(now=now)

    def hand_over(self) -> None:
        """Passwords that nobody knows become none; four accounts get the one of the banner; old mails are dropped."""
        Employee.objects.exclude(email__in=ACCOUNTS).update(password=make_password(None))
        for email in ACCOUNTS:
            people.set_password(by=Employee.objects.get(email=email), password=PASSWORD, now=self.calendar.now)
        now, reason = self.calendar.now, "older than the demonstration"
        drop_posted_before(moment=now - datetime.timedelta(days=FRESH), reason=reason)
        # Whatever people would have been reminded of by yesterday, they were.
        plan_reminders(RULES, now=now - datetime.timedelta(days=1))
        drop_posted_before(moment=now, reason=reason, kinds={rule.kind for rule in RULES})

    # ------------------------------------------------------------ a round of conversations

    def tell_round(self, told: Told) -> None:
        launched = told["cycle"]["launched"]
        self.on(self.calendar.at(launched, 9), lambda now: self.launch(told["cycle"], now))
        for turn, story in enumerate(told["conversations"]):
            if "check_ins_held" in story:
                self.stops_after[story["who"]] = story["check_ins_held"]
            self.tell_conversation(story, told["cycle"]["name"], launched, turn)
        for story in told.get("requested", []):
            self.tell_request(story)

    def launch(self, told: Told, now: datetime.datetime) -> None:
        hr, date = self.person(HR), self.calendar.date
        cycle: Cycle = interviews.create_cycle(
            by=hr,
            name=told["name"],
            version=self.version,
            departments=Department.objects.filter(name__in=told["departments"]),
            prepare_by=date(told["prepare_by"]),
            talk_by=date(told["hold_by"]),
            sign_by=date(told["sign_by"]),
            now=now,
        )
        launch = interviews.launch_cycle(by=hr, cycle=cycle, now=now)
        for interview in launch.created:
            self.held[cycle.name, interview.employee.employee_number or ""] = interview

    def tell_request(self, story: Told) -> None:
        def ask(now: datetime.datetime) -> None:
            interview = interviews.request_interview(
                by=self.person(story["who"]),
                interviewer=self.person(story["with"]),
                purpose=story["purpose"],
                note=story["note"],
                version=self.version,
                now=now,
            )
            if "accepted" in story:
                accepted = self.calendar.at(story["accepted"], 10)
                self.on(
                    accepted,
                    lambda now: interviews.accept_request(by=interview.interviewer, interview=interview, now=now),
                )

        self.on(self.calendar.at(story["asked"], 8), ask)

    def tell_conversation(self, story: Told, cycle: str, launched: int, turn: int) -> None:
        _Conversation(self, story, cycle, launched, turn).tell()

    # ------------------------------------------------------------ check-ins

    def tell_check_ins(self, who: str, told: list[Told], turn: int, now: datetime.datetime) -> None:
        """Hold the check-ins that fall due, told ones first; the last ones of a slow pair may still be open."""
        employee = self.person(who)
        due = CheckIn.objects.open().filter(plan__employee=employee).order_by("due_on").first()
        held = CheckIn.objects.filter(plan__employee=employee, held_on__isnull=False).count()
        if due is None or not employee.is_active or held == self.stops_after.get(who):
            return
        late = datetime.timedelta(days=turn % 3 if told else (turn * 5) % 17)
        moment = self.calendar.at((due.due_on + late - self.calendar.today).days, 10 + turn % 5)
        if moment < self.calendar.now:
            self.on(max(moment, now), lambda now: self.check_in(due, told, who, turn, now))

    def check_in(self, due: CheckIn, told: list[Told], who: str, turn: int, now: datetime.datetime) -> None:
        due.refresh_from_db()
        if due.withdrawn_at or due.held_on:
            return
        employee = self.person(who)
        story = told[0] if told else self.invent(employee, turn, due)
        by = self.person(story["by"]) if "by" in story else employee
        steps: list[Step] = []
        for key, (value, percent, words) in story["goals"].items():
            goal = Goal.objects.get(pk=self.goals[who, key].pk)
            if goal.state == GoalState.OPEN:
                pace = Pace.SLOWER if percent < 25 else Pace.GOING_WELL
                far: Step = {"percent": percent} if value is None else {"value": Decimal(value)}
                steps.append({"goal": goal, "pace": pace, "words": words, **far})
        plans.hold_check_in(
            by=by,
            check_in=due,
            progress=steps,
            blockers=story.get("blockers", ""),
            adjustments=story.get("adjustments", ""),
            now=now,
        )
        self.tell_check_ins(who, told[1:], turn, now)

    def invent(self, employee: Employee, turn: int, due: CheckIn) -> Told:
        """A check-in from the box of phrases, fitting to how far the goal has come."""
        number = str(employee.employee_number)
        key, goal = next(((k, g) for (who, k), g in self.goals.items() if who == number and _is_open(g)), ("", None))
        if goal is None or goal.due_on is None:
            return {"goals": {}, "adjustments": next(self.phrases["after"], "")}
        whole = (goal.due_on - goal.created_at.date()).days
        share = min(90, max(5, 100 * (due.due_on - goal.created_at.date()).days // whole))
        stage = "early" if share < 30 else "middle" if share < 75 else "late"
        return {
            "goals": {key: (None, share // 5 * 5, next(self.phrases[stage], ""))},
            "blockers": next(self.phrases["blockers"], "") if turn % 3 == 0 else "",
            "adjustments": next(self.phrases["adjustments"], "") if turn % 3 == 1 else "",
        }


class _Conversation:
    """One interview of a round, as far as its story goes."""

    def __init__(self, year: _Year, story: Told, cycle: str, launched: int, turn: int) -> None:
        self.year, self.story, self.cycle, self.launched, self.turn = year, story, cycle, launched, turn
        self.calendar = year.calendar
        self.who: str = story["who"]
        # What last year's stories leave unsaid: they were signed, in the usual rhythm.
        self.reaches: str = story.get("reaches") or story.get("outcome", "signed")
        self.met: int | None = story.get("met")

    @property
    def interview(self) -> Interview:
        """As it was launched; operations take a fresh copy themselves."""
        return self.year.held[self.cycle, self.who]

    def on(self, day: int, hour: int, minute: int, do: Do) -> None:
        self.year.on(self.calendar.at(day, hour, minute), do)

    def tell(self) -> None:
        if self.met is not None:
            self.tell_meeting(self.met)
        self.tell_preparation()
        if self.reaches in ("in_conversation", "in_review", "signing", "signed"):
            self.tell_room()
        if self.reaches in ("in_review", "signing", "signed"):
            self.tell_review()
        if self.reaches in ("refused", "absent", "not_held"):
            self.on(self.story.get("closed", self.launched + 50), 11, 0, self.not_held)
        if self.reaches == "cancelled":
            self.on(self.story["closed"], 11, 0, self.cancel)
        if self.reaches == "exempted":
            self.on(self.story["closed"], 11, 0, self.exempt)
        if "extended" in self.story:
            self.on(self.story["extended"]["day"], 11, 0, self.extend)

    # ------------------------------------------------------------ before

    @property
    def hour(self) -> int:
        return 9 + (self.turn * 3) % 6

    def tell_meeting(self, met: int) -> None:
        day = max(self.launched + 2, min(met - 14, -2 - self.turn % 4))
        self.on(
            day,
            10,
            self.turn,
            lambda now: interviews.schedule_meeting(
                by=self.interview.interviewer,
                interview=self.interview,
                meets_at=self.calendar.at(met, self.hour),
                minutes=self.story["duration"],
                place=self.story["place"],
                now=now,
            ),
        )

    def tell_preparation(self) -> None:
        met = self.met if self.met is not None else 3
        shares = {"employee": min(met - 3, -2), "interviewer": min(met - 2, -1)}
        for side, share in shares.items():
            shared = self.calendar.at(share, 8, 10 if side == "employee" else 40)
            begins = self.calendar.at(max(self.launched + 1, share - 6), 12)
            answers = list((self.story.get(side) or {}).items())
            for place, (question, told) in enumerate(answers, 1):
                moment = begins + (shared - begins) * place / (len(answers) + 1)
                self.year.on(moment, self.answering(side, question, told))
            shares_too = self.reaches not in ("preparing", "shared_employee") or (
                self.reaches == "shared_employee" and side == "employee"
            )
            if answers and shares_too:
                self.year.on(shared, self.sharing(side))

    def answering(self, side: str, question: str, told: Any) -> Do:
        def answer(now: datetime.datetime) -> None:
            interview = self.interview
            asked = interview.version.questions.get(question)
            if asked is None:
                raise KeyError(question)
            interviews.save_answer(
                by=getattr(interview, side),
                interview=interview,
                question=question,
                value=value_of(asked, told, self.calendar),
                version=0,
                now=now,
            )

        return answer

    def sharing(self, side: str) -> Do:
        return lambda now: interviews.share_answers(by=getattr(self.interview, side), interview=self.interview, now=now)

    # ------------------------------------------------------------ the conversation and what comes out of it

    def tell_room(self) -> None:
        met = self.met or 0
        self.on(met, self.hour, 0, lambda now: interviews.start_conversation(
            by=self.interview.interviewer, interview=self.interview, now=now
        ))  # fmt: skip
        for place, (section, text) in enumerate(self.story["minutes"].items()):
            self.on(met, self.hour, 8 + 5 * place, self.noting(section, text, version=0))
        for section, text in self.story.get("notes", {}).items():
            self.on(met, self.hour, 52, functools.partial(self.keep_note, section, text))
        self.on(met, self.hour, 54, self.agree)

    def keep_note(self, section: str, text: str, now: datetime.datetime) -> None:
        interview = self.interview
        interviews.save_private_note(
            by=interview.interviewer, interview=interview, section=section, text=text, version=0, now=now
        )

    def noting(self, section: str, text: str, *, version: int) -> Do:
        return lambda now: interviews.save_minutes(
            by=self.interview.interviewer,
            interview=self.interview,
            section=section,
            text=text.strip(),
            version=version,
            now=now,
        )

    def agree(self, now: datetime.datetime) -> None:
        """Goals with their actions, and the promises, as the interviewer captures them in the room."""
        interview = self.interview
        plan = plans.ensure_plan(interview.employee)
        said_in: Told = {"occasion": OCCASION, "occasion_id": interview.pk, "now": now}
        for told in self.story.get("goals", []):
            goal = plans.add_goal(
                by=interview.interviewer,
                plan=plan,
                title=told["title"],
                specific=told["specific"],
                achievable=told.get("achievable", ""),
                relevant=told.get("relevant", ""),
                due_on=self.calendar.date(told["due"]),
                agreed_with=interview.interviewer,
                **_measure(told["measurable"]),
                **said_in,
            )
            self.year.goals[self.who, told["key"]] = goal
            for step in told.get("actions", []):
                self.agree_action(goal, step, said_in)
            if "reached" in told:
                self.on(told["reached"], 16, 0, self.reaching(goal))
        for told in self.story.get("promises", []):
            self.agree_promise(plan, told, said_in)
        if text := self.story.get("not_promised"):
            plans.add_promise(
                by=interview.interviewer,
                plan=plan,
                what=text,
                not_promised=True,
                agreed_with=interview.interviewer,
                **said_in,
            )

    def agree_action(self, goal: Goal, told: Told, said_in: Told) -> None:
        owner = self.year.person(told["owner"])
        action = plans.add_action(
            by=self.interview.interviewer,
            goal=goal,
            title=told["title"],
            kind=told["kind"],
            owner=owner,
            due_on=self.calendar.date(told["due"]),
            **said_in,
        )
        if "done" in told:
            self.on(told["done"], 15, 0, lambda now: plans.settle_action(
                by=owner, action=action, state=ActionState.DONE, evidence=told["evidence"], now=now
            ))  # fmt: skip
        elif "progress" in told:
            self.on(told["due"] - 30, 15, 0, lambda now: plans.settle_action(
                by=owner, action=action, state=ActionState.IN_PROGRESS, evidence=told["progress"], now=now
            ))  # fmt: skip

    def agree_promise(self, plan: Plan, told: Told, said_in: Told) -> None:
        owner = self.year.person(told["owner"])
        promise = plans.add_promise(
            by=self.interview.interviewer,
            plan=plan,
            what=told["what"],
            owner=owner,
            due_on=self.calendar.date(told["due"]),
            agreed_with=self.interview.interviewer,
            **said_in,
        )
        if "kept" in told:
            self.on(told["kept"], 17, 0, lambda now: plans.settle_promise(
                by=owner, promise=promise, state=PromiseState.KEPT, now=now
            ))  # fmt: skip

    def reaching(self, goal: Goal) -> Do:
        return lambda now: plans.close_goal(
            by=goal.plan.employee, goal=goal, state=GoalState.REACHED, why=goal.measurable, now=now
        )

    # ------------------------------------------------------------ review and signatures

    def tell_review(self) -> None:
        met = self.met or 0
        frozen = self.story.get("frozen", met + 4)
        self.on(frozen, 16, 0, self.freeze)
        if "change_asked" in self.story:
            self.on(self.story["change_asked"], 16, 30, lambda now: interviews.ask_for_changes(
                by=self.interview.employee, interview=self.interview, why=self.story["change_why"], now=now
            ))  # fmt: skip
            for section, text in self.story["minutes_after_change"].items():
                self.on(self.story["frozen_again"], 16, 40, self.noting(section, text, version=1))
            self.on(self.story["frozen_again"], 16, 50, self.freeze)
        if self.reaches == "in_review":
            return
        self.on(frozen + 2, 17, 0, lambda now: interviews.confirm_content(
            by=self.interview.employee, interview=self.interview, now=now
        ))  # fmt: skip
        last = self.story.get("signed", met + 10)
        if self.reaches == "signing":
            self.on(last, 17, 10, self.sign(Slot.EMPLOYEE))
        else:
            self.on(last - 2, 17, 10, self.sign(Slot.EMPLOYEE))
            self.on(last, 17, 20, self.sign(Slot.INTERVIEWER))
            self.on(last, 17, 30, self.follow_up)

    def freeze(self, now: datetime.datetime) -> None:
        interviews.freeze_content(by=self.interview.interviewer, interview=self.interview, now=now)

    def sign(self, slot: Slot) -> Do:
        if slot == Slot.INTERVIEWER:
            declaration, remark = "confirms", ""
        elif "refuses_to_sign" in self.story:
            declaration, remark = "refused", self.story["refuses_to_sign"]
        elif "reservation" in self.story:
            declaration, remark = "reservations", self.story["reservation"]
        else:
            declaration, remark = "agrees", ""

        def signing(now: datetime.datetime) -> None:
            interview = self.interview
            interviews.sign_interview(
                by=interview.employee if slot == Slot.EMPLOYEE else interview.interviewer,
                interview=interview,
                declaration=declaration,
                remark=remark,
                password=self.year.password,
                sha256=interview.contents.latest("sequence").sha256,
                now=now,
            )

        return signing

    def follow_up(self, now: datetime.datetime) -> None:
        self.year.tell_check_ins(self.who, self.story.get("checkins", []), self.turn, now)

    # ------------------------------------------------------------ not held

    def not_held(self, now: datetime.datetime) -> None:
        interviews.record_not_held(
            by=self.year.person(HR),
            interview=self.interview,
            outcome=self.story["outcome"],
            why=self.story["reason"],
            now=now,
        )

    def exempt(self, now: datetime.datetime) -> None:
        interviews.exempt_from_cycle(
            by=self.year.person(HR),
            cycle=Cycle.objects.get(interviews=self.interview),
            employee=self.interview.employee,
            why=self.story["reason"],
            now=now,
        )

    def extend(self, now: datetime.datetime) -> None:
        told = self.story["extended"]
        days = {name: self.calendar.date(told[name]) for name in ("prepare_by", "talk_by", "sign_by")}
        interviews.extend_interview(
            by=self.year.person(HR), interview=self.interview, why=self.story["reason"], now=now, **days
        )

    def cancel(self, now: datetime.datetime) -> None:
        interviews.cancel_interview(
            by=self.year.person(HR), interview=self.interview, why=self.story["reason"], now=now
        )


def counts() -> dict[str, int]:
    """What there is, for whoever loaded it."""
    states = {str(state): Interview.objects.filter(state=state).count() for state in State}
    return {"people": Employee.objects.count(), "cycles": Cycle.objects.count(), **states}


def _measure(told: Told) -> Told:
    if "target" not in told:
        return {"measurable": told["indicator"]}
    return {
        "measurable": f"{told['indicator']}: {told['start']} today, {told['target']} then",
        "unit": told["unit"],
        "start_value": Decimal(told["start"]),
        "target_value": Decimal(told["target"]),
    }


def _is_open(goal: Goal) -> bool:
    return Goal.objects.filter(pk=goal.pk, state=GoalState.OPEN).exists()
