"""What HR decides on one person in a cycle: more time, or no conversation at all. And the same for many at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Cycle, Exemption, Extension, Interview, State
from interviews.operations.locking import hold
from interviews.operations.requesting import need_reason
from interviews.queries.cycles import meant_by
from outbox.operations import post_many
from people.models import Employee
from people.policy import Refused, require

# A date further away than this is a slip of the pen.
LONGEST = timedelta(days=366)


Case = TypeVar("Case", Interview, Employee)


@dataclass
class Tally(Generic[Case]):
    """What became of many: those where it is so now, and those where it is not, each with the reason."""

    done: list[Case] = field(default_factory=list)
    refused: list[tuple[Case, str]] = field(default_factory=list)


def for_each(cases: Iterable[Case], act: Callable[[Case], object]) -> Tally[Case]:
    """Do the same to each. Every one is its own transaction, so one bad case never stops the others."""
    tally: Tally[Case] = Tally()
    for case in cases:
        try:
            with transaction.atomic():
                act(case)
        except Refused as refused:
            tally.refused.append((case, str(refused)))
        except DatabaseError:
            tally.refused.append((case, _("The database refused this one. Nothing was changed for it.")))
        else:
            tally.done.append(case)
    return tally


def extend_interview(
    *,
    by: Employee,
    interview: Interview,
    sign_by: date,
    why: str,
    talk_by: date | None = None,
    prepare_by: date | None = None,
    now: datetime | None = None,
) -> Interview:
    """More time for these two. A date that is not named stays; HR still counts “on time” by the cycle's own date."""
    now = now or timezone.now()
    need_reason(why)
    with transaction.atomic():
        interview = hold(interview, "interview.extend", by, now)
        former = (interview.prepare_by, interview.talk_by, interview.sign_by)
        wanted = (prepare_by or interview.prepare_by, talk_by or interview.talk_by, sign_by)
        if wanted == former:
            return interview
        _check_dates(former, wanted, by.local_date(now))
        interview.prepare_by, interview.talk_by, interview.sign_by = wanted
        interview.save(update_fields=["prepare_by", "talk_by", "sign_by"])
        extension = Extension.objects.create(
            interview=interview,
            former_prepare_by=former[0],
            former_talk_by=former[1],
            former_sign_by=former[2],
            prepare_by=wanted[0],
            talk_by=wanted[1],
            sign_by=sign_by,
            by=by,
            at=now,
            why=why.strip(),
        )
        audit.record(action="interview.extended", by=by, subject=interview, at=now, extension=str(extension.pk))
        post_many(
            mails=(
                (
                    f"interviews.extended:{extension.pk}:{person.pk}",
                    person,
                    {"interview": str(interview.pk), "extension": str(extension.pk)},
                )
                for person in (interview.employee, interview.interviewer)
            ),
            kind="interviews.extended",
            now=now,
        )
    return interview


def _check_dates(former: tuple[date | None, ...], wanted: tuple[date | None, ...], today: date) -> None:
    for before, after in zip(former, wanted, strict=True):
        if before and after and after < before:
            raise Refused(_("More time means later dates; one of these is earlier than before. Nothing was changed."))
    dates = [day for day in wanted if day]
    if dates != sorted(dates):
        raise Refused(
            _("People prepare first, then talk, then sign: put the dates in this order. Nothing was changed.")
        )
    if dates[-1] < today:
        raise Refused(_("That day has passed. Choose a later one; nothing was changed."))
    if dates[-1] - today > LONGEST:
        raise Refused(_("That is more than a year away. Choose an earlier day; nothing was changed."))


def exempt_from_cycle(
    *, by: Employee, cycle: Cycle, employee: Employee, why: str, now: datetime | None = None
) -> Interview | Exemption:
    """This person need not talk in this cycle. A conversation that is under way closes; the others are not invited.

    Drafts stay with their authors. Why is between HR and the employee: the interviewer does not learn it.
    """
    now = now or timezone.now()
    need_reason(why)
    with transaction.atomic():
        # A launch holds the same row, so nobody is invited and exempted at once.
        cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
        here = cycle.interviews.filter(employee=employee)
        if under_way := here.open().first():
            return _exempt(under_way, by, why.strip(), now)
        require(by, "interview.exempt", employee)
        if exempted := here.filter(state=State.EXEMPTED).first():
            return exempted
        if here.exists():
            raise Refused(_("The conversation of this person in this cycle is closed. Nothing was changed."))
        if not meant_by(cycle).filter(pk=employee.pk).exists():
            raise Refused(_("This cycle does not mean this person. Nothing was changed."))
        exemption, is_new = Exemption.objects.get_or_create(
            cycle=cycle, employee=employee, defaults={"by": by, "at": now, "why": why.strip()}
        )
        if is_new:
            audit.record(action="cycle.exempted", by=by, subject=cycle, at=now, employee=str(employee.pk))
    return exemption


def _exempt(interview: Interview, by: Employee, why: str, now: datetime) -> Interview:
    interview = hold(interview, "interview.exempt", by, now)
    interview.state, interview.closed_at = State.EXEMPTED, now
    interview.outcome_because, interview.outcome_witness = why, by
    if interview.meets_at:
        interview.meeting_sequence += 1
    interview.save(update_fields=["state", "closed_at", "outcome_because", "outcome_witness", "meeting_sequence"])
    audit.record(action="interview.exempted", by=by, subject=interview, at=now)
    post_many(
        mails=(
            (f"interviews.exempted:{interview.pk}:{person.pk}", person, {"interview": str(interview.pk)})
            for person in (interview.employee, interview.interviewer)
        ),
        kind="interviews.exempted",
        now=now,
    )
    return interview
