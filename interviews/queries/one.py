"""One conversation, or one cycle, as whoever may see it meets it."""

from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from interviews.models import Cycle, Interview, Signature
from interviews.models.interview import InterviewQuerySet
from interviews.queries.versions import with_versions
from people.models import Employee
from people.prepared import prepared


def visible_interview(user: Employee, pk: UUID) -> Interview | None:
    """With its people, cycle and version, `has_signed` for this user, and the record it is `kept_as`.

    One query for the two who talk.
    """
    found = _of_the_two(user, pk)
    if not found and user.is_hr:
        found = list(_whole(Interview.objects.visible_to(user).filter(pk=pk), user))
    return next(iter(with_versions(found)), None)


def visible_cycle(user: Employee, pk: UUID) -> Cycle | None:
    """With its version. One query."""
    return next(iter(with_versions(list(Cycle.objects.visible_to(user).filter(pk=pk)))), None)


@prepared
def _of_the_two(user: Employee, pk: UUID) -> QuerySet[Interview]:
    return _whole(Interview.objects.taking_part(user).filter(pk=pk), user)


def _whole(interviews: InterviewQuerySet, user: Employee) -> InterviewQuerySet:
    signed = Signature.objects.filter(content__interview=OuterRef("pk"), signer=user)
    whole = interviews.select_related("employee__department", "interviewer", "cycle")
    return whole.annotate(has_signed=Exists(signed), kept_as=F("record__pk"))
