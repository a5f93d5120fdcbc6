"""Who reads which answer. One rule for pages, fragments, exports and the record."""

from collections.abc import Iterable
from uuid import UUID

from interviews.models import Answer, Interview, State
from people.models import Employee

EMPLOYEE, INTERVIEWER = "employee", "interviewer"


def side_of(user_id: UUID, interview: Interview) -> str | None:
    """On which side of the table this person sits, if at it at all."""
    if user_id == interview.employee_id:
        return EMPLOYEE
    return INTERVIEWER if user_id == interview.interviewer_id else None


def is_released(side: str, interview: Interview) -> bool:
    """Whether what this side wrote is open to the other, by the template's release rule."""
    own, other = interview.employee_shared_at, interview.interviewer_shared_at
    if side == INTERVIEWER:
        own, other = other, own
    if own is None:
        return False
    return interview.version.questions.release == "each_side" or other is not None


def may_read(reader_side: str | None, author_side: str, visibility: str, interview: Interview, *, is_hr: bool) -> bool:
    """The whole rule, for one answer.

    One's own: always. The other side's: once released, unless it is for its author only. HR in scope: what is
    for the record and was released when the record was signed. Everyone else: nothing.
    """
    if reader_side is not None and reader_side == author_side:
        return True
    if visibility == "me" or not is_released(author_side, interview):
        return False
    if reader_side is not None:
        return visibility in ("two", "record")
    return is_hr and visibility == "record" and interview.state == State.SIGNED


def readable_answers(
    user: Employee, interview: Interview, answers: Iterable[Answer] | None = None
) -> dict[str, dict[str, Answer]]:
    """Question key → side → answer, of what this user may read. One query unless the answers are given."""
    side = side_of(user.pk, interview)
    is_hr = side is None and user.is_hr and Employee.objects.in_scope_of(user).filter(pk=interview.employee_id).exists()
    found: dict[str, dict[str, Answer]] = {}
    for answer in interview.answers.all() if answers is None else answers:
        question = interview.version.questions.get(answer.question)
        author = side_of(answer.author_id, interview)
        if question and author and may_read(side, author, question.visibility, interview, is_hr=is_hr):
            found.setdefault(answer.question, {})[author] = answer
    return found


def recordable_answers(interview: Interview) -> dict[str, dict[str, Answer]]:
    """What goes into the record: for the record, and released. Nobody's draft."""
    found: dict[str, dict[str, Answer]] = {}
    for answer in interview.answers.all():
        question = interview.version.questions.get(answer.question)
        author = side_of(answer.author_id, interview)
        if question and author and question.visibility == "record" and is_released(author, interview):
            found.setdefault(answer.question, {})[author] = answer
    return found
