"""HR plans a round of conversations, checks it, launches it and sees how far it has come."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from interviews.forms.cycles import CycleForm, InterviewersForm
from interviews.lateness import followed, late
from interviews.models import Cycle, State
from interviews.models.interview import OPEN_STATES
from interviews.operations import Launch, change_cycle, create_cycle, launch_cycle
from interviews.queries.cycles import cycles_for, interviews_of, progress_of, roll_of, usable_versions
from interviews.queries.departments import places
from people.policy import Refused, can
from people.requests import SignedInRequest

PER_PAGE = 50


def _cycle(request: SignedInRequest, pk: UUID, action: str = "cycle.see") -> Cycle:
    if not can(request.user, action):
        raise PermissionDenied
    return get_object_or_404(Cycle.objects.visible_to(request.user).select_related("version__template"), pk=pk)


@require_safe
def cycles(request: SignedInRequest) -> HttpResponse:
    if not can(request.user, "cycle.see"):
        raise PermissionDenied
    context = {"cycles": cycles_for(request.user), "has_template": usable_versions(request.user).exists()}
    return render(request, "interviews/cycles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_new(request: SignedInRequest) -> HttpResponse:
    if not can(request.user, "cycle.launch"):
        raise PermissionDenied
    form = CycleForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            cycle = create_cycle(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("interviews:cycle_launch", pk=cycle.pk)
    return render(request, "interviews/cycle_form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Correct a round before anybody is invited."""
    cycle = _cycle(request, pk, "cycle.launch")
    if cycle.launched_at is not None:
        messages.error(request, _("This round is launched, so its people know the dates."))
        return redirect("interviews:cycle", pk=pk)
    form = CycleForm(request.POST if request.method == "POST" else None, user=request.user, cycle=cycle)
    if request.method == "POST" and form.is_valid():
        try:
            change_cycle(by=request.user, cycle=cycle, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("interviews:cycle_launch", pk=pk)
    context = {"form": form, "cycle": cycle}
    return render(request, "interviews/cycle_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_launch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Check who will be invited, name interviewers where there is none, launch. Again later for who came since."""
    cycle = _cycle(request, pk, "cycle.launch")
    roll = roll_of(request.user, cycle, request.user.local_date(timezone.now()))
    form = InterviewersForm(request.POST if request.method == "POST" else None, user=request.user, roll=roll)
    if request.method == "POST" and form.is_valid():
        try:
            launch = launch_cycle(by=request.user, cycle=cycle, interviewers=form.chosen())
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("interviews:cycle_launch", pk=pk)
        _say(request, launch)
        return redirect("interviews:cycle", pk=pk)
    load = roll.load
    context = {
        "cycle": cycle,
        "roll": roll,
        "form": form,
        "questions": cycle.version.questions,
        "departments": list(cycle.departments.all()),
        "load": load,
        "busiest": load.most_common(1)[0] if load else None,
        "least": min(load.values(), default=0),
        "hours": round(len(roll.ready) * cycle.version.questions.minutes / 60),
        "example": roll.ready[0] if roll.ready else None,
    }
    return render(request, "interviews/cycle_launch.html", context, status=422 if form.is_bound else 200)


def _say(request: SignedInRequest, launch: Launch) -> None:
    """What a launch came to, in sentences; who could not be invited is named."""
    created, waiting = len(launch.created), len(launch.without_manager)
    if created:
        invited = ngettext("%(count)s person is invited.", "%(count)s people are invited.", created)
        messages.success(request, invited % {"count": created})
    else:
        messages.info(request, _("Nobody was left to invite."))
    if waiting:
        text = ngettext(
            "%(count)s person waits for an interviewer.", "%(count)s people wait for an interviewer.", waiting
        )
        messages.warning(request, text % {"count": waiting})
    if launch.exempted:
        text = ngettext("%(count)s person is exempted.", "%(count)s people are exempted.", launch.exempted)
        messages.info(request, text % {"count": launch.exempted})
    for person, why in launch.refused:
        messages.warning(request, f"{person}: {why}")


@require_safe
def cycle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """States, who is late, and the list; dates and progress, never a word of what was written."""
    cycle = _cycle(request, pk)
    if cycle.launched_at is None:
        return redirect("interviews:cycle_launch", pk=pk)
    today = request.user.local_date(timezone.now())
    departments = places(request.user)
    state, department = request.GET.get("state", ""), request.GET.get("department", "")
    rows = interviews_of(request.user, cycle)
    if state == "late":
        rows = late(rows, today)
    elif state in State.values:
        rows = rows.filter(state=state)
    chosen = next((place for place in departments if str(place.department.pk) == department), None)
    if chosen is not None:
        rows = rows.filter(employee__department__in=chosen.below)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    progress = progress_of(request.user, cycle, today)
    context = {
        "cycle": cycle,
        "progress": progress,
        "now": [(code, State(code).label, progress.states[code]) for code in OPEN_STATES if code != State.PLANNED],
        "longest": followed(progress.longest, today),
        "waiting": len(roll_of(request.user, cycle, today).unled) if cycle.sign_by >= today else 0,
        "page_obj": page,
        "rows": followed(page, today),
        "states": [choice for choice in State.choices if choice[0] != State.PLANNED],
        "state": state,
        "departments": departments,
        "department": chosen.department if chosen else None,
    }
    return render(request, "interviews/cycle.html", context)
