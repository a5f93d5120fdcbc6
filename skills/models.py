"""Skills and how far somebody has come in them."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Employee


class Level(models.IntegerChoices):
    NONE = 0, _("None yet")
    AWARE = 1, _("Aware")
    GUIDED = 2, _("Guided")
    INDEPENDENT = 3, _("Independent")
    ADVANCED = 4, _("Advanced")
    LEADS = 5, _("Leads others")


class SkillKind(models.TextChoices):
    TECHNICAL = "technical", _("technical")
    TRANSVERSAL = "transversal", _("transversal")
    LANGUAGE = "language", _("language")
    DIFFERENTIATOR = "differentiator", _("what sets you apart")


class Skill(models.Model):
    """A skill of the organisation's own catalogue; `key` is what templates call it by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=SkillKind, default=SkillKind.TRANSVERSAL)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: Employee) -> Self:
        """Whose skill it is, and whoever rated it."""
        return self.filter(Q(employee=user) | Q(rater=user))


class Rating(models.Model):
    """One view of one skill at one moment. Appended, never changed: the history is the point."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="ratings")
    employee = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="skill_ratings")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    level = models.SmallIntegerField(choices=Level)
    evidence = models.TextField(blank=True)
    rated_at = models.DateTimeField()
    # An interview knows its ratings by this label and id; skills know no interviews.
    occasion = models.CharField(max_length=40, blank=True)
    occasion_id = models.UUIDField(null=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["rated_at"]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(0, 5)), name="rating_within_scale"),
            models.UniqueConstraint(
                fields=["occasion_id", "skill", "rater"],
                condition=Q(occasion_id__isnull=False),
                name="rating_once_per_occasion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id}: {self.level}"
