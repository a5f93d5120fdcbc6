"""What the two of a conversation are reminded of, and when HR is told. Closed conversations are in no rule."""

import datetime
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from interviews.mails import context_of, interview_of, takes_part
from interviews.models import Interview, Signature, Slot, State
from interviews.waiting import PAGES, signers, task_of
from interviews.workflow import EARLY, open_slots
from outbox.hours import local_date
from outbox.kinds import Kind, register
from outbox.models import Message
from outbox.reminders import Due, Near, Rule, Stage, in_pages, rows
from people.models import Employee
from people.queries import partners_reaching

PREPARE = (Stage("7 days", -7, 5), Stage("2 days", -2, 3), Stage("overdue", 1, 7, times=3))
NO_DATE = (Stage("14 days", -14, 9), Stage("5 days", -5, 6), Stage("overdue", 1, 7, times=2))
# A conversation that somebody asked for has no last day; it counts from the request.
NO_DATE_ASKED = (Stage("14 days on", 14, 14), Stage("28 days on", 28, 14))
MEETING = (Stage("day before", -1, 2),)
TOOK_PLACE = (Stage("next day", 1, 7), Stage("a week on", 8, 14))
REVIEW = (Stage("3 days on", 3, 4), Stage("7 days on", 7, 14))
# One day more than the ten, so that the hour does not matter.
SILENCE = (Stage("10 days on", 11, 14),)
HR_TOLD = "HR told"
SIGN = (Stage("2 days on", 2, 3), Stage("5 days on", 5, 5), Stage("10 days on", 10, 4), Stage(HR_TOLD, 14, 28))
UNSIGNED = (Stage(HR_TOLD, 14, 28),)


# ---------------------------------------------------------------- whose day is near


def _unprepared(near: Near) -> Iterator[Due]:
    preparing = Interview.objects.filter(state=State.PREPARING)
    for side in ("employee", "interviewer"):
        unshared = preparing.filter(**{f"{side}_shared_at": None, f"{side}__is_active": True})
        yield from rows(near, unshared, to=side, day="prepare_by", since="created_at")


def _undated() -> QuerySet[Interview]:
    return Interview.objects.filter(state=State.PREPARING, meets_at=None, employee__is_active=True)


def _without_date(near: Near) -> Iterator[Due]:
    """The interviewer first; both when it gets urgent."""
    yield from rows(near, _undated(), to="interviewer", day="talk_by", since="created_at")


def _without_date_urgent(near: Near) -> Iterator[Due]:
    yield from rows(near, _undated(), to="employee", day="talk_by", since="created_at")


def _asked_without_date(near: Near) -> Iterator[Due]:
    for side in ("interviewer", "employee"):
        yield from rows(near, _undated().filter(talk_by=None), to=side, moment="created_at")


def _meeting(near: Near) -> Iterator[Due]:
    """Whoever was told of the date on the day before, or since, knows it."""
    ahead = Interview.objects.filter(state__in=EARLY, meets_at__gt=near.now, employee__is_active=True)
    for side in ("employee", "interviewer"):
        told = Message.objects.filter(kind="interviews.date_set", subject=OuterRef("pk"), recipient=OuterRef(side))
        last = Subquery(told.order_by("-created_at").values("created_at")[:1])
        yield from rows(near, ahead.annotate(told_at=last), to=side, moment="meets_at", since="told_at")


def _not_begun(near: Near) -> Iterator[Due]:
    past = Interview.objects.filter(state=State.PREPARING, meets_at__lte=near.now, employee__is_active=True)
    yield from rows(near, past, to="interviewer", moment="meets_at")


def _in_review(near: Near, side: str) -> Iterator[Due]:
    waiting = Interview.objects.filter(state=State.IN_REVIEW, **{f"{side}__is_active": True})
    yield from rows(near, waiting, to=side, moment="frozen_at")


def _signed(slot: Slot) -> Exists:
    return Exists(Signature.objects.filter(content__interview=OuterRef("pk"), slot=slot))


def _signing() -> QuerySet[Interview]:
    since = Coalesce("signing_since", "confirmed_at", "frozen_at")
    return Interview.objects.filter(state=State.SIGNING).annotate(since=since)


def _unsigned(near: Near) -> Iterator[Due]:
    for slot in (Slot.EMPLOYEE, Slot.INTERVIEWER):
        waiting = _signing().filter(~_signed(slot), **{f"{slot.value}__is_active": True})
        yield from rows(near, waiting, to=slot.value, moment="since")


def _unsigned_for_hr(near: Near) -> Iterator[Due]:
    """HR, who helps when one of the two does not sign."""
    waiting = _signing().filter(~_signed(Slot.EMPLOYEE) | ~_signed(Slot.INTERVIEWER))
    yield from _to_partners(near, waiting)


def _unsigned_by_hr(near: Near) -> Iterator[Due]:
    """HR's own signature, the last one, where the template asks for it."""
    both = Signature.objects.filter(content__interview=OuterRef("pk")).order_by().values("content__interview")
    last = Subquery(both.annotate(last=Max("signed_at")).values("last"))
    waiting = Interview.objects.filter(_signed(Slot.EMPLOYEE), _signed(Slot.INTERVIEWER), state=State.SIGNING)
    yield from _to_partners(near, waiting.annotate(since=last))


def _to_partners(near: Near, found: QuerySet[Any]) -> Iterator[Due]:
    """To every HR partner who may act on it; never to whoever leads the conversation."""
    waiting = in_pages(found.filter(near.moments("since")), "since", "employee_id", "interviewer_id")
    while page := list(islice(waiting, 500)):
        people = Employee.objects.filter(pk__in={employee for _pk, _since, employee, _interviewer in page})
        partners = partners_reaching(people)
        for pk, since, employee, interviewer in page:
            for partner in partners[employee]:
                if partner.pk != interviewer:
                    yield Due(pk, partner.pk, partner.timezone, local_date(since, partner.timezone))


RULES = (
    Rule("interviews.prepare_due", PREPARE, _unprepared),
    Rule("interviews.date_missing", NO_DATE, _without_date),
    Rule("interviews.date_missing", NO_DATE[1:], _without_date_urgent),
    Rule("interviews.date_missing", NO_DATE_ASKED, _asked_without_date),
    Rule("interviews.meeting_ahead", MEETING, _meeting),
    Rule("interviews.took_place", TOOK_PLACE, _not_begun),
    Rule("interviews.review_due", REVIEW, partial(_in_review, side="employee")),
    Rule("interviews.silence", SILENCE, partial(_in_review, side="interviewer")),
    Rule("interviews.sign_due", SIGN, _unsigned),
    Rule("interviews.sign_due_hr", SIGN[:3], _unsigned_by_hr),
    Rule("interviews.unsigned", UNSIGNED, _unsigned_for_hr),
)


# ---------------------------------------------------------------- the same question again, when a mail leaves


def _same_day(message: Message, moment: datetime.datetime | None) -> bool:
    return moment is not None and local_date(moment, message.recipient.timezone) == message.due_on


def prepare_due(message: Message) -> dict[str, Any] | None:
    """Whoever has not shared; the other side is never told on."""
    interview = interview_of(message)
    if interview is None or interview.state != State.PREPARING or interview.prepare_by is None:
        return None
    if interview.prepare_by != message.due_on:
        return None
    if not takes_part(interview, message) or interview.shared_at(message.recipient_id) is not None:
        return None
    today = local_date(message.moment, message.recipient.timezone)
    return context_of(interview, message, "prepare") | {
        "day": interview.prepare_by,
        "overdue": today > interview.prepare_by,
        "is_last": message.context["stage"] == "overdue 3",
    }


def date_missing(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.PREPARING or interview.meets_at is not None:
        return None
    asked_on = _same_day(message, interview.created_at) if interview.talk_by is None else False
    if not takes_part(interview, message) or not (asked_on or interview.talk_by == message.due_on):
        return None
    today = local_date(message.moment, message.recipient.timezone)
    overdue = interview.talk_by is not None and today > interview.talk_by
    return context_of(interview, message, "schedule") | {"day": interview.talk_by, "overdue": overdue}


def meeting_ahead(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state not in EARLY or not takes_part(interview, message):
        return None
    if interview.meets_at is None or interview.meets_at <= message.moment or not _same_day(message, interview.meets_at):
        return None
    unshared = interview.shared_at(message.recipient_id) is None
    return context_of(interview, message) | {"unshared": unshared}


def took_place(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.PREPARING or interview.interviewer_id != message.recipient_id:
        return None
    if interview.meets_at is None or interview.meets_at > message.moment or not _same_day(message, interview.meets_at):
        return None
    return context_of(interview, message)


def review_due(message: Message) -> dict[str, Any] | None:
    """The employee is asked to read; after ten days the interviewer is told that they may go on."""
    interview = interview_of(message)
    if interview is None or interview.state != State.IN_REVIEW or not takes_part(interview, message):
        return None
    if not _same_day(message, interview.frozen_at):
        return None
    task = task_of(message.recipient, interview, message.moment)
    return context_of(interview, message, PAGES[task]) if task else None


def sign_due(message: Message) -> dict[str, Any] | None:
    interview = interview_of(message)
    if interview is None or interview.state != State.SIGNING or not message.recipient.is_active:
        return None
    if message.recipient not in signers(interview):
        return None
    stage, has_partner = message.context["stage"], takes_part(interview, message) and bool(_partners_of(interview))
    return context_of(interview, message, "sign") | {
        "hr_soon": has_partner and stage == SIGN[2].name,
        "hr_told": has_partner and stage == HR_TOLD,
    }


def unsigned(message: Message) -> dict[str, Any] | None:
    """For HR: who has not signed, and nothing of what."""
    interview = interview_of(message)
    if interview is None or interview.state != State.SIGNING or message.recipient not in _partners_of(interview):
        return None
    sides = {Slot.EMPLOYEE: interview.employee, Slot.INTERVIEWER: interview.interviewer}
    missing = [sides[slot] for slot in open_slots(interview) if slot in sides]
    if not missing:
        return None
    return context_of(interview, message, "case") | {"missing": missing}


def _partners_of(interview: Interview) -> list[Employee]:
    partners = partners_reaching([interview.employee])[interview.employee_id]
    return [partner for partner in partners if partner.pk != interview.interviewer_id]


FOLDER = "interviews/mail"
for name, label, context, mandatory in (
    ("prepare_due", _("your preparation for a conversation"), prepare_due, False),
    ("date_missing", _("a conversation that has no date yet"), date_missing, False),
    ("meeting_ahead", _("a conversation is near"), meeting_ahead, False),
    ("took_place", _("whether a conversation took place"), took_place, False),
    ("review_due", _("what was written down waits for your word"), review_due, True),
    ("silence", _("a conversation you lead waits for the other side"), review_due, True),
    ("sign_due", _("your signature is asked for"), sign_due, True),
    ("sign_due_hr", _("your signature as HR partner is asked for"), sign_due, True),
    ("unsigned", _("a signature is missing for two weeks"), unsigned, True),
):
    template = f"{FOLDER}/{'sign_due' if name == 'sign_due_hr' else name}"
    register(Kind(f"interviews.{name}", label, template, context, mandatory=mandatory, office_hours=True))
