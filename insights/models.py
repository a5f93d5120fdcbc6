"""Figures as they were counted last, so that HR's pages cost the same for ten thousand people as for a hundred.

Nothing here is a source: every number can be counted anew from the conversations and plans it speaks of.
"""

import uuid

from django.db import models

from interviews.models import Cycle
from people.models import Department, Employee

# Stands for what is counted of plans and people, outside of any cycle.
PEOPLE = uuid.UUID(int=0)


class Tally(models.Model):
    """What was counted of a department with all below it (none: of everybody).

    Without a cycle: check-ins, actions, promises and contacts. With a person: what that one adds to the numbers of the
    department, since partners must not count themselves nor their superiors.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.CASCADE, null=True, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Employee, models.CASCADE, null=True, related_name="+")
    numbers = models.JSONField(default=dict)
    # By site, and by who leads: only those with most late ones.
    sites = models.JSONField(default=dict)
    leaders = models.JSONField(default=dict)
    # Conversations that are late, the longest overdue first.
    longest = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["department", "cycle", "person"], name="tally_of_department")]

    def __str__(self) -> str:
        return str(self.pk)


class Counting(models.Model):
    """When one cycle, or the people outside of cycles, was counted last, and up to which entry of the audit log."""

    of = models.UUIDField(primary_key=True)
    counted_at = models.DateTimeField()
    day = models.DateField()
    sequence = models.BigIntegerField()
    milliseconds = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.of)
