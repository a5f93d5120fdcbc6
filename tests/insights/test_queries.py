"""The definitions, against an example that was counted by hand."""

import datetime
import uuid

import pytest
from django.utils import timezone

from insights.headline import headline
from insights.queries import (
    ByDepartment,
    FollowUp,
    Overview,
    Selection,
    check_ins_due,
    cycles_with_people,
    follow_up,
    overview,
    people_behind,
    percent,
)
from interviews.models import Interview, State
from interviews.queries.departments import places
from people.models import Employee, Organisation
from plans.models import CheckIn, Plan
from tests.factories import make_cycle, make_department, make_employee, make_hr, make_interview

TODAY = datetime.date(2026, 11, 20)
UTC = datetime.UTC


def at(day, hour=12, minute=0):
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=UTC)


def days(n):
    return TODAY + datetime.timedelta(days=n)


@pytest.fixture
def round_(db):
    """Twelve conversations whose last day was yesterday, in two departments; one more in a third, out of all this."""

    class Round:
        service, sales = make_department("Service"), make_department("Sales")
        boss = make_employee("Bo", "Ss")
        hr = make_hr()
        cycle = make_cycle(hr, prepare_by=days(-30), talk_by=days(-15), sign_by=days(-1), launched_at=at(days(-60)))

        def add(self, name, department, **fields):
            person = make_employee(name, department=department, manager=self.boss, left_on=fields.pop("left_on", None))
            dates = {"prepare_by": days(-30), "talk_by": days(-15), "sign_by": days(-1)}
            fields.setdefault("cycle", self.cycle)
            return make_interview(
                person, self.boss, version=self.cycle.version, created_at=at(days(-60)), **{**dates, **fields}
            )

    it = Round()
    shared = {"employee_shared_at": at(days(-40)), "interviewer_shared_at": at(days(-40))}
    it.add("a", it.service, state=State.SIGNED, closed_at=at(days(-5)), **shared)  # on time
    it.add("b", it.service, state=State.SIGNED, closed_at=at(days(-1), 23), **shared)  # on time: the last day
    it.add("c", it.service, state=State.SIGNED, closed_at=at(days(0)))  # signed, but late
    it.add("d", it.service, state=State.PREPARING)  # late since the day for preparing
    it.add("e", it.service, state=State.SIGNING)  # late since yesterday
    it.add("f", it.service, state=State.CANCELLED)  # not counted
    it.add("g", it.sales, state=State.NOT_HELD, outcome="refused", closed_at=at(days(-10)))  # counted
    it.add("h", it.sales, state=State.NOT_HELD, outcome="absent", closed_at=at(days(-10)))  # counted
    it.add("i", it.sales, state=State.NOT_HELD, outcome="left", left_on=days(-20), closed_at=at(days(-20)))  # left
    it.add("j", it.sales, state=State.SIGNED, left_on=days(-2), closed_at=at(days(-3)))  # signed before leaving
    it.add("k", it.sales, state=State.PREPARING, left_on=days(0))  # left after the last day: counted, late
    it.add("l", it.sales, state=State.PREPARING, prepare_by=None, talk_by=None, sign_by=days(5))  # open, not late
    it.add("x", make_department("Far"), state=State.SIGNED, closed_at=at(days(-5)), cycle=None)  # requested
    return it


COUNTED_BY_HAND = {
    "launched": "abcdefghijkl",
    "counted": "abcdeghjkl",
    "signed": "abcj",
    "on_time": "abj",
    "late": "dek",
    "open": "dekl",
    "refused": "g",
    "absent": "h",
    "shared": "ab",
    "talked": "abcej",
    "written": "abcej",
    "confirmed": "abcej",
    "cancelled": "f",
    "left": "i",
}


@pytest.mark.parametrize("figure", COUNTED_BY_HAND)
def test_each_figure_counts_whom_it_should(round_, figure):
    people = people_behind(Selection(round_.hr, TODAY, round_.cycle), figure)
    assert "".join(sorted(i.employee.first_name for i in people)) == COUNTED_BY_HAND[figure]


def test_the_page_says_what_the_lists_hold(round_):
    chosen = Selection(round_.hr, TODAY, round_.cycle)
    found = overview(chosen)
    for figure, count in found.counts.items():
        assert count == people_behind(chosen, figure).count() == len(COUNTED_BY_HAND[figure])
    assert (found.completion, found.on_time) == (40, 30)
    assert [(d.name, d.counted, d.signed, d.late) for d in found.departments] == [
        ("Sales", 5, 1, 1),
        ("Service", 5, 3, 2),
    ]
    assert [i.employee.first_name for i in found.longest] == ["d", "k", "e"]
    assert found.worst.name == "Service"
    assert headline(found) == "A third have signed. Service needs a hand."


def test_on_time_is_the_day_where_the_organisation_is(round_):
    last_evening = Interview.objects.get(employee__first_name="b")
    Organisation.objects.create(name="Vela", timezone="Pacific/Auckland")  # there it was tomorrow already
    on_time = people_behind(Selection(round_.hr, TODAY, round_.cycle), "on_time")
    assert last_evening not in on_time
    assert on_time.count() == 2


def test_a_department_counts_with_all_below_or_alone(round_):
    inner = make_department("Night service", parent=round_.service)
    round_.add("n", inner, state=State.SIGNED, closed_at=at(days(-5)))
    place = next(place for place in places(round_.hr) if place.department == round_.service)
    assert people_behind(Selection(round_.hr, TODAY, round_.cycle, place), "signed").count() == 4
    assert people_behind(Selection(round_.hr, TODAY, round_.cycle, place, only_here=True), "signed").count() == 3


def test_a_reader_counts_only_whom_they_are_responsible_for(round_):
    everyone = set("abcdeghjkl")
    employee = Employee.objects.get(first_name="a")
    partners = {
        "everywhere": (make_hr(first_name="E"), everyone),
        "one department": (make_hr(round_.sales, first_name="D"), set("ghjkl")),
        "another": (make_hr(make_department("Other"), first_name="O"), set()),
        "below a": (make_hr(first_name="B", manager=employee), everyone - {"a"}),
        "no HR": (round_.boss, set()),
        "employee": (employee, set()),
    }
    for who, (user, expected) in partners.items():
        people = people_behind(Selection(user, TODAY, round_.cycle), "counted")
        assert {i.employee.first_name for i in people} == expected, who
        assert overview(Selection(user, TODAY, round_.cycle)).counts["counted"] == len(expected), who
        assert cycles_with_people(user) == ([round_.cycle] if expected else []), who
    own = round_.add("self", round_.sales, state=State.PREPARING)
    from people.models import Membership

    Membership.objects.create(person=own.employee, role="hr")
    user = Employee.objects.get(pk=own.employee_id)
    assert own not in people_behind(Selection(user, TODAY, round_.cycle), "counted")


def check_in(person, due, series=None, **fields):
    plan, _created = Plan.objects.get_or_create(employee=person)
    return CheckIn.objects.create(plan=plan, due_on=due, series=series, created_at=timezone.now(), **fields)


def test_follow_up_is_held_of_due(round_):
    signed = {i.employee.first_name: i for i in people_behind(Selection(round_.hr, TODAY, round_.cycle), "signed")}
    a, j = signed["a"], signed["j"]
    check_in(a.employee, days(-3), a.pk, held_on=days(-2))
    check_in(a.employee, days(0), a.pk)
    check_in(a.employee, days(1), a.pk)  # not due yet
    check_in(a.employee, days(-9), a.pk, withdrawn_at=timezone.now())
    check_in(j.employee, days(-1), j.pk)  # left the day before
    check_in(signed["b"].employee, days(-4), uuid.uuid4(), held_on=days(-4))  # of another signing
    check_in(make_hr(first_name="Z"), days(-4), a.pk)  # of a series of this cycle, as HR sees it
    assert follow_up(Selection(round_.hr, TODAY, round_.cycle)) == FollowUp(due=3, held=1)
    assert follow_up(Selection(round_.hr, TODAY)) == FollowUp(due=4, held=2)
    sales = next(place for place in places(round_.hr) if place.department == round_.sales)
    assert follow_up(Selection(round_.hr, TODAY, None, sales)) == FollowUp(due=0, held=0)
    assert not check_ins_due(Selection(round_.boss, TODAY)).exists()
    assert (FollowUp(0, 0).percent, FollowUp(3, 1).percent) == (None, 33)


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 0, None), (0, 5, 0), (1, 1000, 1), (142, 214, 66), (999, 1000, 99), (5, 5, 100)]
)
def test_all_is_said_only_of_all(part, whole, said):
    assert percent(part, whole) == said


@pytest.mark.parametrize(
    ("signed", "counted", "late", "departments", "says"),
    [
        (0, 0, 0, 0, "Nothing to count yet."),
        (0, 9, 0, 2, "Nobody has signed yet. Nobody is late."),
        (142, 214, 23, 2, "Two thirds have signed. Support needs a hand."),
        (142, 214, 1, 1, "Two thirds have signed. 1 is late."),
        (1, 9, 2, 0, "A few have signed. 2 are late."),
        (17, 20, 0, 2, "Most have signed. Nobody is late."),
        (99, 100, 0, 2, "Nearly all have signed. Nobody is late."),
        (9, 9, 0, 2, "Everybody has signed."),
    ],
)
def test_the_headline_says_the_finding(signed, counted, late, departments, says):
    rows = [ByDepartment(uuid.uuid4(), "Support", 5, 1, late), ByDepartment(uuid.uuid4(), "Sales", 5, 5, 0)]
    counts = {"signed": signed, "counted": counted, "late": late}
    assert headline(Overview(counts, rows[:departments], FollowUp(0, 0))) == says


@pytest.mark.parametrize("people", [1, 30])
def test_an_overview_costs_the_same_for_few_and_many(round_, people, django_assert_num_queries):
    for n in range(people):
        round_.add(f"p{n}", make_department(), state=State.PREPARING)
    user = Employee.objects.get(pk=round_.hr.pk)
    with django_assert_num_queries(6):
        overview(Selection(user, TODAY, round_.cycle))
