"""HR's figures on the page: only for HR, every figure leads to as many people as it says, exports are harmless."""

import csv
import datetime
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from insights.models import Counting
from insights.operations import count_due
from interviews.models import Interview, State
from outbox.models import Message
from people.sheets import safe_cell
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

TODAY = timezone.now().date()
NAMES = [
    *("overview", "parts", "cycles", "people_list", "people_export", "contacts", "contacts_export"),
    *("follow_ups", "follow_ups_export"),
]
POSTS = ["count", "remind", "nudge"]


def days(n):
    return TODAY + datetime.timedelta(days=n)


def fill(hr, people, *, department=None, **names):
    cycle = make_cycle(hr, launched_at=timezone.now())
    boss = make_employee("Bo", "Ss")
    for n in range(people):
        person = make_employee(names.get("first_name", f"P{n}"), department=department, manager=boss)
        state = [State.PREPARING, State.SIGNED, State.CANCELLED, State.IN_REVIEW][n % 4]
        make_interview(
            person, boss, cycle=cycle, version=cycle.version, state=state, prepare_by=days(-2), sign_by=days(9)
        )
        plan = Plan.objects.create(employee=person)
        CheckIn.objects.create(plan=plan, due_on=days(-1), created_at=timezone.now())
    return cycle


def main_of(response):
    text = response.content.decode()
    return text[text.index("<main") : text.index("</main>")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["employee", "manager", "outsider", "administrator"])
def test_only_hr_sees_figures(name, who, request, sign_in):
    response = sign_in(request.getfixturevalue(who)).get(reverse(f"insights:{name}"))
    assert response.status_code == 403
    assert not Entry.objects.exists()


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("who", ["employee", "manager", "administrator"])
def test_only_hr_counts_and_reminds(name, who, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    assert client.post(reverse(f"insights:{name}")).status_code == 403
    assert client.get(reverse(f"insights:{name}")).status_code == 405
    assert not Entry.objects.exists()
    assert not Counting.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_anonymous_goes_to_sign_in(name, client, db):
    assert "/accounts/login/" in client.get(reverse(f"insights:{name}"))["Location"]


def test_before_the_first_round_the_page_says_what_to_do(sign_in, hr):
    text = main_of(sign_in(hr).get(reverse("insights:overview")))
    assert "No round is under way" in text
    assert reverse("insights:cycles") in text


def led_to(client, address):
    """The number in the heading of the list, or of what the follow-ups list holds."""
    page = main_of(client.get(address.replace("&amp;", "&")))
    if "follow-ups" in address:
        return page.count('<th scope="row">')
    return int(re.search(r"<h1>\s*(\d+) (?:conversation|person|people)", page)[1])


@pytest.mark.parametrize("is_kept", [False, True])
def test_each_figure_leads_to_as_many_people(is_kept, sign_in, hr, department):
    inner = make_department("Inner", parent=department)
    cycle = fill(hr, 9, department=department)
    person = make_employee("In", "Ner", department=inner)
    make_interview(person, make_employee(), cycle=cycle, version=cycle.version, state=State.SIGNED)
    make_action(make_goal(person), person, due_on=days(-2))
    if is_kept:
        count_due()
    client = sign_in(hr)
    text = main_of(client.get(reverse("insights:overview"), {"department": department.pk}))
    figures = re.findall(r'<dt><a href="([^"]+)">[^<]+</a></dt>\s*<dd[^>]*>(\d+)', text)
    assert len(figures) == 4
    bars = re.findall(r'<td class="n"><a href="([^"]+)">.*?of (\d+)</small>', text)
    steps = re.findall(
        r'<th scope="row"><a href="([^"]+)">[^<]+</a></th>\s*<td>.*?</td>\s*<td class="n">(\d+)</td>',
        text[text.index('id="way"') :],
        re.DOTALL,
    )
    late = re.findall(r'<td class="d"><a href="([^"]+)">(\d+) late', text)
    weeks = re.findall(r'<td class="(?:h\d|late)"><a href="([^"]+)"><b>(\d+)</b>', text)
    wholes = re.findall(r'<small><a href="([^"]+)">\d+ of (\d+)</a></small>', text)
    overdue = re.findall(r'href="([^"]+)">(\d+) overdue</a>', text)
    assert [len(found) for found in (bars, steps, late, wholes, overdue)] == [2, 6, 1, 5, 2]
    assert weeks
    for address, count in [*figures, *bars, *steps, *late, *weeks, *wholes, *overdue]:
        assert led_to(client, address) == int(count), address


def test_by_manager_all_are_on_pages_of_their_own(sign_in, hr, department):
    cycle = fill(hr, 0)
    for n in range(60):
        leader = make_employee(f"L{n}", "Ead")
        person = make_employee(department=department)
        make_interview(person, leader, cycle=cycle, version=cycle.version, prepare_by=days(-1))
    count_due()
    client = sign_in(hr)
    text = main_of(client.get(reverse("insights:overview") + "?by=manager"))
    assert text[text.index('id="parts"') : text.index('id="way"')].count(" Ead<") == 12
    assert "All managers" in text
    pages = [main_of(client.get(reverse("insights:parts") + f"?by=manager&page={n}")) for n in (1, 2, 3)]
    assert [page.count(" Ead<") for page in pages] == [20, 20, 20]
    rows = client.get(reverse("insights:parts") + "?by=manager&as=csv").content.decode().splitlines()
    assert len(rows) == 61
    assert client.get(reverse("insights:parts") + "?by=department").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        *("?cycle=x", "?department=x", "?figure=x", "?figure=counted'--", "?cycle=' OR 1=1", "?manager=x", "?week=x"),
        "?manager=00000000-0000-0000-0000-000000000000",
    ],
)
def test_what_is_not_there_does_not_exist(query, sign_in, hr):
    fill(hr, 1)
    client = sign_in(hr)
    assert client.get(reverse("insights:people_list") + query).status_code == 404
    assert client.get(reverse("insights:people_export") + query).status_code == 404


def test_nothing_outside_of_the_scope(sign_in, hr, department):
    cycle = fill(hr, 5, department=department, first_name="Philippa")
    far = make_hr(department=make_department("Far"))
    client = sign_in(far)
    for query in ("", f"?cycle={cycle.pk}", f"?department={department.pk}"):
        response = client.get(reverse("insights:people_list") + query)
        assert response.status_code == (404 if query else 200)
        assert b"Philippa" not in response.content
    assert "Philippa" not in client.get(reverse("insights:people_export") + "?cycle=all").content.decode()
    for name in ("follow_ups", "follow_ups_export", "contacts", "contacts_export", "overview"):
        assert (
            "Philippa" not in client.get(reverse(f"insights:{name}") + "?state=was_due&figure=people").content.decode()
        )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_is_never_a_formula(start):
    assert safe_cell(f"{start}1+cmd") == f"'{start}1+cmd"
    assert safe_cell(f"a{start}") == f"a{start}"


def test_the_export_holds_the_list_and_is_kept_in_the_log(sign_in, hr, department):
    cycle = fill(hr, 5, department=department, first_name='=HYPERLINK("x")')
    address = f"{reverse('insights:people_export')}?cycle={cycle.pk}&figure=counted"
    response = sign_in(hr).get(address)
    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 5
    assert {row[0] for row in rows[1:]} == {'\'=HYPERLINK("x") Vale'}
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == ("figures.exported", hr.pk, cycle.pk)
    assert entry.detail == {"figure": "counted", "rows": 4}


def test_names_are_text(sign_in, hr, department):
    fill(hr, 1, department=make_department("<svg onload=x>"), first_name="<img src=x onerror=y>")
    client = sign_in(hr)
    for name in ("overview", "people_list", "follow_ups"):
        text = client.get(reverse(f"insights:{name}") + "?cycle=all").content.decode()
        assert "<svg onload" not in text
        assert "<img src" not in text
        assert "&lt;img src" in text


def test_a_file_of_follow_ups_holds_what_hr_may_know(sign_in, hr, employee, manager, outsider):
    goal = make_goal(employee, title="Zqgoal")
    make_action(goal, manager, title="=1+1", due_on=days(-3), resources="Zqmoney")
    make_promise(employee, manager, what="Zqsecret", due_on=days(-3), agreed_with=outsider)
    client = sign_in(hr)
    text = client.get(reverse("insights:follow_ups_export")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "Kept between the two who agreed it"]
    page = main_of(client.get(reverse("insights:follow_ups")))
    assert "Zq" not in text + page
    assert "Jonas Weber" in page
    assert Entry.objects.get().detail == {"figure": "overdue", "rows": 2}


def test_follow_ups_are_found_by_kind_state_and_owner(sign_in, hr, employee, manager):
    goal = make_goal(employee)
    make_action(goal, employee, title="Mine", due_on=days(-1))
    make_action(goal, manager, title="Due in a week", due_on=days(6))
    make_action(goal, manager, title="Done it", due_on=days(-3), state="done", done_on=days(-4))
    make_promise(employee, manager, what="A mentor", due_on=days(-40))
    client = sign_in(hr)

    def listed(**query):
        page = main_of(client.get(reverse("insights:follow_ups"), query))
        return re.findall(r'<span class="breakable" id="w\d+">([^<]+)</span>', page)

    assert listed() == ["A mentor", "Mine"]
    assert listed(kind="action") == ["Mine"]
    assert listed(state="old") == ["A mentor"]
    assert listed(state="soon") == ["Due in a week"]
    assert listed(state="done") == ["Done it"]
    assert listed(owner="weber") == ["A mentor"]
    assert listed(owner="nobody of this name") == []
    assert listed(department=employee.department_id) == ["A mentor", "Mine"]
    assert listed(week=days(6 - days(6).weekday()), state="to_do") == ["Due in a week"]
    assert client.get(reverse("insights:follow_ups") + "?state=x").status_code == 404
    assert client.get(reverse("insights:follow_ups") + "?kind=goal").status_code == 404


def test_a_nudge_reaches_the_owners_and_says_what_failed(sign_in, hr, employee, manager):
    goal = make_goal(employee)
    mine = make_action(goal, hr, title="One of HR", due_on=days(-1))
    theirs = make_action(goal, manager, title="One of Jonas", due_on=days(-1))
    items = [f"action:{mine.pk}", f"action:{theirs.pk}"]
    query = {"item": items, "query": "state=overdue"}
    response = sign_in(hr).post(reverse("insights:nudge"), query, follow=True)
    assert response.redirect_chain == [("/hr/follow-ups/?state=overdue", 302)]
    assert "1 reminder is on its way." in response.text
    assert "Amara Okafor, One of HR: There is nobody else who could do it." in response.text
    assert [message.recipient for message in Message.objects.all()] == [manager]
    response = sign_in(hr).post(reverse("insights:nudge"), {**query, "only": items[1]}, follow=True)
    assert "got a reminder today already" in response.text
    assert Message.objects.count() == 1


@pytest.mark.parametrize("name", ["nudge", "remind"])
def test_nobody_outside_of_the_scope_is_nudged(name, sign_in, employee, manager):
    far = make_hr(department=make_department("Far"))
    near = make_action(make_goal(make_employee(department=far.memberships.get().department)), manager, due_on=days(-1))
    action = make_action(make_goal(employee), manager, due_on=days(-1))
    interview = make_interview(employee, manager)
    items = {"nudge": [f"action:{near.pk}", f"action:{action.pk}"], "remind": [str(interview.pk)]}
    client = sign_in(far)
    for item in (items[name], ["x"], ["action:x"], ["goal:1"]):
        assert client.post(reverse(f"insights:{name}"), {"item": item}).status_code == 404
    assert not Message.objects.exists()
    assert not Entry.objects.exists()


def test_conversations_are_reminded_of_from_the_list(sign_in, hr, department):
    cycle = fill(hr, 1, department=department)
    interview = cycle.interviews.get()
    client = sign_in(hr)
    assert str(interview.pk) in main_of(client.get(reverse("insights:overview")))
    response = client.post(reverse("insights:remind"), {"item": interview.pk, "from": "overview"}, follow=True)
    assert response.redirect_chain[0][0] == "/hr/"
    assert "2 reminders are on their way." in response.text
    assert Message.objects.count() == 2
    assert "Nothing was chosen" in client.post(reverse("insights:remind"), follow=True).text


def test_a_way_back_stays_here(sign_in, hr):
    response = sign_in(hr).post(reverse("insights:remind"), {"query": "//evil.example/?a=b&next=http://evil.example"})
    assert response["Location"].startswith("/hr/interviews/?")


def test_numbers_stand_until_they_are_counted_again(sign_in, hr, department):
    cycle = fill(hr, 2, department=department)
    count_due()
    client = sign_in(hr)
    Interview.objects.filter(state=State.PREPARING).update(state=State.CANCELLED, closed_at=timezone.now())
    assert "of 2, 50 %" in main_of(client.get(reverse("insights:overview")))
    assert count_due() == 0  # nothing was noted, so nothing is looked for
    Counting.objects.update(counted_at=timezone.now() - datetime.timedelta(minutes=1))
    response = client.post(reverse("insights:count") + f"?cycle={cycle.pk}", follow=True)
    assert "of 1, 100 %" in main_of(response)


@pytest.mark.parametrize("counted_before", [True, False])
def test_the_list_of_cycles_counts_the_people_of_ones_own_scope(counted_before, sign_in, hr, department):
    cycle = fill(hr, 8, department=department)
    draft = make_cycle(hr, name="Not yet")
    if counted_before:
        count_due()
    for reader, said in (
        (hr, "2 of 6"),
        (make_hr(department=department), "2 of 6"),
        (make_hr(department=make_department("Far")), "0 of 0"),
    ):
        text = main_of(sign_in(reader).get(reverse("insights:cycles")))
        assert said in text
        assert len(re.findall(r"\d of \d", text)) == 1
        assert text.index(draft.name) < text.index(cycle.name)


@pytest.mark.parametrize("people", [1, 30])
def test_pages_cost_the_same_for_few_and_many(people, sign_in, hr, department, django_assert_num_queries):
    cycle = fill(hr, people, department=department)
    for interview in cycle.interviews.select_related("employee"):
        goal = make_goal(interview.employee)
        make_action(goal, interview.employee, due_on=days(-1))
        make_promise(interview.employee, interview.interviewer, due_on=days(-1))
    count_due()
    client = sign_in(hr)
    costs = {
        "overview": 10,
        "cycles": 10,
        "parts": 10,
        "people_list": 9,
        "people_export": 17,
        "contacts": 10,
        "contacts_export": 14,
        "follow_ups": 13,
        "follow_ups_export": 20,
    }
    found = {}
    for name in costs:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"insights:{name}")).status_code == 200
        found[name] = len(queries)
    assert found == costs


def test_the_calendar_names_what_it_counts(sign_in, hr, employee, manager):
    make_interview(
        employee, manager, cycle=(cycle := make_cycle(hr, launched_at=timezone.now())), version=cycle.version
    )
    goal = make_goal(employee)
    for n in range(3):
        make_action(goal, employee, due_on=days(-1 - n))
    make_promise(employee, manager, due_on=days(-1))
    text = main_of(sign_in(hr).get(reverse("insights:overview")))
    calendar = text[text.index('class="cal') : text.index("</table>", text.index('class="cal'))]
    heads = re.findall(r'<th scope="col">([^<]+)</th>', calendar)[1:]
    overdue = re.findall(r"<td[^>]*>(?:<a[^>]*><b>|<span[^>]*>)(\d+|–)", calendar)[:6]
    assert dict(zip(heads, overdue, strict=True)) == {
        **dict.fromkeys(["Prepare", "Talk", "Sign", "Check in"], "–"),
        "Actions": "3",
        "Promises": "1",
    }
