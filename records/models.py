"""What is kept of a signed interview: the record, its sealed files, and what was added later. Nothing is updated."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from interviews.models import Declaration, Interview, Signature
from people.models import Employee


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user: Employee) -> Self:
        """The two who talked, whoever signed it, and HR whose scope reaches the employee; nobody else."""
        signed = Signature.objects.filter(signer=user).exclude(declaration=Declaration.ABSENT)
        in_scope = Employee.objects.in_scope_of(user).values("pk")
        return self.filter(
            Q(interview__employee=user)
            | Q(interview__interviewer=user)
            | Q(interview__in=signed.values("content__interview"))
            | (Q(interview__employee__in=in_scope) if user.is_hr else Q(pk__isnull=True))
        )


class Record(models.Model):
    """One signed interview, as it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interview = models.OneToOneField(Interview, models.PROTECT, related_name="record")
    reference = models.CharField(max_length=20)
    content_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.reference

    @property
    def current_file(self) -> "RecordFile":
        """The newest file of the record itself; addenda have files of their own."""
        return self.files.filter(addendum__isnull=True).latest("sequence")


class Addendum(models.Model):
    """What one of the two wished to add after the signing. It names the file it was written about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="addenda")
    author = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    text = models.TextField()
    method = models.CharField(max_length=40)
    written_at = models.DateTimeField()
    original_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["written_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="addendum_says_something")]

    def __str__(self) -> str:
        return str(self.pk)


class RecordFile(models.Model):
    """A sealed PDF on disk, below DATA_DIR/records. Every one listed here is genuine; `sha256` is of all its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="files")
    addendum = models.OneToOneField(Addendum, models.PROTECT, null=True, related_name="file")
    sequence = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=120, unique=True)
    made_at = models.DateTimeField()
    audit_head = models.CharField(max_length=90)

    class Meta:
        ordering = ["record", "sequence"]
        constraints = [models.UniqueConstraint(fields=["record", "sequence"], name="record_file_sequence_once")]

    def __str__(self) -> str:
        return self.path
