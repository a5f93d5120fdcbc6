"""Before the conversation: each side writes, and shares when ready."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Answer, Interview
from interviews.operations.locking import hold
from interviews.release import side_of
from people.models import Employee
from people.policy import Refused, Stale


def save_answer(
    *,
    by: Employee,
    interview: Interview,
    question: str,
    value: dict[str, Any],
    version: int,
    now: datetime | None = None,
) -> Answer:
    """Keep what somebody wrote, if nobody saved since `version` (0: there was nothing yet). Else `Stale`."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.prepare", by, now)
        side = side_of(by.pk, interview)
        asked = interview.version.questions.get(question)
        if asked is None or side is None or not asked.asked_of(side):
            raise Refused(_("This question is not asked of you. Nothing was saved."))
        if interview.shared_at(by.pk):
            raise Refused(_("You have shared your answers, so they stand as they are. Nothing was changed."))
        current = Answer.objects.filter(interview=interview, question=question, author=by).first()
        if current is None:
            if version:
                raise Stale(None)
            try:
                with transaction.atomic():
                    return Answer.objects.create(
                        interview=interview, question=question, author=by, value=value, updated_at=now
                    )
            except IntegrityError:
                raise Stale(Answer.objects.get(interview=interview, question=question, author=by)) from None
        if current.value == value:
            return current
        changed = Answer.objects.filter(pk=current.pk, version=version).update(
            value=value, version=F("version") + 1, updated_at=now
        )
        if not changed:
            raise Stale(current)
        current.refresh_from_db()
        return current


def share_answers(*, by: Employee, interview: Interview, now: datetime | None = None) -> Interview:
    """Let the other side read what is not for the author alone; when exactly, the template's release rule says."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.share", by, now)
        field = "employee_shared_at" if by.pk == interview.employee_id else "interviewer_shared_at"
        if getattr(interview, field):
            raise Refused(_("You have shared already. Nothing was changed."))
        setattr(interview, field, now)
        interview.save(update_fields=[field])
        audit.record(action="interview.shared", by=by, subject=interview, at=now)
    return interview
