"""Ways in and out of an account."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.operations import record
from outbox.kinds import optional_kinds
from outbox.operations import post_many, set_preference
from people.models import Employee, Membership, MembershipRole, Organisation, Session, WelcomeLink
from people.operations.guarding import drop_sessions
from people.operations.offices import tell_office_holders
from people.policy import Refused, require

WELCOME_LASTS = timedelta(days=7)


# ---------------------------------------------------------------- the first way in


@dataclass(frozen=True)
class Welcomed:
    """Who is written to, and who needs no link."""

    sent: list[Employee]
    passed_over: list[Employee]


def send_welcome(*, by: Employee, people: Iterable[Employee], now: datetime | None = None) -> Welcomed:
    """Post a link to all of these who are here without a password. A second click within the hour adds none."""
    now = now or timezone.now()
    sent: list[Employee] = []
    passed_over: list[Employee] = []
    with transaction.atomic():
        require(by, "people.welcome")
        everyone = Employee.objects.filter(pk__in=[person.pk for person in people]).order_by("pk")
        reachable = everyone if by.is_administrator else everyone.in_scope_of(by)
        if reachable.count() != everyone.count():
            raise Refused(_("Somebody in this selection is not in your scope. Nothing was sent."))
        for person in everyone.select_for_update(of=("self",)):
            (sent if person.is_active and not person.has_usable_password() else passed_over).append(person)
        post_many(
            mails=[(f"people.welcome:{person.pk}:{now:%Y%m%d%H}", person, {}) for person in sent],
            kind="people.welcome",
            now=now,
        )
        if sent:
            record(action="people.welcomed", by=by, at=now, count=len(sent), people=",".join(str(p.pk) for p in sent))
    return Welcomed(sent, passed_over)


def issue_welcome_link(*, person: Employee, now: datetime | None = None) -> tuple[str, WelcomeLink]:
    """A new token and its row. Only the hash stays here: who reads the database can't use it."""
    now = now or timezone.now()
    token = secrets.token_urlsafe(32)
    link = WelcomeLink.objects.create(
        person=person, token_sha256=_digest(token), created_at=now, expires_at=now + WELCOME_LASTS
    )
    return token, link


def usable_link(token: str, now: datetime | None = None) -> WelcomeLink | None:
    """The link behind a token, while it works."""
    usable = WelcomeLink.objects.usable(now or timezone.now())
    return usable.select_related("person").filter(token_sha256=_digest(token)).first()


def use_welcome_link(*, token: str, password: str, now: datetime | None = None) -> Employee:
    """Set the password of whom this link was made for; the link and its like are spent.

    A password that is too weak raises ValidationError and spends nothing.
    """
    now = now or timezone.now()
    with transaction.atomic():
        link = (
            WelcomeLink.objects.usable(now).select_for_update(of=("self",)).filter(token_sha256=_digest(token)).first()
        )
        if link is None:
            raise Refused(_("This link no longer works. Nothing was changed. Ask your HR team for a new one."))
        person = Employee.objects.select_for_update(of=("self",)).get(pk=link.person_id)
        validate_password(password, person)
        link.used_at = now
        link.save(update_fields=["used_at"])
        _write_password(person, password)
        record(action="person.welcome_used", by=person, subject=person, at=now)
    return person


def create_administrator(*, email: str, now: datetime | None = None) -> tuple[Employee, str]:
    """For whoever operates the installation: an administrator with this address, and the token of a link to get in."""
    now = now or timezone.now()
    email = email.strip().lower()
    with transaction.atomic():
        person = Employee.objects.select_for_update(of=("self",)).filter(email__iexact=email).first()
        if person is None:
            first, _dot, last = email.partition("@")[0].replace("_", ".").partition(".")
            person = Employee(email=email, first_name=first.title()[:80], last_name=last.replace(".", " ").title()[:80])
            person.timezone = Organisation.current().timezone
            person.set_unusable_password()
            person.save()
        elif not person.is_active:
            raise Refused(_("This account is closed. Open it again by an import with an empty left_on."))
        office, new = Membership.objects.get_or_create(person=person, role=MembershipRole.ADMINISTRATOR)
        if new:
            record(action="membership.granted", by=None, subject=person, at=now, role=office.role)
            tell_office_holders(office, by=None, now=now)
        token, _link = issue_welcome_link(person=person, now=now)
        record(action="person.welcome_issued", by=None, subject=person, at=now)
    return person, token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# ---------------------------------------------------------------- one's own account


def set_password(*, by: Employee, password: str, here: str = "", now: datetime | None = None) -> None:
    """Set one's own password, which ends every session opened with the former one but `here`."""
    now = now or timezone.now()
    with transaction.atomic():
        fresh = Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)
        _write_password(fresh, password)
        drop_sessions(Session.objects.filter(person=fresh).exclude(pk=here))
        record(action="person.password_set", by=by, subject=by, at=now)
    by.password = fresh.password


def update_account(*, by: Employee, language: str, timezone: str, theme: str) -> Employee:
    """What a person decides about their own pages: language, time zone, appearance."""
    with transaction.atomic():
        person = Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)
        person.language, person.timezone, person.theme = language, timezone, theme
        person.save(update_fields=["language", "timezone", "theme"])
    return person


def set_mail_preferences(*, by: Employee, wanted: set[str]) -> None:
    """Which of the kinds that can be refused this person wants; all others are refused."""
    with transaction.atomic():
        for kind in optional_kinds():
            set_preference(by=by, kind=kind.name, wanted=kind.name in wanted)


def _write_password(person: Employee, password: str) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])
    WelcomeLink.objects.filter(person=person, used_at__isnull=True).delete()


# ---------------------------------------------------------------- leaving


def set_leaving(*, by: Employee, person: Employee, left_on: date | None, now: datetime | None = None) -> Employee:
    """Note somebody's last day. Past or today closes the account at once, the future on that day, empty opens it."""
    now = now or timezone.now()
    with transaction.atomic():
        person = Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
        require(by, "people.leave", person)
        if left_on and person.hired_on and left_on < person.hired_on:
            raise Refused(_("The last day lies before the first one. Nothing was changed."))
        was_active = person.is_active
        person.left_on = left_on
        person.is_active = left_on is None or left_on > person.local_date(now)
        person.save(update_fields=["left_on", "is_active"])
        record(action="person.left_on_set", by=by, subject=person, at=now, on=left_on.isoformat() if left_on else None)
        if was_active and not person.is_active:
            _close([person], by=by, now=now)
        elif person.is_active and not was_active:
            record(action="person.account_opened", by=by, subject=person, at=now)
    return person


def close_accounts_of_leavers(now: datetime | None = None) -> int:
    """Close the accounts whose last day has come where their owners work. For the sweep; a second run does nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        # A day can begin up to fourteen hours before it does in UTC.
        soon = (now + timedelta(hours=14)).date()
        due = Employee.objects.active().filter(left_on__lte=soon).order_by("pk").select_for_update(of=("self",))
        gone = [person for person in due if person.left_on and person.left_on <= person.local_date(now)]
        Employee.objects.filter(pk__in=[person.pk for person in gone]).update(is_active=False)
        _close(gone, by=None, now=now)
    return len(gone)


def _close(people: list[Employee], *, by: Employee | None, now: datetime) -> None:
    for person in people:
        record(action="person.account_closed", by=by, subject=person, at=now)
    WelcomeLink.objects.filter(person__in=people, used_at__isnull=True).delete()
    drop_sessions(Session.objects.filter(person__in=people))
