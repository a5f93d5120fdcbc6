"""An action or a promise on its page, how it stands, and what was noted by mistake."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations, rights
from plans.forms import SettleForm
from plans.history import voice_of
from plans.models import Action, Goal, Plan, Promise, PromiseState, TimeRequest
from plans.queries.plan import changes_of
from plans.standing import action_tag, promise_tag
from plans.views.access import allow, item_for, note_reading, owed_for, today, try_again, way_back


@require_safe
def item(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """Whoever owes it and doesn't share the plan reads it alone, and nothing else of the plan."""
    item = owed_for(request, kind, pk)
    return _item_page(request, item, SettleForm(item=item))


@require_POST
def settle(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """Say how it stands: on its page, or by one click in a list."""
    item = owed_for(request, kind, pk)
    allow(rights.may_settle(request.user, item))
    form = SettleForm(request.POST, item=item)
    if form.is_valid():
        try:
            _settle(request, item, form)
        except Stale as stale:
            try_again(form, request, stale)
            return _item_page(request, item, form, current=stale.current)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Noted: “%(title)s”.") % {"title": item})
            return redirect(way_back(request) or item)
    return _item_page(request, item, form)


@require_POST
def back(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """It was noted by mistake."""
    item = item_for(request, kind, pk)
    try:
        operations.take_back(by=request.user, item=item)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(item)
    messages.success(request, _("Taken back: “%(title)s” stands as before.") % {"title": item})
    return redirect(way_back(request) or item)


def _settle(request: SignedInRequest, item: Action | Promise, form: SettleForm) -> None:
    if isinstance(item, Action):
        operations.settle_action(by=request.user, action=item, **form.said)
    else:
        operations.settle_promise(by=request.user, promise=item, **form.said)


def _item_page(
    request: SignedInRequest, item: Action | Promise, form: SettleForm, *, current: object | None = None
) -> HttpResponse:
    user, is_action = request.user, isinstance(item, Action)
    plan = item.goal.plan if isinstance(item, Action) else item.plan
    note_reading(request, item, plan.employee)
    asked = TimeRequest.objects.visible_to(user).open().filter(**{"action" if is_action else "promise": item})
    request_for_time = asked.select_related("asked_by").first()
    context = {
        "action" if is_action else "promise": item,
        "item": item,
        "kind": "action" if is_action else "promise",
        "employee": plan.employee,
        "tag": action_tag(item, today()) if isinstance(item, Action) else promise_tag(item, today()),
        "voice": voice_of(item.owner_id, plan.employee),
        "shares": _shares(user, item),
        "may_change": rights.may_change(user, item) and not item.has_ended,
        "may_move": rights.may_move(user, item),
        "may_ask": rights.may_ask_for_time(user, item),
        "may_open": isinstance(item, Promise) and rights.may_open(user, item),
        "may_settle": rights.may_settle(user, item) and item.state != PromiseState.NOT_PROMISED,
        "asked": request_for_time,
        "may_answer": request_for_time is not None and rights.may_answer(user, request_for_time),
        "may_take_back": item.ended_on is not None and (today() - item.ended_on).days <= 1,
        "changes": changes_of(plan, item.pk, reader=user),
        "form": form,
        "current": current,
        "theirs": _stands(item) if current else [],
        "back": way_back(request),
        "here": request.path,
    }
    status = 409 if current else 422 if form.errors else 200
    return render(request, "plans/action.html" if is_action else "plans/promise.html", context, status=status)


def _shares(user: object, item: Action | Promise) -> bool:
    if isinstance(item, Action):
        return Goal.objects.visible_to(user).filter(pk=item.goal_id).exists()  # type: ignore[arg-type]
    return Plan.objects.visible_to(user).filter(pk=item.plan_id).exists()  # type: ignore[arg-type]


def _stands(item: Action | Promise) -> list[tuple[str, str]]:
    """What somebody else noted meanwhile."""
    item.refresh_from_db()
    return [
        (_("How it stands"), item.get_state_display()),
        (_("In words"), item.state_because or (item.evidence if isinstance(item, Action) else "")),
    ]
