"""One side's preparation as its pages need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from interviews.answering import is_answered
from interviews.models import Answer, Interview, State
from interviews.queries.versions import with_versions
from interviews.questions import Question, Section
from interviews.release import is_released, readable_answers, side_of
from interviews.workflow import UNTIL_REVIEW
from people.models import Employee
from people.prepared import padded, prepared


@dataclass(frozen=True)
class Item:
    """One question on somebody's list, with what they answered so far."""

    number: int
    section: Section
    question: Question
    answer: Answer | None

    @property
    def is_done(self) -> bool:
        return self.answer is not None and is_answered(self.question, self.answer.value)


@dataclass(frozen=True)
class Part:
    """A section of the list."""

    section: Section
    items: list[Item]

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def state(self) -> str:
        if not self.done:
            return "todo"
        return "done" if self.done == len(self.items) else "begun"


class Preparation:
    """What one side has to answer, in order, and how far it has come."""

    def __init__(self, interview: Interview, side: str, answers: Iterable[Answer]) -> None:
        self.interview, self.side = interview, side
        self._given = {answer.question: answer for answer in answers}

    @cached_property
    def items(self) -> list[Item]:
        asked = [
            (section, question)
            for section in self.interview.version.questions.sections
            for question in section.questions
            if question.asked_of(self.side)
        ]
        return [
            Item(number, section, question, self._given.get(question.key))
            for number, (section, question) in enumerate(asked, 1)
        ]

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def is_complete(self) -> bool:
        return self.done == self.total

    @property
    def is_shared(self) -> bool:
        author = self.interview.employee_id if self.side == "employee" else self.interview.interviewer_id
        return self.interview.shared_at(author) is not None

    @property
    def is_open(self) -> bool:
        """Whether this side can still write."""
        return self.interview.state in UNTIL_REVIEW and not self.is_shared

    @property
    def parts(self) -> list[Part]:
        sections = {item.section.key: item.section for item in self.items}
        return [Part(s, [i for i in self.items if i.section.key == key]) for key, s in sections.items()]

    @property
    def missing(self) -> list[Item]:
        """Asked for by the template and not answered yet. It is named, and it stops nothing."""
        return [item for item in self.items if item.question.required and not item.is_done]

    @property
    def first_open(self) -> Item | None:
        return next((item for item in self.items if not item.is_done), None)

    def get(self, key: str) -> Item | None:
        return next((item for item in self.items if item.question.key == key), None)

    def before(self, item: Item) -> Item | None:
        return self.items[item.number - 2] if item.number > 1 else None

    def after(self, item: Item) -> Item | None:
        return self.items[item.number] if item.number < self.total else None


@prepared
def _answers_of(user: Employee, *interviews: UUID) -> QuerySet[Answer]:
    return Answer.objects.filter(interview__in=interviews, author=user)


def preparation_of(user: Employee, interview: Interview, side: str) -> Preparation:
    """The user's own answers only. One query."""
    return Preparation(interview, side, _answers_of(user, interview.pk))


def preparations_of(user: Employee, interviews: Iterable[Interview]) -> dict[UUID, Preparation]:
    """The user's own preparation of each of these interviews, of closed ones without the answers. One query at most."""
    interviews = list(interviews)
    given: dict[UUID, list[Answer]] = {interview.pk: [] for interview in interviews}
    under_way = [interview.pk for interview in interviews if interview.is_open]
    for answer in _answers_of(user, *padded(under_way)) if under_way else ():
        given[answer.interview_id].append(answer)
    return {
        interview.pk: Preparation(interview, side, given[interview.pk])
        for interview in interviews
        if (side := side_of(user.pk, interview))
    }


def others_answers(user: Employee, interview: Interview, side: str) -> dict[str, Answer]:
    """By question key, what the other side answered, of what this user may read. No query before its release."""
    other_side = "interviewer" if side == "employee" else "employee"
    if not is_released(other_side, interview):
        return {}
    other = interview.other_side(user)
    readable = readable_answers(user, interview, _answers_of(other, interview.pk))
    return {key: sides[other_side] for key, sides in readable.items() if other_side in sides}


def last_times_answer(user: Employee, interview: Interview, question: Question) -> Answer | None:
    """What the same person answered to the same question in the last signed conversation of these two roles."""
    found = _earlier_answer(user, question.key, interview.employee_id, interview.version.template_id, interview.pk)
    for answer in found:
        with_versions([answer.interview])
    return next(iter(found), None)


@prepared
def _earlier_answer(user: Employee, question: str, employee: UUID, template: UUID, this: UUID) -> QuerySet[Answer]:
    return (
        Answer.objects.filter(
            author=user,
            question=question,
            interview__state=State.SIGNED,
            interview__employee=employee,
            interview__version__template=template,
        )
        .exclude(interview=this)
        .select_related("interview")
        .order_by("-interview__closed_at")[:1]
    )
