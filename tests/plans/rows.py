"""All rows of the plans and the audit log, to show that a refusal wrote nothing."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from audit.models import Entry
from people.policy import Refused
from plans.models import Action, Change, CheckIn, Goal, Plan, Progress, Promise, Remark, TimeRequest

ROWS = (Plan, Goal, Action, Promise, Change, CheckIn, Progress, Remark, TimeRequest, Entry)


def day(offset: int) -> datetime.date:
    return timezone.now().date() + datetime.timedelta(days=offset)


def everything() -> dict[type[models.Model], list[Any]]:
    return {model: list(model._default_manager.order_by("pk").values()) for model in ROWS}


@contextmanager
def nothing_written(refusal: type[Exception] = Refused) -> Iterator[None]:
    """Refused with a sentence, and the database as before."""
    before = everything()
    with pytest.raises(refusal) as refused:
        yield
    assert str(refused.value)
    assert everything() == before
