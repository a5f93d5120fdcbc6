"""What ended before a manager began to lead: closed to them until the employee opens it."""

import datetime

from django.db import transaction
from django.utils import timezone

from audit import operations as audit
from people.models import Employee
from plans.models import Plan
from plans.operations.keeping import refuse_unless
from plans.rights import may_open_past


def open_past(*, by: Employee, plan: Plan, opened: bool, now: datetime.datetime | None = None) -> Plan:
    """Let the present manager read what ended before them, or close it to them again. The next manager starts anew."""
    now = now or timezone.now()
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("employee__manager").get(pk=plan.pk)
        refuse_unless(may_open_past(by, plan))
        reader = plan.employee.manager if opened else None
        if plan.past_opened_to == reader:
            return plan
        plan.past_opened_to = reader
        plan.save(update_fields=["past_opened_to"])
        audit.record(action="plan.past_opened" if opened else "plan.past_closed", by=by, subject=plan, at=now)
    return plan
