"""How a view gets hold of a plan or an item: invisible is 404. And where it leads back to."""

import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from audit.operations import record_reading
from people.models import Employee
from people.policy import Stale
from people.prepared import prepared
from people.requests import SignedInRequest
from plans.models import Action, CheckIn, Goal, Plan, Promise


def plan_for(request: SignedInRequest, pk: UUID) -> Plan:
    for plan in _plans(request.user, pk):
        return plan
    raise Http404


@prepared
def _plans(user: Employee, pk: UUID) -> QuerySet[Plan]:
    return Plan.objects.visible_to(user).filter(pk=pk).select_related("employee__manager")


def goal_for(request: SignedInRequest, pk: UUID) -> Goal:
    goals = Goal.objects.visible_to(request.user).select_related("plan__employee__manager", "agreed_with")
    return get_object_or_404(goals, pk=pk)


def action_for(request: SignedInRequest, pk: UUID) -> Action:
    actions = Action.objects.visible_to(request.user)
    return get_object_or_404(
        actions.select_related("goal__plan__employee__manager", "goal__agreed_with", "owner"), pk=pk
    )


def promise_for(request: SignedInRequest, pk: UUID) -> Promise:
    promises = Promise.objects.visible_to(request.user)
    return get_object_or_404(promises.select_related("plan__employee__manager", "agreed_with", "owner"), pk=pk)


def check_in_for(request: SignedInRequest, pk: UUID) -> CheckIn:
    check_ins = CheckIn.objects.visible_to(request.user).select_related("plan__employee__manager", "held_by")
    return get_object_or_404(check_ins, pk=pk)


def item_for(request: SignedInRequest, kind: str, pk: UUID) -> Goal | Action | Promise:
    return goal_for(request, pk) if kind == "goal" else owed_for(request, kind, pk)


def owed_for(request: SignedInRequest, kind: str, pk: UUID) -> Action | Promise:
    """What somebody can owe."""
    return action_for(request, pk) if kind == "action" else promise_for(request, pk)


def try_again(form: Form, request: SignedInRequest, stale: Stale) -> None:
    """The form keeps what was typed; sent once more, it replaces what its sender has seen by then."""
    form.data = {**request.POST.dict(), "version": str(stale.current.version)}  # type: ignore[attr-defined]


def note_reading(request: SignedInRequest, subject: Model, employee: Employee) -> None:
    """What somebody other than the employee reads of their plan is noted."""
    if request.user.pk != employee.pk:
        record_reading(action="plan.read", by=request.user, subject=subject)


def allow(allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence
    """Visible, but not this person's to change: 403."""
    if not allowed:
        raise PermissionDenied


def way_back(request: HttpRequest) -> str:
    """The page of this installation that sent the reader here, if it said so."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else ""


def onward(request: HttpRequest, name: str, *args: Any) -> str:
    """The address of a page that still knows where the reader came from."""
    back = way_back(request)
    return reverse(name, args=args) + (f"?{urlencode({'next': back})}" if back else "")


def today() -> datetime.date:
    """The day where the reader is."""
    return timezone.localdate()
