"""A small organisation in which everything exists once, and a mark in every text that not everybody may read.

`VISITORS` are the people who come to the door. Amara is the employee whom everything is about. Her conversations are led
by Mira, who is not her line manager (that is Jonas), so that each rule about line managers is a rule that can fail.
"""

import datetime
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from interviews import content
from interviews.models import (
    Answer,
    ChangeRequest,
    Content,
    Extension,
    Interview,
    Minutes,
    PrivateNote,
    Signature,
    State,
)
from interviews.operations import cancel_interview, reassign_interviewer
from people.models import Employee, ImportFile, Membership, MembershipRole, Organisation
from people.operations import issue_welcome_link
from plans import operations as plans
from plans.models import CheckIn
from records import storage
from records.models import Addendum, Record, RecordFile
from tests import factories

# Who each of them is to Amara. `anonymous` has no account.
VISITORS = [
    "employee",
    "interviewer",
    "line_manager",  # leads none of these conversations
    "skip_level",  # the line manager's manager
    "former",  # led one of them until HR named somebody else
    "other_manager",  # leads another team
    "owner",  # owes one action and one promise
    "hr",  # HR partner of Amara's department
    "hr_elsewhere",  # HR partner of another department
    "hr_below",  # HR partner of the whole organisation who reports to Amara
    "administrator",
    "outsider",
    "anonymous",
]
MARK = re.compile(r"zq\d{4}zq")
MEET = ["employee", "interviewer"]


@dataclass
class Scene:
    people: dict[str, Employee] = field(default_factory=dict)
    # Mark → what it stands in, and who may read it.
    marks: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.things[name]

    def mark(self, where: str, readers: Iterable[str]) -> str:
        text = f"zq{len(self.marks):04d}zq"
        self.marks[text] = (where, frozenset(readers))
        return text

    def browser(self, visitor: str) -> Client:
        """A browser in which the visitor is signed in. An error on the server is an answer like any other: 500."""
        client = Client(raise_request_exception=False)
        if visitor != "anonymous":
            client.force_login(self.people[visitor])
        return client


def build() -> Scene:
    scene = Scene()
    _people(scene)
    # Before there is a plan: what HR may read in a record holds none of it.
    _for_hr(scene)
    _record(scene)
    _plan(scene)
    _early(scene)
    _later(scene)
    _closed(scene)
    _rest(scene)
    return scene


def _people(scene: Scene) -> None:
    Organisation.objects.create(id=1, name="Meridian S.A.")
    payroll, elsewhere = factories.make_department("Payroll"), factories.make_department("Elsewhere")
    top = factories.make_employee("Carla", "Reuter", job_title="director")
    boss = factories.make_employee("Jonas", "Weber", department=payroll, manager=top)
    amara = factories.make_employee("Amara", "Okafor", department=payroll, manager=boss)
    other = factories.make_employee("Otto", "Anders", department=elsewhere)
    factories.make_employee("Nils", "Sten", department=elsewhere, manager=other)
    administrator = factories.make_employee("Ada", "Nowak")
    Membership.objects.create(person=administrator, role=MembershipRole.ADMINISTRATOR)
    scene.people = {
        "employee": amara,
        "interviewer": factories.make_employee("Mira", "Sandoval", department=elsewhere),
        "line_manager": boss,
        "skip_level": top,
        "former": factories.make_employee("Felix", "Grau", department=payroll),
        "other_manager": other,
        "owner": factories.make_employee("Ola", "Lind", department=elsewhere),
        "hr": factories.make_hr(payroll),
        "hr_elsewhere": factories.make_hr(elsewhere, first_name="Hedda", last_name="Fern"),
        "hr_below": factories.make_hr(first_name="Hugo", last_name="Unter", manager=amara),
        "administrator": administrator,
        "outsider": factories.make_employee("Olaf", "Outis", department=elsewhere),
    }
    scene.things |= {"payroll": payroll, "elsewhere": elsewhere, "gone": _gone(elsewhere)}


def _gone(department: Any) -> Employee:
    today = timezone.now().date()
    return factories.make_employee("Gil", "Gone", department=department, is_active=False, left_on=today)


# ---------------------------------------------------------------- the plan


def _plan(scene: Scene) -> None:
    amara, mira, jonas, ola = (scene.people[who] for who in ("employee", "interviewer", "line_manager", "owner"))
    plan, due = plans.ensure_plan(amara), timezone.now().date() + datetime.timedelta(days=60)
    line, apart = ["employee", "line_manager"], MEET

    def goal(name: str, readers: list[str], by: Employee = amara, **fields: Any) -> Any:
        texts: dict[str, Any] = {
            part: scene.mark(f"{name}: {part}", readers)
            for part in ("title", "specific", "measurable", "achievable", "relevant")
        }
        made = plans.add_goal(by=by, plan=plan, due_on=due, **texts, **fields)
        scene.things[name] = made
        return made

    goal("draft", ["employee"], draft=True)
    shared = goal("goal", line)
    with_mira = goal("goal_apart", apart, agreed_with=mira)
    opened = goal("goal_opened", [*apart, "line_manager"], agreed_with=mira)
    scene.things["goal_opened"] = plans.open_goal(by=amara, goal=opened)
    for name, of, readers in (("goal", shared, line), ("goal_apart", with_mira, apart)):
        changed = plans.change_goal(
            by=amara,
            goal=of,
            version=1,
            why=scene.mark(f"{name}: why it changed", readers),
            specific=scene.mark(f"{name}: specific, changed", readers),
        )
        scene.things[name] = changed
    scene.things["action_shared"] = plans.add_action(
        by=amara, goal=shared, title=scene.mark("action of the goal", line), kind="course", owner=amara, due_on=due
    )
    scene.things["action"] = plans.add_action(
        by=mira, goal=with_mira, title=scene.mark("action of somebody else", [*apart, "owner"]), kind="experience",
        owner=ola, due_on=due, resources=scene.mark("its resources", [*apart, "owner"]),
    )  # fmt: skip
    scene.things["promise_shared"] = plans.add_promise(
        by=jonas, plan=plan, what=scene.mark("promise of the line manager", line), owner=jonas, due_on=due
    )
    scene.things["promise"] = plans.add_promise(
        by=mira, plan=plan, what=scene.mark("promise of somebody else", [*apart, "owner"]), owner=ola, due_on=due,
        agreed_with=mira,
    )  # fmt: skip
    plans.add_promise(by=mira, plan=plan, what=scene.mark("not promised", apart), not_promised=True, agreed_with=mira)
    held = CheckIn.objects.create(plan=plan, due_on=timezone.now().date(), created_at=timezone.now())
    scene.things["held"] = plans.hold_check_in(
        by=amara,
        check_in=held,
        progress=[
            {"goal": shared, "percent": 10, "words": scene.mark("progress of the goal", line)},
            {"goal": with_mira, "percent": 10, "words": scene.mark("progress agreed with Mira", apart)},
        ],
        blockers=scene.mark("blockers", line),
        adjustments=scene.mark("adjustments", line),
    )
    scene.things["check_in"] = CheckIn.objects.create(plan=plan, due_on=due, created_at=timezone.now())
    plans.write_remark(by=jonas, check_in=held, blockers=scene.mark("words of the other side", line))
    later = due + datetime.timedelta(days=30)
    scene.things["check_in_noted"] = CheckIn.objects.create(plan=plan, due_on=later, created_at=timezone.now())
    said = {str(shared.pk): {"words": scene.mark("words of a goal beforehand", line)}}
    plans.write_remark(
        by=jonas, check_in=scene.check_in_noted, adjustments=scene.mark("words beforehand", line), goals=said
    )
    plans.note_progress(by=amara, goal=with_mira, words=scene.mark("progress between check-ins", apart))
    scene.things["time_request"] = plans.ask_for_time(
        by=ola, item=scene.action, due_on=due + datetime.timedelta(days=9),
        why=scene.mark("why time is asked", [*apart, "owner"]),
    )  # fmt: skip
    scene.things["plan"] = plan


# ---------------------------------------------------------------- conversations


_VERSIONS: dict[str, Any] = {}


def interview(scene: Scene, name: str, **fields: Any) -> Interview:
    """One of Amara's conversations with Mira, in a cycle of its own unless `cycle` says otherwise."""
    changes = fields.pop("template", {})
    version = factories.make_version(**changes)
    if "cycle" not in fields:
        fields["cycle"] = factories.make_cycle(scene.people["hr"], version=version, launched_at=timezone.now())
    made = factories.make_interview(
        scene.people["employee"], fields.pop("interviewer", scene.people["interviewer"]), version=version, **fields
    )
    scene.things[name] = made
    return made


def interview_of(scene: Scene, employee: Employee, interviewer: Employee, **fields: Any) -> Interview:
    """A conversation of these two in a cycle of its own, in preparation unless `state` says otherwise."""
    version = fields.pop("version", None) or factories.make_version()
    cycle = factories.make_cycle(scene.people["hr"], version=version, launched_at=timezone.now())
    return factories.make_interview(employee, interviewer, version=version, cycle=cycle, **fields)


def words(scene: Scene, made: Interview, name: str, side: str, *, released: bool, hr: bool = False) -> None:
    """What one side answered, and its private note. Only answers for two and for the record are ever released."""
    author = side if side in scene.people else "employee"
    for key, visibility in (("proud-of", "record"), ("for-me", "me"), ("between-us", "two")):
        if key == "for-me" and side != "employee":
            continue
        readers = {author} | (set(MEET) if released and visibility != "me" else set())
        if hr and visibility == "record" and released:
            readers.add("hr")
        _answer(made, key, scene.people[author], scene.mark(f"{name}: {side} on {key}", readers))
    PrivateNote.objects.create(
        interview=made,
        section="looking-back",
        author=scene.people[author],
        text=scene.mark(f"{name}: note of {side}", [author]),
        updated_at=timezone.now(),
    )


def _answer(made: Interview, key: str, author: Employee, text: str) -> None:
    Answer.objects.create(interview=made, question=key, author=author, value={"text": text}, updated_at=timezone.now())


def minutes(scene: Scene, made: Interview, name: str, readers: Iterable[str]) -> None:
    Minutes.objects.create(
        interview=made,
        section="looking-back",
        text=scene.mark(f"{name}: minutes", readers),
        written_by=made.interviewer,
        updated_at=timezone.now(),
    )


def _early(scene: Scene) -> None:
    now, people = timezone.now(), scene.people
    interview(
        scene, "planned", state=State.PLANNED, cycle=None, purpose="direction",
        request_note=scene.mark("word beforehand", MEET),
    )  # fmt: skip
    interview(scene, "requested", cycle=None, purpose="growth")
    preparing = interview(scene, "preparing")
    for side in MEET:
        words(scene, preparing, "preparing", side, released=False)
    # One side has shared, and it is released to the other at once.
    each = interview(scene, "each_side", template={"release": "each_side"}, employee_shared_at=now)
    words(scene, each, "each side", "employee", released=True)
    words(scene, each, "each side", "interviewer", released=False)
    # HR names Mira in Felix's place: what he wrote stays his, though he can't open the page any more.
    moved = interview(scene, "reassigned", interviewer=people["former"])
    words(scene, moved, "reassigned", "former", released=False)
    reassign_interviewer(
        by=people["hr"], interview=moved, interviewer=people["interviewer"],
        why=scene.mark("why the interviewer was replaced", ["hr"]),
    )  # fmt: skip
    moved.refresh_from_db()


def _later(scene: Scene) -> None:
    now = timezone.now()
    talking = interview(scene, "talking", state=State.IN_CONVERSATION, employee_shared_at=now)
    for side in MEET:
        words(scene, talking, "in conversation", side, released=False)
    minutes(scene, talking, "in conversation", MEET)
    both = {"employee_shared_at": now, "interviewer_shared_at": now, "frozen_at": now}
    review = interview(scene, "review", state=State.IN_REVIEW, **both)
    signing = interview(scene, "signing", state=State.SIGNING, confirmed_at=now, template={"hr_signs": True}, **both)
    for name, made in (("in review", review), ("signing", signing)):
        for side in MEET:
            words(scene, made, name, side, released=True)
        minutes(scene, made, name, MEET)
        _freeze(made)
    ChangeRequest.objects.create(
        content=review.contents.get(),
        asked_by=scene.people["employee"],
        asked_at=now,
        why=scene.mark("what should change", MEET),
    )
    _sign(scene, signing, "employee", scene.mark("remark at an open signing", MEET))


def _freeze(made: Interview) -> Content:
    text = content.canonical(content.build(made, frozen_at=timezone.now()))
    return Content.objects.create(
        interview=made,
        sequence=1,
        canonical=text,
        sha256=content.sha256(text),
        frozen_at=timezone.now(),
        frozen_by=made.interviewer,
    )


def _sign(scene: Scene, made: Interview, side: str, remark: str) -> None:
    Signature.objects.create(
        content=made.contents.get(),
        slot=side,
        signer=scene.people[side],
        declaration="reservations",
        remark=remark,
        signed_at=timezone.now(),
        method="password",
    )


def _for_hr(scene: Scene) -> None:
    """Both have signed, and HR has to read what it signs."""
    now = timezone.now()
    both = {"employee_shared_at": now, "interviewer_shared_at": now, "frozen_at": now}
    last = interview(scene, "hr_signing", state=State.SIGNING, confirmed_at=now, template={"hr_signs": True}, **both)
    for side in MEET:
        words(scene, last, "HR signs", side, released=True, hr=True)
    minutes(scene, last, "HR signs", [*MEET, "hr"])
    _freeze(last)
    for side in MEET:
        _sign(scene, last, side, scene.mark(f"HR signs: remark of {side}", [*MEET, "hr"]))


def _record(scene: Scene) -> None:
    now = timezone.now()
    signed = interview(
        scene, "signed", state=State.SIGNED, employee_shared_at=now, interviewer_shared_at=now, frozen_at=now,
        confirmed_at=now,
    )  # fmt: skip
    for side in MEET:
        words(scene, signed, "signed", side, released=True, hr=True)
    minutes(scene, signed, "signed", [*MEET, "hr"])
    _freeze(signed)
    for side in MEET:
        _sign(scene, signed, side, scene.mark(f"signed: remark of {side}", [*MEET, "hr"]))
    record = Record.objects.create(
        interview=signed,
        reference=signed.reference,
        content_sha256=signed.contents.get().sha256,
        created_at=now,
    )
    scene.things["record"] = record
    _file(scene, record, 1, None)
    addendum = Addendum.objects.create(
        record=record,
        author=scene.people["employee"],
        text=scene.mark("addendum", [*MEET, "hr"]),
        method="password",
        written_at=now,
        original_sha256=record.current_file.sha256,
    )
    scene.things["addendum"] = addendum
    _file(scene, record, 2, addendum)


def _file(scene: Scene, record: Record, sequence: int, addendum: Addendum | None) -> None:
    """Not a real PDF: who gets its bytes is the question here."""
    pdf = f"%PDF-1.7 {uuid4()} {scene.mark(f'sealed file {sequence}', [*MEET, 'hr'])}".encode()
    RecordFile.objects.create(
        record=record,
        addendum=addendum,
        sequence=sequence,
        sha256=hashlib.sha256(pdf).hexdigest(),
        path=storage.write(pdf, folder=str(record.interview_id), name=f"{uuid4().hex}.pdf"),
        made_at=timezone.now(),
        audit_head="0:",
    )


def _closed(scene: Scene) -> None:
    called_off = interview(scene, "called_off", cycle=None, purpose="other")
    cancel_interview(by=scene.people["employee"], interview=called_off, why=scene.mark("why it was called off", MEET))
    interview(
        scene, "not_held", state=State.NOT_HELD, outcome="absent", outcome_witness=scene.people["hr"],
        outcome_because=scene.mark("why it was not held", [*MEET, "hr"]),
    )  # fmt: skip
    interview(
        scene, "exempted", state=State.EXEMPTED, outcome_witness=scene.people["hr"], cycle=scene.not_held.cycle,
        outcome_because=scene.mark("why it was exempted", ["employee", "hr"]),
    )  # fmt: skip
    Extension.objects.create(
        interview=scene.preparing, former_sign_by=timezone.now().date(), sign_by=timezone.now().date(),
        by=scene.people["hr"], at=timezone.now(), why=scene.mark("why there is more time", ["employee", "hr"]),
    )  # fmt: skip


def _rest(scene: Scene) -> None:
    people, now = scene.people, timezone.now()
    version = factories.make_version()
    scene.things |= {
        "version": version,
        "template": version.template,
        "cycle": factories.make_cycle(people["hr"], version=version),
        "launched": scene.preparing.cycle,
        "office": Membership.objects.get(person=people["hr_elsewhere"]),
        "upload": ImportFile.objects.create(
            uploaded_by=people["hr_below"],
            uploaded_at=now,
            name="people.csv",
            content=_csv(scene.mark("a row of an import file", ["hr_below"])),
        ),
        "welcome": issue_welcome_link(person=_newcomer())[0],
    }


def _csv(name: str) -> bytes:
    header = "employee_number,email,first_name,last_name,job_title,department,site,country,manager_number,hired_on"
    columns = [*header.split(","), "left_on", "born_on", "language", "timezone"]
    row = dict.fromkeys(columns, "")
    row |= {"employee_number": "N1", "email": "new@example.test", "first_name": name, "last_name": "New"}
    row |= {"department": "Payroll", "hired_on": "2024-01-01"}
    return (",".join(columns) + "\n" + ",".join(row.values()) + "\n").encode()


def _newcomer() -> Employee:
    person = factories.make_employee("Neo", "Comer")
    person.set_unusable_password()
    person.save()
    return person
