"""Sealed files are made once per run: a key of 3,072 bits takes its time."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from interviews.content import canonical, sha256
from interviews.models import Content, Interview, Signature, State
from people.models import Employee, Organisation
from records import operations
from records.models import Record
from records.pdf import render
from records.seal import seal
from tests import factories
from tests.records import sample


@pytest.fixture(scope="session")
def unsealed() -> bytes:
    return render(
        sample.content(),
        sample.signatures(),
        organisation=sample.ORGANISATION,
        reference=sample.REFERENCE,
        sealed_at=sample.SEALED_AT,
        audit_head=sample.AUDIT_HEAD,
        review=sample.REVIEW,
    )


@pytest.fixture(scope="session")
def sealed(unsealed: bytes) -> bytes:
    return seal(unsealed, at=sample.SEALED_AT)


@pytest.fixture
def signed(employee: Employee, manager: Employee, hr: Employee) -> Interview:
    """A conversation that was frozen, confirmed and signed by all three."""
    return sign_all(employee, manager, hr)


def sign_all(employee: Employee, interviewer: Employee, hr: Employee) -> Interview:
    Organisation.objects.get_or_create(id=1, defaults={"name": "Meridian S.A.", "timezone": "Europe/Luxembourg"})
    now = timezone.now()
    interview = factories.make_interview(
        employee,
        interviewer,
        state=State.SIGNED,
        started_at=now - timedelta(days=9),
        frozen_at=now - timedelta(days=8),
        confirmed_at=now - timedelta(days=7),
        closed_at=now,
    )
    content = sample.content()
    content["interview"] |= {"id": str(interview.pk), "reference": interview.reference}
    content["employee"] |= {"id": str(employee.pk), "name": employee.get_full_name()}
    content["interviewer"] |= {"id": str(interviewer.pk), "name": interviewer.get_full_name()}
    text = canonical(content)
    frozen = Content.objects.create(
        interview=interview,
        sequence=1,
        canonical=text,
        sha256=sha256(text),
        frozen_at=now - timedelta(days=8),
        frozen_by=interviewer,
    )
    for slot, signer, declaration in (
        ("employee", employee, "agrees"),
        ("interviewer", interviewer, "confirms"),
        ("hr", hr, "confirms"),
    ):
        Signature.objects.create(
            content=frozen, slot=slot, signer=signer, declaration=declaration, signed_at=now, method="password"
        )
    return interview


@pytest.fixture
def record(signed: Interview) -> Record:
    return operations.make_record(interview_id=signed.pk)


@pytest.fixture
def path_of() -> Callable[[Record], Path]:
    """Where the record's own file lies."""
    return lambda record: Path(django_settings.DATA_DIR) / "records" / record.current_file.path
