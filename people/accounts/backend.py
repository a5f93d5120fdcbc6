"""Who a session belongs to: asked by every page, so in one query that is compiled once."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet

from people.models import Employee, Membership
from people.prepared import prepared


@prepared
def _signed_in(pk: UUID) -> QuerySet[Employee]:
    """With whether they hold an office at all: hardly anybody does, and nobody else is asked for theirs."""
    offices = Membership.objects.filter(person=OuterRef("pk"))
    return Employee.objects.filter(pk=pk).annotate(holds_office=Exists(offices))


@prepared
def _offices(person: UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(person=person)


class Backend(AuthenticationBackend):
    """django-allauth's, with our way of reading the person."""

    def get_user(self, user_id: object) -> AbstractBaseUser | None:
        found = _signed_in(user_id if isinstance(user_id, UUID) else UUID(str(user_id)))
        if not found or not self.user_can_authenticate(found[0]):
            return None
        person = found[0]
        if person.__dict__["holds_office"]:
            person.memberships_held = _offices(person.pk)
        return person
