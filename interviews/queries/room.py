"""What the room shows of one section: both voices, minutes, one's own notes, what was decided."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from interviews.answering import printed
from interviews.models import Answer, ChangeRequest, Interview, Minutes, PrivateNote
from interviews.questions import Question, Section, in_language
from interviews.release import EMPLOYEE, INTERVIEWER, readable_answers
from people.models import Employee
from people.prepared import prepared
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


@prepared
def _answers(interview: UUID) -> QuerySet[Answer]:
    return Answer.objects.filter(interview=interview)


@prepared
def _minutes(interview: UUID) -> QuerySet[Minutes]:
    return Minutes.objects.filter(interview=interview)


@prepared
def _note(interview: UUID, author: Employee, section: str) -> QuerySet[PrivateNote]:
    return PrivateNote.objects.filter(interview=interview, author=author, section=section)


@prepared
def _goals(reader: Employee, employee: Employee, interview: UUID) -> QuerySet[Goal]:
    return Goal.objects.visible_to(reader).filter(plan__employee=employee, occasion_id=interview)


@prepared
def _promises(reader: Employee, employee: Employee, interview: UUID) -> QuerySet[Promise]:
    found = Promise.objects.visible_to(reader).filter(plan__employee=employee, occasion_id=interview)
    return found.select_related("owner")


@prepared
def _change_requests(interview: UUID) -> QuerySet[ChangeRequest]:
    return (
        ChangeRequest.objects.filter(content__interview=interview).select_related("asked_by").order_by("-asked_at")[:1]
    )


def last_change_request(interview: Interview) -> ChangeRequest | None:
    """Why the conversation was taken up again, if it was."""
    return next(iter(_change_requests(interview.pk)), None)


def table_of(interview: Interview, section: Section, reader: Employee) -> Table:
    readable = readable_answers(reader, interview, _answers(interview.pk))
    minutes = {m.section: m for m in _minutes(interview.pk)}
    return Table(
        section=section,
        asked=[
            asked
            for question in section.questions
            # What somebody answers for themselves alone is no topic for the other, not even as a heading.
            if (asked := _asked(interview, question, readable.get(question.key, {}))).voices
        ],
        minutes=minutes.get(section.key),
        note=next(iter(_note(interview.pk, reader, section.key)), None),
        written={key for key, m in minutes.items() if m.text.strip()},
        goals=_goals(reader, interview.employee, interview.pk),
        promises=_promises(reader, interview.employee, interview.pk),
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
