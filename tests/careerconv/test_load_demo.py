import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from audit import operations as audit
from audit.models import Entry
from careerconv.demo import loading, telling
from careerconv.sweep import RULES
from interviews import template_files
from interviews.models import Answer, Cycle, Extension, Interview, Minutes, Signature, State
from interviews.questions import QUESTION_KINDS, Questions
from outbox.models import Message, MessageState
from outbox.reminders import foresee
from people.importing import plan_import
from people.models import Employee, Organisation
from plans.models import Action, CheckIn, Goal, Promise
from tests import factories


@pytest.fixture
def loaded(db):
    call_command("load_demo", verbosity=0)


def test_load_demo_tells_a_year_and_a_second_run_changes_nothing(loaded, capsys):
    assert loading.counts() == {
        "people": 63, "cycles": 3, "planned": 1, "preparing": 12, "in_conversation": 3, "in_review": 3, "signing": 2,
        "signed": 22, "cancelled": 1, "not_held": 5, "exempted": 1,
    }  # fmt: skip
    assert Extension.objects.get().interview.state == State.PREPARING
    assert Organisation.current().is_demonstration
    assert audit.verify().broken_at is None
    _accounts_open_with_the_password_of_the_banner()
    _nothing_happens_before_or_after_its_time()
    _the_closed_round_is_nearly_complete()
    _the_employee_finds_a_conversation_and_a_plan()
    _the_manager_finds_seven_reports_in_different_states()
    _no_two_people_say_the_same()
    _the_past_is_not_reminded_of()
    before = _everything()
    capsys.readouterr()
    call_command("load_demo")
    assert "here already" in capsys.readouterr().out
    assert _everything() == before


def test_load_demo_refuses_a_database_with_other_people(db):
    factories.make_employee("Somebody", "Else")
    with pytest.raises(CommandError, match="do not belong to the demonstration") as refused:
        call_command("load_demo")
    assert refused.value.returncode == 3  # what `make run` knows
    assert Employee.objects.count() == 1
    assert not Interview.objects.exists()
    assert not Entry.objects.exists()


def test_people_csv_can_be_imported_as_it_is(db):
    plan = plan_import(content=telling.PEOPLE.read_bytes(), by=None, now=timezone.now())
    assert plan.errors == []
    assert len(plan.added) == 63


def test_the_shipped_interview_reads_and_asks_every_kind_of_question():
    content = template_files.read((template_files.SHIPPED / f"{loading.TEMPLATE}.yaml").read_bytes())
    questions = Questions.from_content(content)
    assert 60 <= questions.minutes <= 75
    assert {q.visibility for q in questions} == {"me", "two", "record"}
    assert {q.kind for q in questions} == set(QUESTION_KINDS)
    assert all(len(q.label("en")) <= 40 and q.guidance for q in questions)


def _accounts_open_with_the_password_of_the_banner():
    for email in loading.ACCOUNTS:
        assert Employee.objects.get(email=email).check_password("demo")
    others = Employee.objects.exclude(email__in=loading.ACCOUNTS)
    assert not any(person.has_usable_password() for person in others)


def _nothing_happens_before_or_after_its_time():
    moments = list(Entry.objects.order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= timezone.now()
    waiting = Message.objects.filter(state=MessageState.WAITING)
    assert 0 < waiting.count() < 40


def _the_closed_round_is_nearly_complete():
    cycle = Cycle.objects.get(name="Career conversations, last round")
    states = dict(cycle.interviews.order_by().values_list("state").annotate(Count("pk")))
    assert states == {State.SIGNED: 16, State.NOT_HELD: 3}
    assert set(Signature.objects.filter(slot="employee").values_list("declaration", flat=True)) == {
        "agrees", "reservations", "refused",
    }  # fmt: skip


def _the_employee_finds_a_conversation_and_a_plan():
    today = timezone.localdate()
    employee = Employee.objects.get(email="employee@demo.example")
    current = employee.interviews.get(state=State.PREPARING)
    assert current.answers.filter(author=employee).count() == 5
    assert current.employee_shared_at is None
    assert 12 <= (current.meets_at.date() - today).days <= 18
    assert employee.interviews.filter(state=State.SIGNED).count() == 1
    assert Goal.objects.filter(plan__employee=employee).count() == 3
    late = [action for action in Action.objects.filter(goal__plan__employee=employee) if action.is_overdue(today)]
    assert len(late) == 1
    assert Promise.objects.filter(plan__employee=employee).count() == 4
    assert CheckIn.objects.filter(plan__employee=employee, held_on__isnull=False).count() == 5


def _the_manager_finds_seven_reports_in_different_states():
    manager = Employee.objects.get(email="manager@demo.example")
    assert Employee.objects.reports_of(manager).count() == 7
    recent = timezone.now() - datetime.timedelta(days=40)
    states = Interview.objects.filter(interviewer=manager, created_at__gt=recent).values_list("state", flat=True)
    assert set(states) == {
        State.PLANNED, State.PREPARING, State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNING, State.SIGNED,
    }  # fmt: skip


def _no_two_people_say_the_same():
    said = [answer.value["text"] for answer in Answer.objects.all() if "text" in answer.value]
    said += Minutes.objects.values_list("text", flat=True)
    said += Goal.objects.values_list("specific", flat=True)
    assert len(said) > 300
    assert len(said) == len(set(said))


def _the_past_is_not_reminded_of():
    """A week of reminders comes day by day, and not on the first of them."""
    kinds = {rule.kind for rule in RULES}
    assert not Message.objects.filter(kind__in=kinds, state=MessageState.WAITING).exists()
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    assert len(list(foresee(RULES, now=tomorrow))) < 20


def _everything():
    models = (Employee, Interview, Answer, Minutes, Goal, Action, Promise, CheckIn, Message, Entry, Signature)
    return {model: list(model.objects.order_by("pk").values()) for model in models}
