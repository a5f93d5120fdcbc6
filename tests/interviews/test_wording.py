import pytest
from django.utils import timezone

from interviews.models import State
from interviews.wording import what_sharing_does, who_reads
from tests import factories

RECORD, ME, TWO = "proud-of", "for-me", "between-us"


@pytest.fixture
def told(employee, manager):
    def sentence(question, side="employee", release="both_at_once", mine=False, theirs=False, state=State.PREPARING):
        shared = {"employee_shared_at": mine, "interviewer_shared_at": theirs}
        if side == "interviewer":
            shared = {"employee_shared_at": theirs, "interviewer_shared_at": mine}
        interview = factories.make_interview(
            employee,
            manager,
            version=factories.make_version(release=release),
            state=state,
            **{name: timezone.now() for name, is_shared in shared.items() if is_shared},
        )
        return who_reads(interview.version.questions.get(question), side, interview)

    return sentence


def test_only_me_is_said_so_whatever_is_shared(told):
    assert told(ME).startswith("Only you read this, now and later.")
    assert told(ME, mine=True, theirs=True) == told(ME)


@pytest.mark.parametrize(("side", "other"), [("employee", "Jonas"), ("interviewer", "Amara")])
@pytest.mark.parametrize(
    ("release", "mine", "theirs", "start"),
    [
        ("both_at_once", False, False, "Only you can read this until you and {other} have both shared"),
        ("both_at_once", False, True, "Only you can read this until you and {other} have both shared"),
        ("both_at_once", True, False, "You have shared. {other} can read this as soon as both of you have."),
        ("both_at_once", True, True, "You and {other} can read this."),
        ("each_side", False, False, "Only you can read this until you share it; then {other} can, too."),
        ("each_side", False, True, "Only you can read this until you share it; then {other} can, too."),
        ("each_side", True, False, "You and {other} can read this."),
    ],
)
def test_says_who_reads_and_when(told, side, other, release, mine, theirs, start):
    for question, end in (
        (TWO, "HR never reads it, and it is not printed."),
        (RECORD, "Once the record is signed, it stands in there and HR can read it."),
    ):
        sentence = told(question, side=side, release=release, mine=mine, theirs=theirs)
        assert sentence.startswith(start.format(other=other))
        assert sentence.endswith(end)


def test_what_was_not_shared_in_time_stays_private(told):
    assert told(TWO, state=State.SIGNING).startswith("You did not share this, so only you can read it.")


def test_the_button_says_what_it_does(employee, manager):
    now = timezone.now()
    both = factories.make_interview(employee, manager)
    assert "has not shared yet" in what_sharing_does("employee", both)
    both.interviewer_shared_at = now
    assert "has shared already" in what_sharing_does("employee", both)
    each = factories.make_interview(employee, manager, version=factories.make_version(release="each_side"))
    assert what_sharing_does("employee", each) == "Jonas can read your answers from that moment on."
