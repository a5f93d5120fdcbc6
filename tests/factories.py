"""Makers of test data. Each gives back a saved row with believable defaults; name what matters to the test."""

import datetime
import itertools
from typing import Any

from django.utils import timezone

from interviews.models import Cycle, Interview, State, Template, TemplateVersion
from interviews.models.interview import CLOSED_STATES
from people.models import Department, Employee, Membership, MembershipRole
from plans.models import Action, Goal, Plan, Promise

PASSWORD = "four unrelated words here"
_count = itertools.count(1)


def make_department(name: str = "", **fields: Any) -> Department:
    return Department.objects.create(name=name or f"Department {next(_count)}", **fields)


def make_employee(first_name: str = "Robin", last_name: str = "Vale", **fields: Any) -> Employee:
    n = next(_count)
    fields.setdefault("email", f"{first_name}.{n}@example.test".lower())
    fields.setdefault("employee_number", f"E{n}")
    fields.setdefault("job_title", "analyst")
    fields.setdefault("hired_on", datetime.date(2020, 1, 1))
    person = Employee(first_name=first_name, last_name=last_name, **fields)
    person.set_password(PASSWORD)
    person.save()
    return person


def make_hr(department: Department | None = None, **fields: Any) -> Employee:
    person = make_employee(**{"first_name": "Helen", "last_name": "Marsh", **fields})
    Membership.objects.create(person=person, role=MembershipRole.HR, department=department)
    return person


CONTENT: dict[str, Any] = {
    "format": "careerconv.template/1",
    "slug": "short",
    "name": {"en": "Short interview"},
    "release": "both_at_once",
    "sections": [
        {
            "key": "looking-back",
            "kind": "achievements",
            "title": {"en": "Looking back"},
            "minutes": 10,
            "questions": [
                {
                    "key": "proud-of",
                    "kind": "long_text",
                    "text": {"en": "What are you proud of?"},
                    "text_interviewer": {"en": "What has this person achieved?"},
                    "who": "both",
                    "required": True,
                    "visibility": "record",
                },
                {
                    "key": "for-me",
                    "kind": "long_text",
                    "text": {"en": "What would you rather keep to yourself?"},
                    "who": "employee",
                    "visibility": "me",
                },
                {
                    "key": "between-us",
                    "kind": "short_text",
                    "text": {"en": "What should stay between us?"},
                    "who": "both",
                    "visibility": "two",
                },
            ],
        },
        {
            "key": "skills",
            "kind": "skills",
            "title": {"en": "Skills"},
            "minutes": 15,
            "questions": [
                {
                    "key": "ratings",
                    "kind": "skills",
                    "text": {"en": "How far have you come?"},
                    "who": "both",
                    "visibility": "record",
                    "skills": [
                        {"key": "planning", "name": {"en": "Planning"}},
                        {"key": "listening", "name": {"en": "Listening"}},
                    ],
                },
            ],
        },
    ],
}


def make_version(**changes: Any) -> TemplateVersion:
    """A published version of a short template; `changes` replace parts of its content."""
    content = {**CONTENT, **changes}
    content["slug"] = f"{content['slug']}-{next(_count)}"
    template = Template.objects.create(slug=content["slug"], draft=content)
    return TemplateVersion.objects.create(
        template=template, number=1, content=content, published_at=timezone.now(), published_by=None
    )


def make_cycle(created_by: Employee, **fields: Any) -> Cycle:
    today = timezone.now().date()
    fields.setdefault("version", make_version() if "version" not in fields else fields["version"])
    fields.setdefault("name", f"Round {next(_count)}")
    fields.setdefault("prepare_by", today + datetime.timedelta(days=14))
    fields.setdefault("talk_by", today + datetime.timedelta(days=30))
    fields.setdefault("sign_by", today + datetime.timedelta(days=45))
    return Cycle.objects.create(created_by=created_by, created_at=timezone.now(), **fields)


def make_interview(employee: Employee, interviewer: Employee, **fields: Any) -> Interview:
    """An interview in preparation unless `state` says otherwise; moments that a state needs are filled in."""
    now = timezone.now()
    fields.setdefault("version", None)
    fields["version"] = fields["version"] or make_version()
    state = fields.setdefault("state", State.PREPARING)
    if state not in (State.PLANNED, State.PREPARING, State.CANCELLED, State.NOT_HELD, State.EXEMPTED):
        fields.setdefault("started_at", now)
    if state in CLOSED_STATES:
        fields.setdefault("closed_at", now)
    if state == State.EXEMPTED and "cycle" not in fields:
        fields["cycle"] = make_cycle(interviewer)
    if state == State.NOT_HELD:
        fields.setdefault("outcome", "absent")
    fields.setdefault("created_at", now)
    return Interview.objects.create(employee=employee, interviewer=interviewer, **fields)


def make_goal(employee: Employee, **fields: Any) -> Goal:
    plan, _created = Plan.objects.get_or_create(employee=employee)
    fields.setdefault("title", "Moderate the vendor review")
    fields.setdefault("specific", "I run the January review on my own")
    fields.setdefault("measurable", "both sides confirm the decisions within two days")
    fields.setdefault("achievable", "the agenda of the last review")
    fields.setdefault("relevant", "I want to be asked before it gets hard")
    fields.setdefault("due_on", timezone.now().date() + datetime.timedelta(days=60))
    fields.setdefault("created_by", employee)
    return Goal.objects.create(plan=plan, created_at=timezone.now(), **fields)


def make_action(goal: Goal, owner: Employee, **fields: Any) -> Action:
    fields.setdefault("title", "Collect what neither side can accept")
    fields.setdefault("due_on", timezone.now().date() + datetime.timedelta(days=30))
    return Action.objects.create(goal=goal, owner=owner, created_at=timezone.now(), **fields)


def make_promise(employee: Employee, owner: Employee, **fields: Any) -> Promise:
    plan, _created = Plan.objects.get_or_create(employee=employee)
    fields.setdefault("what", "Introduce Robin to the works council")
    fields.setdefault("due_on", timezone.now().date() + datetime.timedelta(days=20))
    return Promise.objects.create(plan=plan, owner=owner, created_at=timezone.now(), **fields)
