"""A round of conversations: whom a launch reaches, and what it refuses."""

import datetime
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import operations as audit
from audit.models import Entry
from interviews.models import Cycle, Interview, State
from interviews.operations import cycles as operations
from interviews.operations.cycles import change_cycle, create_cycle, launch_cycle
from interviews.operations.templates import retire_template
from interviews.queries.cycles import followed_by, roll_of
from outbox.models import Message
from people.models import Employee
from people.policy import Refused
from tests.factories import make_cycle, make_department, make_employee, make_hr, make_interview, make_version

TODAY = timezone.now().date()


def days(n):
    return TODAY + datetime.timedelta(days=n)


def wanted(**changes):
    return {
        "name": "Spring",
        "version": changes.pop("version", None) or make_version(),
        "departments": [],
        "prepare_by": days(10),
        "talk_by": days(30),
        "sign_by": days(40),
        **changes,
    }


@pytest.fixture
def house(db):
    """A head, two departments (one within the other), leavers and newcomers."""

    class House:
        service = make_department("Service")
        field = make_department("Field service", parent=service)
        sales = make_department("Sales")
        head = make_employee("Etta", "Head", department=None)
        chief = make_employee("Ana", "Chief", department=service, manager=head)
        tech = make_employee("Tim", "Tech", department=field, manager=chief)
        second = make_employee("Tom", "Tech", department=field, manager=chief)
        seller = make_employee("Sue", "Seller", department=sales, manager=head)
        gone = make_employee("Gil", "Gone", department=field, manager=chief, is_active=False, left_on=days(-30))
        orphan = make_employee("Oz", "Orphan", department=field, manager=gone)
        alone = make_employee("Al", "One", department=sales)
        newcomer = make_employee("Nina", "New", department=field, manager=chief, hired_on=days(31))
        leaving = make_employee("Lea", "Ving", department=field, manager=chief, left_on=days(39))
        last_day = make_employee("Lou", "Last", department=field, manager=chief, left_on=days(40))

    return House


def names(people):
    return sorted(person.first_name for person in people)


def test_a_launch_invites_everybody_who_can_be_led(house):
    hr = make_hr(manager=house.chief)
    cycle = create_cycle(by=hr, **wanted())
    roll = roll_of(hr, cycle, TODAY)
    launch = launch_cycle(by=hr, cycle=cycle)
    # Ana and Etta are above Helen: another partner launches for them.
    assert names(i.employee for i in launch.created) == ["Lou", "Sue", "Tim", "Tom"]
    assert names(launch.without_manager) == ["Al", "Oz"]
    assert (launch.already, launch.refused) == (0, [])
    assert (roll.gone, roll.too_new, roll.leaving, roll.out_of_reach) == (1, 1, 1, 3)
    assert {unled.person.first_name: unled.why for unled in roll.unled} == {
        "Al": "No manager in the HR file",
        "Oz": f"The manager left on {roll.unled[-1].why.removeprefix('The manager left on ')}",
    }
    tim = Interview.objects.get(employee=house.tech)
    assert (tim.interviewer, tim.state, tim.version) == (house.chief, State.PREPARING, cycle.version)
    assert (tim.prepare_by, tim.talk_by, tim.sign_by) == (cycle.prepare_by, cycle.talk_by, cycle.sign_by)
    assert (tim.language, tim.purpose, tim.minutes_planned) == ("en", "cycle", 25)
    assert set(Message.objects.filter(context__interview=str(tim.pk)).values_list("key", "recipient")) == {
        (f"interviews.invitation:{tim.pk}:{house.tech.pk}", house.tech.pk),
        (f"interviews.invitation:{tim.pk}:{house.chief.pk}", house.chief.pk),
    }
    assert Message.objects.count() == 8
    assert audit.verify().broken_at is None


def test_launching_twice_adds_only_the_missing(house):
    hr = make_hr()
    cycle = create_cycle(by=hr, **wanted(departments=[house.service]))
    assert len(launch_cycle(by=hr, cycle=cycle).created) == 4
    before = (Interview.objects.count(), Message.objects.count(), Entry.objects.count())
    again = launch_cycle(by=hr, cycle=cycle)
    assert (again.created, again.already) == ([], 4)
    assert (Interview.objects.count(), Message.objects.count(), Entry.objects.count()) == before
    Interview.objects.filter(employee=house.tech).update(state=State.CANCELLED, closed_at=timezone.now())
    make_employee("Late", "Comer", department=house.field, manager=house.chief)
    third = launch_cycle(by=hr, cycle=cycle)
    assert names(i.employee for i in third.created) == ["Late"]
    assert third.already == 4


def test_hr_names_who_leads_where_the_line_has_a_hole(house):
    hr = make_hr()
    cycle = create_cycle(by=hr, **wanted(departments=[house.field, house.sales]))
    launch = launch_cycle(
        by=hr,
        cycle=cycle,
        interviewers={
            house.orphan.pk: house.chief,
            house.alone.pk: house.alone,
            house.tech.pk: house.seller,  # has a manager: the choice is not asked for
        },
    )
    assert Interview.objects.get(employee=house.orphan).interviewer == house.chief
    assert Interview.objects.get(employee=house.tech).interviewer == house.chief
    assert [(person, why) for person, why in launch.refused] == [
        (house.alone, "The interviewer must be somebody else who still works here.")
    ]
    assert not Interview.objects.filter(employee=house.alone).exists()
    assert len(launch.created) == 5


def test_one_bad_case_never_stops_the_others(house):
    cycle = make_cycle(make_hr())
    rows = [
        operations._invited(cycle, person, house.chief, timezone.now())
        for person in (house.tech, house.second, house.seller)
    ]
    rows[1].outcome = "absent"  # preparing and yet with an outcome: the database refuses this one
    launch = operations.Launch()
    operations._create(launch, rows)
    assert names(i.employee for i in launch.created) == ["Sue", "Tim"]
    assert [person for person, _why in launch.refused] == [house.second]
    assert names(i.employee for i in Interview.objects.all()) == ["Sue", "Tim"]


def test_a_partner_of_one_department_reaches_only_it(house):
    partner = make_hr(department=house.field)
    cycle = create_cycle(by=partner, **wanted())
    assert list(cycle.departments.all()) == [house.field]
    launch = launch_cycle(by=partner, cycle=cycle)
    assert names(i.employee for i in launch.created) == ["Lou", "Tim", "Tom"]
    # A partner of everything launches the same round: “everybody” stays what it was.
    everywhere = make_hr(first_name="Wide")
    assert launch_cycle(by=everywhere, cycle=cycle).created == []
    wide = create_cycle(by=everywhere, **wanted())
    assert names(i.employee for i in launch_cycle(by=partner, cycle=wide).created) == ["Lou", "Tim", "Tom"]
    rest = launch_cycle(by=everywhere, cycle=wide)
    assert names(i.employee for i in rest.created) == ["Ana", "Sue"]
    assert followed_by(partner).filter(cycle=wide).count() == 3
    assert followed_by(everywhere).filter(cycle=wide).count() == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "  "},
        {"talk_by": days(50)},
        {"prepare_by": days(-1)},
        {"departments": "foreign"},
    ],
)
def test_a_refused_round_is_not_written(house, changes):
    partner = make_hr(department=house.field)
    if changes.get("departments") == "foreign":
        changes = {"departments": [house.sales]}
    with pytest.raises(Refused):
        create_cycle(by=partner, **wanted(**changes))
    assert not Cycle.objects.exists()
    assert not Entry.objects.exists()


def test_only_hr_begins_a_round(house):
    cycle = make_cycle(make_hr())
    for refused in (
        lambda: create_cycle(by=house.chief, **wanted()),
        lambda: change_cycle(by=house.chief, cycle=cycle, **wanted()),
        lambda: launch_cycle(by=house.chief, cycle=cycle),
    ):
        with pytest.raises(Refused):
            refused()
    cycle.refresh_from_db()
    assert (Cycle.objects.count(), cycle.launched_at, cycle.name != "Spring") == (1, None, True)
    assert not Interview.objects.exists()
    assert not Message.objects.exists()
    assert not Entry.objects.exists()


def test_a_round_can_be_corrected_until_it_is_launched(house):
    hr = make_hr()
    cycle = create_cycle(by=hr, **wanted())
    change_cycle(by=hr, cycle=cycle, **wanted(name="Summer", departments=[house.sales]))
    launch = launch_cycle(by=hr, cycle=cycle)
    assert names(i.employee for i in launch.created) == ["Sue"]
    with pytest.raises(Refused, match="know the dates"):
        change_cycle(by=hr, cycle=cycle, **wanted(name="Autumn"))
    cycle.refresh_from_db()
    assert cycle.name == "Summer"


def test_a_round_that_is_over_or_has_no_template_invites_nobody(house):
    hr = make_hr()
    cycle = create_cycle(by=hr, **wanted())
    with pytest.raises(Refused, match="last day"):
        launch_cycle(by=hr, cycle=cycle, now=timezone.now() + datetime.timedelta(days=42))
    retire_template(by=hr, template=cycle.version.template)
    with pytest.raises(Refused, match="retired"):
        launch_cycle(by=hr, cycle=cycle)
    with pytest.raises(Refused, match="retired"):
        create_cycle(by=hr, **wanted(version=cycle.version))
    assert not Interview.objects.exists()
    assert not Message.objects.exists()


def test_a_launch_for_a_thousand_people_is_quick(house):
    hr = make_hr()
    Employee.objects.bulk_create(
        Employee(
            first_name="P", last_name=str(n), email=f"p{n}@example.test", department=house.sales, manager=house.head
        )
        for n in range(1000)
    )
    cycle = create_cycle(by=hr, **wanted(departments=[house.sales]))
    began = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        assert len(launch_cycle(by=hr, cycle=cycle).created) == 1001
    assert len(queries) < 120
    assert time.process_time() - began < 10
    assert Message.objects.count() == 2002
    assert Entry.objects.filter(action="interview.invited").count() == 1001
    assert audit.verify().broken_at is None


@pytest.mark.parametrize("people", [1, 30])
def test_the_roll_costs_the_same_for_few_and_many(house, people, django_assert_num_queries):
    hr = make_hr()
    cycle = make_cycle(hr)
    for n in range(people):
        person = make_employee(f"P{n}", department=house.sales, manager=house.head)
        make_interview(person, house.head, cycle=cycle, version=cycle.version, prepare_by=days(-3))
    hr = Employee.objects.get(pk=hr.pk)
    with django_assert_num_queries(6):
        roll_of(hr, cycle, TODAY)
