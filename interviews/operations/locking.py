"""How an operation takes hold of the row it changes."""

from datetime import datetime

from django.db import transaction

from interviews.models import Interview
from interviews.workflow import check
from people.models import Employee


def hold(interview: Interview, action: str, by: Employee, now: datetime) -> Interview:
    """A fresh, locked copy of the interview on which this user may make this move now; else `Refused`.

    On SQLite the IMMEDIATE transaction is the lock.
    """
    if not transaction.get_connection().in_atomic_block:
        message = "hold belongs inside the transaction of the operation"
        raise RuntimeError(message)
    fresh = (
        Interview.objects.select_for_update(of=("self",))
        .select_related("employee", "interviewer", "version", "cycle")
        .get(pk=interview.pk)
    )
    check(action, by, fresh, now)
    return fresh
