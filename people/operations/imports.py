"""Applying an HR export: all of it or nothing."""

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.operations import record
from people.importing import WRITTEN, Plan, plan_import
from people.models import Department, Employee, ImportFile, WelcomeLink
from people.policy import Refused, can, require

# An upload that nobody applied holds a whole organisation's data: it is not kept for long.
UPLOAD_LASTS = timedelta(days=1)


def may_import(user: Employee) -> bool:
    """The file speaks of everybody, so it takes a partner of the whole organisation or an administrator."""
    scope = user.hr_scope
    return can(user, "people.import") and (user.is_administrator or (scope is not None and scope.everywhere))


def apply_import(*, by: Employee | None, content: bytes, now: datetime | None = None) -> Plan:
    """Write what the file says. A file with errors comes back with them and nothing is written. Nobody is mailed."""
    now = now or timezone.now()
    _require_import(by)
    try:
        with transaction.atomic():
            plan = plan_import(content=content, by=by, now=now, lock=True)
            if not plan.errors:
                _write(plan, by=by, content=content, now=now)
    except IntegrityError as error:
        raise Refused(
            _("Somebody changed the people at the same moment. Nothing was applied. Please try again.")
        ) from error
    return plan


def keep_upload(*, by: Employee, name: str, content: bytes, now: datetime | None = None) -> ImportFile:
    """Put a file aside until its preview has been read. Takes away what was forgotten before."""
    now = now or timezone.now()
    with transaction.atomic():
        _require_import(by)
        ImportFile.objects.filter(uploaded_at__lt=now - UPLOAD_LASTS).delete()
        ImportFile.objects.filter(uploaded_by=by).delete()
        upload = ImportFile.objects.create(uploaded_by=by, uploaded_at=now, name=name[:200], content=content)
        record(action="people.upload_kept", by=by, subject=upload, at=now, sha256=hashlib.sha256(content).hexdigest())
    return upload


def apply_upload(*, by: Employee, upload: ImportFile, now: datetime | None = None) -> Plan | None:
    """Apply a previewed file once; None when that has happened already."""
    now = now or timezone.now()
    with transaction.atomic():
        fresh = ImportFile.objects.select_for_update(of=("self",)).get(pk=upload.pk, uploaded_by=by)
        if fresh.applied_at is not None:
            return None
        plan = apply_import(by=by, content=bytes(fresh.content), now=now)
        if not plan.errors:
            fresh.applied_at, fresh.content = now, b""
            fresh.save(update_fields=["applied_at", "content"])
    return plan


def _require_import(by: Employee | None) -> None:
    """`by` is None when the operator of the installation runs the command."""
    if by is None:
        return
    require(by, "people.import")
    if not may_import(by):
        raise Refused(_("The file speaks of everybody: a partner of the whole organisation imports it."))


def _write(plan: Plan, *, by: Employee | None, content: bytes, now: datetime) -> None:
    present = [change.person for change in [*plan.changed, *plan.deactivated]]
    _clear_addresses(plan, present)
    Department.objects.bulk_create(plan.departments)
    for person in plan.added:
        person.password = make_password(None)
    Employee.objects.bulk_create(plan.added)
    # An upsert is one statement per batch, where bulk_update needs a CASE for every field of every row.
    Employee.objects.bulk_create(present, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
    closed = [change.person.pk for change in plan.deactivated]
    # A link that waits in the mailbox of a former address, or of somebody who left, opens nothing any more.
    WelcomeLink.objects.filter(person_id__in=[*plan.readdressed, *closed], used_at__isnull=True).delete()
    record(
        action="people.imported",
        by=by,
        at=now,
        sha256=hashlib.sha256(content).hexdigest(),
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        deactivated=len(plan.deactivated),
        departments=len(plan.departments),
        closed=",".join(str(pk) for pk in closed),
        readdressed=",".join(str(pk) for pk in plan.readdressed),
    )


def _clear_addresses(plan: Plan, present: list[Employee]) -> None:
    """Where an address passes to somebody else, its former owner lets go first: it is unique at any moment."""
    taken = {person.email for person in [*plan.added, *present]}
    leaving = [Employee(pk=pk) for pk, former in plan.readdressed.items() if former.lower() in taken]
    for person in leaving:
        person.email = f"{person.pk}@moving.invalid"
    Employee.objects.bulk_update(leaving, ["email"], batch_size=200)
