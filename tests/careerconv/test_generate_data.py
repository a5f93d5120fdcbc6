"""Data for the bench: it has to be as sound as what people make, and the same each time."""

import datetime
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from audit.operations import verify
from careerconv.generating.loading import ACCOUNTS, generate
from interviews import content
from interviews.models import Answer, Content, Interview, State
from people.models import Employee
from plans.models import Change, CheckIn, Progress
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 10, 14, 10, 30, tzinfo=datetime.UTC)


def made(seed: int) -> list[list[Any]]:
    """What a seed makes, taken back at once."""
    with transaction.atomic():
        generate(employees=24, years=1, seed=seed, now=NOW)
        rows = [
            list(model.objects.order_by("pk").values_list())
            for model in (Employee, Interview, Answer, Content, Change, Progress)
        ]
        transaction.set_rollback(True)
    return rows


def test_history_is_sound_and_reaches_every_state() -> None:
    written = generate(employees=80, years=2, seed=1, now=NOW)
    connection.check_constraints()
    assert written["people_employee"] == Employee.objects.count() == 80
    assert verify().broken_at is None
    assert verify().entries > written["audit_entry"]
    states = set(Interview.objects.values_list("state", flat=True))
    assert states >= {State.PREPARING, State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNED}
    assert CheckIn.objects.filter(held_on__isnull=False).exists()
    assert not CheckIn.objects.filter(held_on__gt=NOW.date()).exists()
    assert not Employee.objects.filter(email__iregex=r"[^a-z0-9.@]").exists()


def test_frozen_content_is_what_the_product_would_have_frozen() -> None:
    generate(employees=40, years=2, seed=2, now=NOW)
    frozen = Content.objects.filter(interview__state=State.SIGNED).select_related("interview").order_by("pk")[0]
    interview = Interview.objects.select_related("employee__department", "interviewer", "cycle").get(
        pk=frozen.interview_id
    )
    kept = json.loads(frozen.canonical)
    built = content.build(interview, frozen_at=frozen.frozen_at)
    assert frozen.sha256 == content.sha256(frozen.canonical)
    assert kept.keys() == built.keys()
    for part in ("schema", "interview", "employee", "interviewer", "sections", "skills"):
        assert kept[part] == built[part], part
    for goal in built["goals"]:
        assert goal.keys() == kept["goals"][0].keys()


def test_the_same_seed_makes_the_same_data() -> None:
    first, again, other = made(5), made(5), made(6)
    assert first == again
    assert first != other


def test_a_database_with_people_is_left_alone() -> None:
    factories.make_employee()
    before = Employee.objects.count()
    with pytest.raises(CommandError):
        call_command("generate_data", employees=40, stdout=StringIO())
    assert Employee.objects.count() == before
    assert not Interview.objects.exists()


def test_the_command_counts_rows_and_names_the_accounts() -> None:
    out = StringIO()
    call_command("generate_data", employees=24, years=1, stdout=out)
    assert "interviews_interview" in out.getvalue()
    assert all(email in out.getvalue() for email in ACCOUNTS)
    assert Employee.objects.filter(email__in=ACCOUNTS).count() == len(ACCOUNTS)
