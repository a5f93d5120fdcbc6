"""HR's figures on the page: only for HR, every figure leads to as many people as it says, exports are harmless."""

import csv
import datetime
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from insights.exports import safe_cell
from interviews.models import State
from plans.models import CheckIn, Plan
from tests.factories import make_cycle, make_department, make_employee, make_hr, make_interview

TODAY = timezone.now().date()
NAMES = ["overview", "people_list", "people_export", "follow_ups"]


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


@pytest.mark.parametrize("name", NAMES)
def test_anonymous_goes_to_sign_in(name, client, db):
    assert "/accounts/login/" in client.get(reverse(f"insights:{name}"))["Location"]


def test_before_the_first_round_the_page_says_what_to_do(sign_in, hr):
    text = main_of(sign_in(hr).get(reverse("insights:overview")))
    assert "No round is under way" in text
    assert reverse("interviews:cycles") in text


def test_each_figure_leads_to_as_many_people(sign_in, hr, department):
    inner = make_department("Inner", parent=department)
    cycle = fill(hr, 9, department=department)
    make_interview(
        make_employee("In", "Ner", department=inner),
        make_employee(),
        cycle=cycle,
        version=cycle.version,
        state=State.SIGNED,
    )
    client = sign_in(hr)
    text = main_of(client.get(reverse("insights:overview")))
    figures = re.findall(r'<dt><a href="([^"]+)">[^<]+</a></dt>\s*<dd[^>]*>(\d+)', text)
    assert len(figures) == 4
    bars = re.findall(
        r'<th scope="row"><a href="([^"]+)">.*?<td class="n">(\d+)</td>', text[text.index('id="way"') :], re.DOTALL
    )
    assert len(bars) == 6
    late = re.findall(r'<td class="d"><a href="([^"]+)">(\d+) late', text)
    assert len(late) == 1
    for address, count in [*figures, *bars, *late]:
        page = main_of(client.get(address.replace("&amp;", "&")))
        if "follow-ups" in address:
            assert f"{count} of" in page
        else:
            assert re.search(rf"<h1>\s*{count} conversation", page), address
    shares = re.findall(
        r'<th scope="row"><a href="([^"]+only=1[^"]*figure=counted)">.*?(\d+) of (\d+)</span>', text, re.DOTALL
    )
    assert {(signed, counted) for _address, signed, counted in shares} == {("2", "7"), ("1", "1")}
    for address, _signed, counted in shares:
        assert re.search(rf"<h1>\s*{counted} conversation", main_of(client.get(address.replace("&amp;", "&"))))


@pytest.mark.parametrize("query", ["?cycle=x", "?department=x", "?figure=x", "?figure=counted'--", "?cycle=' OR 1=1"])
def test_what_is_not_there_does_not_exist(query, sign_in, hr):
    fill(hr, 1)
    client = sign_in(hr)
    assert client.get(reverse("insights:people_list") + query).status_code == 404
    assert client.get(reverse("insights:people_export") + query).status_code == 404


def test_nothing_outside_of_the_scope(sign_in, hr, department):
    cycle = fill(hr, 5, department=department)
    far = make_hr(department=make_department("Far"))
    client = sign_in(far)
    for query in ("", f"?cycle={cycle.pk}", f"?department={department.pk}"):
        response = client.get(reverse("insights:people_list") + query)
        assert response.status_code == (404 if query else 200)
        assert b"P0" not in response.content
    assert "P0" not in client.get(reverse("insights:people_export") + "?cycle=all").content.decode()
    assert "P0" not in client.get(reverse("insights:follow_ups") + "?cycle=all").content.decode()


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


@pytest.mark.parametrize("people", [1, 30])
def test_pages_cost_the_same_for_few_and_many(people, sign_in, hr, department, django_assert_num_queries):
    fill(hr, people, department=department)
    client = sign_in(hr)
    for name, queries in {"overview": 14, "people_list": 12, "people_export": 18, "follow_ups": 11}.items():
        with django_assert_num_queries(queries):
            client.get(reverse(f"insights:{name}"))
