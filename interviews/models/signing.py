"""What was frozen, who asked for changes, and who signed it how."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews.models.interview import Interview
from people.models import Employee


class Content(models.Model):
    """Minutes and plan as they were put before both: canonical JSON and its SHA-256. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interview = models.ForeignKey(Interview, models.PROTECT, related_name="contents")
    sequence = models.PositiveIntegerField()
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["interview", "-sequence"]
        constraints = [models.UniqueConstraint(fields=["interview", "sequence"], name="content_sequence_once")]

    def __str__(self) -> str:
        return self.sha256[:8]


class ChangeRequest(models.Model):
    """Why somebody sent the frozen content back into the conversation. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.ForeignKey(Content, models.PROTECT, related_name="change_requests")
    asked_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    why = models.TextField()

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return str(self.pk)


class Slot(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    INTERVIEWER = "interviewer", _("Interviewer")
    HR = "hr", _("HR partner")


class Declaration(models.TextChoices):
    AGREES = "agrees", _("agrees")
    RESERVATIONS = "reservations", _("has read it and sees some things differently")
    CONFIRMS = "confirms", _("confirms")
    REFUSED = "refused", _("does not sign")
    ABSENT = "absent", _("was absent")


class Signature(models.Model):
    """A slot filled by a declaration about one exact content. A simple electronic signature (eIDAS art. 3(10)).

    An absence is declared by HR as witness; then `signer` is who was absent. Never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.ForeignKey(Content, models.PROTECT, related_name="signatures")
    slot = models.CharField(max_length=12, choices=Slot)
    signer = models.ForeignKey(Employee, models.PROTECT, related_name="signatures")
    declaration = models.CharField(max_length=12, choices=Declaration)
    remark = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    method = models.CharField(max_length=40)
    witness = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["content", "slot"], name="signature_one_per_slot"),
            models.CheckConstraint(
                condition=Q(declaration="absent", witness__isnull=False)
                | (~Q(declaration="absent") & Q(witness__isnull=True)),
                name="signature_absence_is_witnessed",
            ),
            models.CheckConstraint(
                condition=~Q(declaration__in=["reservations", "refused", "absent"]) | ~Q(remark=""),
                name="signature_difference_is_explained",
            ),
            models.CheckConstraint(
                condition=Q(slot="employee", declaration__in=["agrees", "reservations", "refused", "absent"])
                | Q(slot="interviewer", declaration__in=["confirms", "reservations", "refused", "absent"])
                | Q(slot="hr", declaration__in=["confirms", "refused"]),
                name="signature_declaration_fits_slot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot}: {self.declaration}"
