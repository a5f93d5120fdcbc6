"""What somebody has typed survives lost connections, two windows, crashes and sessions that end."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from tests.factories import PASSWORD
from tests.journeys.browser import Browsers, axe, sign_in
from tests.journeys.site import Site

AUTOSAVE = "**/autosave/"
NEVER_SENT = "This device has newer text that was never sent."
MAKE = """
import json
from tests import factories
jonas = factories.make_employee("Jonas", "Weber")
amara = factories.make_employee("Amara", "Okafor", manager=jonas)
prepared = factories.make_interview(amara, jonas)
held = factories.make_interview(amara, jonas, state="in_conversation")
print(json.dumps({
    "amara": amara.email, "jonas": jonas.email, "prepared": str(prepared.pk), "held": str(held.pk),
}))
"""
# Sessions began long ago, also in what the cache remembers of them.
THIRTEEN_HOURS_AGO = """
from people.models import Session
from people.sessions.cached import SessionStore
for row in Session.objects.exclude(person=None):
    session = SessionStore(row.pk)
    session["since"] -= 13 * 3600
    session.save()
"""


@dataclass
class Scene:
    """Two people with two conversations: one they prepare, one they are in."""

    browsers: Browsers
    amara: str
    jonas: str
    prepared: str
    held: str

    def answering(self, email: str = "", question: str = "proud-of") -> Page:
        """A new browser in which somebody has a question before them."""
        page = self.browsers.sign_in(email or self.amara, PASSWORD)
        return self.open(page, question)

    def open(self, page: Page, question: str = "proud-of") -> Page:
        page.goto(f"/interviews/{self.prepared}/prepare/{question}/")
        return page


@pytest.fixture(scope="module")
def made(site: Site) -> dict[str, str]:
    found: dict[str, str] = json.loads(site.manage("shell", "--verbosity", "0", "--command", MAKE).splitlines()[-1])
    return found


@pytest.fixture
def scene(made: dict[str, str], browsers: Browsers) -> Iterator[Scene]:
    yield Scene(browsers, **made)
    browsers.close()


def text(page: Page) -> Locator:
    return page.locator("#answer [name=text]")


def status(page: Page) -> Locator:
    return page.locator("#answer [data-saved]")


def saved(page: Page) -> None:
    expect(status(page)).to_have_text(re.compile(r"^\s*Saved \d\d:\d\d\s*$"))


def drafts(page: Page) -> dict[str, str]:
    """What this browser keeps, as somebody with its disk in hand would read it."""
    found: dict[str, str] = page.evaluate(
        "() => Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.startsWith('draft:')))"
    )
    return found


def kept(page: Page) -> None:
    """The draft is written: sealing it takes a moment."""
    page.wait_for_function("() => Object.keys(localStorage).some((name) => name.startsWith('draft:'))")


def cut_off(page: Page) -> None:
    """From now on nothing that this window saves by itself arrives."""
    page.context.route(AUTOSAVE, lambda route: route.abort("connectionfailed"))


def end_session(page: Page) -> None:
    """The server no longer knows the session that this browser names, as after an hour away."""
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie.get("name") == "sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": "a" * 32, "domain": cookie["domain"], "path": "/"}])


def write_unsent(scene: Scene, page: Page, words: str) -> None:
    """Type something that stays in the browser."""
    cut_off(page)
    with scene.browsers.expected_errors(page, "ERR_CONNECTION_FAILED|htmx:"):
        text(page).fill(words)
        expect(status(page)).to_contain_text("No connection. Your text is kept on this device")
    kept(page)
    page.context.unroute(AUTOSAVE)


def accept_offer(page: Page, words: str) -> None:
    """The draft is offered; taking it fills the field and saves it, and the browser lets go of it."""
    offer = page.locator("[data-draft-offer]")
    expect(offer).to_contain_text(NEVER_SENT)
    expect(offer).to_contain_text(words)
    axe(page)
    offer.get_by_role("button", name="Use it").click()
    expect(text(page)).to_have_value(words)
    saved(page)
    assert not drafts(page)
    page.reload()
    expect(text(page)).to_have_value(words)
    expect(page.get_by_text(NEVER_SENT)).to_be_hidden()


def test_the_connection_is_lost_and_comes_back(scene):
    page = scene.answering()
    page.context.set_offline(True)
    with scene.browsers.expected_errors(page, "ERR_INTERNET_DISCONNECTED|htmx:"):
        text(page).fill("Written on a train, between two tunnels.")
        expect(status(page)).to_contain_text("No connection. Your text is kept on this device")
    kept(page)
    axe(page)
    assert "tunnels" not in json.dumps(drafts(page))
    page.context.set_offline(False)
    saved(page)
    assert not drafts(page)
    page.reload()
    expect(text(page)).to_have_value("Written on a train, between two tunnels.")


def test_the_server_has_a_problem(scene):
    page = scene.answering(question="for-me")

    def broken(route: Route) -> None:
        route.fulfill(status=503, body="down")

    page.context.route(AUTOSAVE, broken)
    with scene.browsers.expected_errors(page, "503|htmx:"):
        text(page).fill("The server sleeps, I don’t.")
        expect(status(page)).to_contain_text("Not saved: the server had a problem.")
    kept(page)
    page.context.unroute(AUTOSAVE)
    page.reload()
    accept_offer(page, "The server sleeps, I don’t.")


def test_two_windows_of_one_person(scene):
    first = scene.answering(question="between-us")
    second = scene.open(first.context.new_page(), "between-us")
    text(first).fill("What the first window says.")
    saved(first)
    with scene.browsers.expected_errors(second, "409"):
        text(second).fill("What the second window says.")
        expect(status(second)).to_contain_text("Nothing was overwritten.")
    both = second.locator("#conflict")
    for words in ("What the first window says.", "What the second window says."):
        expect(both).to_contain_text(words)
    axe(second)
    expect(text(scene.open(first, "between-us"))).to_have_value("What the first window says.")

    with scene.browsers.expected_errors(second, "409"):
        both.get_by_role("button", name="Choose or bring together").click()
    expect(text(second)).to_have_value("What the second window says.")
    expect(second.locator("main")).to_contain_text("What the first window says.")
    axe(second)
    second.get_by_role("button", name="Keep mine").click()
    expect(text(scene.open(first, "between-us"))).to_have_value("What the second window says.")
    assert not drafts(first)


def test_two_windows_in_the_room(scene):
    first = scene.browsers.sign_in(scene.jonas, PASSWORD)
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"/interviews/{scene.held}/room/")
    minutes = [page.locator("form[action$='/minutes/']") for page in (first, second)]
    minutes[0].locator("textarea").fill("As the first window heard it.")
    expect(minutes[0].locator("[data-saved]")).to_contain_text(re.compile(r"Saved \d\d:\d\d"))
    with scene.browsers.expected_errors(second, "409"):
        minutes[1].locator("textarea").fill("As the second window heard it.")
        expect(minutes[1].locator("[data-saved]")).to_contain_text("Changed elsewhere.")
    with scene.browsers.expected_errors(second, "409"):
        minutes[1].get_by_role("button", name="Save the notes").click()
    for words in ("As the first window heard it.", "As the second window heard it."):
        expect(second.locator("main")).to_contain_text(words)
    axe(second)
    second.get_by_role("button", name="Keep what is in the box").click()
    first.reload()
    expect(minutes[0].locator("textarea")).to_have_value("As the second window heard it.")


def test_the_window_crashes(scene):
    page = scene.answering()
    write_unsent(scene, page, "Half a sentence, and then")
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    after = scene.open(page.context.new_page())
    expect(text(after)).not_to_have_value("Half a sentence, and then")
    accept_offer(after, "Half a sentence, and then")


def test_a_draft_can_be_thrown_away(scene):
    page = scene.answering()
    before = text(page).input_value()
    write_unsent(scene, page, "Better not.")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text(NEVER_SENT)).to_be_hidden()
    assert not drafts(page)
    page.reload()
    expect(text(page)).to_have_value(before)


def test_signing_out_clears_drafts(scene):
    page = scene.answering()
    write_unsent(scene, page, "Not for the next one at this desk.")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not drafts(page)
    sign_in(page, scene.amara, PASSWORD)
    scene.open(page)
    expect(page.get_by_text(NEVER_SENT)).to_be_hidden()


def test_nobody_is_offered_the_draft_of_another(scene):
    page = scene.answering()
    write_unsent(scene, page, "Only Amara should ever read this.")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    sign_in(page, scene.jonas, PASSWORD)
    scene.open(page)
    expect(text(page)).to_have_value("")
    expect(page.get_by_text(NEVER_SENT)).to_be_hidden()
    assert len(drafts(page)) == 1
    assert "Only Amara" not in json.dumps(drafts(page))
    key = page.locator("meta[name=draft-key]").get_attribute("content")

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    sign_in(page, scene.amara, PASSWORD)
    scene.open(page)
    assert page.locator("meta[name=draft-key]").get_attribute("content") != key
    accept_offer(page, "Only Amara should ever read this.")


def test_the_session_ends_while_typing(scene):
    page = scene.answering()
    end_session(page)
    with scene.browsers.expected_errors(page, "401|htmx:"):
        text(page).fill("I went for a coffee, and it took longer.")
        expect(status(page)).to_contain_text("Not saved: you were signed out.")
    kept(page)
    told = page.locator("[data-signed-out]")
    expect(told).to_contain_text("You were signed out, so nothing is saved now.")
    axe(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="signing in again").click()
    door = opened.value
    expect(door.get_by_text("What you had typed is kept in this browser")).to_be_visible()
    axe(door)
    sign_in(door, scene.amara, PASSWORD)
    saved(page)
    expect(told).to_be_hidden()
    assert not drafts(page)
    page.reload()
    expect(text(page)).to_have_value("I went for a coffee, and it took longer.")


def test_the_session_ends_before_the_button_is_pressed(scene):
    page = scene.answering()
    cut_off(page)
    with scene.browsers.expected_errors(page, "ERR_CONNECTION_FAILED|htmx:"):
        text(page).fill("Sent too late, and still not lost.")
        expect(status(page)).to_contain_text("No connection.")
    kept(page)
    page.context.unroute(AUTOSAVE)
    end_session(page)
    with scene.browsers.expected_errors(page, "401"):
        page.get_by_role("button", name="Save and continue").click()
        expect(page.get_by_label("What you typed")).to_have_value("Sent too late, and still not lost.")
    axe(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in").click()
    sign_in(opened.value, scene.amara, PASSWORD)
    expect(opened.value).to_have_url(re.compile(r"/prepare/proud-of/$"))
    accept_offer(opened.value, "Sent too late, and still not lost.")


def test_the_hours_of_a_session_are_over(scene, site):
    """Whatever was clicked: what is typed into an open page is saved when its writer has signed in again elsewhere,
    and somebody else who signs in here can neither save nor read it."""
    page = scene.answering()
    site.manage("shell", "--verbosity", "0", "--command", THIRTEEN_HOURS_AGO)
    with scene.browsers.expected_errors(page, "401|htmx:"):
        text(page).fill("A long day, and a longer sentence.")
        expect(status(page)).to_contain_text("Not saved: you were signed out.")
    kept(page)
    other = page.context.new_page()
    other.goto("/accounts/login/")
    sign_in(other, scene.jonas, PASSWORD)
    expect(page.locator("[data-signed-out]")).to_contain_text("Somebody else has signed in in this browser")
    scene.open(other)
    expect(other.get_by_text(NEVER_SENT)).to_be_hidden()
    assert "A long day" not in other.content()
    page.context.clear_cookies()
    other.goto("/accounts/login/")
    sign_in(other, scene.amara, PASSWORD)
    saved(page)
    scene.open(other)
    expect(text(other)).to_have_value("A long day, and a longer sentence.")


def test_a_form_without_javascript_arrives_too_late(scene, site):
    page = scene.browsers.open(java_script_enabled=False)
    page.goto("/accounts/login/?next=/interviews/request/")
    page.get_by_label("E-mail").fill(scene.amara)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("[name=note]").fill("No script, three paragraphs,\nand all of them matter.")
    site.manage("shell", "--verbosity", "0", "--command", THIRTEEN_HOURS_AGO)
    with scene.browsers.expected_errors(page, "401"):
        page.locator("main form button").last.click()
        expect(page.get_by_label("What you typed").last).to_have_value(
            "No script, three paragraphs,\nand all of them matter."
        )
    assert "/accounts/login/?next=/interviews/request/" in str(
        page.get_by_role("link", name="Sign in").first.get_attribute("href")
    )
