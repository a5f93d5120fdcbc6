"""What somebody sends who wants more than the form offers, or wants the page to do something else."""

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insights.models import Counting
from insights.operations import count_due
from interviews import content
from interviews.models import Answer, Content, Cycle, Minutes, State, Template, TemplateVersion
from interviews.operations import sign_interview
from interviews.queries.people import found_people
from outbox.models import Message
from outbox.rendering import render
from people.models import Department, Employee, Organisation
from people.policy import Refused
from people.queries import search_people
from people.sheets import FORMULA
from plans.models import Goal
from plans.queries.colleagues import people_matching
from tests import factories
from tests.careerconv.pages import PAGES, Page, nobodys_id
from tests.careerconv.scene import MEET, Scene, interview_of
from tests.careerconv.snapshot import OURS, TRACES, snapshot
from tests.factories import PASSWORD

DONE = (200, 302)


def sender_of(page: Page, scene: Scene) -> str:
    """Somebody who may send this form."""
    takers = (
        who for who, status in (page.post or {}).items() if status in (200, 302, 422) and who in (*scene.people, "*")
    )
    return next(takers, "*").replace("*", "employee")


def sign_in(scene: Scene, visitor: str) -> Client:
    return scene.browser(visitor)


# ---------------------------------------------------------------- more fields than the form has


def extra(scene: Scene) -> dict[str, str]:
    other = str(scene.people["outsider"].pk)
    people = ("manager", "employee", "interviewer", "author", "owner", "agreed_with", "created_by", "person", "signer")
    return dict.fromkeys(people, other) | {
        "role": "hr",
        "is_staff": "1",
        "is_superuser": "1",
        "is_active": "0",
        "email": "new@evil.example",
        "state": "signed",
        "id": nobodys_id(),
        "pk": str(scene.review.pk),
        "plan": nobodys_id(),
        "interview": str(scene.review.pk),
        "cycle": str(scene.launched.pk),
        "slot": "interviewer",
        "witness": other,
        "visibility": "record",
        "employee_shared_at": "2020-01-01",
        "interviewer_shared_at": "2020-01-01",
        "opened_at": "2020-01-01",
        "closed_at": "2020-01-01",
        "retired_at": "2020-01-01",
        "used_at": "2020-01-01",
        "launched_at": "2020-01-01",
        "proceeded_after_silence": "1",
        "method": "notary",
        "signed_at": "2020-01-01",
        "occasion": "interview",
        "granted_by": other,
        "by": other,
        "now": "2020-01-01",
        "draft": "1",
        "is_demonstration": "1",
    }


@pytest.fixture(scope="module")
def known(whole_scene: Scene) -> set[str]:
    """The ids of all rows of the scene."""
    return {str(row[0]).replace("-", "") for _table, row in all_rows()}


def all_rows() -> Iterator[tuple[str, tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in TRACES and table.startswith(tuple(f"{label}_" for label in (*OURS, "audit"))):
                cursor.execute(f"SELECT * FROM {table}")
                yield from ((table, row) for row in cursor.fetchall())


ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f])")
CHANGING = re.compile(
    r"datetime\.datetime\([^()]*(\([^()]*\))?[^()]*\)|\d{4}-\d\d-\d\d[ T][\d:.+]+|md5\$[^']*|'![A-Za-z0-9]{40}'|[0-9a-f]{64}"
    r"|:\d{12}'"
)


def picture(known: set[str]) -> list[str]:
    """All rows, without what differs from one try to the next: moments, salts, and the ids of new rows."""

    def name(found: re.Match[str]) -> str:
        return found[0] if found[0].replace("-", "") in known else "new"

    # Counted ids go on counting when a transaction is undone; how long HR's figures took is different each time.
    rows = [(table, row[1:] if isinstance(row[0], int) else row) for table, row in all_rows()]
    rows = [(table, row[:-1] if table == Counting._meta.db_table else row) for table, row in rows]
    return sorted(ID.sub(name, CHANGING.sub("…", f"{table} {row!r}")) for table, row in rows)


@pytest.mark.parametrize("door", [page for page in PAGES if page.post], ids=str)
def test_fields_that_no_form_has_change_nothing(door: Page, scene: Scene, known: set[str]):
    """With and without them, the same rows come out."""
    visitor, data = sender_of(door, scene), door.data(scene)
    more = {name: value for name, value in extra(scene).items() if name not in data}
    results = []
    for sent in (data, more | data):
        client = sign_in(scene, visitor)
        with transaction.atomic():
            status = client.post(door.url(scene), sent).status_code
            results.append((status, picture(known)))
            transaction.set_rollback(True)
    assert results[0][0] == results[1][0]
    assert [row for row in results[1][1] if row not in results[0][1]] == []
    assert len(results[0][1]) == len(results[1][1])


@pytest.mark.parametrize("name", ["plans:goal_new", "plans:action_new", "plans:promise_new"])
def test_the_key_of_a_new_item_takes_nobodys_place(name: str, scene: Scene):
    """A form brings the id of what it makes, so that sent twice it makes one. It can't be the id of something else."""
    page = next(page for page in PAGES if page.name == name)
    others = factories.make_goal(scene.people["outsider"])
    action = factories.make_action(others, scene.people["outsider"])
    promise = factories.make_promise(scene.people["outsider"], scene.people["outsider"])
    client, before = sign_in(scene, "employee"), snapshot()
    for item in (others, action, promise, scene.draft, scene.goal):
        with transaction.atomic():
            response = client.post(page.url(scene), page.data(scene) | {"key": str(item.pk)})
            assert response.status_code in (302, 422)
            assert others.title not in response.text
            item.refresh_from_db()
            transaction.set_rollback(True)
    assert snapshot() == before


def test_a_draft_of_somebody_else_is_not_found_by_its_key(scene: Scene):
    """Jonas shares the plan and guesses the id of Amara's draft: he is told what anybody is told."""
    page = next(page for page in PAGES if page.name == "plans:goal_new")
    client = sign_in(scene, "line_manager")
    response = client.post(page.url(scene), page.data(scene) | {"key": str(scene.draft.pk)}, follow=True)
    assert scene.draft.title not in response.text
    scene.draft.refresh_from_db()
    assert scene.draft.version == 1


# ---------------------------------------------------------------- texts that are meant to be more

TRICK = """zz<svg onload=alert(1)>"><img src=x onerror=alert(1)>'{{7*7}}{% include "home.html" %}\u202e😀"""
RAW = re.compile(
    r"<svg onload|<img src=x|zz49|\{\{7\*7\}\}(?=<script)|(href|src|action)=[\"']?\s*javascript:", re.IGNORECASE
)
NAMED = TRICK[:60]
LONG = "x" * 20_001
# As bytes of a form: lone surrogates and what is no UTF-8 at all.
BYTES = ["%ED%A0%80%FF%FE%C0%AF", "a%00b"]

TEXTS: dict[str, list[str]] = {
    "account_login": ["login", "password"],
    "account_reset_password": ["email"],
    "account_change_password": ["oldpassword", "password1", "password2"],
    "account_reauthenticate": ["password"],
    "mfa_login_webauthn": ["credential"],
    "people:second_factor_remove": ["password"],
    "people:leave": ["left_on"],
    "people:welcome_send": ["who", "person"],
    "people:account": ["language", "timezone", "theme"],
    "people:account_mails": ["wanted"],
    "people:settings": ["name", "product_name", "help_contact", "sender", "timezone"],
    "people:office_grant": ["email", "role", "department"],
    "people:departments": ["department", "parent"],
    "people:welcome": ["password1", "password2"],
    "people:language": ["language", "next"],
    "interviews:request": ["interviewer", "note", "purpose", "person"],
    "interviews:question": ["text", "version", "then"],
    "interviews:autosave": ["text", "version"],
    "interviews:schedule": ["place", "video_link", "day", "time", "minutes"],
    "interviews:cancel": ["why"],
    "interviews:save_minutes": ["minutes-text", "minutes-version"],
    "interviews:save_note": ["note-text", "note-version"],
    "interviews:room_goal": ["title", "section"],
    "interviews:room_promise": ["promise-what", "promise-due_on", "promise-owner", "section"],
    "interviews:ask_changes": ["why"],
    "interviews:sign": ["remark", "password", "sha256", "declaration"],
    "interviews:witness": ["remark", "password", "slot"],
    "interviews:cycle_new": ["name", "version", "departments", "prepare_by"],
    "interviews:cycle_change": ["name", "version"],
    "interviews:case_cancel": ["cancel-why"],
    "interviews:exempt": ["exempt-why"],
    "interviews:extend": ["extend-why", "extend-sign_by", "extend-talk_by", "extend-prepare_by"],
    "interviews:remind": ["remind-why"],
    "insights:together": ["do", "id", "whom", "part", "page", "extend-why", "extend-sign_by", "extend-talk_by"],
    "interviews:cycle_exempt": ["person", "exempt-why"],
    "interviews:not_held": ["not_held-why", "not_held-outcome"],
    "interviews:reassign": ["reassign-why", "reassign-interviewer"],
    "plans:goal_new": ["title", "specific", "measurable", "unit", "achievable", "relevant", "incomplete_because",
                       "start_value", "target_value", "due_on", "version", "key", "intent", "next"],
    "plans:goal_edit": ["title", "specific", "why", "version"],
    "plans:goal_close": ["why", "state"],
    "plans:action_new": ["title", "resources", "owner_text", "owner_is", "owner_pick", "kind", "due_on", "key"],
    "plans:action_edit": ["title", "why", "version", "owner_text"],
    "plans:action_settle": ["words", "state", "version"],
    "plans:goal_date": ["why", "when", "due_on", "version"],
    "plans:action_date": ["why", "when", "due_on", "version"],
    "plans:promise_date": ["why", "when", "due_on", "version"],
    "plans:progress": ["g-words", "pace", "key"],
    "plans:promise_new": ["what", "owner_text", "owner_is", "is_promised", "due_on", "key"],
    "plans:promise_edit": ["what", "why", "version"],
    "plans:promise_settle": ["words", "state", "version"],
    "plans:check_in": ["blockers", "adjustments", "next_on", "g-words", "g-percent", "g-pace", "g-due_on"],
    "plans:check_in_words": ["blockers", "adjustments", "version"],
    "plans:check_in_postpone": ["due_on"],
    "records:write_addendum": ["text", "password"],
}  # fmt: skip
NO_TEXT = {
    "insights:count", "insights:remind", "insights:nudge",
    # What these take is tried in tests/people/test_second_factor.py, by somebody who gets so far.
    "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "people:account_sessions", "people:account_session", "account_logout", "account_signup",
    "account_reset_password_from_key", "people:import_upload",
    "people:import_preview", "people:office_end", "interviews:share", "interviews:accept", "interviews:start",
    "interviews:freeze", "interviews:confirm", "interviews:proceed", "interviews:cycle_launch",
    "interviews:templates", "interviews:templates_shipped", "interviews:template_publish", "interviews:template_retire", "plans:start",
    "plans:past", "plans:goal_back", "plans:action_back", "plans:promise_back", "plans:time_answer",
    "plans:check_in_start", "plans:goal_open", "plans:promise_open", "records:verify",
}  # fmt: skip
FORMS = list({page.name: page for page in reversed(PAGES) if page.post}.values())


def test_every_form_is_in_the_table_of_texts():
    assert {page.name for page in FORMS} == set(TEXTS) | NO_TEXT


def filled(page: Page, scene: Scene) -> dict[str, str]:
    """A form that is right but for what a test puts into it."""
    data = {name: str(value) for name, value in page.data(scene).items()}
    if page.name in ("interviews:question", "interviews:autosave"):
        data |= {"text": "said", "version": str(version_of(page, scene))}
    return data


def version_of(page: Page, scene: Scene) -> int:
    found = Answer.objects.filter(
        interview=scene.things[page.of], question=page.then[0], author=scene.people["employee"]
    ).first()
    return found.version if found else 0


@pytest.mark.parametrize("door", [page for page in FORMS if page.name in TEXTS], ids=str)
def test_no_text_breaks_a_form(door: Page, scene: Scene):
    """Markup, templates, 20,001 characters, NUL, halves of characters, enormous numbers: an answer, never a 500."""
    client, broken = sign_in(scene, sender_of(door, scene)), []
    good = filled(door, scene)
    names = [name.replace("g-", f"g-{scene.goal.pk.hex[:12]}-") for name in TEXTS[door.name]]
    tries = [{name: "é" + "9" * 40} for name in names]
    # All at once: each is looked at, and what is a text is taken.
    tries += [dict.fromkeys(names, text) for text in ("9" * 40, "\x00", "1e400", "-1", "99999-12-31", LONG, "")]
    tries += [{name: TRICK for name in names if name.rsplit("-")[-1] not in SHAPED}]
    for tried in tries:
        sent = good | ({"owner_is": "else"} if "owner_text" in tried else {}) | tried
        broken += wrong_with(client.post, door.url(scene), sent, tried)
    for raw in BYTES:
        rest = [f"{name}={value}" for name, value in good.items() if name in SHAPED]
        body = "&".join([*rest, *(f"{name}={raw}" for name in names if name not in SHAPED)])
        broken += wrong_with(partial(client.post, content_type=URLENCODED), door.url(scene), body, raw)
    assert not broken, "\n".join(broken)


URLENCODED = "application/x-www-form-urlencoded"
# Names of fields that take no words.
SHAPED = {"version", "key", "due_on", "owner_is", "is_promised", "declaration", "state", "kind", "password", "purpose"}


def wrong_with(post: Any, url: str, sent: Any, tried: Any) -> list[str]:
    """What is wrong with the answer, if anything; afterwards it was never asked for."""
    with transaction.atomic():
        response = post(url, sent)
        transaction.set_rollback(True)
    found = [f"{str(tried)[:60]}: {response.status_code}"] if response.status_code >= 500 else []
    if RAW.search(response.content.decode(errors="replace")):
        found.append(f"{str(tried)[:60]}: shown as it is")
    return found


def hostile_version(**changes: Any) -> TemplateVersion:
    """Every text of a template is a trick, and every kind of question is there."""
    text = {"en": TRICK}
    option = [{"key": "a", "text": text, "hint": text}, {"key": "b", "text": text}]
    question = {"text": text, "guidance": text, "text_interviewer": text, "short": text, "who": "both"}
    kinds: dict[str, dict[str, Any]] = {
        "long_text": {}, "short_text": {}, "choice": {"options": option}, "choices": {"options": option},
        "scale": {"ends": {"low": text, "high": text, "points": 5}}, "date": {},
        "skills": {"skills": [{"key": "a", "name": text}]}, "sbi": {}, "direction": {}, "roadblock": {},
    }  # fmt: skip
    questions = [
        {**question, "key": kind.replace("_", "-"), "kind": kind, "visibility": "record", **more}
        for kind, more in kinds.items()
    ]
    section = {"key": "all", "kind": "free", "title": text, "guidance": text, "minutes": 10, "questions": questions}
    return factories.make_version(name=text, description=text, sections=[section], **changes)


VALUES: dict[str, Any] = {
    "long-text": {"text": TRICK},
    "short-text": {"text": TRICK},
    "choice": {"choice": "a"},
    "choices": {"choices": ["a", "b"], "text": TRICK},
    "scale": {"point": 5},
    "skills": {"ratings": {"a": {"level": 3, "evidence": TRICK}}},
    "sbi": {"situation": TRICK, "behaviour": TRICK, "impact": TRICK, "intent": TRICK},
    "direction": {"directions": ["upward"], "why": TRICK},
    "roadblock": {"what": TRICK, "since": TRICK, "tried": TRICK, "who": TRICK},
}


def spoil(scene: Scene) -> list[str]:
    """Put the trick into everything that has a name or a text; the addresses of pages that come of it."""
    for person in scene.people.values():
        Employee.objects.filter(pk=person.pk).update(
            first_name=NAMED, last_name=NAMED, job_title=TRICK, site=NAMED, country="<b"
        )
    for place in (scene.payroll, scene.elsewhere):
        Department.objects.filter(pk=place.pk).update(name=f"{place.name} {NAMED}")
    Organisation.objects.update(name=TRICK, product_name=NAMED, help_contact=TRICK)
    goals = dict.fromkeys(("title", "specific", "measurable", "achievable", "relevant", "closed_because"), TRICK)
    Goal.objects.update(**goals, unit=NAMED[:40])
    fill_forms(scene)
    addresses, now = [], timezone.now()
    for state in (State.PREPARING, State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNING, State.SIGNED):
        made = interview_of(
            scene, scene.people["employee"], scene.people["interviewer"], version=hostile_version(), state=state,
            place=TRICK, request_note=TRICK, employee_shared_at=now, interviewer_shared_at=now, frozen_at=now,
        )  # fmt: skip
        Cycle.objects.filter(interviews=made).update(name=TRICK)
        for question, value in VALUES.items():
            for author in (made.employee, made.interviewer):
                Answer.objects.create(interview=made, question=question, author=author, value=value, updated_at=now)
        Minutes.objects.create(interview=made, section="all", text=TRICK, written_by=made.interviewer, updated_at=now)
        text = content.canonical(content.build(made, frozen_at=now))
        Content.objects.create(
            interview=made,
            sequence=1,
            canonical=text,
            sha256=content.sha256(text),
            frozen_at=now,
            frozen_by=made.employee,
        )
        names = [
            "detail",
            "prepare",
            "check_answers",
            "room",
            "wrap_up",
            "review",
            "sign",
            "signed",
            "case",
            "schedule",
        ]
        addresses += [reverse(f"interviews:{name}", args=[made.pk]) for name in names]
        addresses += [reverse("interviews:question", args=[made.pk, key]) for key in [*VALUES, "date"]]
        addresses.append(reverse("insights:cycle", args=[made.cycle_id]))
        template = reverse("interviews:template", args=[made.version.template_id])
        addresses += [template, f"{template}?as=interviewer", f"{template}?version=draft"]
    return addresses


def fill_forms(scene: Scene) -> None:
    for page in FORMS:
        if page.name.startswith(("account_", "people:")) or page.name not in TEXTS:
            continue
        good = filled(page, scene)
        for name in TEXTS[page.name]:
            if name not in good or name in ("why", "title", "text", "specific", "remark", "note", "minutes-text"):
                with transaction.atomic():
                    sign_in(scene, sender_of(page, scene)).post(page.url(scene), good | {name: TRICK})


def test_what_a_person_wrote_is_shown_and_never_carried_out(scene: Scene):
    addresses, wrong, looked = spoil(scene), [], set()
    for visitor in ("employee", "interviewer", "hr", "administrator"):
        open_to = [page for page in PAGES if page.expected("get", visitor) == 200]
        own = {page.name: page.url(scene) for page in open_to if visitor in MEET or page.name not in looked}.values()
        looked |= {page.name for page in open_to}
        client, shown = sign_in(scene, visitor), 0
        made = [a for a in addresses if visitor == "employee" or (visitor == "hr" and a.startswith("/hr/"))]
        for address in dict.fromkeys([*made, *own]):
            response = client.get(address)
            text = response.content.decode(errors="replace")
            shown += "zz&lt;svg onload" in text
            if response.status_code >= 500:
                wrong.append(f"{visitor} {address}: {response.status_code}")
            if response["Content-Type"].startswith("text/html") and RAW.search(text):
                wrong.append(f"{visitor} {address}: {RAW.search(text)}")
        assert shown, visitor
    assert not wrong, "\n".join(wrong)


def test_mails_carry_no_markup_of_a_person_and_no_second_header(scene: Scene):
    spoil(scene)
    Employee.objects.filter(pk=scene.people["interviewer"].pk).update(
        first_name="Mira\r\nBcc: all@evil.example", last_name="\nX-Evil: 1"
    )
    rendered = 0
    for message in Message.objects.select_related("recipient"):
        mail = render(message)
        if mail is None:
            continue
        rendered += 1
        raw = mail.message()
        assert "Bcc" not in raw
        assert "X-Evil" not in raw
        html = str(mail.alternatives[0][0])
        assert not RAW.search(html), message.kind
        assert "zz49" not in f"{mail.subject}{mail.body}"
    assert rendered > 3


# ---------------------------------------------------------------- addresses

NUMBERS = ["-1", "9" * 20, "²", "a\x00b"]
PAYLOADS = [
    *NUMBERS, "1');DROP TABLE people_employee;--", TRICK, "x" * 5000, "00000000-0000-0000-0000-000000000000", "\ud800",
]  # fmt: skip
# Which names an address may carry.
ASKED = {
    "people:search": ["q", "page"],
    "people:manage": ["q", "department", "state", "page"],
    "interviews:list": ["page"],
    "interviews:team": ["page"],
    "insights:cycle": ["state", "department", "page"],
    "interviews:template": ["version", "as"],
    "interviews:template_file": ["version"],
    "insights:overview": ["cycle", "department", "only", "by"],
    "insights:parts": ["by", "as", "cycle", "page"],
    "insights:people_list": ["figure", "cycle", "site", "manager", "week", "page"],
    "insights:people_export": ["figure", "cycle"],
    "insights:contacts": ["figure", "site", "page"],
    "insights:follow_ups": ["kind", "state", "owner", "department", "week", "page"],
    "records:register": ["page"],
    "plans:list": ["page", "show"],
    "plans:detail": ["page"],
    "plans:closed": ["page"],
    "plans:check_ins": ["page"],
    "plans:owed": ["page", "next"],
    "account_login": ["next", "expired"],
}
ANY = ("q", "page", "order", "sort", "department", "state", "cycle", "next", "version")


def test_no_address_breaks_a_page(scene: Scene):
    # As after the first sweep: else each of HR's pages would count everything anew, a thousand times.
    count_due()
    wrong, seen = [], set()
    for visitor in ("hr", "employee", "administrator"):
        client = sign_in(scene, visitor)
        before = snapshot()
        open_to = {page.name: page for page in PAGES if page.expected("get", visitor) == 200 and page.name not in seen}
        seen |= set(open_to)
        for page in open_to.values():
            queries = [
                {name: payload}
                for name in ASKED.get(page.name, [])
                for payload in (PAYLOADS if name != "page" else NUMBERS)
            ]
            queries.append(dict.fromkeys(ANY, TRICK))
            for query in queries:
                sent = {name: payload.encode("utf-8", "surrogatepass") for name, payload in query.items()}
                response = client.get(page.url(scene), sent)
                if response.status_code >= 500:
                    wrong.append(f"{page}?{query}: {response.status_code}")
                if response["Content-Type"].startswith("text/html") and RAW.search(response.text):
                    wrong.append(f"{page}?{query}: shown as it is")
        assert snapshot() == before
    assert not wrong, "\n".join(line[:200] for line in wrong)


@pytest.mark.parametrize(
    "address",
    [
        "/interviews/1/", "/interviews/00000000-0000-0000-0000-00000000000G/", "/interviews/../settings/",
        "/people/%00/", "/people/' OR 1=1/", "/plans/{{7*7}}/", "/hr/cycles/%2e%2e/", "/welcome/%00/",
        "/welcome/<svg onload=alert(1)>/", "/accounts/password/reset/key/%00-%00/", "/media/x", "/static/../../etc/passwd",
        "/static/%2e%2e/%2e%2e/etc/passwd", "/admin/", "/records/" + "x" * 4000, "/dev/mail/..%2f..%2fetc/", "/.git/HEAD",
        "/accounts/password/reset/key/" + "z" * 300 + "-x/",
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere(address: str, scene: Scene):
    for visitor in ("hr", "anonymous"):
        response = sign_in(scene, visitor).get(address)
        assert response.status_code in (200, 302, 400, 404, 410)
        assert not RAW.search(response.text)


# ---------------------------------------------------------------- files

HEADER = (
    "employee_number,email,first_name,last_name,job_title,department,site,country,manager_number,hired_on,left_on,"
    "language,timezone,born_on"
)


def csv_row(**values: str) -> bytes:
    row = dict.fromkeys(HEADER.split(","), "") | {
        "employee_number": "H1", "email": "h1@example.test", "first_name": "Hana", "last_name": "Holt",
        "department": "Payroll", "hired_on": "2024-01-01", **values,
    }  # fmt: skip
    cells = ['"' + row[name].replace('"', '""') + '"' for name in HEADER.split(",")]
    return (HEADER + "\n" + ",".join(cells) + "\n").encode("utf-8", "surrogatepass")


CELLS = [NAMED, "=cmd|' /C calc'!A0", "a\x00b", "\ud800", LONG, "\u202eevil", "A\nB", "{{7*7}}"]
COLUMNS = [
    "last_name", "job_title", "site", "employee_number", "manager_number", "country", "language", "timezone", "left_on",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name in ("first_name", "department", "email") for text in CELLS]
    + [(name, text) for name in COLUMNS for text in (NAMED, LONG)],
)
def test_a_file_of_people_is_text(name: str, text: str, scene: Scene):
    """It is refused with its line, or taken and shown as it is written."""
    client = sign_in(scene, "hr_below")
    upload = SimpleUploadedFile(f"{NAMED}.csv", csv_row(**{name: text}), content_type="text/html")
    response = client.post(reverse("people:import_upload"), {"file": upload})
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        preview = client.get(response["Location"])
        assert preview.status_code == 200
        assert not RAW.search(preview.text)
        assert client.post(response["Location"]).status_code == 302
        for address in (reverse("people:manage"), f"{reverse('people:search')}?q=Holt"):
            shown = client.get(address)
            assert shown.status_code == 200
            assert not RAW.search(shown.text)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00" * 100, b"\xff\xfe" + "a,b".encode("utf-16-le"), b"PK\x03\x04" + b"x" * 50, b"%PDF-1.7", b'"' * 5000,
     (HEADER + "\n" + "," * 5000).encode(), (HEADER + "\n" + '"unclosed').encode(), b"\r\r\r\n", b"a" * 200_000],
    ids=["empty", "nul", "utf-16", "zip", "pdf", "quotes", "wide", "unclosed", "returns", "one-word"],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_in_words(raw: bytes, scene: Scene):
    client = sign_in(scene, "hr_below")
    before = Employee.objects.count()
    for address in ("people:import_upload", "interviews:templates"):
        response = client.post(reverse(address), {"file": SimpleUploadedFile("x.csv", raw)}, follow=True)
        assert response.status_code in (200, 422), address
    assert Employee.objects.count() == before


def test_cells_of_an_export_begin_no_formula(scene: Scene):
    for n, person in enumerate(("employee", "interviewer", "line_manager")):
        Employee.objects.filter(pk=scene.people[person].pk).update(
            first_name=f"{FORMULA[n]}1+1", job_title="=1+1", site="@SUM(1)", employee_number=f"-{n}"
        )
    Department.objects.filter(pk=scene.payroll.pk).update(name="+Payroll")
    text = sign_in(scene, "hr").get(reverse("insights:people_export")).content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert any(cell.startswith("'=") for cell in cells)
    assert not [cell for cell in cells if cell.startswith(FORMULA)]


@pytest.mark.parametrize("text", ["zz<svg", r"\0", r"\ud800", r"\x07", r"\u202e", r"\n\n\n", r"\U0010FFFF"])
def test_a_template_is_text(text: str, scene: Scene):
    client = sign_in(scene, "hr")
    raw = yaml_with(text)
    response = client.post(reverse("interviews:templates"), {"file": SimpleUploadedFile("t.yaml", raw)}, follow=True)
    assert response.status_code in (200, 422)
    assert not RAW.search(response.text)
    found = Template.objects.filter(slug="trick").first()
    if found:
        assert client.get(reverse("interviews:template_file", args=[found.pk])).status_code == 200
        client.post(reverse("interviews:template_publish", args=[found.pk]))
        assert not RAW.search(client.get(reverse("interviews:templates")).text)


def yaml_with(text: str) -> bytes:
    """The escape stands in a quoted scalar, where YAML makes a character of it."""
    return f"""format: careerconv.template/1
slug: trick
name: {{en: "A {text} b"}}
release: both_at_once
sections:
  - key: one
    kind: free
    title: {{en: "zz<svg onload=alert(1)> {text} {{{{7*7}}}}"}}
    minutes: 5
    questions:
      - key: q
        kind: long_text
        text: {{en: "zz<img src=x {text}"}}
        who: both
        visibility: record
""".encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"!!python/object/apply:os.system ['id']", b"a: &a [*a]", b"? {a: b}\n: c", b"- " * 3000, b"[" * 3000,
        b"format: careerconv.template/1\nslug: [1]\nsections: 5", b"a: 9999999999999999999999999999e9999",
        b"a: 0001-01-01\nb: 99999-99-99", b"\xff\xfe", b"format: careerconv.template/1\nslug: x\nname: {en: 1}\nsections: []",
    ],
)  # fmt: skip
def test_a_template_that_is_something_else_is_refused_in_words(raw: bytes, scene: Scene):
    client = sign_in(scene, "hr")
    before = snapshot()
    response = client.post(reverse("interviews:templates"), {"file": SimpleUploadedFile("t.yaml", raw)})
    assert response.status_code == 422
    assert snapshot() == before


def test_the_password_is_needed_and_tries_are_few(scene: Scene):
    """Signing, witnessing and adding to a record count the same tries."""
    client = sign_in(scene, "interviewer")
    page = next(page for page in PAGES if str(page) == "interviews:sign[signing]")
    data = page.data(scene)
    before = snapshot()
    for password in ("", "wrong", PASSWORD.upper(), PASSWORD + " ", *["wrong"] * 4, PASSWORD):
        response = client.post(page.url(scene), data | {"password": password})
        assert response.status_code == 422, password
    assert snapshot() == before


@pytest.mark.parametrize("text", ["Amara\x00Okafor", "\x00Okafor", "amara\x00@example.test", "\x00@\x00"])
def test_a_nul_in_a_name_is_no_more_than_a_space(text: str, scene: Scene):
    """PostgreSQL refuses it, and these texts reach the database without a form having looked at them."""
    mira, amara = scene.people["interviewer"], scene.people["employee"]
    found = [list(search_people(mira, text)), people_matching(text, reader=mira), found_people(mira, text)]
    expected = [] if "@" in text else [amara]
    assert found == [expected] * 3


@pytest.mark.parametrize("target", ["-1", "home", "people:account", "not a name", "9" * 40])
def test_the_way_back_is_an_address_and_never_a_name(target: str, scene: Scene):
    response = Client().post(reverse("people:language"), {"language": "fr", "next": target})
    assert response["Location"] == "/"


@pytest.mark.parametrize("sha256", ["é", "", "\x00", "0" * 64])
def test_a_fingerprint_that_is_none_signs_nothing(sha256: str, scene: Scene):
    mira, before = scene.people["interviewer"], snapshot()
    with pytest.raises(Refused, match="text changed"):
        sign_interview(
            by=mira, interview=scene.signing, declaration="confirms", remark="", password=PASSWORD, sha256=sha256
        )
    assert snapshot() == before


@pytest.mark.parametrize("length", ["abc", "-1", "", "1e9", "²"])
def test_a_length_that_is_no_number(length: str, scene: Scene):
    response = sign_in(scene, "anonymous").post(reverse("records:verify"), {}, CONTENT_LENGTH=length)
    assert response.status_code in (400, 422)
