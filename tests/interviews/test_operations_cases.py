"""What HR decides on one person in a cycle, and what it refuses."""

import datetime

import pytest
from django.utils import timezone

from audit.models import Entry
from interviews import operations
from interviews.models import Exemption, Extension, Interview, State
from outbox.models import Message
from people.models import Employee, Membership
from people.policy import Refused
from tests.factories import make_cycle, make_department, make_employee, make_hr, make_interview

TODAY = timezone.now().date()


def days(n):
    return TODAY + datetime.timedelta(days=n)


def serves(person):
    """The same person, now an HR partner of the whole organisation."""
    Membership.objects.create(person=person, role="hr")
    return Employee.objects.get(pk=person.pk)


@pytest.fixture
def cycle(hr):
    return make_cycle(hr, launched_at=timezone.now(), sign_by=days(45))


@pytest.fixture
def case(employee, manager, cycle):
    return make_interview(
        employee,
        manager,
        cycle=cycle,
        version=cycle.version,
        prepare_by=cycle.prepare_by,
        talk_by=cycle.talk_by,
        sign_by=cycle.sign_by,
    )


@pytest.fixture
def strangers(case, employee, manager, outsider, administrator):
    """Everybody who may decide nothing here, HR partners among them, as functions: some change others' roles."""
    return {
        "the employee": lambda: employee,
        "the interviewer": lambda: manager,
        "a colleague": lambda: outsider,
        "an administrator": lambda: administrator,
        "another department's partner": lambda: make_hr(department=make_department("Far")),
        "a partner below the employee": lambda: make_hr(manager=employee),
        "a partner on their own file": lambda: serves(employee),
        "a partner who leads it": lambda: serves(manager),
    }


def untouched():
    rows = [model.objects.count() for model in (Exemption, Extension, Entry, Message)]
    return list(Interview.objects.order_by("pk").values()), rows


def test_an_exempted_conversation_closes_with_its_reason(case, cycle, employee, hr):
    Interview.objects.update(meets_at=timezone.now() + datetime.timedelta(days=3))
    done = operations.exempt_from_cycle(by=hr, cycle=cycle, employee=employee, why=" Long leave ")
    assert (done.state, done.outcome_because, done.outcome_witness) == (State.EXEMPTED, "Long leave", hr)
    assert (done.closed_at is not None, done.meeting_sequence) == (True, 1)
    assert set(Message.objects.values_list("kind", flat=True)) == {"interviews.exempted"}
    assert Message.objects.count() == 2
    assert Entry.objects.get().action == "interview.exempted"
    again = operations.exempt_from_cycle(by=hr, cycle=cycle, employee=employee, why="Pressed twice")
    assert (again.outcome_because, Entry.objects.count(), Message.objects.count()) == ("Long leave", 1, 2)
    assert operations.launch_cycle(by=hr, cycle=cycle).exempted == 0
    assert not Interview.objects.open().filter(employee=employee).exists()


def test_whoever_is_not_invited_yet_is_left_out_of_the_launch(employee, manager, hr):
    cycle = make_cycle(hr)
    for _twice in range(2):
        exemption = operations.exempt_from_cycle(by=hr, cycle=cycle, employee=employee, why="Leaves soon")
    assert (exemption.why, exemption.by, Exemption.objects.count(), Entry.objects.count()) == ("Leaves soon", hr, 1, 1)
    boss = operations.exempt_from_cycle(by=hr, cycle=cycle, employee=manager, why="Nobody leads it")
    assert boss.employee == manager
    launch = operations.launch_cycle(by=hr, cycle=cycle)
    assert (launch.created, launch.without_manager, launch.exempted) == ([], [], 2)
    assert not Message.objects.exists()


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.SIGNING, State.SIGNED, State.CANCELLED, State.NOT_HELD])
def test_from_review_on_nobody_is_exempted(state, employee, manager, cycle, hr):
    make_interview(employee, manager, cycle=cycle, version=cycle.version, state=state)
    before = untouched()
    with pytest.raises(Refused):
        operations.exempt_from_cycle(by=hr, cycle=cycle, employee=employee, why="x")
    assert untouched() == before


def test_nobody_else_exempts(strangers, cycle, employee):
    before = untouched()
    for who, person in strangers.items():
        with pytest.raises(Refused):
            operations.exempt_from_cycle(by=person(), cycle=cycle, employee=employee, why=who)
        assert untouched() == before, who


def test_only_whom_the_cycle_means_is_exempted_and_never_without_a_reason(case, cycle, employee, outsider, hr):
    cycle.departments.add(employee.department)
    before = untouched()
    with pytest.raises(Refused, match="does not mean"):
        operations.exempt_from_cycle(by=hr, cycle=cycle, employee=outsider, why="x")
    with pytest.raises(Refused, match="reason"):
        operations.exempt_from_cycle(by=hr, cycle=cycle, employee=employee, why=" ")
    assert untouched() == before


def test_more_time_is_kept_with_its_reason_and_told_to_both(case, cycle, hr):
    done = operations.extend_interview(
        by=hr, interview=case, prepare_by=days(20), talk_by=days(50), sign_by=days(60), why=" Audit season "
    )
    assert (done.prepare_by, done.talk_by, done.sign_by) == (days(20), days(50), days(60))
    kept = Extension.objects.get()
    assert (kept.former_prepare_by, kept.former_talk_by, kept.former_sign_by) == (days(14), days(30), days(45))
    assert (kept.why, kept.by, kept.sign_by) == ("Audit season", hr, days(60))
    assert (cycle.sign_by, Entry.objects.get().action) == (days(45), "interview.extended")
    assert set(Message.objects.values_list("kind", "recipient")) == {
        ("interviews.extended", case.employee_id),
        ("interviews.extended", case.interviewer_id),
    }
    operations.extend_interview(by=hr, interview=case, sign_by=days(60), why="Pressed twice")
    assert (Extension.objects.count(), Entry.objects.count(), Message.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize(
    ("dates", "says"),
    [
        ({"sign_by": days(44)}, "later dates"),
        ({"sign_by": days(60), "prepare_by": days(13)}, "later dates"),
        ({"sign_by": days(60), "talk_by": days(61)}, "this order"),
        ({"sign_by": days(60), "prepare_by": days(31)}, "this order"),
        ({"sign_by": days(400)}, "more than a year"),
        ({"sign_by": datetime.date.max}, "more than a year"),
        ({"sign_by": days(60), "why": "  "}, "reason"),
    ],
)
def test_dates_that_are_no_extension_are_refused(case, hr, dates, says):
    before = untouched()
    with pytest.raises(Refused, match=says):
        operations.extend_interview(**{"by": hr, "interview": case, "why": "x", **dates})
    assert untouched() == before


def test_an_extension_into_the_past_is_refused(case, hr):
    before = untouched()
    with pytest.raises(Refused, match="has passed"):
        operations.extend_interview(
            by=hr, interview=case, sign_by=days(46), why="x", now=timezone.now() + datetime.timedelta(days=50)
        )
    assert untouched() == before


def test_nobody_else_extends(strangers, case):
    before = untouched()
    for who, person in strangers.items():
        with pytest.raises(Refused):
            operations.extend_interview(by=person(), interview=case, sign_by=days(60), why=who)
        assert untouched() == before, who


def test_what_is_closed_or_was_requested_is_not_extended(case, employee, manager, hr):
    requested = make_interview(employee, manager, purpose="growth")
    Interview.objects.filter(pk=case.pk).update(state=State.CANCELLED, closed_at=timezone.now())
    before = untouched()
    for interview in (case, requested):
        with pytest.raises(Refused):
            operations.extend_interview(by=hr, interview=interview, sign_by=days(60), why="x")
    assert untouched() == before


def test_one_bad_case_never_stops_the_others(case, cycle, manager, hr):
    others = [make_employee(f"P{n}", manager=manager) for n in range(2)]
    closed, fine = (make_interview(person, manager, cycle=cycle, version=cycle.version) for person in others)
    Interview.objects.filter(pk=closed.pk).update(state=State.CANCELLED, closed_at=timezone.now())

    def act(interview):
        operations.extend_interview(by=hr, interview=interview, sign_by=days(60), why="Audit season")
        if interview == case:
            Interview.objects.filter(pk=case.pk).update(state="no such state")

    tally = operations.for_each([case, closed, fine], act)
    assert tally.done == [fine]
    assert [interview for interview, _why in tally.refused] == [case, closed]
    assert "database" in tally.refused[0][1]
    assert "cancelled" in tally.refused[1][1]
    case.refresh_from_db()
    assert (case.sign_by, Extension.objects.get().interview) == (days(45), fine)
