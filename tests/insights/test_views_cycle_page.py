"""The page of a launched round: what it shows, and what HR does to many at once."""

import csv
import datetime
import io
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from insights.operations import count_due
from insights.views import cycle_page
from interviews.models import Cycle, Exemption, Extension, Interview, Nudge, Reassignment, State
from interviews.queries.cycles import roll_of
from outbox.models import Message
from people.models import Employee
from tests.factories import make_cycle, make_department, make_employee, make_hr, make_interview

TODAY = timezone.now().date()
WRITTEN = (Interview, Extension, Exemption, Nudge, Reassignment, Entry, Message)


def days(n):
    return TODAY + datetime.timedelta(days=n)


@pytest.fixture
def cycle(hr):
    return make_cycle(hr, launched_at=timezone.now(), name="Spring")


@pytest.fixture
def invite(cycle, department, manager):
    """Somebody of Payroll in the round, led by Jonas."""

    def invited(first_name, last_name="Vale", *, leads=manager, lives=department, **fields):
        person = make_employee(first_name, last_name, department=lives, manager=leads)
        dates = {"prepare_by": cycle.prepare_by, "talk_by": cycle.talk_by, "sign_by": cycle.sign_by}
        return make_interview(person, leads, cycle=cycle, version=cycle.version, **dates | fields)

    return invited


@pytest.fixture
def three(invite):
    return [invite(name) for name in ("Ann", "Ben", "Cem")]


def page_of(client, cycle, query=""):
    return client.get(reverse("insights:cycle", args=[cycle.pk]) + query)


def together(cycle, query=""):
    return reverse("insights:together", args=[cycle.pk]) + query


def picture():
    return [list(model.objects.order_by("pk").values()) for model in WRITTEN]


def said(do, cases, **fields):
    return {"do": do, "id": [str(case.pk) for case in cases], **{f"{do}-{name}": v for name, v in fields.items()}}


def state_of(case):
    return Interview.objects.values_list("state", flat=True).get(pk=case.pk)


def test_the_list_is_found_by_name_of_either_whatever_the_accents(sign_in, hr, cycle, invite):
    invite("Zoë", "Müßig")
    invite("Ann", leads=make_employee("Élodie", "Roux"))
    client = sign_in(hr)
    for query, shown in (("zoe mussig", "Zoë"), ("elodie", "Ann"), ("nobody", "None.")):
        rows = page_of(client, cycle, f"?q={query}").text.split('id="all"')[1]
        assert shown in rows
        assert ("Zoë" in rows) + ("Ann" in rows) == (shown != "None.")


def test_headline_leaves_out_whom_the_rates_leave_out(sign_in, hr, cycle, invite):
    invite("Ann", state=State.SIGNED)
    invite("Ben")
    invite("Cem", state=State.EXEMPTED)
    invite("Dee", state=State.CANCELLED)
    gone = invite("Eli", state=State.NOT_HELD, outcome="left")
    Employee.objects.filter(pk=gone.employee_id).update(left_on=days(-1))
    invite("Fay", state=State.NOT_HELD, outcome="refused")
    text = " ".join(page_of(sign_in(hr), cycle).text.split())
    assert "1 of 3 have signed." in text
    assert "1 exempted" in text
    assert "is not counted above" in text


@pytest.mark.parametrize(
    ("do", "fields", "done"),
    [
        ("extend", {"sign_by": days(60), "why": "Audit"}, "3 people have more time."),
        ("exempt", {"why": "On leave"}, "3 people are exempted."),
        ("cancel", {"why": "Merged teams"}, "3 conversations are cancelled."),
        ("remind", {"why": ""}, "Whoever 3 conversations wait for gets a mail."),
        ("reassign", {"why": "New line"}, "3 people have another interviewer."),
    ],
)
def test_the_same_for_many_and_a_second_press_changes_nothing(sign_in, hr, cycle, three, do, fields, done):
    client, boss = sign_in(hr), make_employee("Bo", "Ss")
    make_employee("Re", "Port", manager=boss)
    if do == "reassign":
        fields = fields | {"interviewer": str(boss.pk)}
    asked = client.get(together(cycle, f"?do={do}&whom=ticked&id={three[0].pk}&id={three[1].pk}&id={three[2].pk}"))
    assert all(str(case.employee) in asked.text for case in three)
    assert all(f'name="{do}-{name}"' in asked.text for name in fields)
    before = picture()
    sent = client.post(together(cycle, "?state=preparing"), said(do, three, **fields))
    assert sent["Location"] == reverse("insights:cycle", args=[cycle.pk]) + "?state=preparing"
    assert done in client.get(sent["Location"]).text
    after = picture()
    assert after != before
    client.post(together(cycle), said(do, three, **fields))
    assert picture() == after


def test_one_bad_case_is_named_with_its_reason_and_the_others_are_done(sign_in, hr, cycle, three, invite):
    fine, closed, other = three
    Interview.objects.filter(pk=closed.pk).update(
        state=State.SIGNED, started_at=timezone.now(), closed_at=timezone.now()
    )
    led = invite("Dee", leads=hr)
    client = sign_in(hr)
    asked = client.get(together(cycle, "?do=exempt&whom=page"))
    assert "Left out: 2" in asked.text
    assert f'value="{closed.pk}"' not in asked.text
    answer = client.post(together(cycle), said("exempt", [*three, led], why="On leave"))
    assert answer.status_code == 200
    text = " ".join(answer.text.split())
    assert "2 people are exempted. 2 could not be done." in text
    refused = text.split('id="not-done"')[1].split('id="done"')[0]
    assert str(closed.employee) in refused
    assert "is closed" in refused
    assert str(led.employee) in refused
    assert [state_of(case) for case in (fine, other, closed, led)] == ["exempted", "exempted", "signed", "preparing"]
    assert Entry.objects.filter(action="interview.exempted").count() == 2


def test_a_selection_holds_only_what_this_partner_sees(sign_in, cycle, three, hr, employee):
    far = make_hr(first_name="Far", department=make_department("Far"))
    other_cycle = make_cycle(hr, launched_at=timezone.now())
    elsewhere = make_interview(employee, three[0].interviewer, cycle=other_cycle, version=other_cycle.version)
    before = picture()
    ids = [*three, elsewhere]
    tries = [
        (far, said("exempt", ids, why="x")),
        (far, {"do": "exempt", "whom": "all", "exempt-why": "x"}),
        (far, {"do": "exempt", "whom": "page", "exempt-why": "x"}),
        (hr, said("exempt", [elsewhere], why="x")),
        (hr, {"do": "exempt", "id": ["x", "", str(uuid.uuid4())], "exempt-why": "x"}),
        (hr, {"do": "exempt", "exempt-why": "x"}),
    ]
    for partner, data in tries:
        client = sign_in(partner)
        answer = client.post(together(cycle), data, follow=True)
        assert "Nobody was chosen" in answer.text
        assert (
            not any(
                str(case.employee) in client.get(together(cycle, "?do=exempt&whom=all"), follow=True).text
                for case in three
            )
            or partner == hr
        )
    assert picture() == before


def test_ones_own_file_and_superiors_are_not_in_the_list(sign_in, cycle, invite, manager):
    chief = invite("Cleo").employee
    partner = make_hr(first_name="Pat", manager=chief)
    own = make_interview(partner, manager, cycle=cycle, version=cycle.version)
    before = picture()
    for case in (own, Interview.objects.get(employee=chief)):
        sign_in(partner).post(together(cycle), said("cancel", [case], why="x"))
    assert picture() == before


def test_without_a_reason_or_with_wrong_dates_nothing_happens(sign_in, hr, cycle, three):
    client, before = sign_in(hr), picture()
    for data in (
        said("exempt", three, why=" "),
        said("extend", three, why="x"),
        said("extend", three, why="x", sign_by="tomorrow"),
        said("extend", three, why="x", sign_by=days(60), talk_by=days(70)),
        said("reassign", three, why="x", interviewer=str(three[0].employee_id)),
    ):
        answer = client.post(together(cycle), data)
        assert answer.status_code == 422
        assert str(three[0].employee) in answer.text
    assert client.post(together(cycle), said("extend", three, why="x", sign_by=days(2))).status_code == 200
    assert client.post(together(cycle), said("erase", three)).status_code == 404
    assert client.get(together(cycle)).status_code == 404
    assert picture() == before


def test_too_many_go_in_steps(sign_in, hr, cycle, three, invite, monkeypatch):
    monkeypatch.setattr(cycle_page, "AT_A_TIME", 2)
    client = sign_in(hr)
    first, second = (client.get(together(cycle, f"?do=extend&whom=all&part={n}")).text for n in (1, 2))
    assert "1 to 2 of 3" in first
    assert "Ann" in first
    assert "Cem" not in first
    assert "Cem" in second
    for hostile in ("0", "-1", "99999", "²", "x"):
        assert client.get(together(cycle, f"?do=extend&whom=all&part={hostile}")).status_code in (200, 302)


def test_the_list_leaves_as_csv_without_formulas_and_only_ones_own(sign_in, hr, cycle, three, invite):
    invite("=1+1", "Vale", lives=make_department("@Far"))
    address = reverse("insights:cycle_export", args=[cycle.pk])
    response = sign_in(hr).get(address)
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["'=1+1 Vale", "Ann Vale", "Ben Vale", "Cem Vale"]
    assert rows[1][2] == "'@Far"
    assert Entry.objects.get().detail["rows"] == 4
    narrowed = sign_in(hr).get(f"{address}?q=ann").content.decode("utf-8-sig")
    assert len(narrowed.splitlines()) == 2
    far = make_hr(department=make_department("Farther"))
    assert len(sign_in(far).get(address).content.decode("utf-8-sig").splitlines()) == 1


def test_whoever_has_no_manager_is_exempted_before_the_launch(sign_in, hr, outsider, employee):
    cycle = make_cycle(hr)
    client, address = sign_in(hr), reverse("interviews:cycle_exempt", args=[cycle.pk])
    assert str(outsider) in client.get(f"{address}?person={outsider.pk}").text
    assert client.post(address, {"person": str(outsider.pk), "exempt-why": " "}).status_code == 422
    assert not Exemption.objects.exists()
    for _twice in range(2):
        client.post(address, {"person": str(outsider.pk), "exempt-why": "Is the chief"})
    assert [(e.employee, e.why) for e in Exemption.objects.all()] == [(outsider, "Is the chief")]
    assert "Left out: 1 who is exempted" in client.get(reverse("interviews:cycle_launch", args=[cycle.pk])).text
    assert not Message.objects.exists()
    far = make_hr(department=make_department("Far"))
    before = picture()
    for person in (employee.pk, "x"):
        sign_in(far).post(address, {"person": str(person), "exempt-why": "x"})
    assert picture() == before
    Cycle.objects.update(launched_at=timezone.now())
    assert "1 person was exempted" in page_of(client, cycle).text
    exempted = reverse("insights:cycle_exempted", args=[cycle.pk])
    assert "By Helen Marsh" in client.get(exempted).text
    assert "exempted before" not in page_of(sign_in(far), cycle).text
    assert "Is the chief" not in sign_in(far).get(exempted).text


@pytest.mark.parametrize("is_kept", [False, True])
def test_who_waits_for_an_interviewer_is_counted_as_the_roll_finds_them(is_kept, sign_in, hr, department, manager):
    cycle = make_cycle(hr, launched_at=timezone.now())
    gone = make_employee("Gil", "Gone", is_active=False, left_on=days(-9))
    leaving = make_employee("Lea", "Ving", manager=manager, left_on=days(0))
    for n, boss in enumerate((None, gone, leaving, manager)):
        make_employee(f"P{n}", manager=boss)
        make_employee(f"Q{n}", manager=boss, hired_on=days(40))
        make_employee(f"R{n}", manager=boss, left_on=days(30))
        make_employee(f"S{n}", manager=boss, left_on=days(-1))
        make_employee(f"T{n}", manager=boss, left_on=days(60), department=department)
        there = make_employee(f"U{n}", manager=boss)
        make_interview(there, manager, cycle=cycle, version=cycle.version, state=State.CANCELLED)
        out = make_employee(f"V{n}", manager=boss)
        Exemption.objects.create(cycle=cycle, employee=out, by=hr, at=timezone.now(), why="x")
    small = make_cycle(hr, launched_at=timezone.now())
    small.departments.add(department)
    partners = (hr, make_hr(department=department), make_hr(manager=manager))
    if is_kept:
        count_due()
    for partner in partners:
        for round_ in (cycle, small):
            waiting = len(roll_of(partner, round_, TODAY).unled)
            told = re.search(
                r"(\d+) (?:person|people) waits? for an interviewer", page_of(sign_in(partner), round_).text
            )
            assert (int(told[1]) if told else 0) == waiting
    assert len(roll_of(hr, cycle, TODAY).unled) > 5


def test_the_employee_reads_why_and_the_interviewer_does_not(sign_in, hr, cycle, three):
    case, other, _third = three
    client = sign_in(hr)
    client.post(together(cycle), said("extend", [case], why="Your exam in May", sign_by=days(60)))
    client.post(together(cycle), said("exempt", [other], why="Parental leave"))
    for interview, why, words in ((case, "Your exam in May", "More time"), (other, "Parental leave", "exempted")):
        address = reverse("interviews:detail", args=[interview.pk])
        theirs, led = (sign_in(person).get(address).text for person in (interview.employee, interview.interviewer))
        assert why in theirs
        assert words in theirs
        assert why not in led
        assert words in led
        assert why in client.get(reverse("interviews:case", args=[interview.pk])).text


def test_many_interviewers_are_found_by_name(sign_in, hr, cycle, three, monkeypatch):
    monkeypatch.setattr("interviews.forms.cases.LISTED", 1)
    bosses = [make_employee("Éva", "Boss"), make_employee("Eva", "Boss"), make_employee("Una", "Boss")]
    for boss in bosses:
        make_employee("Re", "Port", manager=boss)
    client, before = sign_in(hr), picture()
    for wrong in ("Eva Boss", "Nobody", "Re Port", ""):
        sent = client.post(together(cycle), said("reassign", three[:1], why="x", interviewer=wrong))
        assert sent.status_code == 422
    assert picture() == before
    client.post(together(cycle), said("reassign", three[:1], why="x", interviewer="una  BOSS"))
    client.post(together(cycle), said("reassign", three[1:2], why="x", interviewer=bosses[0].email))
    assert {Interview.objects.get(pk=case.pk).interviewer for case in three[:2]} == {bosses[0], bosses[2]}


@pytest.mark.parametrize("people", [1, 30])
def test_the_page_costs_the_same_for_few_and_many(people, sign_in, hr, cycle, invite, django_assert_num_queries):
    for n in range(people):
        invite(f"P{n}", prepare_by=days(-3))
        invite(f"S{n}", state=State.SIGNED)
        make_employee(f"W{n}")
        out = make_employee(f"V{n}")
        Exemption.objects.create(cycle=cycle, employee=out, by=hr, at=timezone.now(), why="x")
    client = sign_in(Employee.objects.get(pk=hr.pk))
    count_due()
    page_of(client, cycle)
    for address, queries in (
        (reverse("insights:cycle", args=[cycle.pk]), 11),
        (reverse("insights:cycle", args=[cycle.pk]) + "?state=late&q=p", 11),
        (together(cycle, "?do=extend&whom=all"), 10),
        (together(cycle, "?do=exempt&whom=page"), 9),
        (reverse("insights:cycle_export", args=[cycle.pk]), 15),
    ):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_who_is_late_no_longer_makes_room_for_those_who_still_are(sign_in, hr, cycle, invite):
    late = [invite(f"Late{n:02}", prepare_by=days(-30 + n)) for n in range(12)]
    count_due()
    Interview.objects.filter(pk__in=[case.pk for case in late[:9]]).update(
        state=State.CANCELLED, closed_at=timezone.now()
    )
    longest = page_of(sign_in(hr), cycle).text.split('id="late"')[1].split('id="all"')[0]
    assert [n for n in range(12) if f"Late{n:02}" in longest] == [9, 10, 11]
