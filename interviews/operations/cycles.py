"""HR begins a round of conversations."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews.models import Cycle, Interview, Purpose, State, Template, TemplateVersion
from interviews.queries.cycles import roll_of
from interviews.queries.departments import places
from outbox.operations import post_many
from people.models import Department, Employee
from people.policy import Refused, require


@dataclass
class Launch:
    """What a launch came to."""

    created: list[Interview] = field(default_factory=list)
    without_manager: list[Employee] = field(default_factory=list)
    already: int = 0
    exempted: int = 0
    refused: list[tuple[Employee, str]] = field(default_factory=list)


def create_cycle(
    *,
    by: Employee,
    name: str,
    version: TemplateVersion,
    departments: Iterable[Department],
    prepare_by: datetime.date,
    talk_by: datetime.date,
    sign_by: datetime.date,
    now: datetime.datetime | None = None,
) -> Cycle:
    """Write down a round; nobody is invited before it is launched. No departments: everybody in one's scope."""
    now = now or timezone.now()
    with transaction.atomic():
        require(by, "cycle.launch")
        chosen = _check(
            by=by,
            name=name,
            version=version,
            departments=departments,
            dates=(prepare_by, talk_by, sign_by),
            today=by.local_date(now),
        )
        cycle = Cycle.objects.create(
            name=name.strip(),
            version=version,
            prepare_by=prepare_by,
            talk_by=talk_by,
            sign_by=sign_by,
            created_at=now,
            created_by=by,
        )
        cycle.departments.set(chosen)
        audit.record(action="cycle.created", by=by, subject=cycle, at=now, version=str(version.pk))
    return cycle


def change_cycle(
    *,
    by: Employee,
    cycle: Cycle,
    name: str,
    version: TemplateVersion,
    departments: Iterable[Department],
    prepare_by: datetime.date,
    talk_by: datetime.date,
    sign_by: datetime.date,
    now: datetime.datetime | None = None,
) -> Cycle:
    """Correct a round that has not been launched; after that, people have been told the dates."""
    now = now or timezone.now()
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
        require(by, "cycle.launch")
        if cycle.launched_at is not None:
            raise Refused(_("This round is launched, so its people know the dates. Nothing was changed."))
        chosen = _check(
            by=by,
            name=name,
            version=version,
            departments=departments,
            dates=(prepare_by, talk_by, sign_by),
            today=by.local_date(now),
        )
        cycle.name, cycle.version = name.strip(), version
        cycle.prepare_by, cycle.talk_by, cycle.sign_by = prepare_by, talk_by, sign_by
        cycle.save(update_fields=["name", "version", "prepare_by", "talk_by", "sign_by"])
        cycle.departments.set(chosen)
        audit.record(action="cycle.changed", by=by, subject=cycle, at=now, version=str(version.pk))
    return cycle


def launch_cycle(
    *,
    by: Employee,
    cycle: Cycle,
    interviewers: Mapping[UUID, Employee] | None = None,
    now: datetime.datetime | None = None,
) -> Launch:
    """Invite everybody in scope who is not in the cycle yet; a second launch adds only who is missing.

    `interviewers` names, by employee, who leads where the line manager can't. One bad case never stops the others.
    """
    now = now or timezone.now()
    today = by.local_date(now)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(of=("self",)).select_related("version__template").get(pk=cycle.pk)
        require(by, "cycle.launch")
        if cycle.sign_by < today:
            raise Refused(_("The last day of this round has passed. Nobody was invited. Begin a new one."))
        if cycle.launched_at is None and cycle.version.template.retired_at is not None:
            raise Refused(_("The template of this round was retired. Nobody was invited. Choose another one first."))
        roll = roll_of(by, cycle, today)
        launch = Launch(already=roll.already, exempted=roll.exempted)
        pairs = list(roll.ready)
        for unled in roll.unled:
            named = (interviewers or {}).get(unled.person.pk)
            if named is None:
                launch.without_manager.append(unled.person)
            elif named.pk == unled.person.pk or not named.is_active:
                launch.refused.append((unled.person, _("The interviewer must be somebody else who still works here.")))
            else:
                pairs.append((unled.person, named))
        _create(launch, [_invited(cycle, employee, interviewer, now) for employee, interviewer in pairs])
        if launch.created or cycle.launched_at is None:
            _tell(by, cycle, launch, now)
    return launch


def _check(
    *,
    by: Employee,
    name: str,
    version: TemplateVersion,
    departments: Iterable[Department],
    dates: tuple[datetime.date, datetime.date, datetime.date],
    today: datetime.date,
) -> list[Department]:
    """The departments as they will be kept, or a refusal."""
    if not name.strip():
        raise Refused(_("Give the round a name. Nothing was saved."))
    if Template.objects.filter(pk=version.template_id, retired_at__isnull=False).exists():
        raise Refused(_("This template is retired. Choose another one; nothing was saved."))
    if not dates[0] <= dates[1] <= dates[2]:
        raise Refused(_("People prepare first, then talk, then sign: put the dates in this order. Nothing was saved."))
    if dates[0] < today:
        raise Refused(_("The dates lie in the past. Choose later ones; nothing was saved."))
    scope = by.hr_scope
    if scope is None:
        raise Refused(_("Only HR partners begin a round. Nothing was saved."))
    chosen = list(departments)
    if scope.everywhere:
        return chosen
    if not {department.pk for department in chosen} <= scope.departments:
        raise Refused(_("A department lies outside of what you are responsible for. Nothing was saved."))
    # “Everybody” means everybody in one's own scope; that has to hold when a colleague launches too.
    return chosen or [place.department for place in places(by) if place.department.parent_id not in scope.departments]


def _invited(cycle: Cycle, employee: Employee, interviewer: Employee, now: datetime.datetime) -> Interview:
    questions = cycle.version.questions
    return Interview(
        employee=employee,
        interviewer=interviewer,
        cycle=cycle,
        version=cycle.version,
        state=State.PREPARING,
        language=employee.language if employee.language in questions.name else "en",
        purpose=Purpose.CYCLE,
        created_at=now,
        prepare_by=cycle.prepare_by,
        talk_by=cycle.talk_by,
        sign_by=cycle.sign_by,
        minutes_planned=questions.minutes or 60,
    )


def _create(launch: Launch, rows: list[Interview]) -> None:
    """All at once; should the database refuse that, one by one, so that only the bad case stays behind."""
    try:
        with transaction.atomic():
            launch.created += Interview.objects.bulk_create(rows, batch_size=500)
    except DatabaseError:
        for row in rows:
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except DatabaseError:
                launch.refused.append((row.employee, _("The database refused this one. Nothing was created for it.")))
            else:
                launch.created.append(row)


def _tell(by: Employee, cycle: Cycle, launch: Launch, now: datetime.datetime) -> None:
    if cycle.launched_at is None:
        cycle.launched_at = now
        cycle.save(update_fields=["launched_at"])
    audit.record(
        action="cycle.launched",
        by=by,
        subject=cycle,
        at=now,
        created=len(launch.created),
        without_manager=len(launch.without_manager),
        refused=len(launch.refused),
    )
    audit.record_many(action="interview.invited", by=by, subjects=launch.created, at=now, cycle=str(cycle.pk))
    post_many(
        mails=(
            (f"interviews.invitation:{interview.pk}:{person.pk}", person, {"interview": str(interview.pk)})
            for interview in launch.created
            for person in (interview.employee, interview.interviewer)
        ),
        kind="interviews.invitation",
        now=now,
    )
