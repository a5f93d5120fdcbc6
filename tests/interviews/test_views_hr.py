"""HR's pages on rounds, templates and single conversations: who opens them, what they say, what they refuse."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from interviews import template_files
from interviews.models import Answer, Cycle, Interview, State, Template, TemplateVersion
from people.models import Employee
from tests.factories import CONTENT, make_cycle, make_department, make_employee, make_hr, make_interview, make_version

TODAY = timezone.now().date()


def days(n):
    return TODAY + datetime.timedelta(days=n)


@pytest.fixture
def case(employee, manager, hr):
    cycle = make_cycle(hr, launched_at=timezone.now())
    return make_interview(
        employee,
        manager,
        cycle=cycle,
        version=cycle.version,
        prepare_by=days(-3),
        talk_by=days(10),
        sign_by=days(20),
    )


def pages(interview):
    template = interview.version.template_id
    return {
        "get": [
            reverse("insights:cycles"),
            reverse("interviews:cycle_new"),
            reverse("insights:cycle", args=[interview.cycle_id]),
            reverse("interviews:cycle_launch", args=[interview.cycle_id]),
            reverse("interviews:templates"),
            reverse("interviews:template", args=[template]),
            reverse("interviews:template_file", args=[template]),
            reverse("interviews:case", args=[interview.pk]),
        ],
        "post": [
            reverse("interviews:cycle_new"),
            reverse("interviews:cycle_change", args=[interview.cycle_id]),
            reverse("interviews:cycle_launch", args=[interview.cycle_id]),
            reverse("interviews:templates"),
            reverse("interviews:template_publish", args=[template]),
            reverse("interviews:template_retire", args=[template]),
            reverse("interviews:case_cancel", args=[interview.pk]),
            reverse("interviews:not_held", args=[interview.pk]),
            reverse("interviews:reassign", args=[interview.pk]),
        ],
    }


@pytest.mark.parametrize("who", ["employee", "manager", "outsider", "administrator"])
def test_only_hr_opens_hr_pages(who, request, sign_in, case):
    client = sign_in(request.getfixturevalue(who))
    before = (Interview.objects.get().state, Cycle.objects.count(), Entry.objects.count())
    for method, addresses in pages(case).items():
        for address in addresses:
            assert getattr(client, method)(address, {"cancel-why": "x"}).status_code == 403, address
    assert (Interview.objects.get().state, Cycle.objects.count(), Entry.objects.count()) == before


def test_hr_opens_all_of_them_and_state_never_changes_by_get(sign_in, hr, case):
    client = sign_in(hr)
    for address in pages(case)["get"]:
        assert client.get(address).status_code == 200, address
    for address in pages(case)["post"][4:]:
        assert client.get(address).status_code == 405, address
    case.refresh_from_db()
    assert case.state == State.PREPARING


def test_anonymous_goes_to_sign_in(client, case):
    for address in pages(case)["get"]:
        response = client.get(address)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


def test_outside_of_the_scope_a_conversation_does_not_exist(sign_in, case, employee, manager):
    partners = {
        "another department": make_hr(first_name="A", department=make_department("Far")),
        "own file": make_hr_of(employee),
        "a superior's file": make_hr(first_name="C", manager=employee),
    }
    actions = ["case", "case_cancel", "not_held", "reassign"]
    for why, partner in partners.items():
        client = sign_in(partner)
        for name in actions:
            address = reverse(f"interviews:{name}", args=[case.pk])
            response = client.get(address) if name == "case" else client.post(address, {"cancel-why": "x"})
            assert response.status_code == 404, (why, name)
        page = client.get(reverse("insights:cycle", args=[case.cycle_id]))
        assert str(employee) not in main_of(page), why
    case.refresh_from_db()
    assert case.state == State.PREPARING
    assert not Entry.objects.exists()


def make_hr_of(person):
    from people.models import Membership

    Membership.objects.create(person=person, role="hr")
    return Employee.objects.get(pk=person.pk)


def main_of(response):
    text = response.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_who_leads_a_conversation_does_not_act_on_it_as_hr(sign_in, case, hr):
    Interview.objects.update(interviewer=hr)
    client = sign_in(hr)
    page = client.get(reverse("interviews:case", args=[case.pk]))
    assert "another HR partner acts on it" in page.content.decode()
    response = client.post(reverse("interviews:case_cancel", args=[case.pk]), {"cancel-why": "no"})
    assert response.status_code == 403
    case.refresh_from_db()
    assert case.state == State.PREPARING


def test_the_case_shows_dates_and_never_words(sign_in, hr, case, employee):
    Answer.objects.create(
        interview=case, question="proud-of", author=employee, value={"text": "secret words"}, updated_at=timezone.now()
    )
    Interview.objects.update(employee_shared_at=timezone.now(), request_note="secret words")
    client = sign_in(hr)
    for address in (reverse("interviews:case", args=[case.pk]), reverse("insights:cycle", args=[case.cycle_id])):
        text = client.get(address).content.decode()
        assert "secret words" not in text
        assert "The interviewer" in text


def test_hr_cancels_with_a_reason(sign_in, hr, case):
    client, address = sign_in(hr), reverse("interviews:case_cancel", args=[case.pk])
    assert client.post(address, {"cancel-why": " "}).status_code == 422
    case.refresh_from_db()
    assert (case.state, Entry.objects.count()) == (State.PREPARING, 0)
    assert client.post(address, {"cancel-why": "Long leave", "state": "signed"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.outcome_because) == (State.CANCELLED, "Long leave")
    again = client.post(address, {"cancel-why": "Again"}, follow=True)
    assert "is cancelled" in again.content.decode()
    case.refresh_from_db()
    assert case.outcome_because == "Long leave"
    assert Entry.objects.count() == 1


def test_hr_notes_that_it_was_not_held(sign_in, hr, case):
    client, address = sign_in(hr), reverse("interviews:not_held", args=[case.pk])
    assert client.post(address, {"not_held-why": "x", "not_held-outcome": "bored"}).status_code == 422
    client.post(address, {"not_held-why": "Did not come", "not_held-outcome": "absent"})
    case.refresh_from_db()
    assert (case.state, case.outcome, case.outcome_witness) == (State.NOT_HELD, "absent", hr)
    assert "Absent" in main_of(client.get(reverse("interviews:case", args=[case.pk])))


def test_the_case_asks_for_all_that_hr_can_do_to_it(sign_in, hr, case, manager):
    text = sign_in(hr).get(reverse("interviews:case", args=[case.pk])).text
    fields = ["remind-why", "extend-sign_by", "extend-why", "reassign-interviewer", "exempt-why", "cancel-why"]
    assert [name for name in fields if f'name="{name}"' not in text] == []


def test_hr_names_another_interviewer(sign_in, hr, case, employee, manager):
    boss = make_employee("Bo", "Ss")
    make_employee("Re", "Port", manager=boss)
    nobody = make_employee("No", "Body")
    client, address = sign_in(hr), reverse("interviews:reassign", args=[case.pk])
    for wrong in (employee, manager, nobody):
        data = {"reassign-why": "x", "reassign-interviewer": str(wrong.pk)}
        assert client.post(address, data).status_code == 422
    client.post(address, {"reassign-why": "Asked for it", "reassign-interviewer": str(boss.pk)})
    case.refresh_from_db()
    assert case.interviewer == boss


def test_from_an_empty_page_to_a_launched_round(sign_in, hr, employee, manager, outsider):
    client = sign_in(hr)
    assert "First a template" in client.get(reverse("insights:cycles")).content.decode()
    upload = SimpleUploadedFile("t.yaml", template_files.write(CONTENT).encode())
    response = client.post(reverse("interviews:templates"), {"file": upload})
    template = Template.objects.get()
    assert response["Location"] == reverse("interviews:template", args=[template.pk])
    assert "Not published yet" in client.get(response["Location"]).content.decode()
    client.post(reverse("interviews:template_publish", args=[template.pk]))
    client.post(reverse("interviews:template_publish", args=[template.pk]))
    version = TemplateVersion.objects.get()
    assert "Plan the first one" in client.get(reverse("insights:cycles")).content.decode()
    data = {
        "name": "Spring",
        "version": str(version.pk),
        "departments": [str(employee.department_id), str(outsider.department_id)],
        "prepare_by": days(9),
        "talk_by": days(5),
        "sign_by": days(30),
    }
    response = client.post(reverse("interviews:cycle_new"), data)
    assert (response.status_code, Cycle.objects.count()) == (422, 0)
    assert "comes too early" in response.content.decode()
    response = client.post(reverse("interviews:cycle_new"), {**data, "talk_by": days(20)})
    cycle = Cycle.objects.get()
    launch = reverse("interviews:cycle_launch", args=[cycle.pk])
    assert response["Location"] == launch
    assert client.get(reverse("insights:cycle", args=[cycle.pk]))["Location"] == launch
    text = main_of(client.get(launch))
    assert "3 people, 1 interviewer. Check before you launch." in " ".join(text.split())
    assert "No manager in the HR file" in text
    response = client.post(launch, {f"interviewer-{outsider.pk}": str(manager.pk)}, follow=True)
    assert {i.employee for i in Interview.objects.all()} == {employee, outsider}
    assert Interview.objects.get(employee=outsider).interviewer == manager
    assert "2 people are invited" in response.content.decode()
    assert "1 person waits for an interviewer" in response.content.decode()
    assert "Nobody was left to invite" in client.post(launch, follow=True).content.decode()
    change = client.post(reverse("interviews:cycle_change", args=[cycle.pk]), {**data, "name": "Other"}, follow=True)
    assert "know the dates" in change.content.decode()
    cycle.refresh_from_db()
    assert cycle.name == "Spring"


def test_a_foreign_choice_of_interviewer_is_refused(sign_in, hr, outsider):
    cycle = make_cycle(hr)
    nobody = make_employee("No", "Body")
    client, launch = sign_in(hr), reverse("interviews:cycle_launch", args=[cycle.pk])
    for wrong in (nobody.pk, outsider.pk, "x", "'; DROP"):
        response = client.post(launch, {f"interviewer-{outsider.pk}": str(wrong)})
        assert response.status_code == 422
    assert not Interview.objects.exists()
    cycle.refresh_from_db()
    assert cycle.launched_at is None


def test_a_bad_template_file_says_where_and_changes_nothing(sign_in, hr):
    client = sign_in(hr)
    upload = SimpleUploadedFile("t.yaml", b"format: careerconv.template/1\nslug: <svg onload=x>\nname: {en: A}\n")
    response = client.post(reverse("interviews:templates"), {"file": upload})
    assert response.status_code == 422
    assert "sections: expected a list" in response.content.decode()
    assert client.post(reverse("interviews:templates")).status_code == 422
    assert not Template.objects.exists()


def test_what_a_template_holds_is_shown_as_text(sign_in, hr):
    content = {**CONTENT, "name": {"en": "<svg onload=alert(1)>{{ 7|add:7 }}"}}
    version = make_version(**content)
    client = sign_in(hr)
    for query in ("", "?as=interviewer", "?version=1", "?version=draft"):
        text = client.get(reverse("interviews:template", args=[version.template_id]) + query).content.decode()
        assert "<svg onload" not in text
        assert "{{ 7|add:7 }}" in text
    for query in ("?version=2", "?version=0", "?version=99999999999999999999"):
        response = client.get(reverse("interviews:template", args=[version.template_id]) + query)
        assert response.status_code == 404, query


def test_the_template_is_read_from_both_sides(sign_in, hr):
    address = reverse("interviews:template", args=[make_version().template_id])
    client = sign_in(hr)
    employee, interviewer = (main_of(client.get(f"{address}?as={side}")) for side in ("employee", "interviewer"))
    assert "What are you proud of?" in employee
    assert "What has this person achieved?" in interviewer
    assert "The interviewer is not asked this." in interviewer
    assert "Only its author ever reads the answer." in employee


def test_the_download_comes_in_again_as_the_same(sign_in, hr):
    version = make_version()
    response = sign_in(hr).get(reverse("interviews:template_file", args=[version.template_id]))
    assert template_files.read(response.content) == version.content
    assert response["Content-Disposition"] == f'attachment; filename="{version.template.slug}.yaml"'


def test_filters_of_the_cycle_page(sign_in, hr, case, employee):
    far = make_department("Far")
    other = make_employee("Fay", "Far", department=far)
    make_interview(other, case.interviewer, cycle=case.cycle, version=case.version, state=State.SIGNED)
    client, address = sign_in(hr), reverse("insights:cycle", args=[case.cycle_id])

    def named(query):
        text = main_of(client.get(address + query))
        rows = text[text.index('id="all"') :]
        return {person.first_name for person in (employee, other) if str(person) in rows}

    assert named("") == {"Amara", "Fay"}
    assert named("?state=signed") == {"Fay"}
    assert named("?state=late") == {"Amara"}
    assert named(f"?department={far.pk}") == {"Fay"}
    assert named("?state=' OR 1=1&page=9999") == {"Amara", "Fay"}
    # What is done to all that a filter finds must not reach everybody when the department is not there.
    for department in ("x", uuid.uuid4()):
        assert client.get(f"{address}?department={department}").status_code == 404


@pytest.mark.parametrize("people", [1, 30])
def test_pages_cost_the_same_for_few_and_many(people, sign_in, hr, department, django_assert_num_queries):
    boss = make_employee("Bo", "Ss")
    cycle = make_cycle(hr, launched_at=timezone.now())
    for n in range(people):
        person = make_employee(f"P{n}", department=department, manager=boss)
        make_interview(person, boss, cycle=cycle, version=cycle.version, prepare_by=days(-3), sign_by=days(3))
        make_employee(f"Q{n}", department=department)
    client = sign_in(hr)
    for name, arguments, queries in (
        ("cycle_launch", [cycle.pk], 13),
        ("templates", [], 6),
    ):
        with django_assert_num_queries(queries):
            client.get(reverse(f"interviews:{name}", args=arguments))
