"""Check-ins: started, written on by both sides, held, moved."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.models import Employee
from people.policy import Refused, Stale, can
from people.requests import SignedInRequest
from plans import operations
from plans.forms import CheckInForm, PostponeForm, RemarkForm, StepForm, differences
from plans.history import voice_of
from plans.models import CheckIn, Remark
from plans.operations.progress import Step
from plans.operations.remarks import may_still_write
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
    if request.method != "POST":
        return _page(request, check_in)
    if check_in.held_on is not None:
        return _too_late(request, check_in)
    page = _Page(request, check_in, request.POST)
    if page.is_valid():
        said: list[Step] = [{"goal": step.goal, **step.cleaned_data} for step in page.steps]  # type: ignore[typeddict-item]
        try:
            operations.hold_check_in(by=request.user, check_in=check_in, progress=said, **page.form.cleaned_data)
        except Stale as stale:
            return page.stale(stale)
        except Refused as refused:
            page.form.add_error(None, str(refused))
        else:
            messages.success(request, _("The check-in is kept. Thank you both."))
            return redirect(way_back(request) or check_in.plan)
    return page.render()


@require_POST
def check_in_words(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One side's words: after a pause in typing, or to finish later; and beside a check-in that was held."""
    check_in = check_in_for(request, pk)
    allow(can(request.user, "plan.change", check_in.plan.employee))
    page = _Page(request, check_in, request.POST)
    if not page.form.is_valid():
        return (
            render(request, "plans/_unsaved.html", {"form": page.form}, status=422) if request.htmx else page.render()
        )
    try:
        remark = page.keep()
    except Stale as stale:
        context = {"url": check_in.get_absolute_url()}
        return render(request, "_conflict.html", context, status=409) if request.htmx else page.stale(stale)
    except Refused as refused:
        if request.htmx:
            return render(request, "plans/_unsaved.html", {"sentence": str(refused)}, status=422)
        page.form.add_error(None, str(refused))
        return page.render()
    if request.htmx:
        version = {"version": remark.version, "version_id": "id_version", "version_name": "version"}
        return render(request, "_saved_at.html", {"saved_at": remark.written_at, **version})
    messages.success(request, _("Your words are kept. Both of you read them on this page."))
    return redirect(check_in if check_in.held_on else check_in.plan)


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


class _Page:
    """The page of one check-in with its forms: what was kept, what was typed, and the words of the other side."""

    def __init__(self, request: SignedInRequest, check_in: CheckIn, data: QueryDict | None = None) -> None:
        self.request, self.check_in, self.data = request, check_in, data
        self.read = check_in_page(check_in, reader=request.user, today=today())
        self.mine = next((remark for remark in self.read["remarks"] if remark.author_id == request.user.pk), None)
        self.form = self._form()
        kept = self.mine.goals if self.mine else {}
        self.steps = [StepForm(data, goal=card.goal, typed=kept.get(str(card.goal.pk))) for card in self.read["cards"]]
        self.current: Any = None

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(step.is_valid() for step in self.steps)])

    def keep(self) -> Remark:
        said = self.form.cleaned_data
        return operations.write_remark(
            by=self.request.user,
            check_in=self.check_in,
            blockers=said["blockers"],
            adjustments=said["adjustments"],
            goals={str(step.goal.pk): step.typed for step in self.steps},
            version=said["version"] or 0,
        )

    def stale(self, stale: Stale) -> HttpResponse:
        """Another window kept something else: both are on the page, and sending it once more decides."""
        self.current = stale.current
        version = str(stale.current.version)  # type: ignore[attr-defined]
        self.form.data = {**self.request.POST.dict(), "version": version}
        return self.render()

    def render(self, **more: Any) -> HttpResponse:
        request, check_in, plan = self.request, self.check_in, self.check_in.plan
        note_reading(request, check_in, plan.employee)
        theirs = [remark for remark in self.read["remarks"] if remark is not self.mine]
        context = self.read | {
            "check_in": check_in,
            "plan": plan,
            "is_mine": plan.employee_id == request.user.pk,
            "voice": voice_of(request.user.pk, plan.employee),
            "form": self.form,
            "mine": self.mine,
            "voices": [(remark, voice_of(remark.author_id, plan.employee)) for remark in theirs],
            "holder_voice": voice_of(check_in.held_by_id, plan.employee),
            "other": _other_side(request.user, check_in),
            "rows": [
                (card, step, self._said_of(card, theirs))
                for card, step in zip(self.read["cards"], self.steps, strict=True)
            ],
            "has_errors": bool(self.form.errors) or any(step.errors for step in self.steps),
            "may_write": may_still_write(check_in, request.user),
            "current": self.current,
            "theirs": differences(self.form, self.current),
            "postpone": PostponeForm(),
            "today": today(),
            "back": way_back(request),
        }
        status = 409 if self.current else 422 if context["has_errors"] else 200
        return render(request, "plans/check_in.html", context | more, status=more.get("status", status))

    def _form(self) -> RemarkForm:
        mine = self.mine
        kept = {"version": mine.version if mine else 0}
        if mine:
            kept |= {"blockers": mine.blockers, "adjustments": mine.adjustments}
        if self.check_in.held_on is not None:
            return RemarkForm(self.data, initial=kept)
        later = [each.due_on for each in self.read["ahead"] if each.due_on > max(self.check_in.due_on, today())]
        # What the series proposes next, to be changed if another day suits better.
        return CheckInForm(self.data, initial=kept | {"next_on": min(later, default=None)})

    def _said_of(self, card: Any, remarks: list[Remark]) -> list[tuple[Remark, str]]:
        """What the other side wrote of this goal."""
        found = ((remark, remark.goals.get(str(card.goal.pk), {}).get("words", "")) for remark in remarks)
        return [(remark, words) for remark, words in found if words]


def _page(request: SignedInRequest, check_in: CheckIn) -> HttpResponse:
    return _Page(request, check_in).render()


def _too_late(request: SignedInRequest, check_in: CheckIn) -> HttpResponse:
    """Somebody held it while this was written. The other side's words stand beside; one's own are shown once more."""
    sent = RemarkForm(request.POST)
    sent.is_valid()
    blockers, adjustments = (sent.cleaned_data.get(name) or "" for name in ("blockers", "adjustments"))
    if check_in.held_by_id == request.user.pk and (check_in.blockers, check_in.adjustments) == (blockers, adjustments):
        return redirect(check_in.plan)  # the button was pressed twice
    if blockers or adjustments:
        version = sent.cleaned_data.get("version") or 0
        try:
            operations.write_remark(
                by=request.user, check_in=check_in, blockers=blockers, adjustments=adjustments, version=version
            )
        except Refused:
            pass  # nothing was kept; the page shows what was typed
        else:
            messages.success(request, _("Meanwhile the check-in was held. Your words stand beside what was written."))
            return redirect(check_in)
    return _Page(request, check_in).render(status=409, unsaved=_typed(request))


def _typed(request: SignedInRequest) -> list[str]:
    """The words of a form that came too late, to be read once more."""
    sent = [(name, str(text).strip()) for name, text in request.POST.items()]
    return [text for name, text in sent if text and name.endswith(("words", "blockers", "adjustments"))]


def _other_side(user: Employee, check_in: CheckIn) -> Employee | None:
    employee = check_in.plan.employee
    return employee.manager if user.pk == employee.pk else employee
