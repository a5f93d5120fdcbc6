import pytest
from django.test import override_settings

from people.models import Employee
from records import operations, queries, storage
from records.models import Record
from records.seal import seal
from tests import factories
from tests.records.conftest import sign_all


def test_judge_knows_what_was_made_here(record):
    verdict = queries.judge(storage.read(record.current_file))
    assert (verdict.status, verdict.finding) == ("genuine", "known")


@pytest.mark.django_db
def test_judge_does_not_call_an_unlisted_file_genuine(sealed):
    verdict = queries.judge(sealed)
    assert (verdict.status, verdict.finding) == ("foreign", "unlisted")


def test_judge_says_altered_of_known_content_under_another_seal(record, tmp_path):
    interview = record.interview
    again = operations._typeset(interview, interview.contents.get(), record.created_at, "")
    with override_settings(DATA_DIR=tmp_path):
        theirs = seal(again)
    verdict = queries.judge(theirs)
    assert (verdict.status, verdict.finding) == ("altered", "seal_removed")


def test_visible_to_is_for_those_concerned(record, employee, manager, hr, outsider, administrator):
    superior = factories.make_employee("Mia", "Stern")
    manager.manager = superior
    manager.save()
    scoped_elsewhere = factories.make_hr(factories.make_department("Somewhere"))
    in_scope = factories.make_hr(employee.department)
    seen_by = {
        person.pk
        for person in (employee, manager, hr, outsider, administrator, superior, scoped_elsewhere, in_scope)
        if Record.objects.visible_to(Employee.objects.get(pk=person.pk)).exists()
    }
    assert seen_by == {employee.pk, manager.pk, hr.pk, in_scope.pk}


def test_visible_to_whoever_signed_stays(record, hr):
    hr.memberships.all().delete()
    assert Record.objects.visible_to(Employee.objects.get(pk=hr.pk)).get() == record


def test_hr_does_not_see_the_records_of_own_superiors(hr, manager):
    hr.manager = manager
    hr.save()
    other = factories.make_hr()
    interview = sign_all(manager, factories.make_employee("Vera", "Lang"), other)
    record = operations.make_record(interview_id=interview.pk)
    assert not Record.objects.visible_to(Employee.objects.get(pk=hr.pk)).filter(pk=record.pk).exists()


def test_register_is_read_in_one_query(record, employee, django_assert_num_queries):
    reader = Employee.objects.get(pk=employee.pk)
    assert reader.is_hr is False
    with django_assert_num_queries(1):
        assert [str(each.interview.employee) for each in queries.register(reader)] == [str(employee)]
