"""The mails of a conversation. Each looks at the conversation again before it leaves; none carries content."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from interviews import calendar
from interviews.models import Interview, State
from interviews.waiting import PAGES, task_of
from interviews.workflow import EARLY, open_slots, slot_for
from outbox.kinds import Attachment, Kind, register
from outbox.models import Message
from people.models import Employee, Organisation


def interview_of(message: Message) -> Interview | None:
    """The conversation as it stands now."""
    people = ("employee", "interviewer", "version", "cycle")
    pk = message.subject or message.context["interview"]
    return Interview.objects.select_related(*people).filter(pk=pk).first()


def context_of(interview: Interview, message: Message, page: str = "detail") -> dict[str, Any]:
    """What every mail of a conversation says, with a link to one of its pages."""
    organisation = Organisation.current()
    return {
        "interview": interview,
        "other": interview.other_side(message.recipient),
        "organisation": organisation,
        "from_email": organisation.sender or None,
        "link": settings.SITE_URL + reverse(f"interviews:{page}", args=[interview.pk]),
    }


def takes_part(interview: Interview, message: Message) -> bool:
    return message.recipient_id in (interview.employee_id, interview.interviewer_id)


def _speaks_of_latest_content(interview: Interview, message: Message) -> bool:
    """The key names the frozen content it was posted for; a later freeze makes the mail stale."""
    latest = interview.contents.order_by("-sequence").values_list("pk", flat=True).first()
    return latest is not None and str(latest) in message.key


def invitation(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.PREPARING or not takes_part(interview, message):
        return None
    return context_of(interview, message)


def requested(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.PLANNED or interview.interviewer_id != message.recipient_id:
        return None
    return context_of(interview, message)


def date_set(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state not in EARLY or not takes_part(interview, message):
        return None
    moved_since = interview.meeting_sequence != message.context.get("sequence", interview.meeting_sequence)
    if interview.meets_at is None or interview.meets_at <= message.moment or moved_since:
        return None
    return context_of(interview, message)


def cancelled(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state not in (State.CANCELLED, State.NOT_HELD):
        return None
    return context_of(interview, message) if takes_part(interview, message) else None


def exempted(message: Message) -> dict[str, Any] | None:
    """For both. It names no reason: that is between HR and the employee."""
    interview = interview_of(message)
    if interview is None or interview.state != State.EXEMPTED or not takes_part(interview, message):
        return None
    return context_of(interview, message) | {"is_employee": message.recipient_id == interview.employee_id}


def extended(message: Message) -> dict[str, Any] | None:
    """Dates that were moved again since are not told."""
    interview = interview_of(message)
    if interview is None or not interview.is_open or not takes_part(interview, message):
        return None
    latest = interview.extensions.first()
    if latest is None or str(latest.pk) != message.context.get("extension"):
        return None
    return context_of(interview, message)


def replaced(message: Message) -> dict[str, Any] | None:
    """For whoever led the conversation before. It names no reason."""
    interview = interview_of(message)
    if interview is None or takes_part(interview, message):
        return None
    return {**context_of(interview, message), "other": interview.employee, "link": settings.SITE_URL}


def please_review(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.IN_REVIEW or interview.employee_id != message.recipient_id:
        return None
    return context_of(interview, message, "review") if _speaks_of_latest_content(interview, message) else None


def changes_asked(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.IN_CONVERSATION or not takes_part(interview, message):
        return None
    return context_of(interview, message) if _speaks_of_latest_content(interview, message) else None


def please_sign(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.SIGNING or not message.recipient.is_active:
        return None
    if slot_for(message.recipient, interview) not in open_slots(interview):
        return None
    return context_of(interview, message, "sign") if _speaks_of_latest_content(interview, message) else None


def nudge(message: Message) -> dict[str, Any] | None:
    """HR asks to go on. Only while it is still this person's turn, whatever their turn has become."""
    interview = interview_of(message)
    if interview is None:
        return None
    task = task_of(message.recipient, interview, message.moment)
    asked_by = Employee.objects.filter(pk=message.context["by"]).first()
    if task is None or asked_by is None:
        return None
    return {**context_of(interview, message, PAGES[task]), "task": task.value, "asked_by": asked_by}


def _calendar_file(message: Message, method: str) -> list[Attachment]:
    interview = interview_of(message)
    if interview is None or interview.meets_at is None:
        return []
    with translation.override(message.recipient.language):
        content = calendar.meeting(interview, now=timezone.now(), method=method)
    return [Attachment("conversation.ics", content, f'text/calendar; charset="utf-8"; method={method}')]


def date_file(message: Message) -> list[Attachment]:
    return _calendar_file(message, "REQUEST")


def cancellation_file(message: Message) -> list[Attachment]:
    return _calendar_file(message, "CANCEL")


FOLDER = "interviews/mail"
register(Kind("interviews.invitation", _("you were invited to a conversation"), f"{FOLDER}/invitation", invitation))
register(Kind("interviews.requested", _("somebody asked you for a conversation"), f"{FOLDER}/requested", requested))
register(Kind("interviews.date_set", _("the date of a conversation"), f"{FOLDER}/date_set", date_set, date_file))
register(
    Kind(
        "interviews.cancelled",
        _("a conversation was cancelled"),
        f"{FOLDER}/cancelled",
        cancelled,
        cancellation_file,
    )
)
register(
    Kind(
        "interviews.exempted",
        _("HR exempted a conversation"),
        f"{FOLDER}/exempted",
        exempted,
        cancellation_file,
    )
)
register(Kind("interviews.extended", _("HR gave a conversation more time"), f"{FOLDER}/extended", extended))
register(
    Kind(
        "interviews.replaced",
        _("somebody else leads a conversation now"),
        f"{FOLDER}/replaced",
        replaced,
        cancellation_file,
        mandatory=True,
    )
)
register(
    Kind(
        "interviews.please_review",
        _("what was written down waits for your word"),
        f"{FOLDER}/please_review",
        please_review,
        mandatory=True,
    )
)
register(Kind("interviews.changes_asked", _("somebody asked for changes"), f"{FOLDER}/changes_asked", changes_asked))
register(
    Kind(
        "interviews.please_sign", _("your signature is asked for"), f"{FOLDER}/please_sign", please_sign, mandatory=True
    )
)
register(
    Kind(
        "interviews.nudge",
        _("somebody in HR asked you to go on with a conversation"),
        f"{FOLDER}/nudge",
        nudge,
        mandatory=True,
    )
)
