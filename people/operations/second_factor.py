"""What changes about somebody's second factor: always noted, always told to its owner."""

import uuid
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.operations import record
from outbox.operations import post
from people.models import Employee, Session
from people.operations.guarding import confirm_password, drop_sessions
from people.policy import Refused, require

# What can happen to it. `people/mail/second_factor.*` has a sentence for each.
CHANGES = ("app_added", "app_removed", "passkey_added", "passkey_removed", "codes_renewed", "removed_for_you")


def note_second_factor(*, by: Employee | None, person: Employee, change: str, now: datetime | None = None) -> None:
    """Write down a change and tell its owner. Belongs inside the transaction of the change itself."""
    now = now or timezone.now()
    entry = record(action=f"second_factor.{change}", by=by, subject=person, at=now)
    post(
        key=f"people.second_factor:{entry.sequence}:{uuid.uuid4()}",
        to=person,
        kind="people.second_factor",
        context={"change": change, "at": now.isoformat()},
        now=now,
    )


def remove_second_factor(*, by: Employee, person: Employee, password: str, now: datetime | None = None) -> None:
    """For somebody who has lost it and all recovery codes. Whoever is signed in as them anywhere is signed out."""
    now = now or timezone.now()
    require(by, "second_factor.remove", person)
    if person.pk == by.pk:
        raise Refused(_("Another administrator does this for you. Nothing was changed."))
    confirm_password(by=by, password=password)
    _remove(by, person, now)


def remove_second_factor_of(*, email: str, now: datetime | None = None) -> Employee:
    """For whoever operates the installation: the only administrator may be the one who has lost it."""
    person = Employee.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise Refused(_("Nobody here has this address."))
    _remove(None, person, now or timezone.now())
    return person


def _remove(by: Employee | None, person: Employee, now: datetime) -> None:
    with transaction.atomic():
        person = Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if by is not None:
            require(by, "second_factor.remove", person)
        removed, _kinds = Authenticator.objects.filter(user=person).delete()
        if not removed:
            raise Refused(_("There is no second factor to remove. Nothing was changed."))
        drop_sessions(Session.objects.filter(person=person))
        note_second_factor(by=by, person=person, change="removed_for_you", now=now)
