"""HR plans a round of conversations, checks it and launches it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from interviews.forms.cases import ExemptForm
from interviews.forms.cycles import MOST_CHOICES, CycleForm, InterviewersForm
from interviews.operations import Launch, change_cycle, create_cycle, exempt_from_cycle, for_each, launch_cycle
from interviews.queries.cycles import meant_among, roll_of
from interviews.views.access import cycle_for
from people.policy import Refused, can
from people.requests import SignedInRequest


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
    cycle = cycle_for(request, pk, "cycle.launch")
    if cycle.launched_at is not None:
        messages.error(request, _("This round is launched, so its people know the dates."))
        return redirect("insights:cycle", pk=pk)
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
    cycle = cycle_for(request, pk, "cycle.launch")
    roll = roll_of(request.user, cycle, request.user.local_date(timezone.now()))
    form = InterviewersForm(request.POST if request.method == "POST" else None, user=request.user, roll=roll)
    if request.method == "POST" and form.is_valid():
        try:
            launch = launch_cycle(by=request.user, cycle=cycle, interviewers=form.chosen())
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("interviews:cycle_launch", pk=pk)
        _say(request, launch)
        return redirect("insights:cycle", pk=pk)
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


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_exempt(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leave people out of the round before they are invited; who is invited already is exempted in its list."""
    cycle = cycle_for(request, pk, "cycle.launch")
    asked = request.POST if request.method == "POST" else request.GET
    people = meant_among(request.user, cycle, asked.getlist("person")[:MOST_CHOICES])
    if not people:
        messages.error(request, _("Nobody was chosen. Tick the people you mean, then try again."))
        return redirect("interviews:cycle_launch", pk=pk)
    form = ExemptForm(request.POST if request.method == "POST" else None, user=request.user)
    form.fields["why"].help_text = _("Kept for HR. Nobody gets a mail.")
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        tally = for_each(
            people, lambda person: exempt_from_cycle(by=request.user, cycle=cycle, employee=person, why=why)
        )
        text = ngettext("%(count)s person is exempted.", "%(count)s people are exempted.", len(tally.done))
        messages.success(request, text % {"count": len(tally.done)})
        for person, refusal in tally.refused:
            messages.warning(request, f"{person}: {refusal}")
        return redirect("interviews:cycle_launch", pk=pk)
    heading = ngettext("Exempt %(count)s person", "Exempt %(count)s people", len(people)) % {"count": len(people)}
    context = {
        "cycle": cycle,
        "form": form,
        "heading": heading,
        "field": "person",
        "meant": [(person.pk, person, "") for person in people],
        "back": reverse("interviews:cycle_launch", args=[pk]),
    }
    return render(request, "interviews/together.html", context, status=422 if form.is_bound else 200)


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
