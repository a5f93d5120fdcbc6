"""The living plan: goals, actions, promises, their history, and the check-ins that keep it alive.

A plan knows no interviews: what changed it is kept as an occasion, a label and an id.
"""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.models import Employee


def _readers(user: Employee, prefix: str = "") -> Q:
    """The employee and the current line manager; what came from a talk with somebody else stays with those two."""
    own = Q(**{f"{prefix}employee": user})
    line = Q(**{f"{prefix}employee__manager": user})
    return own | line


def _owned(user: Employee) -> Q:
    """What somebody owes; what a leaver still owed falls to their manager."""
    return Q(owner=user) | Q(owner__is_active=False, owner__manager=user)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Employee) -> Self:
        """The employee, the line manager, and whoever agreed an item of it in a conversation."""
        led = Goal.objects.filter(agreed_with=user).values("plan_id")
        led_promises = Promise.objects.filter(agreed_with=user).values("plan_id")
        return self.filter(_readers(user) | Q(pk__in=led) | Q(pk__in=led_promises))


class Plan(models.Model):
    """One living plan per employee."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee = models.OneToOneField(Employee, models.CASCADE, related_name="plan")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.employee)

    def get_absolute_url(self) -> str:
        return reverse("plans:detail", args=[self.pk])


def _shared_with(user: Employee) -> Q:
    """Goals and promises: the employee, whoever agreed them, and the line manager unless that was somebody else."""
    line = Q(plan__employee__manager=user) & (Q(agreed_with__isnull=True) | Q(opened_at__isnull=False))
    return Q(plan__employee=user) | Q(agreed_with=user) | line


class GoalState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    REACHED = "reached", _("reached")
    DROPPED = "dropped", _("dropped")


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: Employee) -> Self:
        """Those who share it. A draft is its author's alone."""
        return self.filter(_shared_with(user)).filter(~Q(state=GoalState.DRAFT) | Q(created_by=user))


class Goal(models.Model):
    """What will be different, how both notice it, what it takes, why it matters, and by when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    title = models.CharField(_("title"), max_length=160)
    specific = models.TextField(_("what will be different"), blank=True)
    measurable = models.TextField(_("how you will both notice"), blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    start_value = models.DecimalField(_("today"), max_digits=12, decimal_places=2, null=True, blank=True)
    target_value = models.DecimalField(_("target"), max_digits=12, decimal_places=2, null=True, blank=True)
    achievable = models.TextField(_("what it takes"), blank=True)
    relevant = models.TextField(_("why it matters"), blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    incomplete_because = models.TextField(_("why a part is left empty"), blank=True)
    state = models.CharField(max_length=10, choices=GoalState, default=GoalState.OPEN)
    closed_because = models.TextField(blank=True)
    # With whom it was agreed when that was not the line manager: then only these two read it until it is opened.
    agreed_with = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    occasion = models.CharField(max_length=40, blank=True)
    occasion_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in GoalState]), name="goal_state_known")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:goal", args=[self.pk])

    @property
    def missing_parts(self) -> list[str]:
        """Which of the five parts are still empty, by their field names."""
        parts = ["specific", "measurable", "achievable", "relevant", "due_on"]
        return [part for part in parts if not getattr(self, part)]

    @property
    def is_complete(self) -> bool:
        return not self.missing_parts or bool(self.incomplete_because)


class ActionKind(models.TextChoices):
    EXPERIENCE = "experience", _("experience")
    EXPOSURE = "exposure", _("exposure to people")
    COURSE = "course", _("course")


class ActionState(models.TextChoices):
    OPEN = "open", _("open")
    IN_PROGRESS = "in_progress", _("in progress")
    BLOCKED = "blocked", _("blocked")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: Employee) -> Self:
        """Whoever reads the goal, and the action's own owner."""
        return self.filter(_owned(user) | Q(goal__in=Goal.objects.visible_to(user)))

    def owned_by(self, user: Employee) -> Self:
        return self.filter(_owned(user))

    def pending(self) -> Self:
        return self.filter(state__in=[ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.BLOCKED])


class Action(models.Model):
    """One step towards a goal, owned by somebody, due on a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="actions")
    title = models.CharField(_("what will be done"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=ActionKind, default=ActionKind.EXPERIENCE)
    owner = models.ForeignKey(Employee, models.PROTECT, related_name="actions_owned", verbose_name=_("who"))
    due_on = models.DateField(_("by when"))
    resources = models.CharField(_("what it needs"), max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=ActionState, default=ActionState.OPEN)
    state_because = models.TextField(_("why"), blank=True)
    evidence = models.TextField(_("how one can see it"), blank=True)
    done_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in ActionState]), name="action_state_known"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on__isnull=True)),
                name="action_done_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dropped", "blocked"]) | ~Q(state_because=""),
                name="action_stopped_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:action", args=[self.pk])

    def is_overdue(self, today: datetime.date) -> bool:
        return self.state in (ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.BLOCKED) and self.due_on < today


class PromiseState(models.TextChoices):
    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("not kept")
    NOT_PROMISED = "not_promised", _("not promised")


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, user: Employee) -> Self:
        """Those who share it, and its own owner."""
        return self.filter(_shared_with(user) | _owned(user))

    def shared_with(self, user: Employee) -> Self:
        """Without those that somebody merely owes."""
        return self.filter(_shared_with(user))

    def owned_by(self, user: Employee) -> Self:
        return self.filter(_owned(user))

    def pending(self) -> Self:
        return self.filter(state=PromiseState.OPEN)


class Promise(models.Model):
    """What the employer commits to; or, expressly, what it does not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="promises")
    what = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="promises_owned", verbose_name=_("who")
    )
    due_on = models.DateField(_("by when"), null=True, blank=True)
    state = models.CharField(max_length=12, choices=PromiseState, default=PromiseState.OPEN)
    state_because = models.TextField(blank=True)
    settled_on = models.DateField(null=True, blank=True)
    agreed_with = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    occasion = models.CharField(max_length=40, blank=True)
    occasion_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in PromiseState]), name="promise_state_known"),
            models.CheckConstraint(
                condition=Q(state="not_promised", due_on__isnull=True)
                | (~Q(state="not_promised") & Q(owner__isnull=False, due_on__isnull=False)),
                name="promise_has_owner_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("plans:promise", args=[self.pk])

    def is_overdue(self, today: datetime.date) -> bool:
        return self.state == PromiseState.OPEN and self.due_on is not None and self.due_on < today


class ItemKind(models.TextChoices):
    GOAL = "goal", _("goal")
    ACTION = "action", _("action")
    PROMISE = "promise", _("promise")
    CHECK_IN = "check_in", _("check-in")


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: Employee) -> Self:
        """A change is read by those who read the item."""
        return self.filter(
            Q(item_kind=ItemKind.GOAL, item_id__in=Goal.objects.visible_to(user).values("pk"))
            | Q(item_kind=ItemKind.ACTION, item_id__in=Action.objects.visible_to(user).values("pk"))
            | Q(item_kind=ItemKind.PROMISE, item_id__in=Promise.objects.visible_to(user).values("pk"))
            | Q(item_kind=ItemKind.CHECK_IN, item_id__in=CheckIn.objects.visible_to(user).values("pk"))
        )


class Change(models.Model):
    """Who changed what, when, why, with the former value. Appended, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    item_kind = models.CharField(max_length=20)
    item_id = models.UUIDField()
    item_title = models.CharField(max_length=300)
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    why = models.TextField(blank=True)
    occasion = models.CharField(max_length=40, blank=True)
    occasion_id = models.UUIDField(null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.item_kind} {self.field}"


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, user: Employee) -> Self:
        return self.filter(_readers(user, "plan__"))

    def open(self) -> Self:
        return self.filter(held_on__isnull=True, withdrawn_at__isnull=True)


class CheckIn(models.Model):
    """Ten minutes and one page on how the plan goes; proposed by a series, or started by either side."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="check_ins")
    due_on = models.DateField(_("due"))
    held_on = models.DateField(_("held"), null=True, blank=True)
    held_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    blockers = models.TextField(_("what is in the way"), blank=True)
    adjustments = models.TextField(_("what you change"), blank=True)
    # The signing that started the series; a new one withdraws what is left of the old.
    series = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "series", "due_on"], condition=Q(series__isnull=False), name="check_in_once_per_series"
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | Q(withdrawn_at__isnull=True), name="check_in_held_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("plans:check_in", args=[self.pk])


class Pace(models.TextChoices):
    GOING_WELL = "going_well", _("Going well")
    SLOWER = "slower", _("Slower")
    STUCK = "stuck", _("Stuck")
    REACHED = "reached", _("Reached")


class Progress(models.Model):
    """How far one goal has come, as seen at one check-in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="progress")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="progress")
    pace = models.CharField(_("how it goes"), max_length=12, choices=Pace, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2, null=True, blank=True)
    words = models.TextField(_("in words"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "goal"], name="progress_once_per_goal"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="progress_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(pace="") | Q(pace__in=[p.value for p in Pace]), name="progress_pace_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent}"
