"""Whose plans there are, one plan, its history, and what somebody owes."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from people.models import Employee
from people.policy import can
from people.requests import SignedInRequest
from plans import operations
from plans.models import Plan
from plans.queries import history, owed_by, plan_page, plans_of
from plans.queries.plan import tell_all
from plans.views.access import allow, note_reading, onward, plan_for, today

PAGE = 50


@require_safe
def plan_list(request: SignedInRequest) -> HttpResponse:
    """One's own plan at once, for whoever has no other to look at."""
    mine = Plan.objects.visible_to(request.user).filter(employee=request.user).first()
    team, others = plans_of(request.user, today=today())
    if mine and not team and not others:
        return redirect("plans:detail", pk=mine.pk)
    owed = len(owed_by(request.user, today=today()))
    context = {"mine": mine, "team": Paginator(team, PAGE).get_page(request.GET.get("page")), "others": others}
    return render(request, "plans/list.html", context | {"owed": owed})


@require_POST
def start(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A first plan for oneself or for somebody of one's team."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    allow(can(request.user, "plan.change", employee))
    plan = operations.ensure_plan(employee)
    return redirect("plans:goal_new", pk=plan.pk)


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    plan = plan_for(request, pk)
    note_reading(request, plan, plan.employee)
    page = plan_page(plan, reader=request.user, today=today())
    is_mine = plan.employee_id == request.user.pk
    owed = len(owed_by(request.user, today=today())) if is_mine else 0
    return render(
        request,
        "plans/detail.html",
        {"page": page, "plan": plan, "is_mine": is_mine, "owed": owed, "today": today(), "here": request.path},
    )


@require_safe
def changes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All that changed in a plan, newest first."""
    plan = plan_for(request, pk)
    note_reading(request, plan, plan.employee)
    page = Paginator(history(plan, reader=request.user), PAGE).get_page(request.GET.get("page"))
    told = tell_all(page.object_list, reader=request.user, plan=plan)
    context = {"plan": plan, "is_mine": plan.employee_id == request.user.pk, "page_obj": page, "changes": told}
    return render(request, "plans/changes.html", context)


@require_safe
def owed(request: SignedInRequest) -> HttpResponse:
    """Open actions and promises that the reader owes, whosever plan they are in."""
    page = Paginator(owed_by(request.user, today=today()), PAGE).get_page(request.GET.get("page"))
    return render(request, "plans/owed.html", {"page_obj": page, "here": onward(request, "plans:owed")})
