"""What HR decides on one person in a cycle, and what it refuses."""

import datetime

import pytest
from django.utils import timezone

from audit.models import Entry
from interviews import operations
from interviews.models import Exemption, Interview, State
from outbox.models import Message
from people.models import Employee, Membership
from people.policy import Refused
from tests.factories import make_cycle, make_department, make_hr, make_interview

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
    return Interview.objects.values().get(), Exemption.objects.count(), Entry.objects.count(), Message.objects.count()


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
