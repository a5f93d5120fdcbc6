"""Who holds which office, how a newcomer gets in, and files waiting to be imported."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.employee import Department, Employee


class MembershipRole(models.TextChoices):
    HR = "hr", _("HR partner")
    ADMINISTRATOR = "administrator", _("Administrator")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: Employee) -> Self:
        """Offices are given and ended by administrators."""
        return self.all() if user.is_active and user.is_administrator else self.none()


class Membership(models.Model):
    """An office that somebody holds. An HR partner without a department serves the whole organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Employee, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=15, choices=MembershipRole)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "department"], name="membership_once"),
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(department__isnull=True), name="membership_once_everywhere"
            ),
            models.CheckConstraint(
                condition=Q(role="hr") | Q(role="administrator", department__isnull=True), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.department or '*'}"


class WelcomeLinkQuerySet(models.QuerySet["WelcomeLink"]):
    def usable(self, now: datetime.datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=now, person__is_active=True)


class WelcomeLink(models.Model):
    """A way in for somebody who has no password yet: one use, seven days. Only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Employee, models.CASCADE, related_name="welcome_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = WelcomeLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lte=models.F("expires_at")), name="welcome_used_in_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    def visible_to(self, user: Employee) -> Self:
        return self.filter(uploaded_by=user)


class ImportFile(models.Model):
    """An HR export that was uploaded and previewed, until somebody applies it. Seen by its uploader only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploaded_by = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    applied_at = models.DateTimeField(null=True)

    objects = ImportFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
