"""The questions HR asks: a template, and the numbered versions it was published in."""

import uuid
from functools import cached_property
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews.questions import Questions
from people.models import Employee


class TemplateQuerySet(models.QuerySet["Template"]):
    def visible_to(self, user: Employee) -> Self:
        return self if user.is_hr else self.none()

    def usable(self) -> Self:
        """What a cycle can be launched with: published, not retired."""
        return self.filter(retired_at__isnull=True, versions__isnull=False).distinct()


class Template(models.Model):
    """A template lives as a draft and is published in versions. Retiring is said here, never on a version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    draft = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class TemplateVersion(models.Model):
    """What an interview keeps for ever. The database refuses every change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="template_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.questions.name_in('en')} {self.number}"

    @cached_property
    def questions(self) -> Questions:
        """The content, read into sections and questions."""
        return Questions.from_content(self.content)
