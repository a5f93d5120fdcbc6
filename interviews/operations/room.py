"""In the conversation: begin it, keep its minutes, keep one's own notes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Interview, Minutes, PrivateNote, State
from interviews.models.interview import OPEN_STATES
from interviews.operations.locking import hold
from interviews.release import side_of
from people.models import Employee
from people.policy import Refused, Stale

NOTES_LAST = timedelta(days=30)


def start_conversation(*, by: Employee, interview: Interview, now: datetime | None = None) -> Interview:
    """Open the room. What is not shared stays private, and sharing stays possible until the review."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.start", by, now)
        interview.state, interview.started_at = State.IN_CONVERSATION, now
        interview.save(update_fields=["state", "started_at"])
        audit.record(action="interview.started", by=by, subject=interview, at=now)
    return interview


def save_minutes(
    *, by: Employee, interview: Interview, section: str, text: str, version: int, now: datetime | None = None
) -> Minutes:
    """Keep the shared minutes of a section, if nobody saved since `version` (0: there were none). Else `Stale`."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.write_minutes", by, now)
        _known(interview, section)
        current = Minutes.objects.filter(interview=interview, section=section).first()
        if current is None:
            if version:
                raise Stale(None)
            return Minutes.objects.create(
                interview=interview, section=section, text=text, written_by=by, updated_at=now
            )
        if current.text == text:
            return current
        changed = Minutes.objects.filter(pk=current.pk, version=version).update(
            text=text, written_by=by, version=F("version") + 1, updated_at=now
        )
        if not changed:
            raise Stale(current)
        current.refresh_from_db()
        return current


def save_private_note(
    *, by: Employee, interview: Interview, section: str, text: str, version: int, now: datetime | None = None
) -> PrivateNote:
    """Keep what only its author reads. Possible for both sides as long as the interview is open."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = Interview.objects.select_for_update(of=("self",)).select_related("version").get(pk=interview.pk)
        if side_of(by.pk, interview) is None or interview.state not in OPEN_STATES:
            raise Refused(_("Private notes belong to the two who talk, while the conversation is open."))
        _known(interview, section)
        mine = PrivateNote.objects.filter(interview=interview, section=section, author=by)
        current = mine.first()
        if current is None:
            if version:
                raise Stale(None)
            return PrivateNote.objects.create(
                interview=interview, section=section, author=by, text=text, updated_at=now
            )
        if current.text == text:
            return current
        if not mine.filter(version=version).update(text=text, version=F("version") + 1, updated_at=now):
            raise Stale(current)
        current.refresh_from_db()
        return current


def erase_old_notes(*, now: datetime | None = None) -> int:
    """Private notes of interviews that closed 30 days ago have done their work."""
    now = now or timezone.now()
    with transaction.atomic():
        erased, _models = PrivateNote.objects.filter(interview__closed_at__lt=now - NOTES_LAST).delete()
        if erased:
            audit.record(action="interview.notes_erased", by=None, at=now, count=erased)
    return erased


def _known(interview: Interview, section: str) -> None:
    if interview.version.questions.section(section) is None:
        raise Refused(_("There is no such section in this interview. Nothing was saved."))
