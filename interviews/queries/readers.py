"""Who opened what somebody wrote. Two queries."""

import datetime

from audit.queries import readings_of
from interviews.models import Interview
from people.models import Employee


def readers_of(interview: Interview) -> list[tuple[Employee, datetime.datetime]]:
    """Everyone but the employee who opened the conversation or its record, with the last moment, newest first."""
    record = getattr(interview, "record", None)
    last: dict[object, datetime.datetime] = {}
    for reader, moment in readings_of([interview.pk, *([record.pk] if record else [])]):
        if reader != interview.employee_id:
            last.setdefault(reader, moment)
    people = Employee.objects.in_bulk(list(last))
    return [(people[reader], moment) for reader, moment in last.items() if reader in people]
