"""What a plan consists of: goals, the actions towards them, promises, and requests for more time."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from people.addresses import address_of
from people.models import Employee
from plans.models.reading import circle_of, debtors, known_to_line, party_to, shared_with


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Employee) -> Self:
        """The employee, the line manager, and whoever agreed an item of it in a conversation."""
        shared = Plan.objects.filter(employee__in=circle_of(user)).values("pk")
        goals = Goal.objects.filter(agreed_with=user).order_by().values("plan_id")
        promises = Promise.objects.filter(agreed_with=user).order_by().values("plan_id")
        return self.filter(pk__in=shared.union(goals, promises))


class Plan(models.Model):
    """One living plan per employee."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee = models.OneToOneField(Employee, models.CASCADE, related_name="plan")
    # The manager to whom the employee opened what ended before this manager led.
    past_opened_to = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.employee)

    def get_absolute_url(self) -> str:
        return address_of("plans:detail", self.pk)


class GoalState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    REACHED = "reached", _("reached")
    DROPPED = "dropped", _("dropped")


GOAL_ENDED = [GoalState.REACHED, GoalState.DROPPED]


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: Employee) -> Self:
        """Those who share it; a new manager what is open and what ended since. A draft is its author's alone."""
        ended = Q(state__in=GOAL_ENDED)
        known = ~ended | party_to(user) | known_to_line(user, ended="closed_on")
        return self.filter(shared_with(user), known).filter(~Q(state=GoalState.DRAFT) | Q(created_by=user))


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
    closed_on = models.DateField(null=True, blank=True)
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
        return address_of("plans:goal", self.pk)

    @property
    def missing_parts(self) -> list[str]:
        """Which of the five parts are still empty, by their field names."""
        parts = ["specific", "measurable", "achievable", "relevant", "due_on"]
        return [part for part in parts if not getattr(self, part)]

    @property
    def is_complete(self) -> bool:
        return not self.missing_parts or bool(self.incomplete_because)

    @property
    def has_ended(self) -> bool:
        return self.state in GOAL_ENDED

    @property
    def ended_on(self) -> datetime.date | None:
        return self.closed_on


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


ACTION_PENDING = [ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.BLOCKED]
_PENDING = [state.value for state in ACTION_PENDING]


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: Employee) -> Self:
        """Whoever reads the goal, except what ended before a new manager led; and the action's own owner."""
        return self._seen(user, Q(Exists(Goal.objects.visible_to(user).filter(pk=OuterRef("goal_id")))))

    def of_plan(self, plan: Plan, user: Employee) -> Self:
        """The same for one plan; its goals are looked up once and not once for each action."""
        goals = Goal.objects.visible_to(user).filter(plan=plan).order_by().values("pk")
        return self._seen(user, Q(goal__in=goals)).filter(goal__plan=plan)

    def _seen(self, user: Employee, through_goal: Q) -> Self:
        party = party_to(user, plan="goal__plan", agreed_with="goal__agreed_with")
        known = Q(state__in=ACTION_PENDING) | party | known_to_line(user, ended="settled_on", plan="goal__plan")
        return self.filter(Q(owner__in=debtors(user)) | (through_goal & known))

    def owned_by(self, user: Employee) -> Self:
        return self.filter(owner__in=debtors(user))

    def pending(self) -> Self:
        return self.filter(state__in=ACTION_PENDING)


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
    # The day it was done or dropped.
    settled_on = models.DateField(null=True, blank=True)
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
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(state__in=_PENDING), name="action_owed"),
            models.Index(fields=["due_on", "id"], condition=Q(state__in=_PENDING), name="action_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("plans:action", self.pk)

    def is_overdue(self, today: datetime.date) -> bool:
        return self.state in ACTION_PENDING and self.due_on < today

    @property
    def has_ended(self) -> bool:
        return self.state not in ACTION_PENDING

    @property
    def ended_on(self) -> datetime.date | None:
        return self.settled_on


class PromiseState(models.TextChoices):
    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("not kept")
    NOT_PROMISED = "not_promised", _("not promised")


PROMISE_ENDED = [PromiseState.KEPT, PromiseState.BROKEN]


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, user: Employee) -> Self:
        """Those who share it, and its own owner."""
        return self.filter(Q(owner__in=debtors(user)) | self._shared(user))

    def shared_with(self, user: Employee) -> Self:
        """Without those that somebody merely owes."""
        return self.filter(self._shared(user))

    @staticmethod
    def _shared(user: Employee) -> Q:
        """What was expressly not promised holds on, so a new manager reads it like what is open."""
        known = ~Q(state__in=PROMISE_ENDED) | party_to(user) | known_to_line(user, ended="settled_on")
        return shared_with(user) & known

    def owned_by(self, user: Employee) -> Self:
        return self.filter(owner__in=debtors(user))

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
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="promise_owed"),
            models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="promise_due"),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return address_of("plans:promise", self.pk)

    def is_overdue(self, today: datetime.date) -> bool:
        return self.state == PromiseState.OPEN and self.due_on is not None and self.due_on < today

    @property
    def has_ended(self) -> bool:
        return self.state in PROMISE_ENDED

    @property
    def ended_on(self) -> datetime.date | None:
        return self.settled_on


class Answer(models.TextChoices):
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("not agreed")
    LAPSED = "lapsed", _("no longer needed")


class TimeRequestQuerySet(models.QuerySet["TimeRequest"]):
    def visible_to(self, user: Employee) -> Self:
        """Whoever asked, and those who read the item."""
        action = Exists(Action.objects.visible_to(user).filter(pk=OuterRef("action_id")))
        promise = Exists(Promise.objects.visible_to(user).filter(pk=OuterRef("promise_id")))
        return self.filter(Q(asked_by=user) | Q(action) | Q(promise))

    def open(self) -> Self:
        return self.filter(answer="")


class TimeRequest(models.Model):
    """An owner who may not move the day of an action or a promise asks for a later one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="time_requests")
    action = models.ForeignKey(Action, models.CASCADE, null=True, blank=True, related_name="time_requests")
    promise = models.ForeignKey(Promise, models.CASCADE, null=True, blank=True, related_name="time_requests")
    asked_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("until when"))
    why = models.TextField(_("why"))
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = TimeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__isnull=False, promise__isnull=True) | Q(action__isnull=True, promise__isnull=False),
                name="time_request_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=[a.value for a in Answer], answered_at__isnull=False),
                name="time_request_answered_at_a_moment",
            ),
            models.UniqueConstraint(fields=["action"], condition=Q(answer=""), name="time_request_open_once_action"),
            models.UniqueConstraint(fields=["promise"], condition=Q(answer=""), name="time_request_open_once_promise"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def item(self) -> Action | Promise:
        found = self.action or self.promise
        assert found is not None  # noqa: S101 - the constraint says so
        return found
