"""Another day for a goal, an action or a promise; and the answer to whoever asks for one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations, rights
from plans.forms import DateForm, differences
from plans.models import Action, Goal, Promise, TimeRequest
from plans.views.access import allow, item_for, note_reading, today, try_again, way_back


@require_http_methods(["GET", "HEAD", "POST"])
def date(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """Moved by whoever may; asked for by whoever owes it and may not."""
    item = item_for(request, kind, pk)
    moves = rights.may_move(request.user, item)
    allow(moves or (not isinstance(item, Goal) and rights.may_ask_for_time(request.user, item)))
    form = DateForm(request.POST or None, item=item, today=today())
    current = None
    if request.method == "POST" and form.is_valid():
        try:
            said = _move(request, item, form) if moves else _ask(request, item, form)
        except Stale as stale:
            current = stale.current
            try_again(form, request, stale)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect(way_back(request) or item)
    plan = item.goal.plan if isinstance(item, Action) else item.plan
    note_reading(request, item, plan.employee)
    context = {
        "item": item,
        "form": form,
        "moves": moves,
        "employee": plan.employee,
        "current": current,
        "theirs": differences(form, current),
        "back": way_back(request),
    }
    return render(request, "plans/date.html", context, status=409 if current else 422 if form.errors else 200)


@require_POST
def time_answer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One click: agreed, or not."""
    visible = TimeRequest.objects.visible_to(request.user).select_related(
        "asked_by", "action__goal__plan__employee", "action__goal__agreed_with", "promise__plan__employee",
        "promise__agreed_with",
    )  # fmt: skip
    asked = get_object_or_404(visible, pk=pk)
    allow(rights.may_answer(request.user, asked))
    agreed = request.POST.get("answer") == "agreed"
    try:
        operations.answer_request(by=request.user, request=asked, agreed=agreed)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Agreed. The day has moved.") if agreed else _("The day stays as it is."))
    return redirect(way_back(request) or asked.item)


def _move(request: SignedInRequest, item: Goal | Action | Promise, form: DateForm) -> str:
    said = form.cleaned_data
    operations.move_date(
        by=request.user, item=item, due_on=said["due_on"], why=said["why"], version=said["version"] or 0
    )
    return _("The day has moved. The former one stays in the history.")


def _ask(request: SignedInRequest, item: Goal | Action | Promise, form: DateForm) -> str:
    said = form.cleaned_data
    assert not isinstance(item, Goal)  # noqa: S101 - a goal has no owner who could ask
    operations.ask_for_time(by=request.user, item=item, due_on=said["due_on"], why=said["why"])
    return _("Asked. Until somebody agrees, the present day holds.")
