"""The table of moves, asked as a table: state × who × action."""

import datetime

import pytest
from django.utils import timezone

from interviews.models import State
from interviews.workflow import MOVES, SILENCE, available_actions, check
from people.policy import Refused
from tests import factories

pytestmark = pytest.mark.django_db

PREPARING = {
    "employee": {"schedule", "prepare", "share"},
    "manager": {"schedule", "prepare", "share", "start"},
    "hr": {"cancel", "not_held", "reassign", "extend", "exempt"},
}
CYCLE = {
    State.PLANNED: {
        "employee": {"schedule", "prepare", "share"},
        "manager": {"schedule", "prepare", "share"},
        "hr": {"cancel", "not_held", "reassign", "extend", "exempt"},
    },
    State.PREPARING: PREPARING,
    State.IN_CONVERSATION: {
        "employee": {"prepare", "share"},
        "manager": {"prepare", "share", "write_minutes", "freeze"},
        "hr": {"cancel", "not_held", "extend", "exempt"},
    },
    State.IN_REVIEW: {"employee": {"ask_changes", "confirm"}, "manager": {"ask_changes"}, "hr": {"cancel", "extend"}},
    State.SIGNING: {"employee": {"sign"}, "manager": {"sign"}, "hr": {"witness_absence", "extend"}},
    State.SIGNED: {"employee": set(), "manager": set(), "hr": set()},
    State.CANCELLED: {"employee": set(), "manager": set(), "hr": set()},
    State.NOT_HELD: {"employee": set(), "manager": set(), "hr": set()},
    State.EXEMPTED: {"employee": set(), "manager": set(), "hr": set()},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("who", ["employee", "manager", "hr", "outsider", "administrator"])
def test_who_may_do_what_in_a_cycle(state, who, request, employee, manager, hr):
    user = request.getfixturevalue(who)
    interview = factories.make_interview(
        employee, manager, state=state, cycle=factories.make_cycle(hr), frozen_at=timezone.now()
    )
    actions = {move.action.removeprefix("interview.") for move in available_actions(user, interview, timezone.now())}
    assert actions == CYCLE[state].get(who, set())


@pytest.mark.parametrize("who", ["employee", "manager"])
def test_a_requested_conversation_is_accepted_and_cancelled_by_its_two_people(who, request, employee, manager, hr):
    user = request.getfixturevalue(who)
    interview = factories.make_interview(employee, manager, state=State.PLANNED)
    actions = {move.action for move in available_actions(user, interview, timezone.now())}
    assert "interview.cancel_requested" in actions
    assert ("interview.accept" in actions) is (who == "manager")
    assert not {"interview.cancel", "interview.extend", "interview.exempt"} & {
        m.action for m in available_actions(hr, interview, timezone.now())
    }


def test_every_action_of_the_table_has_its_roles():
    from people.policy import ACTIONS

    assert {move.action for move in MOVES} <= set(ACTIONS)


def test_a_conversation_begins_on_its_day_where_it_takes_place(employee, manager):
    now = datetime.datetime(2026, 3, 10, 23, 30, tzinfo=datetime.UTC)
    in_tokyo = datetime.datetime(2026, 3, 11, 1, 0, tzinfo=datetime.UTC)
    interview = factories.make_interview(employee, manager, meets_at=in_tokyo, meeting_timezone="Asia/Tokyo")
    check("interview.start", manager, interview, now)
    interview.meeting_timezone = "Europe/Paris"
    interview.meets_at = datetime.datetime(2026, 3, 12, 9, 0, tzinfo=datetime.UTC)
    with pytest.raises(Refused, match="later day"):
        check("interview.start", manager, interview, now)


def test_the_interviewer_goes_on_only_after_ten_days_of_silence(employee, manager):
    frozen = timezone.now()
    interview = factories.make_interview(employee, manager, state=State.IN_REVIEW, frozen_at=frozen)
    with pytest.raises(Refused, match="ten days"):
        check("interview.proceed", manager, interview, frozen + SILENCE - datetime.timedelta(minutes=1))
    check("interview.proceed", manager, interview, frozen + SILENCE)
    with pytest.raises(Refused):
        check("interview.proceed", employee, interview, frozen + SILENCE)


def test_a_refusal_is_a_sentence_about_the_state(employee, manager):
    interview = factories.make_interview(employee, manager, state=State.SIGNED)
    with pytest.raises(Refused, match="signed"):
        check("interview.share", employee, interview, timezone.now())


def test_hr_who_leads_the_conversation_does_not_act_as_hr_on_it(employee, hr):
    interview = factories.make_interview(employee, hr, cycle=factories.make_cycle(hr))
    assert "interview.not_held" not in {m.action for m in available_actions(hr, interview, timezone.now())}
