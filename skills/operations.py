"""Ratings are appended on an occasion, such as the signing of an interview."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from people.models import Employee
from skills.models import Rating, Skill


def append_ratings(
    *,
    by: Employee,
    employee: Employee,
    levels: dict[str, tuple[str, int, str]],
    occasion: str,
    occasion_id: UUID,
    at: datetime,
) -> None:
    """Keep one person's view of an employee's skills: key → (name, level, evidence). A second time adds nothing."""
    with transaction.atomic():
        Skill.objects.bulk_create(
            [Skill(key=key, name=name) for key, (name, _level, _evidence) in levels.items()], ignore_conflicts=True
        )
        skills = {skill.key: skill for skill in Skill.objects.filter(key__in=levels)}
        Rating.objects.bulk_create(
            [
                Rating(
                    skill=skills[key],
                    employee=employee,
                    rater=by,
                    level=level,
                    evidence=evidence,
                    rated_at=at,
                    occasion=occasion,
                    occasion_id=occasion_id,
                )
                for key, (_name, level, evidence) in levels.items()
            ],
            ignore_conflicts=True,
        )
