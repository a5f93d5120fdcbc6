"""A cycle of interviews, and the interview itself."""

import datetime
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interviews.models.template import TemplateVersion
from people.models import Department, Employee
from people.models.employee import validate_timezone


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    PREPARING = "preparing", _("preparing")
    IN_CONVERSATION = "in_conversation", _("in conversation")
    IN_REVIEW = "in_review", _("in review")
    SIGNING = "signing", _("signing")
    SIGNED = "signed", _("signed")
    CANCELLED = "cancelled", _("cancelled")
    NOT_HELD = "not_held", _("not held")
    EXEMPTED = "exempted", _("exempted")


OPEN_STATES = [State.PLANNED, State.PREPARING, State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNING]
CLOSED_STATES = [State.SIGNED, State.CANCELLED, State.NOT_HELD, State.EXEMPTED]


class Purpose(models.TextChoices):
    CYCLE = "cycle", _("regular career development interview")
    DIRECTION = "direction", _("guidance on direction")
    GROWTH = "growth", _("growth in the current role")
    OPPORTUNITY = "opportunity", _("a specific opportunity")
    OTHER = "other", _("something else")


class Outcome(models.TextChoices):
    REFUSED = "refused", _("refused")
    ABSENT = "absent", _("absent")
    LEFT = "left", _("left the organisation")


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, user: Employee) -> Self:
        return self if user.is_hr else self.none()


class Cycle(models.Model):
    """A round of interviews with common dates. Launching again adds only those who are missing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="cycles", verbose_name=_("template"))
    departments = models.ManyToManyField(Department, blank=True, related_name="+", verbose_name=_("departments"))
    prepare_by = models.DateField(_("prepare by"))
    talk_by = models.DateField(_("talk by"))
    sign_by = models.DateField(_("sign by"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    launched_at = models.DateTimeField(null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(prepare_by__lte=F("talk_by")) & Q(talk_by__lte=F("sign_by")), name="cycle_dates_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.name


class InterviewQuerySet(models.QuerySet["Interview"]):
    def visible_to(self, user: Employee) -> Self:
        """The two who talk, and HR whose scope reaches the employee; what each may read in it is another question."""
        in_scope = Employee.objects.in_scope_of(user).values("pk")
        return self.filter(
            Q(employee=user) | Q(interviewer=user) | (Q(employee__in=in_scope) if user.is_hr else Q(pk__isnull=True))
        )

    def taking_part(self, user: Employee) -> Self:
        """Those in which the user is one of the two."""
        return self.filter(Q(employee=user) | Q(interviewer=user))

    def state_known_to(self, user: Employee) -> Self:
        """Cycle ones of the user's reports that somebody else leads: the line manager knows their state alone.

        Not part of `visible_to`: only the pages that show a state and nothing else ask here.
        """
        return self.filter(cycle__isnull=False, employee__manager=user, employee__is_active=True).exclude(
            interviewer=user
        )

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)


class Interview(models.Model):
    """One career development interview, from the invitation to the last signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="interviews", verbose_name=_("employee"))
    interviewer = models.ForeignKey(
        Employee, models.PROTECT, related_name="interviews_led", verbose_name=_("interviewer")
    )
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="interviews")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="interviews")
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    language = models.CharField(_("language of the record"), max_length=5, choices=settings.LANGUAGES, default="en")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, default=Purpose.CYCLE)
    request_note = models.TextField(_("what it is about"), blank=True)
    created_at = models.DateTimeField()

    prepare_by = models.DateField(_("prepare by"), null=True, blank=True)
    talk_by = models.DateField(_("talk by"), null=True, blank=True)
    sign_by = models.DateField(_("sign by"), null=True, blank=True)

    meets_at = models.DateTimeField(_("date and time"), null=True, blank=True)
    minutes_planned = models.PositiveSmallIntegerField(_("minutes"), default=60)
    place = models.CharField(_("place"), max_length=160, blank=True)
    video_link = models.URLField(_("video link"), max_length=500, blank=True)
    meeting_timezone = models.CharField(max_length=60, blank=True, validators=[validate_timezone])
    # iCalendar (RFC 5545) SEQUENCE: raised with each move, so that calendars replace the former date.
    meeting_sequence = models.PositiveIntegerField(default=0)

    employee_shared_at = models.DateTimeField(null=True, blank=True)
    interviewer_shared_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    signing_since = models.DateTimeField(null=True, blank=True)
    proceeded_after_silence = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_because = models.TextField(blank=True)
    outcome_witness = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="interview_state_known"),
            models.CheckConstraint(condition=~Q(employee=F("interviewer")), name="interview_takes_two"),
            models.UniqueConstraint(
                fields=["employee", "cycle"],
                condition=Q(cycle__isnull=False, state__in=[s.value for s in OPEN_STATES]),
                name="interview_one_open_per_cycle",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in OPEN_STATES], closed_at__isnull=True)
                | Q(state__in=[s.value for s in CLOSED_STATES], closed_at__isnull=False),
                name="interview_closed_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="not_held") & ~Q(outcome="") | ~Q(state="not_held") & Q(outcome=""),
                name="interview_not_held_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "preparing", "cancelled", "not_held", "exempted"])
                | Q(started_at__isnull=False),
                name="interview_begins_before_it_goes_on",
            ),
            models.CheckConstraint(
                condition=~Q(state="exempted") | Q(cycle__isnull=False), name="interview_exempted_from_a_cycle"
            ),
            models.CheckConstraint(
                condition=(Q(prepare_by__isnull=True) | Q(talk_by__isnull=True) | Q(prepare_by__lte=F("talk_by")))
                & (Q(talk_by__isnull=True) | Q(sign_by__isnull=True) | Q(talk_by__lte=F("sign_by"))),
                name="interview_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "state"], name="interview_cycle_state"),
            models.Index(fields=["state", "closed_at"], name="interview_state_closed"),
            # Reminders look for days that are near, among many that are not.
            models.Index(fields=["state", "prepare_by"], name="interview_state_prepare"),
            models.Index(fields=["state", "talk_by"], name="interview_state_talk"),
            models.Index(fields=["state", "meets_at"], name="interview_state_meets"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def reference(self) -> str:
        """Short enough to read out over the telephone."""
        return f"{self.pk.hex[:4]} {self.pk.hex[4:8]}"

    def other_side(self, user: Employee) -> Employee:
        return self.interviewer if user.pk == self.employee_id else self.employee

    def shared_at(self, author_id: uuid.UUID) -> datetime.datetime | None:
        """When this side shared its answers, if it did."""
        return self.employee_shared_at if author_id == self.employee_id else self.interviewer_shared_at

    def is_late(self, today: datetime.date) -> bool:
        return self.is_open and self.sign_by is not None and self.sign_by < today


class Reassignment(models.Model):
    """That HR named another interviewer, and why. The reason is HR's: the one replaced never reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="reassignments")
    former = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    successor = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    why = models.TextField()

    class Meta:
        ordering = ["-decided_at"]

    def __str__(self) -> str:
        return str(self.pk)


class Exemption(models.Model):
    """That somebody whom a cycle means is left out of it before being invited, and why.

    Whoever is invited already has a conversation, which is exempted itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="exemptions")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "employee"], name="exemption_once_per_cycle")]

    def __str__(self) -> str:
        return str(self.pk)


class Extension(models.Model):
    """That HR gave one conversation later dates, and why. The cycle's own dates stay as they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="extensions")
    former_prepare_by = models.DateField(null=True, blank=True)
    former_talk_by = models.DateField(null=True, blank=True)
    former_sign_by = models.DateField(null=True, blank=True)
    prepare_by = models.DateField(null=True, blank=True)
    talk_by = models.DateField(null=True, blank=True)
    sign_by = models.DateField()
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.TextField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.pk)
