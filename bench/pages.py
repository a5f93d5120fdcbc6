"""Which pages are measured, who opens them, and where they are in a generated organisation.

python -m bench.pages    prints [{"name", "path", "cookie"}] for the database of the settings
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import django
from django.conf import settings
from django.urls import reverse


class Known:
    """The accounts and things of a generated organisation that the pages are about."""

    question: str
    plan: UUID
    cycle: UUID

    def __init__(self) -> None:
        from careerconv.generating.people import DOMAIN
        from interviews.models import Cycle, Interview
        from people.models import Employee

        named = Employee.objects.filter(email__in=[f"{name}@{DOMAIN}" for name in ("employee", "manager", "hr")])
        self.people = {person.email.split("@")[0]: person for person in named}
        employee, manager = self.people["employee"], self.people["manager"]
        open_ones = Interview.objects.open().filter(interviewer=manager).order_by("pk")
        self.talks = {talk.state: talk.pk for talk in open_ones}
        own = open_ones.get(employee=employee, state="preparing")
        self.talks["preparing"] = own.pk
        first = next(question for question in own.version.questions if question.kind == "long_text")
        self.question = reverse("interviews:question", args=[own.pk, first.key])
        self.plan = employee.plan.pk
        self.cycle = Cycle.objects.latest("launched_at").pk


@dataclass(frozen=True)
class Page:
    """`limit`: how many times the bare page's median it may take."""

    name: str
    account: str
    url: Callable[[Known], str]
    limit: float


READING, FORM, HR = 4.0, 8.0, 6.0
# What a page at the larger size may take of its time at the smaller one.
GROWTH = 1.3


def _to(name: str, *, query: str = "") -> Callable[[Known], str]:
    return lambda _known: reverse(name) + query


def _talk(name: str, whose: str) -> Callable[[Known], str]:
    return lambda known: reverse(f"interviews:{name}", args=[known.talks[whose]])


PAGES = [
    Page("home", "employee", _to("home"), READING),
    Page("home_manager", "manager", _to("home"), READING),
    Page("interviews", "manager", _to("interviews:list"), READING),
    Page("team", "manager", _to("interviews:team"), READING),
    Page("interview", "employee", _talk("detail", "preparing"), READING),
    Page("prepare", "employee", _talk("prepare", "preparing"), READING),
    Page("question", "employee", lambda known: known.question, FORM),
    Page("room", "manager", _talk("room", "in_conversation"), FORM),
    Page("review", "manager", _talk("review", "in_review"), READING),
    Page("sign", "manager", _talk("sign", "signing"), FORM),
    Page("plans", "manager", _to("plans:list"), READING),
    Page("plan", "employee", lambda known: reverse("plans:detail", args=[known.plan]), READING),
    Page("owed", "employee", _to("plans:owed"), READING),
    Page("people", "employee", _to("people:search", query="?q=an"), READING),
    Page("hr", "hr", _to("insights:overview"), HR),
    Page("hr_people", "hr", _to("insights:people_list"), HR),
    Page("hr_follow_ups", "hr", _to("insights:follow_ups"), HR),
    Page("hr_cycles", "hr", _to("insights:cycles"), HR),
    Page("hr_cycle", "hr", lambda known: reverse("insights:cycle", args=[known.cycle]), HR),
]
LIMITS = {page.name: page.limit for page in PAGES}


def addresses() -> list[dict[str, str]]:
    """With a session for each account, begun as by signing in."""
    from django.test import Client

    from people.models import Department

    known, cookies = Known(), {}
    for name, person in known.people.items():
        client = Client()
        client.force_login(person)
        cookies[name] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    bare = reverse("bare", args=[Department.objects.values_list("pk", flat=True)[0]])
    found = [{"name": "bare", "path": bare, "cookie": ""}]
    return found + [{"name": page.name, "path": page.url(known), "cookie": cookies[page.account]} for page in PAGES]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(addresses()))  # noqa: T201 - what was asked for
