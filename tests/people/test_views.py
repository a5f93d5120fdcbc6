import datetime
import logging
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from outbox.models import Message, Preference
from people import operations
from people.models import Employee, ImportFile, Membership, MembershipRole, Organisation
from people.paging import PER_PAGE
from tests.factories import make_department, make_employee, make_hr
from tests.people.test_importing import row, sheet

pytestmark = pytest.mark.django_db
GOOD = "turnip lantern oblique ferry"


def without_password(person):
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


def uploaded(content, name="export.csv"):
    return {"file": SimpleUploadedFile(name, content, content_type="text/csv")}


class TestSearch:
    @pytest.mark.parametrize(
        "words",
        [
            "müßig",
            "MUSSIG",
            "sebastien",
            "Sébastien müs",
            "controle",
            "logistique",
            "metz",
            "contrôleur Metz",
            "ØST",
            "ost",
        ],
    )
    def test_finds_whatever_case_and_accents(self, sign_in, employee, words):
        person = make_employee(
            "Sébastien",
            "Müßig-Østergård",
            job_title="contrôleur",
            department=make_department("Logistique"),
            site="Metz",
        )
        make_employee("Somebody", "Else")
        page = sign_in(employee).get(reverse("people:search"), {"q": words}).context["page"]
        assert list(page.rows) == [person]

    @pytest.mark.parametrize("words", ["%", "_", "nobody.at", "' OR 1=1 --", "example.test"])
    def test_finds_nothing_by_tricks_or_address(self, sign_in, employee, words):
        assert not sign_in(employee).get(reverse("people:search"), {"q": words}).context["page"].rows

    def test_says_nothing_of_who_has_left(self, sign_in, employee):
        gone = make_employee("Gone", "Girl", is_active=False)
        client = sign_in(employee)
        assert client.get(reverse("people:person", args=[gone.pk])).status_code == 404
        nobody = client.get(reverse("people:search"), {"q": "zzz"}).content.replace(b"zzz", b"Girl")
        assert (
            client.get(reverse("people:search"), {"q": "Girl"}).content.split(b"<main")[1] == nobody.split(b"<main")[1]
        )

    @pytest.mark.parametrize("name", ["people:search", "people:manage"])
    def test_queries_do_not_grow_with_the_list(self, sign_in, hr, django_assert_num_queries, name):
        client = sign_in(hr)
        expected = {"people:search": 6, "people:manage": 7}[name]
        make_employee(department=make_department())
        with django_assert_num_queries(expected):
            client.get(reverse(name))
        for _ in range(29):
            without_password(make_employee(department=make_department()))
        with django_assert_num_queries(expected):
            client.get(reverse(name))

    def test_a_page_is_short(self, sign_in, employee):
        for _ in range(PER_PAGE + 9):
            make_employee()
        response = sign_in(employee).get(reverse("people:search"), {"page": "2"})
        assert response.context["page"].start == PER_PAGE + 1
        assert sign_in(employee).get(reverse("people:search"), {"page": "nonsense"}).status_code == 200

    def test_a_name_is_text(self, sign_in, employee):
        make_employee("<svg onload=alert(1)>", "{{7*7}}")
        page = sign_in(employee).get(reverse("people:search")).content.decode()
        assert "<svg onload" not in page
        assert "{{7*7}}" in page


class TestPerson:
    def see(self, client, person):
        return client.get(reverse("people:person", args=[person.pk]))

    def test_a_colleague_sees_the_card_and_nothing_more(self, sign_in, outsider, employee, manager):
        page = self.see(sign_in(outsider), employee).content.decode()
        assert "Amara Okafor" in page
        assert "Payroll" in page
        for hidden in (employee.email, employee.employee_number, manager.last_name, "left_on"):
            assert hidden not in page

    def test_oneself_and_the_manager_see_the_line(self, sign_in, employee, manager):
        assert "Jonas Weber" in self.see(sign_in(employee), employee).content.decode()
        assert "Amara Okafor" in self.see(sign_in(manager), manager).content.decode()
        assert employee.email not in self.see(sign_in(manager), employee).content.decode()

    def test_hr_keeps_the_account_also_after_the_last_day(self, sign_in, hr, employee):
        client = sign_in(hr)
        assert employee.email in self.see(client, employee).content.decode()
        response = client.post(reverse("people:leave", args=[employee.pk]), {"left_on": "2025-06-30"})
        assert response.status_code == 302
        employee.refresh_from_db()
        assert not employee.is_active
        assert self.see(client, employee).status_code == 200
        client.post(reverse("people:leave", args=[employee.pk]), {"left_on": ""})
        employee.refresh_from_db()
        assert employee.is_active

    def test_a_date_that_is_none(self, sign_in, hr, employee):
        response = sign_in(hr).post(reverse("people:leave", args=[employee.pk]), {"left_on": "soon"})
        assert response.status_code == 422
        assert not Entry.objects.filter(action__startswith="person.left").exists()

    @pytest.mark.parametrize("who", ["outsider", "manager", "administrator"])
    def test_others_set_no_last_day(self, request, sign_in, who, employee):
        client = sign_in(request.getfixturevalue(who))
        response = client.post(reverse("people:leave", args=[employee.pk]), {"left_on": "2025-06-30"})
        assert response.status_code == 403
        employee.refresh_from_db()
        assert employee.is_active
        assert employee.left_on is None

    def test_hr_not_on_own_file_or_above(self, sign_in, manager):
        partner = make_hr(manager=manager)
        client = sign_in(partner)
        for person in (partner, manager):
            response = client.post(reverse("people:leave", args=[person.pk]), {"left_on": "2025-06-30"})
            assert response.status_code == 403
        assert not Employee.objects.filter(is_active=False).exists()

    def test_out_of_scope_who_left_is_not_there(self, sign_in, department):
        gone = make_employee(is_active=False, department=make_department())
        assert self.see(sign_in(make_hr(department=department)), gone).status_code == 404

    def test_unknown_and_get(self, sign_in, hr, employee):
        client = sign_in(hr)
        assert client.get(reverse("people:person", args=[uuid.uuid4()])).status_code == 404
        assert client.get(reverse("people:leave", args=[employee.pk])).status_code == 405


class TestManage:
    def test_only_those_in_care(self, sign_in, employee, outsider):
        partner = make_hr(department=employee.department)
        page = sign_in(partner).get(reverse("people:manage"))
        assert set(page.context["page"].rows) == {employee, employee.manager}

    def test_filters(self, sign_in, hr, employee, outsider):
        newcomer = without_password(make_employee("Nora"))
        gone = make_employee("Gus", is_active=False)
        leaving = make_employee("Lea", left_on=datetime.date(2999, 1, 1))
        client = sign_in(hr)

        def shown(**filters):
            return set(client.get(reverse("people:manage"), filters).context["page"].rows)

        assert shown(state="no_password") == {newcomer}
        assert shown(state="left") == {gone}
        assert shown(state="leaving") == {leaving}
        assert shown(department=str(employee.department_id)) == {employee, employee.manager}
        assert shown(q=employee.email) == {employee}
        everybody = set(Employee.objects.exclude(pk=hr.pk))
        for nonsense in ({"state": "x"}, {"department": "x"}, {"department": str(uuid.uuid4())}):
            assert shown(**nonsense) == everybody

    def test_links_to_those_ticked(self, sign_in, hr):
        one, other = (without_password(make_employee()) for _ in range(2))
        response = sign_in(hr).post(
            reverse("people:welcome_send") + "?state=no_password", {"who": "selected", "person": [one.pk]}
        )
        assert response["Location"] == reverse("people:manage") + "?state=no_password"
        assert [m.recipient for m in Message.objects.all()] == [one]
        assert other.pk != one.pk

    def test_links_to_all_that_the_filter_shows(self, sign_in, hr, department):
        inside = {without_password(make_employee(department=department)) for _ in range(3)}
        without_password(make_employee())
        client = sign_in(hr)
        for _double in range(2):
            client.post(reverse("people:welcome_send") + f"?department={department.pk}", {"who": "all"})
        assert {m.recipient for m in Message.objects.all()} == inside
        assert Message.objects.count() == 3

    def test_foreign_ids_send_nothing(self, sign_in, department):
        stranger = without_password(make_employee(department=make_department()))
        client = sign_in(make_hr(department=department))
        client.post(reverse("people:welcome_send"), {"who": "selected", "person": [stranger.pk]})
        client.post(reverse("people:welcome_send"), {"who": "selected", "person": [uuid.uuid4()]})
        client.post(reverse("people:welcome_send"), {"who": "selected", "person": ["x"]})
        assert not Message.objects.exists()

    @pytest.mark.parametrize("name", ["people:manage", "people:import_upload", "people:settings", "people:departments"])
    def test_not_for_everybody(self, sign_in, employee, manager, name):
        for person in (employee, manager):
            assert sign_in(person).get(reverse(name)).status_code == 403
        assert Client().get(reverse(name))["Location"].startswith("/accounts/login/")

    def test_get_sends_nothing(self, sign_in, hr):
        assert sign_in(hr).get(reverse("people:welcome_send")).status_code == 405


class TestImport:
    def upload(self, client, content):
        response = client.post(reverse("people:import_upload"), uploaded(content))
        assert response.status_code == 302
        return response["Location"]

    def test_upload_look_apply(self, sign_in, hr):
        client = sign_in(hr)
        url = self.upload(client, sheet(row("N1"), row("N2", manager_number="N1")))
        page = client.get(url).content.decode()
        assert "Inès Prat" in page
        assert "Apply it" in page
        assert not Employee.objects.filter(employee_number="N1").exists()
        assert client.post(url)["Location"] == reverse("people:manage")
        assert Employee.objects.get(employee_number="N2").manager.employee_number == "N1"
        assert bytes(ImportFile.objects.get().content) == b""

    def test_double_click_applies_once(self, sign_in, hr):
        client = sign_in(hr)
        url = self.upload(client, sheet(row("N1")))
        client.post(url)
        response = client.post(url, follow=True)
        assert "applied already" in response.content.decode()
        assert Entry.objects.filter(action="people.imported").count() == 1
        assert client.get(url).status_code == 302

    def test_errors_with_their_lines_and_nothing_to_apply(self, sign_in, hr):
        client = sign_in(hr)
        url = self.upload(client, sheet(row("N1"), row("N2", born_on="<b>?</b>")))
        page = client.get(url).content.decode()
        assert "<b>?</b>" not in page
        assert "born_on" in page
        assert "Apply it" not in page
        client.post(url)
        assert not Employee.objects.filter(employee_number="N1").exists()

    def test_what_changed_meanwhile_is_looked_at_again(self, sign_in, hr):
        client = sign_in(hr)
        url = self.upload(client, sheet(row("N1")))
        make_employee(email="n1@example.test", employee_number="Other")
        assert client.post(url)["Location"] == url
        assert not Employee.objects.filter(employee_number="N1").exists()
        assert ImportFile.objects.get().applied_at is None

    def test_seen_by_its_uploader_only(self, sign_in, hr):
        url = self.upload(sign_in(hr), sheet(row("N1")))
        other = sign_in(make_hr())
        assert other.get(url).status_code == 404
        assert other.post(url).status_code == 404
        assert not Employee.objects.filter(employee_number="N1").exists()

    def test_a_partner_of_a_part_does_not_import(self, sign_in, department):
        client = sign_in(make_hr(department=department))
        assert client.get(reverse("people:import_upload")).status_code == 403
        assert client.post(reverse("people:import_upload"), uploaded(sheet(row("N1")))).status_code == 403
        assert not ImportFile.objects.exists()

    def test_no_file_and_an_empty_one(self, sign_in, hr):
        client = sign_in(hr)
        assert client.post(reverse("people:import_upload")).status_code == 422
        assert client.post(reverse("people:import_upload"), uploaded(b"")).status_code == 422
        assert not ImportFile.objects.exists()

    def test_an_upload_forgotten_is_removed_with_the_next(self, hr):
        now = timezone.now()
        operations.keep_upload(by=make_hr(), name="old.csv", content=b"x", now=now - datetime.timedelta(days=2))
        operations.keep_upload(by=hr, name="mine.csv", content=b"x", now=now)
        operations.keep_upload(by=hr, name="again.csv", content=b"x", now=now)
        assert [upload.name for upload in ImportFile.objects.all()] == ["again.csv"]


class TestAccount:
    def test_changes_language_time_zone_and_appearance_only(self, sign_in, employee):
        response = sign_in(employee).post(
            reverse("people:account"),
            {"language": "fr", "timezone": "Europe/Paris", "theme": "dark", "first_name": "Boss", "email": "x@y.test",
             "is_staff": "1", "role": "administrator"},
        )  # fmt: skip
        assert response.status_code == 302
        employee.refresh_from_db()
        assert (employee.language, employee.timezone, employee.theme) == ("fr", "Europe/Paris", "dark")
        assert (employee.first_name, employee.is_staff, employee.is_administrator) == ("Amara", False, False)

    def test_nonsense_is_refused(self, sign_in, employee):
        response = sign_in(employee).post(
            reverse("people:account"), {"language": "xx", "timezone": "Mars", "theme": "pink"}
        )
        assert response.status_code == 422
        employee.refresh_from_db()
        assert (employee.language, employee.timezone, employee.theme) == ("en", "UTC", "auto")

    def test_who_to_ask_about_what_hr_knows(self, sign_in, employee):
        Organisation.objects.create(help_contact="hr@meridian.test")
        page = sign_in(employee).get(reverse("people:account")).content.decode()
        assert employee.email in page
        assert "hr@meridian.test" in page

    def test_mails_that_can_be_refused(self, sign_in, employee):
        from outbox.kinds import optional_kinds

        kinds = [kind.name for kind in optional_kinds()]
        client = sign_in(employee)
        client.post(reverse("people:account_mails"), {"wanted": kinds[1:]})
        assert set(Preference.objects.filter(person=employee, wanted=False).values_list("kind", flat=True)) == set(
            kinds[:1]
        )
        client.post(reverse("people:account_mails"), {"wanted": ["people.role_granted"]})
        assert not Preference.objects.filter(kind="people.role_granted").exists()


class TestSettings:
    VALUES = {
        "name": "Meridian", "product_name": "Talks", "timezone": "Europe/Brussels", "sender": "talks@meridian.test",
        "help_contact": "room 12",
    }  # fmt: skip

    def test_administrator_sets_the_organisation(self, sign_in, administrator):
        client = sign_in(administrator)
        assert client.post(reverse("people:settings"), self.VALUES).status_code == 302
        organisation = Organisation.current()
        assert {name: getattr(organisation, name) for name in self.VALUES} == self.VALUES
        assert "Talks" in client.get(reverse("people:settings")).content.decode()

    @pytest.mark.parametrize("sender", ["nobody", "a@b.test\nBcc: all@b.test", "a@b.test, c@d.test"])
    def test_a_sender_is_one_address(self, sign_in, administrator, sender):
        response = sign_in(administrator).post(reverse("people:settings"), {**self.VALUES, "sender": sender})
        assert response.status_code == 422
        assert not Organisation.objects.exists()

    def test_gives_and_ends_an_office(self, sign_in, administrator, employee, department):
        client = sign_in(administrator)
        given = {"email": employee.email.upper(), "role": "hr", "department": department.pk}
        for _double in range(2):
            assert client.post(reverse("people:office_grant"), given).status_code == 302
        office = Membership.objects.get(person=employee)
        assert (office.role, office.department, office.granted_by) == ("hr", department, administrator)
        for _double in range(2):
            response = client.post(reverse("people:office_end", args=[office.pk]))
        assert response.status_code == 404
        assert not Membership.objects.filter(person=employee).exists()

    def test_not_to_somebody_unknown(self, sign_in, administrator):
        gone = make_employee(is_active=False)
        for email in ("nobody@example.test", gone.email):
            response = sign_in(administrator).post(reverse("people:office_grant"), {"email": email, "role": "hr"})
            assert response.status_code == 422
        assert not Membership.objects.exclude(person=administrator).exists()

    def test_arranges_departments(self, sign_in, administrator):
        top, low = make_department(), make_department()
        client = sign_in(administrator)
        client.post(reverse("people:departments"), {"department": low.pk, "parent": top.pk})
        low.refresh_from_db()
        assert low.parent == top
        client.post(reverse("people:departments"), {"department": top.pk, "parent": low.pk})
        top.refresh_from_db()
        assert top.parent is None

    @pytest.mark.parametrize("who", ["employee", "manager", "hr"])
    def test_nobody_else(self, request, sign_in, who, administrator, department):
        person = request.getfixturevalue(who)
        client = sign_in(person)
        office = administrator.memberships.get()
        assert client.get(reverse("people:settings")).status_code == 403
        assert client.post(reverse("people:settings"), self.VALUES).status_code == 403
        grant = {"email": person.email, "role": "administrator"}
        assert client.post(reverse("people:office_grant"), grant).status_code == 403
        assert client.post(reverse("people:office_end", args=[office.pk])).status_code == 403
        assert client.post(reverse("people:departments"), {"department": department.pk}).status_code == 403
        assert not Organisation.objects.exists()
        assert list(Membership.objects.filter(role=MembershipRole.ADMINISTRATOR)) == [office]


class TestWelcome:
    @pytest.fixture
    def newcomer(self):
        return without_password(make_employee("Nora", "Lind"))

    @pytest.fixture
    def url(self, newcomer):
        return reverse("people:welcome", args=[operations.issue_welcome_link(person=newcomer)[0]])

    def test_sets_the_password_and_leads_to_signing_in(self, client, newcomer, url):
        page = client.get(url)
        assert page["Referrer-Policy"] == "strict-origin"
        assert "no-store" in page["Cache-Control"]
        assert "Nora" in page.content.decode()
        response = client.post(url, {"password1": GOOD, "password2": GOOD})
        assert response["Location"] == reverse("account_login")
        signed = client.post(reverse("account_login"), {"login": newcomer.email, "password": GOOD})
        assert signed["Location"] == reverse("home")

    def test_looking_spends_nothing(self, client, url):
        for _scan in range(3):
            assert client.get(url).status_code == 200
            assert client.head(url).status_code == 200

    def test_spent_expired_and_unknown_look_the_same(self, client, newcomer, url):
        old, _link = operations.issue_welcome_link(person=newcomer, now=timezone.now() - datetime.timedelta(days=8))
        expired = client.get(reverse("people:welcome", args=[old]))
        client.post(url, {"password1": GOOD, "password2": GOOD})
        client.get(reverse("account_login"))
        spent = client.post(url, {"password1": "another " + GOOD, "password2": "another " + GOOD})
        unknown = client.get(reverse("people:welcome", args=["guess"]))
        assert {r.status_code for r in (expired, spent, unknown)} == {410}
        bodies = {r.content.split(b"<main")[1] for r in (expired, spent, unknown)}
        assert len(bodies) == 1
        newcomer.refresh_from_db()
        assert newcomer.check_password(GOOD)

    @pytest.mark.parametrize(
        ("first", "second"), [(GOOD, "x"), ("short", "short"), ("lindlindlind", "lindlindlind"), ("", "")]
    )
    def test_a_bad_choice_spends_nothing(self, client, newcomer, url, first, second):
        response = client.post(url, {"password1": first, "password2": second})
        assert response.status_code == 422
        newcomer.refresh_from_db()
        assert not newcomer.has_usable_password()
        assert client.get(url).status_code == 200

    def test_the_token_is_in_no_log(self, client, url, caplog):
        token = url.split("/")[-2]
        from people.logs import HideTokens

        caplog.handler.addFilter(HideTokens())
        with caplog.at_level(logging.DEBUG):
            Client(enforce_csrf_checks=True).post(url, {"password1": GOOD, "password2": GOOD})
            client.get(url + "x/")
        assert "/welcome/…" in caplog.text
        assert token not in caplog.text


class TestLanguage:
    def test_is_remembered_before_sign_in(self, client):
        response = client.post(reverse("people:language"), {"language": "fr", "next": "/accounts/login/?a=b"})
        assert response["Location"] == "/accounts/login/?a=b"
        cookie = response.cookies["language"]
        assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("fr", True, "Lax")
        assert client.get(reverse("account_login"))["Content-Language"] == "fr"

    @pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "/\\evil.test", ""])
    def test_leads_nowhere_else(self, client, target):
        response = client.post(reverse("people:language"), {"language": "de", "next": target})
        assert response["Location"] == "/"

    def test_unknown_language_and_get(self, client):
        assert not client.post(reverse("people:language"), {"language": "xx"}).cookies
        assert client.get(reverse("people:language"), {"language": "fr"}).status_code == 405


def test_a_zone_that_only_the_hr_system_knows_survives_the_account_page(employee, sign_in):
    employee.timezone = "Etc/GMT-5"
    employee.save()
    client = sign_in(employee)
    assert 'value="Etc/GMT-5" selected' in client.get(reverse("people:account")).text
    client.post(reverse("people:account"), {"language": "en", "timezone": "Etc/GMT-5", "theme": "dark"})
    employee.refresh_from_db()
    assert (employee.timezone, employee.theme) == ("Etc/GMT-5", "dark")
