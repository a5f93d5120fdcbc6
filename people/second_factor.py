"""Who has a second factor, and of whom an office asks for one. How codes and passkeys work is allauth's business."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from people.models import Employee

# Recovery codes alone are none: they only stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(person: Employee) -> QuerySet[Authenticator]:
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type__in=FACTORS)
    return factors


def kinds_of(person: Employee) -> set[str]:
    """What may be asked of this person at sign-in, recovery codes included."""
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def is_asked_of(person: Employee) -> bool:
    """Whether an office that this person holds asks for a second factor. Costs nothing where none does."""
    return bool(settings.REQUIRE_SECOND_FACTOR) and any(
        office.role in settings.REQUIRE_SECOND_FACTOR for office in person.memberships_held
    )


def is_owed_by(person: Employee) -> bool:
    return is_asked_of(person) and not factors_of(person).exists()
