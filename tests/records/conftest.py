"""Sealed files are made once: a key of 3,072 bits takes its time."""

import pytest

from records.pdf import render
from records.seal import seal
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
