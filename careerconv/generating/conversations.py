"""One conversation a year for each person: its moments are drawn, and what lies ahead of today has not happened."""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from careerconv.generating.chance import Chance
from careerconv.generating.ledger import Ledger
from careerconv.generating.people import Person
from careerconv.generating.plans import OCCASION, Plans, Story
from careerconv.generating.tables import Table
from careerconv.generating.words import Said, Words
from interviews import content
from interviews.models import (
    Answer,
    Content,
    Cycle,
    Declaration,
    Interview,
    Minutes,
    Outcome,
    PrivateNote,
    Purpose,
    Signature,
    Slot,
    State,
)
from interviews.operations.signing import METHOD
from outbox.models import Message, MessageState
from records.models import Record, RecordFile
from skills.models import Rating, Skill

SIDES = ("employee", "interviewer")
NOTES_LAST = datetime.timedelta(days=30)
KIND = "interviews.interview"


@dataclass(slots=True)
class Course:
    """The moments of one conversation. What did not happen, or not yet, is None."""

    shared: dict[str, datetime.datetime | None]
    met: datetime.datetime
    started: datetime.datetime | None
    frozen: datetime.datetime | None
    confirmed: datetime.datetime | None
    signed: dict[str, datetime.datetime | None]
    ended: datetime.datetime | None = None
    outcome: str = ""

    @property
    def state(self) -> State:
        if self.ended is not None:
            return State.NOT_HELD if self.outcome else State.CANCELLED
        if all(self.signed.values()):
            return State.SIGNED
        if self.confirmed:
            return State.SIGNING
        if self.frozen:
            return State.IN_REVIEW
        return State.IN_CONVERSATION if self.started else State.PREPARING

    @property
    def closed(self) -> datetime.datetime | None:
        if self.ended is not None or not all(self.signed.values()):
            return self.ended
        return max(moment for moment in self.signed.values() if moment)


@dataclass(slots=True)
class Talk:
    """One conversation while it is being told."""

    id: UUID
    cycle: Cycle
    employee: Person
    interviewer: Person
    place: str
    course: Course

    def of(self, side: str) -> Person:
        return self.employee if side == "employee" else self.interviewer


class Conversations:
    def __init__(
        self,
        chance: Chance,
        stories: dict[str, Any],
        words: Words,
        plans: Plans,
        ledger: Ledger,
        *,
        hr: Person,
        skills: dict[str, Skill],
        now: datetime.datetime,
    ) -> None:
        self.chance, self.stories, self.words, self.plans, self.ledger = chance, stories, words, plans, ledger
        self.hr, self.skills, self.now = hr, skills, now
        self.interviews = Table(
            Interview, "id", "employee_id", "interviewer_id", "cycle_id", "version_id", "state", "purpose",
            "created_at", "prepare_by", "talk_by", "sign_by", "meets_at", "minutes_planned", "place",
            "meeting_timezone",
            "employee_shared_at", "interviewer_shared_at", "started_at", "frozen_at", "confirmed_at", "closed_at",
            "outcome", "outcome_because",
        )  # fmt: skip
        self.answers = Table(Answer, "id", "updated_at", "interview_id", "question", "author_id", "value")
        self.minutes = Table(Minutes, "id", "updated_at", "interview_id", "section", "text", "written_by_id")
        self.notes = Table(PrivateNote, "id", "updated_at", "interview_id", "section", "author_id", "text")
        self.contents = Table(
            Content, "id", "interview_id", "sequence", "canonical", "sha256", "frozen_at", "frozen_by_id"
        )
        self.signatures = Table(
            Signature, "id", "content_id", "slot", "signer_id", "declaration", "remark", "signed_at", "method"
        )
        self.ratings = Table(
            Rating, "id", "skill_id", "employee_id", "rater_id", "level", "rated_at", "occasion", "occasion_id"
        )
        self.records = Table(Record, "id", "interview_id", "reference", "content_sha256", "created_at")
        self.files = Table(RecordFile, "id", "record_id", "sequence", "sha256", "path", "made_at", "audit_head")
        self.messages = Table(
            Message, "id", "key", "recipient_id", "kind", "context", "state", "created_at", "not_before", "attempts",
            "sent_at",
        )  # fmt: skip

    @property
    def tables(self) -> list[Table]:
        return [
            self.interviews, self.answers, self.minutes, self.notes, self.contents, self.signatures, self.ratings,
            self.records, self.files, self.messages,
        ]  # fmt: skip

    def tell(self, employee: Person, cycles: list[Cycle], wanted: State | None = None) -> None:
        """All years of one person. `wanted` is where the running conversation of a known account stands."""
        if employee.manager is None:
            return
        launched = [cycle for cycle in cycles if employee.is_here(_moment(cycle).date())]
        if not launched:
            return
        story = self.plans.begin(employee, employee.manager, _moment(launched[0]))
        talks = []
        for cycle in launched:
            course = self._course(employee, cycle, wanted if cycle is cycles[-1] else None)
            place = self.chance.one(self.stories["places"])
            talks.append(Talk(self.chance.id(), cycle, employee, employee.manager, place, course))
        for talk, following in zip(talks, [*talks[1:], None], strict=True):
            self._tell(talk, story, following)

    # ------------------------------------------------------------ when

    def _course(self, employee: Person, cycle: Cycle, wanted: State | None) -> Course:
        days, launched = self.chance.days, _moment(cycle)
        first = launched + days(4, 32)
        shared = {"employee": first, "interviewer": first + days(0, 5)}
        met = self.chance.hour(max(shared.values()) + days(2, 10))
        frozen = met + days(0, 5)
        confirmed = frozen + days(1, 8)
        signed = {"employee": confirmed + days(0, 4), "interviewer": confirmed + days(1, 7)}
        if self.chance.of(2):
            signed["interviewer"] = self.now + days(1, 2)  # forgotten
        if wanted is not None:
            return self._as_wanted(wanted, launched)
        gone = employee.left_on is not None and employee.left_on <= frozen.date()
        if gone or self.chance.of(6):
            return self._ended(employee, first + days(10, 30), launched, has_left=gone)
        return Course(
            shared={side: self._past(moment) for side, moment in shared.items()},
            met=met,
            started=self._past(met),
            frozen=self._past(frozen),
            confirmed=self._past(confirmed),
            signed={side: self._past(moment) for side, moment in signed.items()},
        )

    def _past(self, moment: datetime.datetime) -> datetime.datetime | None:
        return moment if moment < self.now else None

    def _as_wanted(self, state: State, launched: datetime.datetime) -> Course:
        """Somewhere between the launch and now, as far as that state needs."""
        steps = [launched + (self.now - launched) * part / 6 for part in range(1, 6)]
        reached = [State.PREPARING, State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNING].index(state)
        started, frozen, confirmed = (steps[n] if n <= reached else None for n in (1, 2, 3))
        shares = steps[0] if reached else None
        return Course(
            shared={"employee": shares, "interviewer": shares},
            met=steps[1] if reached else self.now + datetime.timedelta(days=6),
            started=started,
            frozen=frozen,
            confirmed=confirmed,
            signed=dict.fromkeys(SIDES),
        )

    def _ended(
        self, employee: Person, ended: datetime.datetime, launched: datetime.datetime, *, has_left: bool
    ) -> Course:
        """Called off, refused, absent or gone, before anything was put before both."""
        outcome = Outcome.LEFT if has_left else self.chance.one(["", "", Outcome.REFUSED, Outcome.ABSENT])
        return Course(
            shared=dict.fromkeys(SIDES),
            met=ended,
            started=None,
            frozen=None,
            confirmed=None,
            signed=dict.fromkeys(SIDES),
            ended=min(ended, self.now - datetime.timedelta(hours=1)),
            outcome=outcome,
        )

    # ------------------------------------------------------------ what

    def _tell(self, talk: Talk, story: Story, following: Talk | None) -> None:
        course, cycle, employee, interviewer = talk.course, talk.cycle, talk.employee, talk.interviewer
        state, launched = course.state, _moment(talk.cycle)
        reason = {"": "cancelled", Outcome.REFUSED: "refused", Outcome.ABSENT: "absent"}.get(course.outcome, "absent")
        self.interviews.add(
            talk.id, employee.id, interviewer.id, cycle.pk, cycle.version_id, state, Purpose.CYCLE, launched,
            cycle.prepare_by, cycle.talk_by, cycle.sign_by, course.met, self.words.questions.minutes or 60,
            talk.place, "Europe/Luxembourg", course.shared["employee"],
            course.shared["interviewer"], course.started, course.frozen, course.confirmed, course.closed,
            course.outcome, self.stories["reasons"][reason] if course.ended else "",
        )  # fmt: skip
        self._note(talk, launched, "invited", self.hr.id, cycle=str(cycle.pk))
        for side in SIDES:
            self._mail(talk, "invitation", side, launched)
        said = {side: self._answer(talk, side) for side in SIDES}
        minutes = self._write_minutes(talk) if course.started else {}
        if course.started:
            self._note(talk, course.started, "started", interviewer.id)
            until = following.course.started if following else None
            self.plans.revise(story, talk.id, course.started, until)
        if course.frozen:
            self._freeze(talk, story, said, minutes, course.frozen)
        if course.ended:
            self._note(talk, course.ended, "not_held" if course.outcome else "cancelled", self.hr.id)
        if state == State.SIGNED and course.closed:
            self._close(talk, said, course.closed)
            self.plans.follow(story, talk.id, course.closed, following.course.closed if following else None)

    def _answer(self, talk: Talk, side: str) -> dict[str, Said]:
        """Most answer most of what the template asks for, and little of the rest. Who has not shared is half-way."""
        launched, shared = _moment(talk.cycle), talk.course.shared[side]
        if talk.course.ended:
            return {}
        asked = self.words.asked_of(side)
        if shared:
            asked = [question for question in asked if self.chance.of(75 if question.required else 4)]
        else:
            asked = asked[: self.chance.between(0, len(asked) // 2)]
        until = shared or self.now
        author, given = talk.of(side).id, {}
        for place, question in enumerate(asked, 1):
            answer = given[question.key] = self.words.answer(question)
            at = launched + (until - launched) * place / (len(asked) + 1)
            self.answers.add(self.chance.id(), at, talk.id, question.key, author, answer.value)
        if shared:
            self._note(talk, shared, "shared", author)
        return given

    def _write_minutes(self, talk: Talk) -> dict[str, str]:
        written = {}
        at = talk.course.started or self.now
        sections = self.words.questions.sections
        for section in sections[: self.chance.between(1, 3)]:
            text = written[section.key] = self.words.minutes(section)
            self.minutes.add(self.chance.id(), at, talk.id, section.key, text, talk.interviewer.id)
        if (talk.course.closed or self.now) > self.now - NOTES_LAST and self.chance.of(30):
            note = self.chance.one(self.stories["said"])
            self.notes.add(self.chance.id(), at, talk.id, sections[0].key, talk.interviewer.id, note)
        return written

    def _freeze(
        self, talk: Talk, story: Story, said: dict[str, dict[str, Said]], minutes: dict[str, str], at: datetime.datetime
    ) -> None:
        """What is put before both, in the shape that `interviews.content` gives it."""
        frame = {
            "id": str(talk.id),
            "reference": f"{talk.id.hex[:4]} {talk.id.hex[4:8]}",
            "language": "en",
            "held_on": (talk.course.started or at).date().isoformat(),
            "started_at": (talk.course.started or at).isoformat(timespec="seconds"),
            "frozen_at": at.isoformat(timespec="seconds"),
            "minutes_planned": self.words.questions.minutes or 60,
            "cycle": talk.cycle.name,
            "template": {
                "slug": self.words.questions.slug,
                "version": talk.cycle.version.number,
                "name": self.words.questions.name_in("en"),
            },
            "place": talk.place,
        }
        text = content.canonical(
            {
                "schema": content.SCHEMA,
                "interview": frame,
                "employee": {**_person(talk.employee), "department": talk.employee.department},
                "interviewer": _person(talk.interviewer),
                "sections": self._sections(said, minutes),
                "skills": self._rated(said),
                **self.plans.frozen(story, at),
            }
        )
        frozen, sha256 = self.chance.id(), content.sha256(text)
        self.contents.add(frozen, talk.id, 1, text, sha256, at, talk.interviewer.id)
        self._note(talk, at, "frozen", talk.interviewer.id, sequence=1, sha256=sha256)
        if talk.course.confirmed:
            self._note(talk, talk.course.confirmed, "confirmed", talk.employee.id)
        for side, moment in talk.course.signed.items():
            if moment:
                self._sign(talk, side, moment, frozen, sha256)
        if talk.course.state == State.SIGNED and talk.course.closed:
            self._record(talk, talk.course.closed, sha256)

    def _sections(self, said: dict[str, dict[str, Said]], minutes: dict[str, str]) -> list[dict[str, Any]]:
        sections = [
            {
                "key": section.key,
                "title": section.name("en"),
                "minutes_planned": section.minutes,
                "minutes": minutes.get(section.key, ""),
                "questions": [
                    {"key": question.key, "kind": question.kind, "text": question.text_for("employee", "en")}
                    | {side: said[side][question.key].printed if question.key in said[side] else None for side in SIDES}
                    for question in section.questions
                    if question.visibility == "record" and any(question.key in said[side] for side in SIDES)
                ],
            }
            for section in self.words.questions.sections
        ]
        return [section for section in sections if section["minutes"] or section["questions"]]

    def _rated(self, said: dict[str, dict[str, Said]]) -> list[dict[str, Any]]:
        return [
            {
                "name": skill.text["en"],
                "self": _level(said["employee"], question.key, skill.key),
                "interviewer": _level(said["interviewer"], question.key, skill.key),
                "target": None,
            }
            for question in self.words.questions
            if question.kind == "skills" and any(question.key in said[side] for side in SIDES)
            for skill in question.skills
        ]

    def _sign(self, talk: Talk, side: str, at: datetime.datetime, frozen: UUID, sha256: str) -> None:
        signer, slot, remark = talk.of(side).id, Slot(side), ""
        declaration = Declaration.AGREES if side == "employee" else Declaration.CONFIRMS
        if self.chance.of(4):
            declaration, remark = Declaration.RESERVATIONS, self.stories["reasons"]["reservations"]
        self.signatures.add(self.chance.id(), frozen, slot, signer, declaration, remark, at, METHOD)
        self._note(talk, at, "signed", signer, slot=str(slot), declaration=str(declaration), sha256=sha256)

    def _record(self, talk: Talk, closed: datetime.datetime, sha256: str) -> None:
        """The rows of a record; its file is not made. Whoever asks for it reads that it is missing."""
        record, made_at = self.chance.id(), closed + datetime.timedelta(minutes=1)
        self._note(talk, closed, "closed", None, sha256=sha256)
        self.records.add(record, talk.id, f"{talk.id.hex[:4]} {talk.id.hex[4:8]}", sha256, made_at)
        of_file, path = self.chance.hex(64), f"{talk.id}/record-{record.hex}.pdf"
        self.files.add(self.chance.id(), record, 1, of_file, path, made_at, f"{self.ledger.head}")
        self.ledger.note(made_at, "record.made", None, "records.record", record, sequence=1, sha256=of_file)

    def _close(self, talk: Talk, said: dict[str, dict[str, Said]], at: datetime.datetime) -> None:
        for side in SIDES:
            for answer in said[side].values():
                for key, level in answer.levels.items():
                    self.ratings.add(
                        self.chance.id(), self.skills[key].pk, talk.employee.id, talk.of(side).id, level, at, OCCASION,
                        talk.id,
                    )  # fmt: skip

    def _note(self, talk: Talk, at: datetime.datetime, verb: str, by: UUID | None, **detail: Any) -> None:
        self.ledger.note(at, f"interview.{verb}", by, KIND, talk.id, **detail)

    def _mail(self, talk: Talk, kind: str, side: str, at: datetime.datetime) -> None:
        """Mails that have long been read: none of these people has an address that a server would find."""
        sent_at = min(at + datetime.timedelta(minutes=1), self.now)
        self.messages.add(
            self.chance.id(), f"interviews.{kind}:{talk.id}:{side}", talk.of(side).id, f"interviews.{kind}",
            f'{{"interview": "{talk.id}"}}', MessageState.SENT, at, at, 1, sent_at,
        )  # fmt: skip


def _moment(cycle: Cycle) -> datetime.datetime:
    return cycle.launched_at or cycle.created_at


def _person(person: Person) -> dict[str, str]:
    return {"id": str(person.id), "name": person.name, "job_title": person.job_title}


def _level(said: dict[str, Said], question: str, skill: str) -> int | None:
    answer = said.get(question)
    return answer.levels.get(skill) if answer else None
