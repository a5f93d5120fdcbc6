"""Promises: new, changed, kept or not."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations, rights
from plans.forms import PromiseForm, SettlePromiseForm, differences
from plans.history import voice_of
from plans.models import Plan, Promise, PromiseState
from plans.queries.plan import changes_of
from plans.standing import promise_tag
from plans.views.access import allow, note_reading, plan_for, promise_for, today, way_back


@require_http_methods(["GET", "HEAD", "POST"])
def promise_new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    plan = plan_for(request, pk)
    allow(rights.may_add(request.user, plan))
    form = PromiseForm(request.POST or None, plan=plan, reader=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            operations.add_promise(
                by=request.user,
                plan=plan,
                what=said["what"],
                owner=said.get("owner"),
                due_on=said.get("due_on"),
                not_promised=said["not_promised"],
                key=said.get("key"),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Written down in the plan."))
            return redirect(way_back(request) or plan)
    return _form_page(request, form, plan)


@require_http_methods(["GET", "HEAD", "POST"])
def promise_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    promise = promise_for(request, pk)
    allow(rights.may_change(request.user, promise))
    form = PromiseForm(request.POST or None, plan=promise.plan, reader=request.user, promise=promise)
    current = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            operations.change_promise(
                by=request.user,
                promise=promise,
                version=said["version"] or 0,
                why=said["why"],
                **{name: said[name] for name in ("what", "owner", "due_on") if name in said},
            )
        except Stale as stale:
            current = stale.current
            form.data = {**request.POST.dict(), "version": str(stale.current.version)}  # type: ignore[attr-defined]
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. The former values stay in the history."))
            return redirect(way_back(request) or promise)
    return _form_page(request, form, promise.plan, promise, current)


@require_safe
def promise(request: SignedInRequest, pk: UUID) -> HttpResponse:
    promise = promise_for(request, pk)
    return _promise_page(request, promise, SettlePromiseForm(initial={"state": promise.state}))


@require_POST
def promise_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say whether it was kept."""
    promise = promise_for(request, pk)
    allow(rights.may_settle(request.user, promise))
    form = SettlePromiseForm(request.POST)
    if form.is_valid():
        try:
            operations.settle_promise(by=request.user, promise=promise, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Noted."))
            return redirect(way_back(request) or promise)
    return _promise_page(request, promise, form)


@require_POST
def promise_open(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The employee lets the line manager read a promise that somebody else gave."""
    promise = promise_for(request, pk)
    try:
        operations.open_promise(by=request.user, promise=promise)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your manager can read this promise now."))
    return redirect(way_back(request) or promise)


def _promise_page(request: SignedInRequest, promise: Promise, form: SettlePromiseForm) -> HttpResponse:
    plan = promise.plan
    note_reading(request, promise, plan.employee)
    context = {
        "promise": promise,
        "employee": plan.employee,
        "tag": promise_tag(promise, today()),
        "voice": voice_of(promise.owner_id, plan.employee),
        "shares_plan": Plan.objects.visible_to(request.user).filter(pk=plan.pk).exists(),
        "may_change": rights.may_change(request.user, promise),
        "may_open": rights.may_open(request.user, promise),
        "may_settle": rights.may_settle(request.user, promise) and promise.state != PromiseState.NOT_PROMISED,
        "changes": changes_of(plan, promise.pk, reader=request.user),
        "form": form,
        "back": way_back(request),
    }
    return render(request, "plans/promise.html", context, status=422 if form.errors else 200)


def _form_page(
    request: SignedInRequest,
    form: PromiseForm,
    plan: Plan,
    promise: Promise | None = None,
    current: object | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "plan": plan,
        "promise": promise,
        "current": current,
        "theirs": differences(form, current),
        "back": way_back(request),
    }
    return render(request, "plans/promise_form.html", context, status=409 if current else 422 if form.errors else 200)
