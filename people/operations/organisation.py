"""The organisation's own settings and the shape of its departments."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.operations import record
from people.models import Department, Employee, Organisation
from people.policy import Refused, require

SETTINGS = ("name", "product_name", "timezone", "sender", "help_contact")


def change_settings(*, by: Employee, now: datetime | None = None, **values: str) -> Organisation:
    """Write what differs. `values` are some of SETTINGS."""
    now = now or timezone.now()
    with transaction.atomic():
        require(by, "organisation.settings")
        organisation, _new = Organisation.objects.select_for_update().get_or_create(id=1)
        differing = [name for name in SETTINGS if name in values and getattr(organisation, name) != values[name]]
        for name in differing:
            setattr(organisation, name, values[name])
        if differing:
            organisation.save(update_fields=differing)
            record(action="organisation.changed", by=by, at=now, fields=",".join(differing))
    return organisation


def change_department_parent(
    *, by: Employee, department: Department, parent: Department | None, now: datetime | None = None
) -> Department:
    """Put a department below another, or at the top. HR partners of the upper one reach it from then on."""
    now = now or timezone.now()
    with transaction.atomic():
        require(by, "organisation.settings")
        tree = {d.pk: d for d in Department.objects.select_for_update(of=("self",)).order_by("pk")}
        department = tree[department.pk]
        above = parent.pk if parent else None
        while above is not None:
            if above == department.pk:
                raise Refused(_("A department can’t stand below itself. Nothing was changed."))
            above = tree[above].parent_id
        if department.parent_id != (parent.pk if parent else None):
            department.parent = parent
            department.save(update_fields=["parent"])
            above_id = str(parent.pk) if parent else None
            record(action="department.moved", by=by, subject=department, at=now, parent=above_id)
    return department
