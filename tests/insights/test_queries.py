"""The definitions, against an example that was counted by hand."""

import datetime
from collections import Counter

import pytest
from django.utils import timezone

from insights.headline import headline
from insights.models import Counting, Tally
from insights.operations import count_due
from insights.queries import (
    LABELS,
    Branch,
    Ledger,
    Overview,
    Part,
    Selection,
    branch_of,
    covered,
    overview,
    people_behind,
    percent,
)
from insights.queries.follow_ups import Followed
from insights.queries.promised import KINDS
from interviews.models import Interview, State
from people.models import Department, Employee, Membership, Organisation
from plans.models import CheckIn, Plan
from tests.factories import (
    make_action,
    make_cycle,
    make_department,
    make_employee,
    make_goal,
    make_hr,
    make_interview,
    make_promise,
)

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
    it.add("m", it.sales, state=State.EXEMPTED, closed_at=at(days(-9)))  # not counted
    it.add("x", make_department("Far"), state=State.SIGNED, closed_at=at(days(-5)), cycle=None)  # requested
    return it


COUNTED_BY_HAND = {
    "launched": "abcdefghijklm",
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
    "exempted": "m",
    "to_prepare": "dkl",
    "to_talk": "",
    "to_sign": "e",
    "late_to_prepare": "dk",
    "late_to_talk": "",
    "late_to_sign": "e",
}


def read(user, cycle=None, department=None, *, by="department"):
    """The page as this reader gets it."""
    chosen = Selection(user, TODAY, cycle, branch_of(user, department and department.pk))
    return overview(chosen, Ledger(user, TODAY), by=by)


def test_no_figure_is_without_an_example():
    assert set(COUNTED_BY_HAND) == set(LABELS)


@pytest.mark.parametrize("figure", COUNTED_BY_HAND)
def test_each_figure_counts_whom_it_should(round_, figure):
    people = people_behind(Selection(round_.hr, TODAY, round_.cycle), figure)
    assert "".join(sorted(i.employee.first_name for i in people)) == COUNTED_BY_HAND[figure]


@pytest.mark.parametrize("is_kept", [False, True])
def test_the_page_says_what_the_lists_hold(round_, is_kept):
    if is_kept:
        count_due(now=at(TODAY))
    chosen = Selection(round_.hr, TODAY, round_.cycle, branch_of(round_.hr))
    found = read(round_.hr, round_.cycle)
    for figure, people in COUNTED_BY_HAND.items():
        assert found.counts[figure] == people_behind(chosen, figure).count() == len(people), figure
    assert (found.completion, found.on_time) == (40, 30)
    assert [(d.name, d.counted, d.signed, d.late) for d in found.parts] == [
        ("Sales", 5, 1, 1),
        ("Service", 5, 3, 2),
    ]
    assert (found.counted_at is not None) is is_kept
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
    branch = branch_of(round_.hr, round_.service.pk)
    assert people_behind(Selection(round_.hr, TODAY, round_.cycle, branch), "signed").count() == 4
    assert people_behind(Selection(round_.hr, TODAY, round_.cycle, branch, only_here=True), "signed").count() == 3
    found = read(round_.hr, round_.cycle, round_.service)
    assert {(part.name, part.counted, part.signed) for part in found.parts} == {
        ("Night service", 1, 1),
        ("Service itself", 5, 3),
    }


def test_a_branch_is_somebodys_or_not_there(round_):
    inner = make_department("Night service", parent=round_.service)
    far = Department.objects.get(name="Far")
    partner = make_hr(round_.service)
    Membership.objects.create(person=partner, role="hr", department=inner)
    assert [place.name for place in branch_of(partner, inner.pk).path] == ["Service", "Night service"]
    assert branch_of(partner).department == round_.service  # the inner one lies inside of it
    assert branch_of(partner, far.pk) is None
    assert branch_of(partner, nobodys=True) is None
    assert branch_of(round_.boss) is None
    several = make_hr(inner)
    Membership.objects.create(person=several, role="hr", department=far)
    assert [place.name for place in branch_of(several).children] == ["Far", "Night service"]
    assert branch_of(several, round_.service.pk) is None


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_reader_counts_only_whom_they_are_responsible_for(round_, is_kept):
    everyone = set("abcdeghjkl")
    employee = Employee.objects.get(first_name="a")
    partners = {
        "everywhere": (make_hr(first_name="E"), everyone | {"self"}),
        "one department": (make_hr(round_.sales, first_name="D"), {*"ghjkl", "self"}),
        "another": (make_hr(make_department("Other"), first_name="O"), set()),
        "below a": (make_hr(first_name="B", manager=employee), everyone - {"a"} | {"self"}),
        "no HR": (round_.boss, set()),
        "employee": (employee, set()),
    }
    own = round_.add("self", round_.sales, state=State.PREPARING)
    Membership.objects.create(person=own.employee, role="hr", department=round_.sales)
    partners["oneself"] = (Employee.objects.get(pk=own.employee_id), set("ghjkl"))
    if is_kept:
        count_due(now=at(TODAY))
    for who, (user, expected) in partners.items():
        people = people_behind(Selection(user, TODAY, round_.cycle, branch_of(user) or Branch()), "counted")
        assert {i.employee.first_name for i in people} == expected, who
        ledger = Ledger(user, TODAY)
        assert ledger.cycles == ([round_.cycle] if expected else []), who
        if branch_of(user):
            for by in ("department", "site", "manager"):
                found = read(user, round_.cycle, by=by)
                assert found.counts["counted"] == len(expected), who
                assert sum(part.counted for part in found.parts) == len(expected), (who, by)


def test_who_is_counted_at_the_moment_of_the_count_is_left_out_of_that_count(round_):
    """What happened to one's own conversation since is in neither number."""
    count_due(now=at(TODAY))
    boss_of_hr = Employee.objects.get(first_name="a")
    Employee.objects.filter(pk=round_.hr.pk).update(manager=boss_of_hr)
    hr = Employee.objects.get(pk=round_.hr.pk)
    Tally.objects.all().delete()
    Counting.objects.all().delete()
    count_due(now=at(TODAY))
    before = read(hr, round_.cycle).counts
    Interview.objects.filter(employee=boss_of_hr).update(state=State.CANCELLED)
    assert read(hr, round_.cycle).counts == before
    assert (before["signed"], before["counted"]) == (3, 9)


def test_by_site_and_by_manager(round_):
    Employee.objects.filter(first_name__in="abc").update(site="Gent")
    lena = make_employee("Lena", "Brandt")
    Interview.objects.filter(employee__first_name__in="dk").update(interviewer=lena)
    sites = {
        part.name: (part.counted, part.signed, part.late) for part in read(round_.hr, round_.cycle, by="site").parts
    }
    assert sites == {"Gent": (3, 3, 0), "No site": (7, 1, 3)}
    leaders = read(round_.hr, round_.cycle, by="manager").parts
    assert [(part.name, part.counted, part.late) for part in leaders] == [("Lena Brandt", 2, 2), ("Bo Ss", 8, 1)]
    chosen = Selection(round_.hr, TODAY, round_.cycle, branch_of(round_.hr), leader=lena)
    assert {i.employee.first_name for i in people_behind(chosen, "late")} == {"d", "k"}


def test_weeks_say_what_is_ahead_and_what_is_overdue(round_):
    round_.add("y", round_.sales, state=State.PREPARING, prepare_by=days(1), talk_by=days(9), sign_by=days(20))
    late, this, next_week, *_rest = read(round_.hr, round_.cycle).weeks
    assert dict(late.due)["late_to_prepare"] == 2
    assert (this.monday, dict(this.due)["to_prepare"]) == (datetime.date(2026, 11, 16), 1)
    assert dict(next_week.due)["to_prepare"] == 0
    chosen = Selection(round_.hr, TODAY, round_.cycle, branch_of(round_.hr), week=this.monday)
    assert [i.employee.first_name for i in people_behind(chosen, "to_prepare")] == ["y"]


def test_the_trend_grows_to_what_is_signed(round_):
    points = read(round_.hr, round_.cycle).trend
    assert points[0].week == datetime.date(2026, 9, 21)
    assert points[0].plan == 0
    assert [point.signed for point in points][-1] == 4
    assert [point.plan for point in points][-1] == 100
    assert points[0].before is None


def check_in(person, due, **fields):
    plan, _created = Plan.objects.get_or_create(employee=person)
    return CheckIn.objects.create(plan=plan, due_on=due, created_at=timezone.now(), **fields)


def test_what_is_owed_is_counted_as_it_is_listed(round_):
    a, b, j = (Employee.objects.get(first_name=name) for name in "abj")
    check_in(a, days(-3), held_on=days(-2))
    check_in(a, days(0))
    check_in(a, days(1))
    check_in(a, days(-9), withdrawn_at=timezone.now())
    check_in(j, days(-1))  # left the day before
    check_in(j, days(-4))  # was due while here, and nobody can hold it any more
    check_in(b, days(-4), held_on=days(-4))
    check_in(b, days(-400), held_on=days(-400))
    goal = make_goal(a)
    make_action(goal, a, due_on=days(-40))
    make_action(goal, a, due_on=days(-2), state="done", done_on=days(-2))
    make_action(goal, a, due_on=days(-2), state="dropped", state_because="no")
    make_action(make_goal(a, state="dropped"), a, due_on=days(-2))
    make_promise(b, round_.boss, due_on=days(-3), state="broken")
    make_promise(b, round_.boss, due_on=days(20))
    expected = {
        "check_in was_due": 4, "check_in was_done": 2, "check_in soon": 2, "check_in done": 2,
        "action overdue": 1, "action old": 1, "action was_due": 2, "action was_done": 1, "action done": 1,
        "promise was_due": 1, "promise later": 1,
    }  # fmt: skip
    for is_kept in (False, True):
        if is_kept:
            count_due(now=at(TODAY))
        people = read(round_.hr, round_.cycle).people
        found = {name: people[name] for name in people if name.split()[0] in KINDS and name.split()[1].islower()}
        assert found == expected
    chosen = Selection(round_.hr, TODAY, None, branch_of(round_.hr))
    for name, count in expected.items():
        kind, state = name.split()
        assert len(Followed(chosen, [KINDS[kind]], state)[0:50]) == count, name
    assert Followed(Selection(round_.boss, TODAY), list(KINDS.values()), "was_due")[0:50] == []
    sales = read(round_.hr, round_.cycle, round_.sales).people
    assert (sales["check_in was_due"], sales["action overdue"]) == (1, 0)


def test_whom_somebody_has_talked_with(round_):
    a, b = (Employee.objects.get(first_name=name) for name in "ab")
    check_in(a, days(-3), held_on=days(-2))
    check_in(b, days(-300), held_on=days(-300))
    people = read(round_.hr, round_.cycle).people
    assert people["talked"] == 5  # a, b, c, j and x; the one without a cycle, too
    assert people["in_touch"] == 1
    chosen = Selection(round_.hr, TODAY, None, branch_of(round_.hr))
    assert [person.first_name for person in covered(chosen, "in_touch")] == ["a"]
    for figure in ("people", "talked", "not_talked", "out_of_touch"):
        assert covered(chosen, figure).count() == people[figure], figure


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
    rows = [Part("Support", 5, 1, late, inside=True), Part("Sales", 5, 5, 0, inside=True)]
    counts = Counter({"signed": signed, "counted": counted, "late": late})
    assert headline(Overview(counts, rows[:departments])) == says


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("people", [1, 30])
def test_an_overview_costs_the_same_for_few_and_many(round_, people, is_kept, django_assert_num_queries):
    for n in range(people):
        round_.add(f"p{n}", make_department(), state=State.PREPARING)
    if is_kept:
        count_due(now=at(TODAY))
    user = Employee.objects.get(pk=round_.hr.pk)
    with django_assert_num_queries(7 if is_kept else 43):
        read(user, round_.cycle)
