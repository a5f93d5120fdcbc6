import datetime
import io
import json
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from outbox.models import Message
from people.importing import COLUMNS, plan_import
from people.models import Department, Employee, Membership, MembershipRole, WelcomeLink
from people.operations import apply_import, issue_welcome_link
from people.policy import Refused
from tests.factories import make_department, make_employee, make_hr

DEMO = Path(__file__).resolve().parents[2] / "people" / "demo" / "people.csv"
SAMPLE = {
    "employee_number": "N1",
    "email": "ines.prat@example.test",
    "first_name": "Inès",
    "last_name": "Prat",
    "job_title": "planner",
    "department": "Logistics",
    "site": "Lyon",
    "country": "FR",
    "manager_number": "",
    "hired_on": "2020-03-01",
    "left_on": "",
    "language": "fr",
    "timezone": "Europe/Paris",
    "born_on": "1990-05-17",
}


def row(number="N1", **values):
    return {**SAMPLE, "employee_number": number, "email": f"{number.lower()}@example.test", **values}


def sheet(*rows, columns=COLUMNS, delimiter=",", encoding="utf-8"):
    lines = [delimiter.join(columns)]
    lines += [delimiter.join(row[column] for column in columns) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def imported(content, **options):
    plan = apply_import(by=options.pop("by", None), content=content, **options)
    assert plan.errors == []
    return plan


def counts(plan):
    return tuple(plan.as_dict()[name] for name in ("added", "changed", "unchanged", "deactivated"))


def refused(content):
    """The problems of a file, after making sure that it changed nothing."""
    before = list(Employee.objects.order_by("pk").values()), list(Department.objects.values())
    plan = apply_import(by=None, content=content)
    assert (list(Employee.objects.order_by("pk").values()), list(Department.objects.values())) == before
    assert not Entry.objects.filter(action="people.imported").exists()
    assert counts(plan) == (0, 0, 0, 0)
    return [(problem.line, problem.field) for problem in plan.errors]


def person(number):
    return Employee.objects.select_related("department", "manager").get(employee_number=number)


@pytest.mark.django_db
class TestGoodFiles:
    def test_adds_people_with_department_and_manager_who_comes_later(self):
        plan = imported(sheet(row("N2", manager_number="N1"), row("N1")))
        assert counts(plan) == (2, 0, 0, 0)
        report = person("N2")
        assert (report.manager.employee_number, report.department.name) == ("N1", "Logistics")
        assert (report.first_name, report.country, report.language, report.timezone) == (
            "Inès",
            "FR",
            "fr",
            "Europe/Paris",
        )
        assert report.born_on == datetime.date(1990, 5, 17)
        assert report.is_active
        assert not report.has_usable_password()

    def test_second_run_changes_nothing(self):
        content = sheet(row("N2", manager_number="N1"), row("N1"), row("N3", left_on="2021-01-01"))
        imported(content)
        before = list(Employee.objects.order_by("pk").values())
        assert counts(imported(content)) == (0, 0, 3, 0)
        assert list(Employee.objects.order_by("pk").values()) == before

    def test_demonstration_file_is_idempotent_and_right(self):
        content = DEMO.read_bytes()
        rows = len(content.splitlines()) - 1
        assert counts(imported(content)) == (rows, 0, 0, 0)
        assert counts(imported(content)) == (0, 0, rows, 0)

    def test_mails_nobody(self):
        imported(sheet(row("N1"), row("N2")))
        assert not Message.objects.exists()

    def test_a_change_says_what_was_and_what_is(self):
        imported(sheet(row("N1"), row("N2")))
        plan = imported(
            sheet(row("N1", job_title="head planner", department="Freight"), row("N2", manager_number="N1"))
        )
        assert counts(plan) == (0, 2, 0, 0)
        assert plan.changed[0].differences == [
            ("job title", "planner", "head planner"),
            ("department", "Logistics", "Freight"),
        ]
        assert plan.changed[1].differences == [("manager", "", "Inès Prat")]
        assert person("N1").department.name == "Freight"

    def test_whoever_is_missing_stays(self):
        imported(sheet(row("N1"), row("N2")))
        imported(sheet(row("N2")))
        assert person("N1").is_active

    @pytest.mark.parametrize(("days", "active"), [(-1, False), (0, False), (1, True)])
    def test_last_day_acts_when_it_comes(self, days, active):
        now = timezone.now()
        imported(sheet(row("N1", timezone="UTC")), now=now)
        last = (now + datetime.timedelta(days=days)).date().isoformat()
        plan = imported(sheet(row("N1", timezone="UTC", left_on=last)), now=now)
        assert counts(plan) == ((0, 1, 0, 0) if active else (0, 0, 0, 1))
        assert person("N1").is_active is active

    def test_the_day_is_the_one_where_the_person_works(self):
        evening = datetime.datetime(2026, 3, 1, 20, tzinfo=datetime.UTC)  # the 2nd has begun in Tokyo
        imported(
            sheet(row("N1", timezone="Asia/Tokyo", left_on="2026-03-02"), row("N2", left_on="2026-03-02")), now=evening
        )
        assert not person("N1").is_active
        assert person("N2").is_active

    def test_empty_last_day_opens_again(self):
        imported(sheet(row("N1", left_on="2021-01-01")))
        assert not person("N1").is_active
        assert counts(imported(sheet(row("N1")))) == (0, 1, 0, 0)
        assert person("N1").is_active

    def test_departed_manager_is_a_warning(self):
        plan = imported(sheet(row("N1", left_on="2021-01-01"), row("N2", manager_number="N1")))
        assert [(w.line, w.field) for w in plan.warnings] == [(3, "manager_number")]
        assert person("N2").manager == person("N1")

    def test_another_manager_leads_from_the_day_of_the_file(self):
        people = [row("N1"), row("N2"), row("N3", manager_number="N1")]
        imported(sheet(*people))
        assert person("N3").led_since is None
        later = datetime.datetime(2031, 5, 2, 23, 30, tzinfo=datetime.UTC)  # the third of May in Paris
        plan = imported(sheet(*people[:2], row("N3", manager_number="N2")), now=later)
        assert [label for label, _before, _after in plan.changed[0].differences] == ["manager"]
        assert (person("N3").manager, person("N3").led_since) == (person("N2"), datetime.date(2031, 5, 3))
        imported(sheet(*people[:2], row("N3", manager_number="N2", job_title="head")), now=timezone.now())
        assert person("N3").led_since == datetime.date(2031, 5, 3)

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_delimiters_and_encodings(self, delimiter, encoding):
        imported(sheet(row("N1", last_name="Müßig"), delimiter=delimiter, encoding=encoding))
        assert person("N1").last_name == "Müßig"

    def test_order_and_case_of_columns_and_more_of_them(self):
        columns = [*reversed(COLUMNS), "cost_centre"]
        content = sheet({**row("N1"), "cost_centre": "42"}, columns=columns).replace(b"email", b"EMail", 1)
        plan = imported(content)
        assert person("N1").email == "n1@example.test"
        assert "cost_centre" in plan.warnings[0].message

    def test_empty_rows_and_quoted_cells(self):
        content = sheet(row("N1", job_title='"planner, ""night"""'))
        imported(content + b"\r\n" + b"," * 13 + b"\r\n")
        assert person("N1").job_title == 'planner, "night"'

    def test_addresses_may_pass_from_one_to_another(self):
        imported(sheet(row("N1", email="a@example.test"), row("N2", email="b@example.test")))
        plan = imported(
            sheet(
                row("N1", email="b@example.test"),
                row("N2", email="A@example.test"),
            )
        )
        assert counts(plan) == (0, 2, 0, 0)
        assert (person("N1").email, person("N2").email) == ("b@example.test", "a@example.test")
        imported(sheet(row("N1", email="c@example.test"), row("N3", email="b@example.test")))
        assert (person("N1").email, person("N3").email) == ("c@example.test", "b@example.test")

    def test_a_new_address_spends_waiting_links(self):
        imported(sheet(row("N1")))
        issue_welcome_link(person=person("N1"))
        imported(sheet(row("N1", email="new@example.test")))
        assert not WelcomeLink.objects.exists()

    def test_an_account_without_number_is_adopted_by_its_address(self):
        admin = make_employee(email="boss@example.test", employee_number=None)
        imported(sheet(row("N1", email="Boss@example.test"), row("N2", manager_number="N1")))
        assert person("N1").pk == admin.pk
        assert person("N2").manager == admin

    def test_language_and_time_zone_are_ones_own_after_the_first_sign_in(self, sign_in):
        imported(sheet(row("N1")))
        imported(sheet(row("N1", language="nl")))
        assert person("N1").language == "nl"
        sign_in(person("N1"))
        assert counts(imported(sheet(row("N1", language="de", timezone="Europe/Berlin")))) == (0, 0, 1, 0)
        assert person("N1").language == "nl"

    def test_departments_are_one_whatever_the_case(self):
        make_department("Logistics")
        imported(
            sheet(row("N1", department="LOGISTICS"), row("N2", department="Freight"), row("N3", department="freight"))
        )
        assert sorted(Department.objects.values_list("name", flat=True)) == ["Freight", "Logistics"]

    def test_text_is_kept_as_text(self):
        imported(sheet(row("N1", first_name="<svg onload=alert(1)>", job_title="{{7*7}} =1+1")))
        assert person("N1").first_name == "<svg onload=alert(1)>"
        assert person("N1").job_title == "{{7*7}} =1+1"

    def test_is_in_the_audit_log_without_names(self):
        imported(sheet(row("N1"), row("N2", left_on="2021-01-01")))
        imported(sheet(row("N1", left_on="2021-01-01")))
        entry = Entry.objects.filter(action="people.imported").last()
        assert entry.detail["closed"] == str(person("N1").pk)
        assert "example.test" not in json.dumps(entry.detail)


@pytest.mark.django_db
class TestBadFiles:
    @pytest.mark.parametrize("column", COLUMNS)
    def test_missing_column(self, column):
        rest = [name for name in COLUMNS if name != column]
        assert refused(sheet(row("N1"), columns=rest)) == [(1, column)]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("employee_number", ""),
            ("employee_number", "x" * 41),
            ("email", ""),
            ("email", "nobody"),
            ("first_name", ""),
            ("last_name", "x" * 81),
            ("job_title", "x" * 161),
            ("department", "x" * 121),
            ("country", "France"),
            ("country", "1!"),
            ("hired_on", "2020-02-30"),
            ("hired_on", "01/02/2020"),
            ("left_on", "20200101"),
            ("left_on", "2019-01-01"),
            ("born_on", "yesterday"),
            ("language", "es"),
            ("timezone", "Europe/Atlantis"),
            ("job_title", "a\x07b"),
            ("site", "a\u202eb"),
            ("last_name", '"a\nb"'),
            ("manager_number", "N9"),
            ("manager_number", "N2"),
        ],
    )
    def test_bad_value_is_named_with_its_line(self, field, value):
        assert refused(sheet(row("N1"), row("N2", **{field: value}))) == [(3, field)]

    def test_line_is_where_the_row_starts_in_the_file(self):
        two_lines = row("N1", job_title='"planner\nof freight"')
        errors = refused(sheet(two_lines, row("N2", born_on="?")))
        assert errors == [(2, "job_title"), (4, "born_on")]

    def test_number_twice(self):
        assert refused(sheet(row("N1"), row("N1", email="other@example.test"))) == [(3, "employee_number")]

    def test_address_twice_in_the_file_whatever_the_case(self):
        assert refused(sheet(row("N1"), row("N2", email="N1@Example.Test"))) == [(3, "email")]

    def test_address_of_somebody_here(self):
        make_employee(email="taken@example.test", employee_number="H1")
        assert refused(sheet(row("N1", email="TAKEN@example.test"))) == [(2, "email")]

    def test_loop_in_the_file(self):
        content = sheet(
            row("N1", manager_number="N3"),
            row("N2", manager_number="N1"),
            row("N3", manager_number="N2"),
            row("N4", manager_number="N1"),
        )
        assert refused(content) == [(2, "manager_number"), (3, "manager_number"), (4, "manager_number")]

    def test_loop_that_closes_in_the_database(self):
        top = make_employee(employee_number="H1")
        make_employee(employee_number="H2", manager=top)
        content = sheet(row("H1", email=top.email, manager_number="H2"))
        assert refused(content) == [(2, "manager_number")]

    def test_ragged_rows_do_not_hide_their_people(self):
        content = sheet(row("N2", manager_number="N1")) + b"N1,too,short\r\n"
        assert refused(content) == [(3, "")]

    def test_all_errors_are_told_at_once_in_order(self):
        content = sheet(
            row("N1", born_on="?", language="xx"), row("N2", manager_number="N8"), row("N3", email="n2@example.test")
        )
        assert refused(content) == [(2, "born_on"), (2, "language"), (3, "manager_number"), (4, "email")]

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (b"", 1),
            (b"\xef\xbb\xbf", 1),
            (b"name;surname\r\nA;B\r\n", 1),
            (sheet(row("N1")).decode().encode("utf-16"), 1),
            (sheet(row("N1"), row("N2")).replace(b"N2", b"N\0", 1), 3),
            (sheet(row("N1"), row("N2")).replace(b"Prat", b"Pr\x81at"), 2),
            (b"\xef\xbb\xbf" + sheet(row("N1", last_name="Müller"), encoding="cp1252"), 2),
            (sheet(row("N1"), row("N2", job_title='"never closed')), 3),
            (b"x" * (10 * 1024 * 1024 + 1), 1),
        ],
    )
    def test_what_is_no_such_file(self, content, line):
        errors = refused(content)
        assert errors
        assert errors[0][0] == line


@pytest.mark.django_db
class TestConflicts:
    def test_a_partners_own_file_and_line_stay_untouched(self):
        chief = make_employee(employee_number="H1", email="h1@example.test")
        hr = make_hr(manager=chief, employee_number="H2", email="h2@example.test")
        plan = imported(
            sheet(
                row("H1", job_title="x"), row("H2", job_title="x", manager_number="H1"), row("N1", manager_number="H1")
            ),
            by=hr,
        )
        assert counts(plan) == (1, 0, 2, 0)
        assert [w.line for w in plan.warnings] == [2, 3]
        assert {person("H1").job_title, person("H2").job_title} == {"analyst"}

    def test_a_partner_does_not_take_over_an_administrator(self, administrator):
        hr = make_hr()
        content = sheet(row(administrator.employee_number, email="mine@example.test"))
        assert [w.line for w in imported(content, by=hr).warnings] == [2]
        administrator.refresh_from_db()
        assert administrator.email != "mine@example.test"
        assert counts(imported(content, by=administrator)) == (0, 1, 0, 0)

    def test_a_partner_of_one_department_or_nobody_special_is_refused(self, employee, department):
        Membership.objects.create(person=make_employee(), role=MembershipRole.HR)
        for by in (employee, make_hr(department=department)):
            with pytest.raises(Refused):
                apply_import(by=by, content=sheet(row("N1")))
        assert not Employee.objects.filter(employee_number="N1").exists()


@pytest.mark.django_db
class TestMuch:
    @staticmethod
    def many(n, **values):
        return sheet(
            *[
                row(f"N{i}", department=f"D{i % 9}", manager_number=f"N{i // 8}" if i >= 8 else "", **values)
                for i in range(n, 0, -1)
            ]
        )

    def test_queries_grow_by_batches_not_by_rows(self):
        def queries(content):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                imported(content)
            return len(caught)

        def batches(n):
            return -(-n * 30 // 999) + 1  # SQLite takes 999 values per statement, a person has fewer than thirty

        assert queries(self.many(1000)) <= 25 + batches(1000)
        assert queries(self.many(1000, job_title="other")) <= 25 + batches(1000)
        assert queries(self.many(1000, job_title="other")) <= 20

    def test_ten_thousand_rows_take_seconds(self):
        content = self.many(10_000)
        started = time.monotonic()
        plan = plan_import(content=content, by=None, now=timezone.now())
        assert len(plan.added) == 10_000
        assert time.monotonic() - started < 10


@pytest.mark.django_db
class TestCommand:
    @staticmethod
    def run(path, *options):
        out = io.StringIO()
        call_command("import_people", str(path), *options, stdout=out)
        return out.getvalue()

    def test_prints_counts_as_json(self, tmp_path):
        file = tmp_path / "people.csv"
        file.write_bytes(sheet(row("N1")))
        assert json.loads(self.run(file, "--json")) == {
            "added": 1,
            "changed": 0,
            "unchanged": 0,
            "deactivated": 0,
            "errors": [],
            "warnings": [],
        }
        assert "1 unchanged" in self.run(file)

    def test_dry_run_writes_nothing(self, tmp_path):
        file = tmp_path / "people.csv"
        file.write_bytes(sheet(row("N1")))
        assert json.loads(self.run(file, "--json", "--dry-run"))["added"] == 1
        assert not Employee.objects.exists()
        assert not Department.objects.exists()

    @pytest.mark.parametrize("options", [[], ["--dry-run"]])
    def test_a_bad_file_exits_with_one(self, tmp_path, options):
        file = tmp_path / "people.csv"
        file.write_bytes(sheet(row("N1", born_on="?")))
        out = io.StringIO()
        with pytest.raises(CommandError) as stopped:
            call_command("import_people", str(file), "--json", *options, stdout=out)
        assert stopped.value.returncode == 1
        [error] = json.loads(out.getvalue())["errors"]
        assert (error["line"], error["field"]) == (2, "born_on")
        assert not Employee.objects.exists()

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError):
            self.run(tmp_path / "none.csv")
