"""That HR asked somebody by hand to take the next step."""

import uuid

from django.db import models

from interviews.models.interview import Interview
from people.models import Employee


class Nudge(models.Model):
    """One person who was asked, by whom and why. At most once a day; the reason is HR's and in no mail."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="nudges")
    person = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    day = models.DateField(help_text="where the person works")
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["interview", "person", "day"], name="nudge_once_a_day")]

    def __str__(self) -> str:
        return str(self.pk)
