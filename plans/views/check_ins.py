"""Check-ins: started, held, moved."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.policy import Refused, can
from people.requests import SignedInRequest
from plans import operations
from plans.forms import CheckInForm, PostponeForm, StepForm
from plans.models import CheckIn
from plans.operations.progress import Step
from plans.queries import check_in_page
from plans.views.access import allow, check_in_for, note_reading, plan_for, today, way_back


@require_POST
def check_in_start(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The check-in that is due, or a new one, at once."""
    plan = plan_for(request, pk)
    allow(can(request.user, "plan.change", plan.employee))
    return redirect(operations.start_check_in(by=request.user, plan=plan))


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ten minutes on one page; once held, what was written."""
    check_in = check_in_for(request, pk)
    note_reading(request, check_in, check_in.plan.employee)
    page = check_in_page(check_in, reader=request.user, today=today())
    form = CheckInForm(request.POST or None, initial={"next_on": _next_day(check_in, page["check_ins"])})
    steps = [StepForm(request.POST or None, goal=card.goal) for card in page["cards"]]
    if request.method == "POST" and check_in.held_on is None and all([form.is_valid(), *(s.is_valid() for s in steps)]):
        said: list[Step] = [{"goal": step.goal, **step.cleaned_data} for step in steps]  # type: ignore[typeddict-item]
        try:
            operations.hold_check_in(by=request.user, check_in=check_in, progress=said, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The check-in is kept. Thank you both."))
            return redirect(way_back(request) or check_in.plan)
    context = page | {
        "check_in": check_in,
        "plan": check_in.plan,
        "is_mine": check_in.plan.employee_id == request.user.pk,
        "form": form,
        "rows": list(zip(page["cards"], steps, strict=True)),
        "has_errors": bool(form.errors) or any(step.errors for step in steps),
        "postpone": PostponeForm(),
        "today": today(),
        "back": way_back(request),
    }
    return render(request, "plans/check_in.html", context, status=422 if context["has_errors"] else 200)


@require_POST
def check_in_postpone(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask for time."""
    check_in = check_in_for(request, pk)
    form = PostponeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the other day. Nothing was changed."))
        return redirect(check_in)
    try:
        operations.postpone_check_in(by=request.user, check_in=check_in, due_on=form.cleaned_data["due_on"])
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(check_in)
    messages.success(request, _("The check-in moved. Both of you see the new day."))
    return redirect(way_back(request) or check_in.plan)


def _next_day(check_in: CheckIn, others: list[CheckIn]) -> object:
    """What the series proposes next, to be changed if another day suits better."""
    ahead = [other.due_on for other in others if other.held_on is None and other.due_on > max(check_in.due_on, today())]
    return min(ahead, default=None)
