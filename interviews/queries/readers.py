"""Who opened what somebody wrote. Two queries."""

import datetime
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Entry
from audit.queries import readings_of
from interviews.models import Interview
from people.models import Employee
from people.prepared import prepared


@prepared
def _readings(*subjects: UUID) -> QuerySet[Entry]:
    return readings_of(subjects)


def readers_of(interview: Interview) -> list[tuple[Employee, datetime.datetime]]:
    """Everyone but the employee who opened the conversation or its record, with the last moment, newest first."""
    last: dict[object, datetime.datetime] = {}
    record: UUID | None = interview.__dict__["kept_as"]
    for entry in _readings(interview.pk, *([record] if record else [])):
        if entry.actor != interview.employee_id:
            last.setdefault(entry.actor, entry.at)
    people = Employee.objects.in_bulk(list(last)) if last else {}
    return [(people[reader], moment) for reader, moment in last.items() if reader in people]
