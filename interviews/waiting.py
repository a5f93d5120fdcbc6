"""Whom a conversation waits for, and for what. Reminders, HR's nudge and their mails all ask here."""

import datetime
import enum
from dataclasses import dataclass

from interviews.models import Interview, Slot, State
from interviews.workflow import SILENCE, open_slots
from people.models import Employee
from people.queries import partners_reaching


class Task(enum.StrEnum):
    """What somebody has to do next; no word of what the conversation is about."""

    ANSWER = "answer"
    PREPARE = "prepare"
    DATE = "date"
    BEGIN = "begin"
    FINISH = "finish"
    REVIEW = "review"
    PROCEED = "proceed"
    SIGN = "sign"


# The page on which it is done.
PAGES = {
    Task.ANSWER: "detail",
    Task.PREPARE: "prepare",
    Task.DATE: "schedule",
    Task.BEGIN: "detail",
    Task.FINISH: "room",
    Task.REVIEW: "review",
    Task.PROCEED: "review",
    Task.SIGN: "sign",
}


@dataclass(frozen=True)
class Awaited:
    """Somebody whose turn it is."""

    person: Employee
    task: Task


def awaited(interview: Interview, now: datetime.datetime) -> list[Awaited]:
    """Those who can take the next step and still work here; nobody once it is closed, or until the date has come."""
    return [turn for turn in _turns(interview, now) if turn.person.is_active]


def task_of(person: Employee, interview: Interview, now: datetime.datetime) -> Task | None:
    """What this person has to do next here, if anything."""
    return next((turn.task for turn in awaited(interview, now) if turn.person.pk == person.pk), None)


def _turns(interview: Interview, now: datetime.datetime) -> list[Awaited]:
    employee, interviewer = interview.employee, interview.interviewer
    if interview.state == State.PLANNED:
        return [Awaited(interviewer, Task.ANSWER)]
    if interview.state == State.PREPARING:
        return _before_the_talk(interview, now)
    if interview.state == State.IN_CONVERSATION:
        return [Awaited(interviewer, Task.FINISH)]
    if interview.state == State.IN_REVIEW:
        silent = interview.frozen_at is not None and now - interview.frozen_at >= SILENCE
        return [Awaited(employee, Task.REVIEW), *([Awaited(interviewer, Task.PROCEED)] if silent else [])]
    if interview.state == State.SIGNING:
        return [Awaited(person, Task.SIGN) for person in signers(interview)]
    return []


def _before_the_talk(interview: Interview, now: datetime.datetime) -> list[Awaited]:
    sides = (
        (interview.employee, interview.employee_shared_at),
        (interview.interviewer, interview.interviewer_shared_at),
    )
    if interview.meets_at is not None and interview.meets_at <= now:
        return [Awaited(interview.interviewer, Task.BEGIN)]
    unshared = [Awaited(person, Task.PREPARE) for person, shared_at in sides if shared_at is None]
    if unshared or interview.meets_at is not None:
        return unshared
    return [Awaited(person, Task.DATE) for person, _shared_at in sides]


def signers(interview: Interview) -> list[Employee]:
    """Who can fill a slot now: the two first, HR last."""
    still_open = open_slots(interview)
    if still_open == [Slot.HR]:
        reaching = partners_reaching([interview.employee])[interview.employee_id]
        return [partner for partner in reaching if partner.pk != interview.interviewer_id]
    people = {Slot.EMPLOYEE: interview.employee, Slot.INTERVIEWER: interview.interviewer}
    return [people[slot] for slot in still_open if slot in people]
