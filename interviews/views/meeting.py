"""The date on which two people sit down."""

import zoneinfo
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from interviews import operations
from interviews.forms.meeting import ScheduleForm
from interviews.models import Interview
from interviews.views.access import interview_for
from interviews.workflow import refusal
from people.models import Employee
from people.policy import Refused
from people.requests import SignedInRequest
from people.templatetags.paper import clock, longdate


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Set or move the date. Either of the two may; both calendars follow."""
    interview = interview_for(request, pk, "interview.schedule")
    if sentence := refusal("interview.schedule", request.user, interview, timezone.now()):
        messages.error(request, sentence)
        return redirect("interviews:detail", pk=pk)
    form = ScheduleForm(request.POST or None, interview=interview)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            saved = operations.schedule_meeting(
                by=request.user,
                interview=interview,
                meets_at=given["meets_at"],
                minutes=given["minutes"],
                place=given["place"],
                video_link=given["video_link"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _date_stands(request.user, saved))
            return redirect("interviews:detail", pk=pk)
    other = interview.other_side(request.user)
    context = {"interview": interview, "form": form, "other": other, "elsewhere": _elsewhere(request.user, other)}
    return render(request, "interviews/schedule.html", context, status=422 if form.is_bound else 200)


def _date_stands(user: Employee, interview: Interview) -> str:
    other = interview.other_side(user)
    words = {
        "other": other.get_short_name(),
        "day": longdate(interview.meets_at),
        "time": clock(interview.meets_at),
    }
    sentence = _("You and %(other)s meet on %(day)s at %(time)s. Both of you get it for your calendars by mail.")
    if interview.meets_at and _elsewhere(user, other):
        words["theirs"] = f"{interview.meets_at.astimezone(zoneinfo.ZoneInfo(other.timezone)):%H:%M}"
        sentence = _(
            "You and %(other)s meet on %(day)s at %(time)s, which is %(theirs)s where %(other)s works. "
            "Both of you get it for your calendars by mail."
        )
    return sentence % words


def _elsewhere(user: Employee, other: Employee) -> str:
    """The other one's time zone when their clock shows another hour than the user's."""
    now = timezone.now()
    zones = (zoneinfo.ZoneInfo(user.timezone), zoneinfo.ZoneInfo(other.timezone))
    offsets = {now.astimezone(zone).utcoffset() for zone in zones}
    return other.timezone if len(offsets) > 1 else ""
