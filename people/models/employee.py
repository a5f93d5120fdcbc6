"""People, where they work and whom they report to."""

import datetime
import uuid
import zoneinfo
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people.folding import folded_fields

if TYPE_CHECKING:
    from people.models.access import Membership

# The reporting line of a real organisation is never deeper; the limit stops a walk over damaged data.
DEEPEST_LINE = 30


def validate_timezone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value})


class Theme(models.TextChoices):
    AUTO = "auto", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def visible_to(self, user: "Employee") -> Self:
        """Departments stand on everybody's card."""
        return self.all()


class Department(models.Model):
    """A part of the organisation; those below it belong to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    searched = models.GeneratedField(expression=folded_fields("name"), output_field=models.TextField(), db_persist=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(parent=F("id")), name="department_not_below_itself")]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, user: "Employee") -> Self:
        """Every active person sees every active person's name, title, department and site."""
        return self.filter(is_active=True)

    def reports_of(self, manager: "Employee") -> Self:
        """Direct reports who are still here."""
        return self.active().filter(manager=manager)

    def in_scope_of(self, user: "Employee") -> Self:
        """Those for whom this HR partner may act: within the scope, never oneself nor one's own line superiors."""
        scope = user.hr_scope
        if scope is None:
            return self.none()
        people = self if scope.everywhere else self.filter(department__in=scope.departments)
        return people.exclude(pk__in=[user.pk, *user.superior_ids])


class AccountManager(BaseUserManager["Employee"]):
    def get_by_natural_key(self, username: str | None) -> "Employee":
        return self.get(email__iexact=username)


EmployeeManager = AccountManager.from_queryset(EmployeeQuerySet)


class Scope:
    """How far an HR partner's hand reaches: everywhere, or some departments with all below them."""

    def __init__(self, memberships: "list[Membership]") -> None:
        self.everywhere = any(m.department_id is None for m in memberships)
        self._roots = {m.department_id for m in memberships if m.department_id}

    @cached_property
    def departments(self) -> set[uuid.UUID]:
        children: dict[uuid.UUID | None, list[uuid.UUID]] = {}
        for pk, parent in Department.objects.values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(pk)
        found, waiting = set(), list(self._roots)
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting.extend(children.get(pk, []))
        return found


LINE = """
WITH RECURSIVE line(id, manager_id, depth) AS (
    SELECT id, manager_id, 1 FROM people_employee WHERE id = %s
    UNION ALL
    SELECT above.id, above.manager_id, line.depth + 1
    FROM people_employee above JOIN line ON above.id = line.manager_id WHERE line.depth < %s
) SELECT id FROM line ORDER BY depth
"""


def _line_above(manager: uuid.UUID) -> list[uuid.UUID]:
    """This manager and those above, nearest first, each once. One query."""
    field = Employee._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(LINE, [field.get_db_prep_value(manager, connection), DEEPEST_LINE])
        return list(dict.fromkeys(field.to_python(pk) for (pk,) in cursor.fetchall()))


def full_name(first_name: str, last_name: str, email: str) -> str:
    """How a person is named, also where only these columns were read."""
    return f"{first_name} {last_name}".strip() or email


class Employee(AbstractBaseUser, PermissionsMixin):
    """A person of the organisation, and their account: the address of the HR export is the login."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee_number = models.CharField(_("employee number"), max_length=40, unique=True, null=True, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    job_title = models.CharField(_("job title"), max_length=160, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    site = models.CharField(_("site"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    # Since when the present manager leads. Empty: from the beginning, so nothing is earlier than that.
    led_since = models.DateField(_("led by this manager since"), null=True, blank=True)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    timezone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[validate_timezone])
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the account administration"), default=False)
    # What everybody may find somebody by: never the address nor the number.
    searched = models.GeneratedField(
        expression=folded_fields("first_name", "last_name", "job_title", "site"),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = EmployeeManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name"]

    class Meta:
        ordering = ["last_name", "first_name", "id"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_one_account_per_address"),
            models.CheckConstraint(condition=~Q(manager=F("id")), name="person_not_own_manager"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(hired_on__isnull=True) | Q(left_on__gte=F("hired_on")),
                name="person_leaves_after_coming",
            ),
        ]
        indexes = [
            models.Index(fields=["is_active", "last_name", "first_name"], name="person_by_name"),
            # HR's lists hold those who have left as well, and show the first few of many.
            models.Index(fields=["last_name", "first_name", "id"], name="person_or_leaver_by_name"),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return full_name(self.first_name, self.last_name, self.email)

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return username.strip().lower()

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def local_date(self, now: datetime.datetime) -> datetime.date:
        """Which day it is where this person works."""
        return now.astimezone(zoneinfo.ZoneInfo(self.timezone)).date()

    @property
    def memberships_held(self) -> "list[Membership]":
        """Read once per instance: a request asks for it many times."""
        if not hasattr(self, "_memberships"):
            # Whoever signs in was read together with whether there is any.
            asked = self.__dict__.get("holds_office", True)
            self._memberships: list[Membership] = list(self.memberships.all()) if asked else []
        return self._memberships

    @memberships_held.setter
    def memberships_held(self, held: "list[Membership]") -> None:
        self._memberships = held

    @property
    def is_hr(self) -> bool:
        return any(m.role == "hr" for m in self.memberships_held)

    @property
    def is_administrator(self) -> bool:
        return any(m.role == "administrator" for m in self.memberships_held)

    @property
    def hr_scope(self) -> Scope | None:
        if not hasattr(self, "_scope"):
            held = [m for m in self.memberships_held if m.role == "hr"]
            self._scope = Scope(held) if held else None
        return self._scope

    @property
    def superior_ids(self) -> list[uuid.UUID]:
        """The line above, nearest first; stops at a loop, which an import refuses but old data may hold."""
        if not hasattr(self, "_superiors"):
            self._superiors = _line_above(self.manager_id) if self.manager_id else []
        return self._superiors

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        for cached in ("_memberships", "_scope", "_superiors", "holds_office"):
            self.__dict__.pop(cached, None)
        super().refresh_from_db(*args, **kwargs)
