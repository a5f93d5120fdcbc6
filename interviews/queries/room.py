"""What the room shows of one section: both voices, minutes, one's own notes, what was decided."""

from dataclasses import dataclass
from typing import Any

from interviews.answering import printed
from interviews.models import Answer, Interview, Minutes, PrivateNote
from interviews.questions import Question, Section, in_language
from interviews.release import EMPLOYEE, INTERVIEWER, readable_answers
from people.models import Employee
from plans.models import Goal, Promise
from skills.charts import dots


@dataclass(frozen=True)
class Voice:
    """What one side said to one question, as far as this reader may read it."""

    person: Employee
    tone: str
    said: dict[str, Any] | None
    shared_at: Any


@dataclass(frozen=True)
class Asked:
    question: Question
    text: str
    voices: list[Voice]
    skills: list[dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """One section on the table. Six queries, whatever was written."""

    section: Section
    asked: list[Asked]
    minutes: Minutes | None
    note: PrivateNote | None
    written: set[str]
    goals: list[Goal]
    promises: list[Promise]


def table_of(interview: Interview, section: Section, reader: Employee) -> Table:
    readable = readable_answers(reader, interview)
    minutes = {m.section: m for m in interview.minutes.all()}
    goals = Goal.objects.visible_to(reader).filter(plan__employee=interview.employee, occasion_id=interview.pk)
    promises = Promise.objects.visible_to(reader).filter(plan__employee=interview.employee, occasion_id=interview.pk)
    return Table(
        section=section,
        asked=[
            asked
            for question in section.questions
            # What somebody answers for themselves alone is no topic for the other, not even as a heading.
            if (asked := _asked(interview, question, readable.get(question.key, {}))).voices
        ],
        minutes=minutes.get(section.key),
        note=interview.private_notes.filter(author=reader, section=section.key).first(),
        written={key for key, m in minutes.items() if m.text.strip()},
        goals=list(goals),
        promises=list(promises.select_related("owner")),
    )


def _asked(interview: Interview, question: Question, answers: dict[str, Answer]) -> Asked:
    people = {EMPLOYEE: interview.employee, INTERVIEWER: interview.interviewer}
    voices = [
        Voice(
            person=people[side],
            tone="you" if side == EMPLOYEE else "mgr",
            said=printed(question, answers[side].value, None) if side in answers else None,
            shared_at=interview.shared_at(people[side].pk),
        )
        for side in (EMPLOYEE, INTERVIEWER)
        if question.asked_of(side) and not (question.visibility == "me" and side not in answers)
    ]
    return Asked(question, question.text_for(EMPLOYEE), voices, _skills(question, answers))


def _skills(question: Question, answers: dict[str, Answer]) -> list[dict[str, Any]]:
    if question.kind != "skills" or not answers:
        return []
    given = {side: answer.value.get("ratings", {}) for side, answer in answers.items()}
    rows = []
    for skill in question.skills:
        own, other = (given.get(side, {}).get(skill.key, {}).get("level") for side in (EMPLOYEE, INTERVIEWER))
        apart = abs(own - other) if own is not None and other is not None else None
        rows.append(
            {
                "name": in_language(skill.text),
                "picture": dots(own, other),
                "self": own,
                "interviewer": other,
                "apart": apart,
            }
        )
    # Begin where the views differ: that is what a conversation is for.
    return sorted(rows, key=lambda row: -(row["apart"] or 0))
