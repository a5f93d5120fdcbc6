"""What happened: append-only, chained, ids and codes only."""

from django.db import models


class Entry(models.Model):
    """One thing that happened. Holds no names, no texts and no foreign keys, so it outlives what it speaks of.

    `digest` is the HMAC-SHA-256, under a key kept outside the database, of `previous` and this row.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    once = models.CharField(max_length=200, null=True, unique=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["subject", "at"], name="audit_subject_at")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class Head(models.Model):
    """The end of the chain: one row, locked while an entry is appended, so that the chain never forks."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"
