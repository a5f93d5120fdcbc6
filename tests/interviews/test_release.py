"""Who reads which answer: every combination of reader, author, visibility, what is shared, release rule and state."""

import itertools
from types import SimpleNamespace

import pytest

from interviews.models import Answer, State
from interviews.release import may_read, readable_answers, recordable_answers
from tests import factories

SIDES = ["employee", "interviewer"]
READERS = [*SIDES, "hr", "stranger"]
SHARED = list(itertools.product([False, True], repeat=2))  # employee, interviewer


def an_interview(release, shared, state):
    questions = SimpleNamespace(release=release)
    return SimpleNamespace(
        version=SimpleNamespace(questions=questions),
        employee_shared_at=shared[0] or None,
        interviewer_shared_at=shared[1] or None,
        state=state,
    )


def expected(reader, author, visibility, shared, release, state):
    """The rule in other words than the code's, from PRODUCT: visibility and release."""
    if reader == author:
        return True
    if visibility == "me":
        return False
    own = shared[SIDES.index(author)]
    open_to_other = all(shared) if release == "both_at_once" else own
    if reader in SIDES:
        return open_to_other
    if reader == "hr":
        return open_to_other and visibility == "record" and state == "signed"
    return False


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("author", SIDES)
@pytest.mark.parametrize("visibility", ["me", "two", "record"])
@pytest.mark.parametrize("shared", SHARED)
@pytest.mark.parametrize("release", ["both_at_once", "each_side"])
@pytest.mark.parametrize("state", ["preparing", "in_conversation", "in_review", "signing", "signed", "not_held"])
def test_matrix(reader, author, visibility, shared, release, state):
    side = reader if reader in SIDES else None
    interview = an_interview(release, shared, state)
    given = may_read(side, author, visibility, interview, is_hr=reader == "hr")
    assert given is expected(reader, author, visibility, shared, release, state)


def answer(interview, author, question):
    return Answer.objects.create(
        interview=interview, question=question, author=author, value={"text": "x"}, updated_at=interview.created_at
    )


@pytest.mark.django_db
def test_answers_of_a_former_interviewer_reach_nobody(employee, manager, outsider, django_assert_num_queries):
    interview = factories.make_interview(employee, manager)
    answer(interview, manager, "proud-of")
    interview.employee_shared_at = interview.interviewer_shared_at = interview.created_at
    interview.interviewer = outsider
    interview.save()
    with django_assert_num_queries(1):
        assert readable_answers(employee, interview) == {}
    assert recordable_answers(interview) == {}


@pytest.mark.django_db
def test_hr_reads_what_is_for_the_record_once_signed(employee, manager, hr):
    interview = factories.make_interview(employee, manager)
    for question in ("proud-of", "for-me", "between-us"):
        answer(interview, employee, question)
    interview.employee_shared_at = interview.interviewer_shared_at = interview.created_at
    interview.save()
    assert readable_answers(hr, interview) == {}
    interview.state = State.SIGNED
    assert list(readable_answers(hr, interview)) == ["proud-of"]
    assert set(readable_answers(manager, interview)) == {"proud-of", "between-us"}
    assert list(recordable_answers(interview)) == ["proud-of"]
