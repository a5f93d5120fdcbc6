import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from skills.models import Rating
from skills.operations import append_ratings

pytestmark = pytest.mark.django_db


def append(employee, rater, level, occasion):
    append_ratings(
        by=rater,
        employee=employee,
        levels={"planning": ("Planning", level, "the migration")},
        occasion="interview",
        occasion_id=occasion,
        at=timezone.now(),
    )


def test_ratings_pile_up_and_one_occasion_counts_once(employee, manager):
    first, second = uuid.uuid4(), uuid.uuid4()
    append(employee, manager, 2, first)
    append(employee, manager, 5, first)
    append(employee, manager, 3, second)
    assert list(Rating.objects.values_list("level", flat=True)) == [2, 3]


def test_the_database_refuses_to_change_a_rating(employee, manager):
    append(employee, manager, 2, uuid.uuid4())
    with pytest.raises(DatabaseError), transaction.atomic():
        Rating.objects.update(level=5)
    assert Rating.objects.get().level == 2


def test_only_the_rated_and_the_rater_see_a_rating(employee, manager, hr, outsider):
    append(employee, manager, 2, uuid.uuid4())
    seen = [Rating.objects.visible_to(person).count() for person in (employee, manager, hr, outsider)]
    assert seen == [1, 1, 0, 0]
