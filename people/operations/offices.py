"""Who holds an office. Every change is told to all who hold one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.operations import record
from outbox.operations import post_many
from people.models import Department, Employee, Membership, MembershipRole
from people.policy import Refused, require


def grant_membership(
    *, by: Employee, person: Employee, role: str, department: Department | None = None, now: datetime | None = None
) -> Membership:
    """Make somebody HR partner (of a department or of everything) or administrator. A second time changes nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        person = Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
        require(by, "membership.change")
        if not person.is_active:
            raise Refused(_("This person has left. Nothing was changed."))
        if role == MembershipRole.ADMINISTRATOR and department is not None:
            raise Refused(_("An administrator serves the whole organisation. Nothing was changed."))
        office, new = Membership.objects.get_or_create(
            person=person, role=role, department=department, defaults={"granted_by": by}
        )
        if new:
            _note(office, action="membership.granted", by=by, now=now)
            tell_office_holders(office, by=by, now=now)
    return office


def revoke_membership(*, by: Employee, membership: Membership, now: datetime | None = None) -> None:
    """End an office. The last administrator stays: nobody could name another. A second time changes nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        require(by, "membership.change")
        # All administrators are locked, so that two of them can't remove each other at the same moment.
        offices = Membership.objects.select_for_update(of=("self",)).filter(role=MembershipRole.ADMINISTRATOR)
        administrators = {office.pk for office in offices.select_related("person") if office.person.is_active}
        office = Membership.objects.select_for_update(of=("self",)).select_related("person").filter(pk=membership.pk)
        found = office.first()
        if found is None:
            return
        if administrators == {found.pk}:
            raise Refused(_("This is the last administrator. Name another one first. Nothing was changed."))
        tell_office_holders(found, by=by, now=now, ended=True)
        _note(found, action="membership.revoked", by=by, now=now)
        found.delete()


def tell_office_holders(office: Membership, *, by: Employee | None, now: datetime, ended: bool = False) -> None:
    """A mail to every HR partner and administrator: who, which office, by whom."""
    context = {
        "person": str(office.person_id),
        "role": office.role,
        "department": str(office.department_id or ""),
        "by": str(by.pk) if by else "",
        "ended": ended,
    }
    holders = Employee.objects.active().filter(pk__in=Membership.objects.values("person_id")).order_by("pk")
    change = "ended" if ended else "granted"
    post_many(
        mails=[(f"people.role_{change}:{office.pk}:{holder.pk}", holder, context) for holder in holders],
        kind="people.role_granted",
        now=now,
    )


def _note(office: Membership, *, action: str, by: Employee, now: datetime) -> None:
    department = str(office.department_id) if office.department_id else None
    record(action=action, by=by, subject=office.person, at=now, role=office.role, department=department)
