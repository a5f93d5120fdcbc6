"""The room: one page to run the conversation from, section by section."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from interviews import operations
from interviews.forms.room import GoalTitleForm, PromiseForm, TextForm
from interviews.models import Interview, State
from interviews.queries.room import last_change_request, table_of
from interviews.views.access import content_for, interview_for
from interviews.workflow import available_actions
from people.policy import Refused, Stale
from people.requests import SignedInRequest
from plans import operations as plans
from plans.models import GoalState


@require_POST
def start(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = interview_for(request, pk, "interview.start")
    try:
        operations.start_conversation(by=request.user, interview=interview)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("interviews:detail", pk=pk)
    return redirect("interviews:room", pk=pk)


@require_safe
def room(request: SignedInRequest, pk: UUID, section: str = "") -> HttpResponse:
    """Both read here as soon as the conversation has begun; what may be written, the workflow says."""
    interview = content_for(request, pk)
    if interview.state != State.IN_CONVERSATION:
        return _elsewhere(request, interview)
    return render(request, "interviews/room.html", _context(request, interview, section))


@require_POST
def save_minutes(request: SignedInRequest, pk: UUID, section: str) -> HttpResponse:
    interview = interview_for(request, pk, "interview.write_minutes")
    return _save(request, interview, section, "minutes", operations.save_minutes)


@require_POST
def save_note(request: SignedInRequest, pk: UUID, section: str) -> HttpResponse:
    interview = interview_for(request, pk, "interview.see_content")
    return _save(request, interview, section, "note", operations.save_private_note)


@require_POST
def add_goal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Catch a goal by its first words; its five parts are asked on its own page, which leads back here."""
    interview = interview_for(request, pk, "interview.see_content")
    back, form = _back(request, interview), GoalTitleForm(request.POST)
    if interview.state != State.IN_CONVERSATION or not form.is_valid():
        messages.error(request, _("Write in a few words what should be different. Nothing was added."))
        return redirect(back)
    try:
        goal = plans.add_goal(
            by=request.user,
            plan=plans.ensure_plan(interview.employee),
            title=form.cleaned_data["title"],
            **_occasion(interview),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    return redirect(f"{reverse('plans:goal_edit', args=[goal.pk])}?next={back}")


@require_POST
def add_promise(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview = interview_for(request, pk, "interview.see_content")
    back, form = _back(request, interview), PromiseForm(request.POST, interview=interview)
    if interview.state != State.IN_CONVERSATION or not form.is_valid():
        reasons = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, _("The promise was not added. %(reasons)s") % {"reasons": reasons})
        return redirect(back)
    given = form.cleaned_data
    try:
        plans.add_promise(
            by=request.user,
            plan=plans.ensure_plan(interview.employee),
            what=given["what"],
            owner=None if given["not_promised"] else given["owner"] or interview.interviewer,
            due_on=None if given["not_promised"] else given["due_on"],
            not_promised=given["not_promised"],
            **_occasion(interview),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(back)


@require_safe
def wrap_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The last look before the text is frozen: what is written, what is missing."""
    interview = content_for(request, pk)
    if interview.state != State.IN_CONVERSATION:
        return _elsewhere(request, interview)
    questions = interview.version.questions
    context = _context(request, interview, questions.sections[-1].key)
    minutes = {m.section: m.text for m in interview.minutes.all()}
    context |= {
        "summary": [(section, minutes.get(section.key, "")) for section in questions.sections],
        "unfinished": [g for g in context["table"].goals if g.state == GoalState.OPEN and not g.is_complete],
    }
    return render(request, "interviews/wrap_up.html", context)


def _save(
    request: SignedInRequest, interview: Interview, section: str, noun: str, operation: Callable[..., Any]
) -> HttpResponse:
    """One text of the room, by htmx or by a plain submit; a stale one comes back with both texts."""
    form = TextForm(request.POST, prefix=noun)
    back = reverse("interviews:room_section", args=[interview.pk, section])
    if not form.is_valid():
        return _not_saved(request, " ".join(str(e) for errors in form.errors.values() for e in errors), back)
    given = form.cleaned_data
    try:
        saved = operation(
            by=request.user, interview=interview, section=section, text=given["text"], version=given["version"]
        )
    except Stale as stale:
        if request.htmx:
            return render(request, "_conflict.html", {"url": back}, status=409)
        context = _context(request, interview, section) | {"stale": stale.current, "mine": given["text"], "noun": noun}
        return render(request, "interviews/room_conflict.html", context, status=409)
    except Refused as refused:
        return _not_saved(request, str(refused), reverse("interviews:detail", args=[interview.pk]))
    if request.htmx:
        version = {"version": saved.version, "version_id": f"id_{noun}-version", "version_name": f"{noun}-version"}
        return render(request, "_saved_at.html", {"saved_at": saved.updated_at, **version})
    messages.success(request, _("Saved."))
    return redirect(back)


def _not_saved(request: SignedInRequest, sentence: str, page: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(sentence, status=422, content_type="text/plain")
    messages.error(request, sentence)
    return redirect(page)


def _context(request: SignedInRequest, interview: Interview, key: str) -> dict[str, Any]:
    questions = interview.version.questions
    section = questions.section(key) if key else questions.sections[0]
    if section is None:
        raise Http404
    place = questions.sections.index(section)
    table = table_of(interview, section, request.user)
    moves = {move.action for move in available_actions(request.user, interview, timezone.now())}
    return {
        "interview": interview,
        "questions": questions,
        "table": table,
        "place": place + 1,
        "before": questions.sections[place - 1] if place else None,
        "after": questions.sections[place + 1] if place + 1 < len(questions.sections) else None,
        "may_write": "interview.write_minutes" in moves,
        "may_freeze": "interview.freeze" in moves,
        "minutes_form": _text_form(table.minutes, "minutes"),
        "note_form": _text_form(table.note, "note"),
        "goal_form": GoalTitleForm(),
        "promise_form": PromiseForm(interview=interview),
        "last_changes": last_change_request(interview),
    }


def _text_form(row: Any, prefix: str) -> TextForm:
    return TextForm(prefix=prefix, initial={"text": row.text if row else "", "version": row.version if row else 0})


def _occasion(interview: Interview) -> dict[str, Any]:
    """What ties a plan item to this conversation. Agreed with another than the line manager, it stays with the two."""
    apart = interview.interviewer_id != interview.employee.manager_id
    return {
        "agreed_with": interview.interviewer if apart else None,
        "occasion": "interview",
        "occasion_id": interview.pk,
    }


def _back(request: SignedInRequest, interview: Interview) -> str:
    key = request.POST.get("section", "")
    if interview.version.questions.section(key):
        return reverse("interviews:room_section", args=[interview.pk, key])
    return reverse("interviews:room", args=[interview.pk])


def _elsewhere(request: SignedInRequest, interview: Interview) -> HttpResponse:
    """The room is closed: lead to where the interview is now."""
    pages = {State.IN_REVIEW: "interviews:review", State.SIGNING: "interviews:sign"}
    return redirect(pages.get(State(interview.state), "interviews:detail"), pk=interview.pk)
