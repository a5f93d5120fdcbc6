"""Making records from what was signed, and adding to them what somebody wishes to add."""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.content import canonical
from interviews.models import Content, Interview, State
from interviews.operations.signing import METHOD, confirm_password
from outbox.operations import post
from people.models import Employee, Organisation
from people.policy import Refused, require
from records import pdf, storage, tasks
from records.models import Addendum, Record, RecordFile

log = logging.getLogger(__name__)

# A copy that is announced long after the signing is no news: after an outage of weeks, or for history brought in.
NEWS_FOR = timedelta(days=14)
# The sweep runs every minute; what one run can't make, the next one does.
SWEEP_SECONDS = 90
LONGEST_ADDENDUM = 20_000


class Mismatch(Exception):  # noqa: N818 - the word for what is wrong
    """The frozen content is not what its hash says. No record is made of it."""


def make_record(*, interview_id: UUID, now: datetime | None = None) -> Record:
    """Typeset and seal what was signed. Runs as often as you like and in parallel: one record comes out."""
    if record := Record.objects.filter(interview_id=interview_id).first():
        return record
    now = now or timezone.now()
    interview = Interview.objects.select_related("employee", "interviewer").get(pk=interview_id)
    if interview.state != State.SIGNED:
        raise Refused(_("A record is made when every signature is there."))
    frozen = interview.contents.latest("sequence")
    head = audit.head()
    # Seconds of work, so outside the transaction: on SQLite everybody else would wait for them.
    sealed = _sealed(_typeset(interview, frozen, now, head), now)
    path = _keep(sealed, folder=str(interview.pk), kind="record")
    try:
        with transaction.atomic():
            Interview.objects.select_for_update(of=("self",)).get(pk=interview_id)
            if record := Record.objects.filter(interview_id=interview_id).first():
                storage.discard(path)
                return record
            record = Record.objects.create(
                interview=interview, reference=interview.reference, content_sha256=frozen.sha256, created_at=now
            )
            _list_file(record, sealed, path, at=now, head=head)
            _announce(record, now)
    except BaseException:
        storage.discard(path)
        raise
    return record


def make_missing_records(*, now: datetime | None = None) -> int:
    """The promise behind the nudges: every signed interview gets its record, every addendum its sealed file."""
    end, made = time.monotonic() + SWEEP_SECONDS, 0
    signed = Interview.objects.filter(state=State.SIGNED, record__isnull=True).order_by("closed_at")
    added = Addendum.objects.filter(file__isnull=True).order_by("written_at")
    steps: list[tuple[Callable[[], object], UUID]] = [
        (partial(make_record, interview_id=pk, now=now), pk) for pk in signed.values_list("pk", flat=True)
    ]
    steps += [(partial(seal_addendum, addendum_id=pk, now=now), pk) for pk in added.values_list("pk", flat=True)]
    for step, pk in steps:
        if time.monotonic() > end:
            break
        try:
            step()
        except Exception:
            # One that fails holds up nobody else; it is tried again in a minute.
            log.exception("no sealed file for %s", pk)
        else:
            made += 1
    return made


def write_addendum(*, by: Employee, record: Record, text: str, password: str, now: datetime | None = None) -> Addendum:
    """Add a dated, signed text of one's own; the original stays as it is. A worker makes the sealed file."""
    now = now or timezone.now()
    confirm_password(by, password)
    text = text.strip()
    with transaction.atomic():
        interview = Interview.objects.select_for_update(of=("self",)).get(pk=record.interview_id)
        require(by, "record.add", interview.employee, interviewer=interview.interviewer)
        if not text:
            raise Refused(_("Write what you want to add. Nothing was kept."))
        if len(text) > LONGEST_ADDENDUM:
            raise Refused(_("That is longer than 20,000 characters. Shorten it, or write two addenda."))
        addendum = Addendum.objects.create(
            record=record,
            author=by,
            text=text,
            method=METHOD,
            written_at=now,
            original_sha256=record.current_file.sha256,
        )
        audit.record(action="record.addendum_written", by=by, subject=record, at=now, addendum=str(addendum.pk))
        transaction.on_commit(lambda: tasks.seal_addendum.delay(str(addendum.pk)), robust=True)
    return addendum


def seal_addendum(*, addendum_id: UUID, now: datetime | None = None) -> RecordFile:
    """Make the sealed file of an addendum; once, however often it runs."""
    addendum = Addendum.objects.select_related("author", "record__interview").get(pk=addendum_id)
    if file := RecordFile.objects.filter(addendum=addendum).first():
        return file
    now, record = now or timezone.now(), addendum.record
    head = audit.head()
    organisation = _organisation()
    unsealed = pdf.render_addendum(
        _addendum_content(addendum),
        organisation=organisation,
        sealed_at=now,
        audit_head=head,
        method=addendum.method,
    )
    sealed = _sealed(unsealed, now)
    path = _keep(sealed, folder=str(record.interview_id), kind="addendum")
    try:
        with transaction.atomic():
            Interview.objects.select_for_update(of=("self",)).get(pk=record.interview_id)
            if file := RecordFile.objects.filter(addendum=addendum).first():
                storage.discard(path)
                return file
            file = _list_file(record, sealed, path, at=now, head=head, addendum=addendum)
            other = record.interview.other_side(addendum.author)
            post(
                key=f"records.addendum:{addendum.pk}:{other.pk}",
                to=other,
                kind="records.addendum",
                context={"addendum": str(addendum.pk)},
                expires_at=now + NEWS_FOR,
                now=now,
            )
    except BaseException:
        storage.discard(path)
        raise
    return file


# ---------------------------------------------------------------- the file


def _sealed(document: bytes, now: datetime) -> bytes:
    # Only a worker seals: a web process need not hold in memory what it takes.
    from records.seal import seal

    return seal(document, at=now)


def _typeset(interview: Interview, frozen: Content, now: datetime, head: str) -> bytes:
    content = json.loads(frozen.canonical)
    is_whole = hashlib.sha256(frozen.canonical.encode()).hexdigest() == frozen.sha256
    if not is_whole or canonical(content) != frozen.canonical:
        message = f"content {frozen.pk} of interview {interview.pk} does not match its hash"
        raise Mismatch(message)
    return pdf.render(
        content,
        _signatures(frozen),
        organisation=_organisation(),
        reference=interview.reference,
        sealed_at=now,
        audit_head=head,
        review={
            "confirmed_at": interview.confirmed_at.isoformat() if interview.confirmed_at else None,
            "confirmed_by": interview.employee.get_full_name() if interview.confirmed_at else None,
            "proceeded_after_silence": interview.proceeded_after_silence,
        },
    )


def _signatures(frozen: Content) -> list[dict[str, Any]]:
    order = ["employee", "interviewer", "hr"]
    signed = sorted(frozen.signatures.select_related("signer", "witness"), key=lambda each: order.index(each.slot))
    return [
        {
            "slot": signature.slot,
            "name": signature.signer.get_full_name(),
            "role": "",
            "declared": signature.declaration,
            "remark": signature.remark,
            "signed_at": signature.signed_at.isoformat(),
            "method": signature.method,
            "content_sha256": frozen.sha256,
            "witness": signature.witness.get_full_name() if signature.witness else None,
        }
        for signature in signed
    ]


def _addendum_content(addendum: Addendum) -> dict[str, Any]:
    record, author = addendum.record, addendum.author
    is_employee = author.pk == record.interview.employee_id
    return {
        "schema": "careerconv.addendum/1",
        "id": str(addendum.pk),
        "language": record.interview.language,
        "record": {
            "interview": str(record.interview_id),
            "reference": record.reference,
            "content_sha256": record.content_sha256,
            "file_sha256": addendum.original_sha256,
        },
        "author": {
            "id": str(author.pk),
            "name": author.get_full_name(),
            "slot": "employee" if is_employee else "interviewer",
        },
        "written_at": addendum.written_at.isoformat(),
        "text": addendum.text,
    }


def _organisation() -> dict[str, str]:
    organisation = Organisation.current()
    site = urlsplit(settings.SITE_URL)
    return {
        "name": organisation.name or organisation.product_name,
        "brand": organisation.product_name,
        "time_zone": organisation.timezone,
        "verify_address": f"{site.netloc}{site.path}{reverse('records:verify')}",
    }


def _keep(sealed: bytes, *, folder: str, kind: str) -> str:
    # A name of its own even for equal bytes: a worker that was slower removes only what it wrote itself.
    return storage.write(sealed, folder=folder, name=f"{kind}-{uuid4().hex}.pdf")


def _list_file(
    record: Record, sealed: bytes, path: str, *, at: datetime, head: str, addendum: Addendum | None = None
) -> RecordFile:
    file = RecordFile.objects.create(
        record=record,
        addendum=addendum,
        sequence=record.files.count() + 1,
        sha256=hashlib.sha256(sealed).hexdigest(),
        path=path,
        made_at=at,
        audit_head=head,
    )
    audit.record(
        action="record.addendum_sealed" if addendum else "record.made",
        by=None,
        subject=record,
        at=at,
        sequence=file.sequence,
        sha256=file.sha256,
    )
    return file


def _announce(record: Record, now: datetime) -> None:
    interview = record.interview
    if interview.closed_at is None or now - interview.closed_at > NEWS_FOR:
        return
    for person in (interview.employee, interview.interviewer):
        post(
            key=f"records.signed_copy:{record.pk}:{person.pk}",
            to=person,
            kind="records.signed_copy",
            context={"record": str(record.pk)},
            expires_at=now + NEWS_FOR,
            now=now,
        )
