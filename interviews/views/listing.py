"""My conversations, and where one of them stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from interviews.lines import closed_lines, lines_of
from interviews.models import Interview, State
from interviews.queries.listing import (
    ClosedConversations,
    leads_somebody,
    open_conversations,
    soonest_first,
    standings_of,
)
from interviews.queries.preparing import preparation_of
from interviews.queries.readers import readers_of
from interviews.release import EMPLOYEE, side_of
from interviews.steps import Standing, next_step, path_of
from interviews.views.access import interview_for
from interviews.views.team import state_only
from interviews.wording import other_of, who_reads_all
from interviews.workflow import available_actions
from people.models import Employee
from people.paging import window
from people.requests import SignedInRequest


@require_safe
def interviews(request: SignedInRequest) -> HttpResponse:
    """What needs me first, then what is under way, then what is behind me."""
    now = timezone.now()
    under_way = sorted(standings_of(request.user, open_conversations(request.user), now), key=soonest_first)
    page = window(ClosedConversations(request.user), request.GET.get("page"))
    context = {
        "needs_me": lines_of(standing for standing in under_way if standing.step.is_mine),
        "waiting": lines_of(standing for standing in under_way if not standing.step.is_mine),
        "behind": closed_lines(request.user, page.rows),
        "page": page,
        "leads_team": leads_somebody(request.user),
    }
    return render(request, "interviews/list.html", context)


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who, when, how far: never what somebody wrote. To a line manager who doesn't lead it, the state alone."""
    try:
        interview = interview_for(request, pk)
    except Http404:
        return state_only(request, pk)
    user, now = request.user, timezone.now()
    side = side_of(user.pk, interview)
    standing = _standing(user, interview, side, now) if side else None
    context = {
        "interview": interview,
        "standing": standing,
        "voice": "mgr" if side == EMPLOYEE else "you",
        "steps": path_of(interview, standing.preparation if standing else None, timezone.localdate(now)),
        "next_url": standing.step.url if standing and standing.step.is_mine else "",
        "buttons": _buttons(user, interview, standing, now),
        "who_reads_all": who_reads_all(side, interview) if side else "",
        "history": _history(interview),
        "readers": readers_of(interview) if side == EMPLOYEE else None,
        "shared": [
            (person, tone, interview.shared_at(person.pk))
            for person, tone in ((interview.employee, "you"), (interview.interviewer, "mgr"))
        ],
        "shows_reason": _shows_reason(interview, side),
        "extensions": interview.extensions.all() if interview.cycle_id else (),
        "shows_why_extended": side in (EMPLOYEE, None),
    }
    return render(request, "interviews/detail.html", context)


def _shows_reason(interview: Interview, side: str | None) -> bool:
    """Why somebody is exempted can be private: it is between them and HR."""
    if interview.state == State.EXEMPTED:
        return side in (EMPLOYEE, None)
    return side is not None or interview.state == State.NOT_HELD or interview.cycle_id is not None


def _standing(user: Employee, interview: Interview, side: str, now: datetime) -> Standing:
    preparation = preparation_of(user, interview, side)
    return Standing(
        interview=interview,
        side=side,
        other=other_of(side, interview),
        preparation=preparation,
        step=next_step(user, interview, preparation, now, has_signed=interview.__dict__["has_signed"]),
    )


@dataclass(frozen=True)
class Button:
    """A move as this page offers it: a link to its page, or a small form that makes it."""

    label: Any
    url_name: str
    is_post: bool = False


BUTTONS = {
    "interview.accept": Button(gettext_lazy("Accept"), "interviews:accept", is_post=True),
    "interview.schedule": Button(gettext_lazy("Set the date"), "interviews:schedule"),
    "interview.prepare": Button(gettext_lazy("Your preparation"), "interviews:prepare"),
    "interview.share": Button(gettext_lazy("Check your answers and share"), "interviews:check_answers"),
    "interview.start": Button(gettext_lazy("Begin the conversation"), "interviews:start", is_post=True),
    "interview.write_minutes": Button(gettext_lazy("Go to the room"), "interviews:room"),
    "interview.ask_changes": Button(gettext_lazy("Read what was said"), "interviews:review"),
    "interview.sign": Button(gettext_lazy("Read and sign"), "interviews:sign"),
    "interview.witness_absence": Button(gettext_lazy("Witness an absence"), "interviews:witness"),
    "interview.reassign": Button(gettext_lazy("What HR can do"), "interviews:case"),
    "interview.not_held": Button(gettext_lazy("What HR can do"), "interviews:case"),
    "interview.extend": Button(gettext_lazy("What HR can do"), "interviews:case"),
    "interview.exempt": Button(gettext_lazy("What HR can do"), "interviews:case"),
    "interview.cancel": Button(gettext_lazy("What HR can do"), "interviews:case"),
    "interview.cancel_requested": Button(gettext_lazy("Call it off"), "interviews:cancel"),
}
DECLINE = Button(gettext_lazy("Decline"), "interviews:cancel")
MOVE_DATE = Button(gettext_lazy("Move the date"), "interviews:schedule")


def _buttons(user: Employee, interview: Interview, standing: Standing | None, now: datetime) -> list[Button]:
    """The workflow's moves, as far as they say something new beside the next step."""
    hidden = _said_already(interview, standing)
    declines = interview.state == State.PLANNED and standing is not None and standing.side != EMPLOYEE
    shown: list[Button] = []
    for move in available_actions(user, interview, now):
        button = BUTTONS.get(move.action)
        if button is None or move.action in hidden:
            continue
        if interview.meets_at and button.url_name == MOVE_DATE.url_name:
            button = MOVE_DATE
        if declines and button.url_name == DECLINE.url_name:
            button = DECLINE
        if button not in shown:
            shown.append(button)
    return shown


def _said_already(interview: Interview, standing: Standing | None) -> set[str]:
    """Moves that are possible, but would mislead or repeat what the page says."""
    hidden = set()
    if interview.state == State.PLANNED:
        hidden |= {"interview.schedule", "interview.prepare", "interview.share"}
    if standing is None:
        return hidden if interview.version.questions.hr_signs else hidden | {"interview.sign"}
    if standing.preparation.is_shared:
        hidden |= {"interview.prepare", "interview.share"}
    elif not standing.preparation.is_complete:
        hidden.add("interview.share")
    if interview.state == State.SIGNING and not standing.step.is_mine:
        hidden.add("interview.sign")
    return hidden


def _history(interview: Interview) -> list[tuple[datetime, str]]:
    """Dates of what happened, newest first; nothing of what was said."""
    first = _("The cycle invited both") if interview.cycle_id else _("The conversation was asked for")
    last = {
        State.SIGNED: _("Signed by both; the record is closed"),
        State.CANCELLED: _("Called off"),
        State.NOT_HELD: _("Noted as not held"),
        State.EXEMPTED: _("Exempted by HR"),
    }
    told = [
        (interview.created_at, first),
        (interview.employee_shared_at, _("%(name)s shared") % {"name": interview.employee}),
        (interview.interviewer_shared_at, _("%(name)s shared") % {"name": interview.interviewer}),
        (interview.started_at, _("The conversation began")),
        (interview.frozen_at, _("What was said was put up for review")),
        (
            interview.confirmed_at,
            _("After ten days without an answer, it went on to signing")
            if interview.proceeded_after_silence
            else _("%(name)s confirmed what was said") % {"name": interview.employee},
        ),
        (interview.closed_at, last.get(State(interview.state), "")),
    ]
    return sorted(((moment, sentence) for moment, sentence in told if moment), reverse=True)
