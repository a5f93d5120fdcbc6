"""Whose plans there are, one plan, what is behind it, and what somebody owes."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.models import Employee
from people.policy import Refused, can
from people.requests import SignedInRequest
from plans import operations, rights
from plans.queries import (
    SHOWS,
    history,
    owed_by,
    plan_page,
    plan_rows,
    plan_to_read,
    requests_for,
    settled_by,
    team_of,
)
from plans.queries.plan import check_ins_of, closed_goals, closed_lines, tell_all
from plans.standing import team_headline
from plans.views.access import allow, note_reading, onward, plan_for, today

PAGE = 50
DONE_LATELY = 10


@require_safe
def plan_list(request: SignedInRequest) -> HttpResponse:
    """One's own plan at once, for whoever has no other to look at."""
    user = request.user
    team = team_of(user, today=today())
    if team.own_plan and not team.people and not team.others:
        return redirect("plans:detail", pk=team.own_plan)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "" if team.people or not team.others else "others"
    rows = plan_rows(user, today=today(), show=show, total=team.counts[show])
    context: dict[str, Any] = {
        "team": team,
        "show": show,
        "headline": team_headline(team.people, late=team.late, due=team.due, none=team.none),
        "page_obj": Paginator(cast(Any, rows), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "plans/list.html", context)


@require_POST
def start(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A first plan for oneself or for somebody of one's team."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    allow(can(request.user, "plan.change", employee))
    plan = operations.ensure_plan(employee)
    return redirect("plans:goal_new", pk=plan.pk)


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    plan = plan_to_read(request.user, pk)
    if plan is None:
        raise Http404
    note_reading(request, plan, plan.employee)
    page = plan_page(plan, reader=request.user, today=today(), page=request.GET.get("page"))
    is_mine = plan.employee_id == request.user.pk
    leads = plan.employee.manager_id == request.user.pk
    context = {
        "page": page,
        "plan": plan,
        "is_mine": is_mine,
        "owed": plan.__dict__["owed"],
        "may_open_past": rights.may_open_past(request.user, plan),
        "past_is_closed": leads and plan.employee.led_since and plan.past_opened_to_id != request.user.pk,
        "today": today(),
        "here": request.path,
    }
    return render(request, "plans/detail.html", context)


@require_POST
def past(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The employee opens to the present manager what ended before this manager led, or closes it again."""
    plan = plan_for(request, pk)
    allow(rights.may_open_past(request.user, plan))
    opened = request.POST.get("open") == "yes"
    try:
        operations.open_past(by=request.user, plan=plan, opened=opened)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        name = {"name": plan.employee.manager}
        said = _("%(name)s can read the earlier part of your plan now.") if opened else _(
            "The earlier part of your plan is closed to %(name)s."
        )  # fmt: skip
        messages.success(request, said % name)
    return redirect(plan)


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
def closed(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The goals that were reached or dropped."""
    plan = plan_for(request, pk)
    note_reading(request, plan, plan.employee)
    page = Paginator(closed_goals(plan, reader=request.user), PAGE).get_page(request.GET.get("page"))
    lines = closed_lines(page.object_list)
    context = {"plan": plan, "is_mine": plan.employee_id == request.user.pk, "page_obj": page, "lines": lines}
    return render(request, "plans/closed.html", context)


@require_safe
def check_ins(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All check-ins of a plan, the latest first."""
    plan = plan_for(request, pk)
    note_reading(request, plan, plan.employee)
    page = Paginator(check_ins_of(plan, reader=request.user), PAGE).get_page(request.GET.get("page"))
    context = {"plan": plan, "is_mine": plan.employee_id == request.user.pk, "page_obj": page, "today": today()}
    return render(request, "plans/check_ins.html", context)


@require_safe
def owed(request: SignedInRequest) -> HttpResponse:
    """Open actions and promises that the reader owes, whosever plan they are in; and what was done of late."""
    user = request.user
    context = {
        "page_obj": Paginator(cast(Any, owed_by(user, today=today())), PAGE).get_page(request.GET.get("page")),
        "lately": settled_by(user, today=today(), most=DONE_LATELY),
        "requests": requests_for(user),
        "here": onward(request, "plans:owed"),
        "today": today(),
    }
    return render(request, "plans/owed.html", context)
