"""The record as a page and as a file, addenda, the register, and the public check."""

import logging
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from audit.operations import record_reading
from interviews.models import Interview, State
from people.policy import Refused, can
from people.requests import SignedInRequest
from records import operations, queries, storage
from records.forms import AddendumForm, VerifyForm
from records.letter import groups
from records.models import Record, RecordFile
from records.throttle import Busy, one_of_few
from records.verify import LARGEST

log = logging.getLogger(__name__)

PER_PAGE = 50
# What a browser sends around the file: boundaries, the token, the file's name.
ENVELOPE = 100_000


@require_safe
def record(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What there is of this record: its file, its fingerprint, its addenda."""
    record = get_object_or_404(queries.register(request.user), interview_id=pk)
    interview = record.interview
    _note_reading(request, record)  # addenda are read on this page
    context = {
        "record": record,
        "interview": interview,
        "file": record.current_file,
        "addenda": record.addenda.select_related("author", "file"),
        "may_add": can(request.user, "record.add", interview.employee, interviewer=interview.interviewer),
    }
    return render(request, "records/record_page.html", context)


@require_safe
def record_pdf(request: SignedInRequest, pk: UUID) -> HttpResponse:
    record = queries.register(request.user).filter(interview_id=pk).first()
    if record is None:
        waiting = Interview.objects.taking_part(request.user).filter(pk=pk, state=State.SIGNED)
        if not waiting.exists():
            raise Http404
        messages.info(request, _("The record is being sealed. That takes a minute; please try again then."))
        return redirect("interviews:signed", pk=pk)
    return _download(request, record, record.current_file, f"record-{record.reference}.pdf")


@require_safe
def addendum_pdf(request: SignedInRequest, pk: UUID, addendum: UUID) -> HttpResponse:
    record = get_object_or_404(queries.register(request.user), interview_id=pk)
    file = get_object_or_404(record.files, addendum_id=addendum)
    return _download(request, record, file, f"addendum-{record.reference}-{file.sequence}.pdf")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def write_addendum(request: SignedInRequest, pk: UUID) -> HttpResponse:
    record = get_object_or_404(queries.register(request.user), interview_id=pk)
    interview = record.interview
    if not can(request.user, "record.add", interview.employee, interviewer=interview.interviewer):
        raise PermissionDenied
    form = AddendumForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.write_addendum(by=request.user, record=record, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your addendum is kept. It is being sealed; the file is here in a minute."))
            return redirect("records:record", pk=pk)
    context = {"record": record, "interview": interview, "form": form}
    return render(request, "records/write_addendum.html", context, status=422 if form.is_bound else 200)


@require_safe
def register(request: SignedInRequest) -> HttpResponse:
    """The records that the reader may see."""
    page = Paginator(queries.register(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "records/register.html", {"page": page})


@csrf_exempt  # only for the length: Django would read a file of any size before the view could refuse it
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Public: whether a file is a record of this organisation, and unchanged. Nothing of it is kept."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    # A length that is no number is for Django to read: as none.
    if length.isdecimal() and int(length) > LARGEST + ENVELOPE:
        reason = _("The file is larger than 10 MB. Records are much smaller.")
        return render(request, "records/verify.html", {"form": VerifyForm(), "refusal": reason}, status=413)
    return _verify(request)


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    verdict, refusal, status = None, "", 200
    if request.method == "POST":
        if form.is_valid():
            try:
                with one_of_few(request):
                    verdict = queries.judge(form.cleaned_data["file"].read(LARGEST + 1))
            except Busy:
                refusal = _("Many files are being checked at the moment. Please try again in a few minutes.")
                status = 429
            form = VerifyForm()
        else:
            status = 422
    context = {
        "form": form,
        "verdict": verdict,
        "fingerprint": groups(verdict.file_sha256, 8) if verdict else "",
        "refusal": refusal,
    }
    return render(request, "records/verify.html", context, status=status)


def _download(request: SignedInRequest, record: Record, file: RecordFile, name: str) -> HttpResponse:
    """The file, if it is still what was sealed. Its name names nobody."""
    _note_reading(request, record)
    try:
        pdf = storage.read(file)
    except storage.Damaged:
        log.exception("a sealed file cannot be handed out")
        return render(request, "records/damaged.html", {"record": record}, status=503)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name.replace(" ", "")}"'
    response["Cache-Control"] = "no-store, private"
    return response


def _note_reading(request: SignedInRequest, record: Record) -> None:
    if request.user.pk != record.interview.employee_id:
        record_reading(action="record.read", by=request.user, subject=record)
