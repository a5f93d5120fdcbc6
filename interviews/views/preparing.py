"""Each side prepares on its own: the list of questions, one question a page, the last look, sharing."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.operations import record_reading
from interviews import operations
from interviews.answering import printed
from interviews.forms.answers import AnswerForm
from interviews.models import Answer, Interview
from interviews.queries.preparing import Item, Preparation, last_times_answer, others_answers, preparation_of
from interviews.questions import in_language
from interviews.release import side_of
from interviews.views.access import interview_for
from interviews.wording import other_of, what_sharing_does, who_reads, who_reads_all
from people.policy import Refused, Stale
from people.requests import SignedInRequest


@require_safe
def prepare(request: SignedInRequest, pk: UUID) -> HttpResponse:
    interview, preparation = _own(request, pk)
    return render(request, "interviews/prepare.html", _frame(interview, preparation))


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: SignedInRequest, pk: UUID, question: str) -> HttpResponse:
    interview, preparation = _own(request, pk)
    item = _asked(preparation, question)
    if request.method != "POST":
        return _question_page(request, preparation, item, _form(item) if preparation.is_open else None)
    if request.POST.get("then") == "theirs":
        return _onwards(request, preparation, item)
    form = _form(item, request.POST)
    if not form.is_valid():
        return _question_page(request, preparation, item, form, status=422)
    try:
        operations.save_answer(
            by=request.user,
            interview=interview,
            question=question,
            value=form.value,
            version=form.cleaned_data["version"],
        )
    except Stale as stale:
        return _both_versions(request, preparation, item, cast("Answer | None", stale.current))
    except Refused as refused:
        form.add_error(None, str(refused))
        return _question_page(request, preparation, item, form, status=422)
    return _onwards(request, preparation, item)


@require_POST
def autosave(request: SignedInRequest, pk: UUID, question: str) -> HttpResponse:
    """What is on the page after a pause in typing. Answers with the new version, or with both texts."""
    interview, preparation = _own(request, pk)
    item = _asked(preparation, question)
    form = _form(item, request.POST)
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return render(request, "interviews/_unsaved.html", {"sentence": sentence}, status=422)
    try:
        answer = operations.save_answer(
            by=request.user,
            interview=interview,
            question=question,
            value=form.value,
            version=form.cleaned_data["version"],
        )
    except Stale as stale:
        versions = _versions(item, cast("Answer | None", stale.current), form)
        return render(request, "interviews/_stale.html", versions, status=409)
    except Refused as refused:
        return render(request, "interviews/_unsaved.html", {"sentence": str(refused)}, status=422)
    version = {"version": answer.version, "version_id": "id_version", "version_name": "version"}
    return render(request, "_saved_at.html", {"saved_at": answer.updated_at, **version})


@require_safe
def check_answers(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Everything on one page, before it is shared and after."""
    interview, preparation = _own(request, pk)
    others = _others(request, interview, preparation)
    context = _frame(interview, preparation) | {
        "rows": _side_by_side(interview, preparation, others),
        "has_others": bool(others),
        "what_sharing_does": what_sharing_does(preparation.side, interview),
    }
    return render(request, "interviews/check_answers.html", context)


@require_POST
def share(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Never automatic, and once only; a second press of the button finds it done."""
    interview, preparation = _own(request, pk)
    if not preparation.is_shared:
        try:
            operations.share_answers(by=request.user, interview=interview)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("interviews:check_answers", pk=pk)
        words = {"other": other_of(preparation.side, interview).get_short_name()}
        messages.success(request, _("You have shared your answers with %(other)s.") % words)
    return redirect("interviews:detail", pk=pk)


def _own(request: SignedInRequest, pk: UUID) -> tuple[Interview, Preparation]:
    """The interview as one of its two prepares it; HR sees the interview, but has nothing to answer in it: 403."""
    interview = interview_for(request, pk, "interview.prepare")
    side = side_of(request.user.pk, interview)
    if side is None:
        raise Http404
    return interview, preparation_of(request.user, interview, side)


def _asked(preparation: Preparation, key: str) -> Item:
    item = preparation.get(key)
    if item is None:
        raise Http404
    return item


def _form(item: Item, data: Any = None, version: int | None = None) -> AnswerForm:
    answer = item.answer
    if version is None:
        version = answer.version if answer else 0
    return AnswerForm(data, question=item.question, value=answer.value if answer else {}, version=version)


def _frame(interview: Interview, preparation: Preparation) -> dict[str, Any]:
    return {
        "interview": interview,
        "preparation": preparation,
        "other": other_of(preparation.side, interview),
        "voice": "you" if preparation.side == "employee" else "mgr",
        "other_voice": "mgr" if preparation.side == "employee" else "you",
        "who_reads_all": who_reads_all(preparation.side, interview),
    }


def _question_page(
    request: SignedInRequest,
    preparation: Preparation,
    item: Item,
    form: AnswerForm | None,
    *,
    status: int = 200,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    interview = preparation.interview
    last = last_times_answer(request.user, interview, item.question)
    others = _others(request, interview, preparation, only=item.question.key)
    context = _frame(interview, preparation) | {
        "item": item,
        "form": form,
        "text": item.question.text_for(preparation.side),
        "guide": in_language(item.question.guidance),
        "before": preparation.before(item),
        "after": preparation.after(item),
        "said": printed(item.question, item.answer.value) if item.answer else None,
        "last_said": _printed_then(last) if last else None,
        "last_when": _month(last) if last else "",
        "other_said": printed(item.question, others[item.question.key].value) if others else None,
        "who_reads": who_reads(item.question, preparation.side, interview),
        "conflict": conflict,
    }
    return render(request, "interviews/question.html", context, status=status)


def _both_versions(
    request: SignedInRequest, preparation: Preparation, item: Item, current: Answer | None
) -> HttpResponse:
    """Somebody, perhaps the same person in another window, saved first: both versions, and the choice."""
    data = request.POST.copy()
    data["version"] = str(current.version if current else 0)
    form = _form(item, data)
    form.is_valid()
    return _question_page(request, preparation, item, form, status=409, conflict=_versions(item, current, form))


def _versions(item: Item, current: Answer | None, form: AnswerForm) -> dict[str, Any]:
    return {
        "current": current,
        "theirs": printed(item.question, current.value) if current else None,
        "mine": printed(item.question, form.value),
    }


def _printed_then(last: Answer) -> dict[str, Any] | None:
    """An earlier answer, read by the question as it was asked then."""
    asked = last.interview.version.questions.get(last.question)
    return printed(asked, last.value) if asked else None


def _month(last: Answer) -> str:
    moment = last.interview.started_at or last.updated_at
    return date_format(timezone.localtime(moment), "YEAR_MONTH_FORMAT")


def _onwards(request: SignedInRequest, preparation: Preparation, item: Item) -> HttpResponse:
    pk = preparation.interview.pk
    if request.POST.get("then") == "later":
        messages.success(request, _("Saved. You can go on whenever you like."))
        return redirect("interviews:prepare", pk=pk)
    after = preparation.after(item)
    if after is None:
        return redirect("interviews:check_answers", pk=pk)
    return redirect("interviews:question", pk=pk, question=after.question.key)


def _others(
    request: SignedInRequest, interview: Interview, preparation: Preparation, only: str | None = None
) -> dict[str, Answer]:
    """What the other side wrote, as far as it is released to this reader. That it was read is noted."""
    found = others_answers(request.user, interview, preparation.side)
    if only is not None:
        found = {key: answer for key, answer in found.items() if key == only}
    if found:
        record_reading(action="interview.read", by=request.user, subject=interview)
    return found


def _side_by_side(
    interview: Interview, preparation: Preparation, others: dict[str, Answer]
) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Section by section: the question, one's own answer, and the other's where it may be read."""
    rows = []
    for section in interview.version.questions.sections:
        lines = []
        for asked in section.questions:
            item, other = preparation.get(asked.key), others.get(asked.key)
            if item is None and other is None:
                continue
            lines.append(
                {
                    "item": item,
                    "question": asked,
                    "said": printed(asked, item.answer.value) if item and item.is_done and item.answer else None,
                    "other_said": printed(asked, other.value) if other else None,
                }
            )
        if lines:
            rows.append((section, lines))
    return rows
