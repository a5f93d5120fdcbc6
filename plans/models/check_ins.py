"""Check-ins, what each side wrote, and how far the goals came."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from people.addresses import address_of
from people.models import Employee
from plans.models.items import Goal, Plan
from plans.models.reading import circle_of, known_to_line


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, user: Employee) -> Self:
        """The employee and the line manager; a new one not those that were held or withdrawn before."""
        known = Q(plan__employee=user) | Q(held_on__isnull=True, withdrawn_at__isnull=True)
        line = known_to_line(user, ended="held_on") | known_to_line(user, ended="withdrawn_at")
        return self.filter(plan__employee__in=circle_of(user)).filter(known | line)

    def open(self) -> Self:
        return self.filter(held_on__isnull=True, withdrawn_at__isnull=True)


class CheckIn(models.Model):
    """Ten minutes and one page on how the plan goes; proposed by a series, or started by either side."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="check_ins")
    due_on = models.DateField(_("due"))
    held_on = models.DateField(_("held"), null=True, blank=True)
    held_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    blockers = models.TextField(_("what is in the way"), blank=True)
    adjustments = models.TextField(_("what you change"), blank=True)
    # The signing that started the series; a new one withdraws what is left of the old.
    series = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "series", "due_on"], condition=Q(series__isnull=False), name="check_in_once_per_series"
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | Q(withdrawn_at__isnull=True), name="check_in_held_or_withdrawn"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(held_on__isnull=True, withdrawn_at__isnull=True),
                name="check_in_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.due_on}"

    def get_absolute_url(self) -> str:
        return address_of("plans:check_in", self.pk)


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, user: Employee) -> Self:
        """Whoever reads the check-in."""
        return self.filter(Exists(CheckIn.objects.visible_to(user).filter(pk=OuterRef("check_in_id"))))


class Remark(models.Model):
    """What one side wrote on a check-in: before it is held, or beside the words of whoever held it.

    The words of the holder go into the check-in itself when it is held.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    blockers = models.TextField(_("what is in the way"), blank=True)
    adjustments = models.TextField(_("what you change"), blank=True)
    # Per goal (its id) what its author filled in and has not kept yet: pace, number, words, due_on, as typed.
    goals = models.JSONField(default=dict, blank=True)
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["written_at"]
        constraints = [models.UniqueConstraint(fields=["check_in", "author"], name="remark_one_per_side")]

    def __str__(self) -> str:
        return str(self.pk)


class Pace(models.TextChoices):
    GOING_WELL = "going_well", _("Going well")
    SLOWER = "slower", _("Slower")
    STUCK = "stuck", _("Stuck")
    REACHED = "reached", _("Reached")


class Progress(models.Model):
    """How far one goal has come: as seen at a check-in, or as the employee noted between two."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_in = models.ForeignKey(CheckIn, models.CASCADE, null=True, blank=True, related_name="progress")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="progress")
    pace = models.CharField(_("how it goes"), max_length=12, choices=Pace, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2, null=True, blank=True)
    words = models.TextField(_("in words"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "goal"], name="progress_once_per_goal"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="progress_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(pace="") | Q(pace__in=[p.value for p in Pace]), name="progress_pace_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent}"
