"""What happened to a plan: appended, never changed."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import Employee
from plans.models.check_ins import CheckIn
from plans.models.items import Action, Goal, Plan, Promise
from plans.models.reading import known_to_line


class ItemKind(models.TextChoices):
    GOAL = "goal", _("goal")
    ACTION = "action", _("action")
    PROMISE = "promise", _("promise")
    CHECK_IN = "check_in", _("check-in")


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, plan: Plan, user: Employee) -> Self:
        """The history of one plan as somebody reads it: of items they read, to a new manager from their first day on.

        The items are looked up once for the plan, not once for each change. The employee reads all: a draft, which is
        its author's alone, leaves no change behind.
        """
        if user.pk == plan.employee_id:
            return self.filter(plan=plan)
        seen: list[tuple[ItemKind, QuerySet[Goal] | QuerySet[Action] | QuerySet[Promise] | QuerySet[CheckIn]]] = [
            (ItemKind.GOAL, Goal.objects.visible_to(user).filter(plan=plan)),
            (ItemKind.ACTION, Action.objects.of_plan(plan, user)),
            (ItemKind.PROMISE, Promise.objects.visible_to(user).filter(plan=plan)),
            (ItemKind.CHECK_IN, CheckIn.objects.visible_to(user).filter(plan=plan)),
        ]
        readable = Q(pk__isnull=True)
        for kind, items in seen:
            readable |= Q(item_kind=kind, item_id__in=items.order_by().values("pk"))
        line = Q(plan__employee__manager=user)
        return self.filter(plan=plan).filter(readable, ~line | known_to_line(user, ended="at"))


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
        indexes = [models.Index(fields=["plan", "-at"], name="change_of_plan")]

    def __str__(self) -> str:
        return f"{self.item_kind} {self.field}"
