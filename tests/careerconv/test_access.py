"""Who gets in where: every address, every verb, every visitor; and whoever is turned away changes nothing."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from people.models import Membership, MembershipRole
from tests.careerconv import scene as scenes
from tests.careerconv.pages import PAGES, Page, nobodys_id
from tests.careerconv.scene import MARK, VISITORS, Scene
from tests.careerconv.snapshot import snapshot

SIGN_IN = "/accounts/login/"
REFUSED = (403, 404, 405)


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What happens inside never happened: each request meets the same scene, in the same session."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


def test_every_address_is_in_the_table():
    assert {page.name for page in PAGES} == set(names(get_resolver()))


def ask(client: Client, verb: str, page: Page, scene: Scene, pk: object = None) -> HttpResponse:
    data = page.data(scene) if verb == "post" else None
    answer: HttpResponse = getattr(client, verb)(page.url(scene, pk), data)
    return answer


@pytest.mark.parametrize("visitor", VISITORS)
def test_who_gets_in_where_and_reads_what(visitor: str, scene: Scene):
    """The status of every address, and in every answer only marks that are this visitor's to read."""
    client, before, wrong, seen = scene.browser(visitor), snapshot(), [], set()
    for page in doors_of(visitor):
        for verb in page.verbs:
            expected = page.expected(verb, visitor)
            if is_refusal(page, verb, visitor):
                response = ask(client, verb, page, scene)
            else:
                with undone(client):
                    response = ask(client, verb, page, scene)
            if is_turned_away(page, verb, visitor):
                if not leads_to_sign_in(response):
                    wrong.append(f"{verb} {page}: does not lead to sign-in")
            elif response.status_code != expected:
                wrong.append(f"{verb} {page}: {response.status_code}, not {expected}")
            found = set(MARK.findall(response.content.decode(errors="replace")))
            seen |= found
            for mark in found:
                where, readers = scene.marks[mark]
                if visitor not in readers:
                    wrong.append(f"{verb} {page}: shows what is not theirs: {where}")
    assert not wrong, "\n".join(wrong)
    assert snapshot() == before, culprit(client, visitor, scene)
    missing = [where for mark, (where, readers) in scene.marks.items() if visitor in readers and mark not in seen]
    assert [where for where in missing if not WITHOUT_A_PAGE.search(where)] == []


def doors_of(visitor: str) -> list[Page]:
    """For those who have nothing to do with Amara, one conversation in one state stands for all."""
    strangers = ("skip_level", "other_manager", "administrator", "outsider")
    return list({page.name: page for page in PAGES}.values()) if visitor in strangers else PAGES


# What its readers read nowhere but in the sealed file, or nowhere any more. All other marks must be seen by their readers:
# else this walk would prove nothing.
WITHOUT_A_PAGE = re.compile(
    "(?<!in conversation: )note of|remark|reassigned|replaced|signed:|HR signs|signing|in review|what should change|sealed"
)


def is_refusal(page: Page, verb: str, visitor: str) -> bool:
    return page.expected(verb, visitor) in REFUSED or is_turned_away(page, verb, visitor)


def is_turned_away(page: Page, verb: str, visitor: str) -> bool:
    """To sign in first."""
    return visitor == "anonymous" and page.expected(verb, visitor) == 302 and "anonymous" not in page.named


def leads_to_sign_in(response: HttpResponse) -> bool:
    """At once; or by a link on a page that gives back what somebody had typed."""
    if response.status_code == 401:
        return f'href="{SIGN_IN}' in response.text
    return response.status_code == 302 and response["Location"].startswith(SIGN_IN)


def culprit(client: Client, visitor: str, scene: Scene) -> str:
    """Which refused request wrote something."""
    found = []
    for page in PAGES:
        for verb in page.verbs:
            if is_refusal(page, verb, visitor):
                before = snapshot()
                ask(client, verb, page, scene)
                found += [f"{verb} {page}"] if snapshot() != before else []
    return f"Refused, and something was written: {found}"


@pytest.mark.parametrize("visitor", ["employee", "anonymous"])
def test_a_wrong_verb_is_405_and_changes_nothing(visitor: str, scene: Scene):
    """No address changes anything by GET that changes something by POST only, and none by another verb."""
    client, before, wrong = scene.browser(visitor), snapshot(), []
    for page in {page.name: page for page in PAGES}.values():
        for verb in {"get", "post", "put", "delete"} - set(page.verbs):
            if page.name.startswith(("account_", "mfa_")) and verb in ("put", "delete"):
                continue  # allauth's forms take PUT as POST
            status = getattr(client, verb)(page.url(scene)).status_code
            if status != page.expected(verb, visitor):
                wrong.append(f"{verb} {page}: {status}")
    assert not wrong, "\n".join(wrong)
    assert snapshot() == before


@pytest.mark.parametrize("visitor", ["outsider", "hr_below"])
def test_what_is_not_mine_looks_like_what_is_not_there(visitor: str, scene: Scene):
    client, told = scene.browser(visitor), []
    for page in {page.name: page for page in PAGES}.values():
        if not page.of or page.of in scene.people:
            continue  # every active person's card is everybody's
        verb = page.verbs[0]
        if page.expected(verb, visitor) != 404 and not is_office(page, verb, visitor):
            continue
        own, other = page.id(scene), nobodys_id()
        found, missing = ask(client, verb, page, scene), ask(client, verb, page, scene, other)
        if found.status_code != missing.status_code or bare(found, own) != bare(missing, other):
            told.append(f"{verb} {page}: {found.status_code} and {missing.status_code}")
    assert not told, "\n".join(told)


def is_office(page: Page, verb: str, visitor: str) -> bool:
    """Refused for want of an office, which is said before anything is looked up."""
    statuses = page.get if verb == "get" else page.post
    return statuses is not None and statuses["*"] == 403 and page.expected(verb, visitor) == 403


def bare(response: HttpResponse, pk: object) -> str:
    """The body without the token of its forms and without the id that was asked for."""
    return re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode()).replace(str(pk), "")


def test_a_part_that_belongs_to_another_record_is_not_there(scene: Scene):
    """An id in the middle of an address doesn't vouch for the one at its end."""
    amara, mira = scene.people["employee"], scene.people["interviewer"]
    pages = {page.name: page for page in PAGES}
    client = scene.browser("employee")
    address = pages["records:addendum_pdf"].url(scene)
    assert client.get(address).status_code == 200
    assert client.get(address.replace(str(scene.signed.pk), str(scene.review.pk))).status_code == 404
    assert client.get(address.replace(str(scene.addendum.pk), nobodys_id())).status_code == 404
    assert amara.pk != mira.pk


def test_rights_of_hr_end_before_ones_own_file_and_ones_superiors(scene: Scene):
    """Hugo serves the whole organisation and reports to Amara; Amara leads a conversation with him."""
    hugo = scene.people["hr_below"]
    own = scenes.interview_of(scene, hugo, scene.people["employee"])
    client, wrong = scene.browser("hr_below"), []
    for page in PAGES:
        if page.of != "preparing" or not page.name.startswith("interviews:"):
            continue
        verb = "get" if page.get else "post"
        if page.name.split(":")[1] in ("case", "case_cancel", "not_held", "reassign", "extend", "exempt", "remind"):
            before = snapshot()
            with undone(client):
                response = ask(client, verb, page, scene, own.pk)
                assert snapshot() == before
            if response.status_code != 404:
                wrong.append(f"{page}: {response.status_code}")
    assert not wrong
    with undone(client):
        assert client.post(f"/interviews/{own.pk}/cancel/", {"why": "no"}).status_code == 403
    with undone(client):
        assert client.get(f"/interviews/{own.pk}/witness/").status_code == 403


def test_hr_who_leads_a_conversation_does_not_act_as_hr_on_it(scene: Scene):
    hr, amara = scene.people["hr"], scene.people["employee"]
    led = scenes.interview_of(scene, amara, hr)
    client, before = scene.browser("hr"), snapshot()
    with undone(client):
        response = client.post(f"/hr/interviews/{led.pk}/cancel/", {"cancel-why": "no"})
        assert response.status_code == 403
        assert snapshot() == before
    with undone(client):
        assert client.post(f"/hr/interviews/{led.pk}/not-held/", {"not_held-why": "no"}).status_code == 403


def test_hr_who_is_the_line_manager_adds_nothing_to_the_conversation_of_two_others(scene: Scene):
    """Jonas sees the dates as HR partner and may change the plan as line manager: neither lets him into the room."""
    jonas = scene.people["line_manager"]
    Membership.objects.create(person=jonas, role=MembershipRole.HR)
    client, before = scene.browser("line_manager"), snapshot()
    for page in PAGES:
        if page.name in ("interviews:room_goal", "interviews:room_promise", "interviews:save_note", "interviews:room"):
            assert ask(client, page.verbs[0], page, scene).status_code == 403, str(page)
    assert snapshot() == before
