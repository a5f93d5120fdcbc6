"""After the conversation: freeze what was said, read it, ask for changes or confirm."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews import content
from interviews.models import ChangeRequest, Content, Interview, State
from interviews.operations.locking import hold
from outbox.operations import post
from people.models import Employee
from people.policy import Refused
from plans.queries import problems_of


def freeze_content(*, by: Employee, interview: Interview, now: datetime | None = None) -> Content:
    """Put minutes and plan before both as they stand now: canonical JSON with its SHA-256, never changed again."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.freeze", by, now)
        today = by.local_date(now)
        if problems := problems_of(interview.employee, interview.interviewer, today=today, occasion_id=interview.pk):
            raise Refused(
                _("The plan is not ready to be signed. Nothing was frozen. %(problems)s")
                % {"problems": " ".join(str(problem) for problem in problems)}
            )
        text = content.canonical(content.build(interview, frozen_at=now))
        last = interview.contents.order_by("-sequence").first()
        frozen = Content.objects.create(
            interview=interview,
            sequence=last.sequence + 1 if last else 1,
            canonical=text,
            sha256=content.sha256(text),
            frozen_at=now,
            frozen_by=by,
        )
        interview.state, interview.frozen_at = State.IN_REVIEW, now
        interview.save(update_fields=["state", "frozen_at"])
        audit.record(
            action="interview.frozen", by=by, subject=interview, at=now, sequence=frozen.sequence, sha256=frozen.sha256
        )
        post(
            key=f"interviews.please_review:{frozen.pk}",
            to=interview.employee,
            kind="interviews.please_review",
            context={"interview": str(interview.pk)},
            now=now,
        )
    return frozen


def ask_for_changes(*, by: Employee, interview: Interview, why: str, now: datetime | None = None) -> Interview:
    """Back into the conversation, with a word why. What was frozen is kept; a new freeze follows."""
    now = now or timezone.now()
    if not why.strip():
        raise Refused(_("Say in a word what should change. Nothing was sent."))
    with transaction.atomic():
        interview = hold(interview, "interview.ask_changes", by, now)
        frozen = interview.contents.latest("sequence")
        ChangeRequest.objects.create(content=frozen, asked_by=by, asked_at=now, why=why.strip())
        interview.state, interview.frozen_at = State.IN_CONVERSATION, None
        interview.save(update_fields=["state", "frozen_at"])
        audit.record(action="interview.changes_asked", by=by, subject=interview, at=now, sequence=frozen.sequence)
        post(
            key=f"interviews.changes_asked:{frozen.pk}",
            to=interview.other_side(by),
            kind="interviews.changes_asked",
            context={"interview": str(interview.pk)},
            now=now,
        )
    return interview


def confirm_content(*, by: Employee, interview: Interview, now: datetime | None = None) -> Interview:
    """The employee says: this is what we said. Signing opens for both."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.confirm", by, now)
        interview.state, interview.confirmed_at, interview.signing_since = State.SIGNING, now, now
        interview.save(update_fields=["state", "confirmed_at", "signing_since"])
        audit.record(action="interview.confirmed", by=by, subject=interview, at=now)
        ask_to_sign(interview, now)
    return interview


def proceed_after_silence(*, by: Employee, interview: Interview, now: datetime | None = None) -> Interview:
    """After ten days without a word the interviewer opens signing; the record says that it was so."""
    now = now or timezone.now()
    with transaction.atomic():
        interview = hold(interview, "interview.proceed", by, now)
        interview.state, interview.proceeded_after_silence, interview.signing_since = State.SIGNING, True, now
        interview.save(update_fields=["state", "proceeded_after_silence", "signing_since"])
        audit.record(action="interview.proceeded", by=by, subject=interview, at=now)
        ask_to_sign(interview, now)
    return interview


def ask_to_sign(interview: Interview, now: datetime) -> None:
    """One mail to each of the two for the content now up for signing."""
    frozen = interview.contents.latest("sequence")
    for person in (interview.employee, interview.interviewer):
        post(
            key=f"interviews.please_sign:{frozen.pk}:{person.pk}",
            to=person,
            kind="interviews.please_sign",
            context={"interview": str(interview.pk)},
            now=now,
        )
