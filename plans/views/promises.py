"""Promises: new, changed, opened."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations, rights
from plans.forms import PromiseForm, differences
from plans.models import Plan, Promise
from plans.views.access import allow, plan_for, promise_for, try_again, way_back


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
            try_again(form, request, stale)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. The former values stay in the history."))
            return redirect(way_back(request) or promise)
    return _form_page(request, form, promise.plan, promise, current)


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
