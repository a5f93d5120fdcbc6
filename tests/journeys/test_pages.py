"""Every page of the demonstration organisation, as each role meets it: light and dark, wide and narrow."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, get_resolver, resolve
from django.urls.resolvers import URLPattern, URLResolver
from playwright.sync_api import Page, expect

from tests.journeys.browser import Browsers, axe, no_sideways, shoot
from tests.journeys.site import Site

PASSWORD = "demo"
# Where each begins. Whoever comes later looks at what nobody has seen before; the manager, too, at what has two sides.
START = {
    "employee": ["/", "/accounts/logout/", "/accounts/reauthenticate/", "/accounts/password/change/"],
    "manager": ["/"],
    "hr": ["/", "/hr/"],
    "admin": ["/", "/settings/"],
}
# So many of a page with many faces; one of any other.
SEVERAL = {
    "interviews:detail": 4,
    "interviews:question": 3,
    "interviews:room_section": 2,
    "interviews:case": 4,
    "insights:cycle": 2,
    "plans:detail": 2,
    "plans:goal": 2,
    "plans:check_in": 2,
    "people:person": 2,
}
BOTH_SIDES = {
    *("interviews:list", "interviews:prepare", "interviews:check_answers", "interviews:room", "interviews:wrap_up"),
    *("interviews:review", "interviews:sign", "interviews:schedule", "plans:list", "plans:owed"),
}
# What shows no page: it takes a form's words, or gives a file.
FORMS = {
    *("insights:count", "insights:remind", "insights:nudge"),
    *("people:leave", "people:welcome_send", "people:account_mails", "people:account_sessions"),
    *("people:account_session", "people:second_factor_remove", "mfa_login_webauthn"),
    *("people:office_grant", "people:office_end", "people:language", "plans:start", "plans:check_in_start"),
    *("plans:past", "plans:progress", "plans:goal_back", "plans:action_back", "plans:promise_back"),
    *("plans:time_answer", "plans:check_in_words", "plans:goal_open"),
    *("plans:action_settle", "plans:promise_settle", "plans:promise_open"),
    *("plans:check_in_postpone", "interviews:autosave", "interviews:share", "interviews:accept", "interviews:start"),
    *("interviews:room_goal", "interviews:room_promise", "interviews:save_minutes", "interviews:save_note"),
    *("interviews:freeze", "interviews:ask_changes", "interviews:confirm", "interviews:proceed"),
    *("interviews:case_cancel", "interviews:not_held", "interviews:reassign", "interviews:template_publish"),
    "interviews:templates_shipped",
    *("interviews:exempt", "interviews:extend", "interviews:remind"),
    "interviews:template_retire",
}
FILES = {
    *("insights:contacts_export", "insights:follow_ups_export"),
    *(
        "insights:cycle_export",
        "interviews:template_file",
        "records:record_pdf",
        "records:addendum_pdf",
        "insights:people_export",
        "healthz",
        "readyz",
    ),
}
# Pages of `make run` alone; and those that no link of the demonstration leads to, which the way looks at.
ELSEWHERE = {
    *("devmail", "devmail_one", "people:welcome", "people:import_preview", "account_reset_password_from_key"),
    *("interviews:cancel", "interviews:cycle_change", "interviews:signed"),
    # Looked at in test_second_factor.py, by somebody who has one.
    *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp"),
    *("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"),
    *("mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
    *("insights:together", "insights:cycle_exempted", "interviews:cycle_exempt"),
}


@pytest.fixture(scope="module")
def demo(site: Site) -> Site:
    site.manage("load_demo")
    return site


@pytest.fixture(scope="module")
def walked() -> set[str]:
    """Names of the pages that somebody has looked at."""
    return set()


@pytest.fixture(autouse=True)
def _windows_closed(browsers: Browsers) -> Iterator[None]:
    yield
    browsers.close()


def name_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def links(page: Page) -> list[str]:
    """Addresses of this site that the page links to, without what follows a question mark."""
    found: list[str] = page.eval_on_selector_all("a[href]", "(all) => all.map((a) => a.href)")
    own = (urlsplit(address) for address in found if address.startswith(page.url.split("/", 3)[0] + "//127.0.0.1"))
    return [parts.path for parts in own]


def look(page: Page) -> None:
    """As a reader by day at a desk, and as one at night with a phone."""
    name = (name_of(urlsplit(page.url).path) or "other").replace(":", "-")
    page.set_viewport_size({"width": 1280, "height": 900})
    axe(page)
    shoot(page, f"{name}-1280")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    shoot(page, f"{name}-390-dark")
    for width in (320, 390, 1280):
        no_sideways(page, width)
    page.emulate_media(color_scheme="light")


def walk(page: Page, start: list[str], limit: dict[str, int]) -> set[str]:
    """Look at everything that can be reached by links, each kind of page so often. Gives the names of what was seen."""
    seen: set[str] = set()
    times: Counter[str] = Counter()
    waiting, names = list(start), set()
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        enough = times[name] >= limit.get(name, 1) and path not in start
        if path in seen or enough or not name or name in FORMS | FILES | ELSEWHERE:
            continue
        seen.add(path)
        answer = page.goto(path)
        assert answer, path
        assert answer.ok, f"{path}: {answer.status}"
        arrived = urlsplit(page.url).path
        times.update({name, name_of(arrived)})
        names.add(name_of(arrived))
        if arrived == path or arrived not in seen:
            seen.add(arrived)
            look(page)
        waiting += links(page)
    return names


def test_every_public_page(demo, browsers, walked):
    page = browsers.open()
    public = ["/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/accounts/password/reset/"]
    walked |= walk(page, [*public, "/help/", "/who-sees-what/", "/records/verify/"], {})
    with browsers.expected_errors(page, "404"):
        page.goto("/no/such/page/")
    look(page)


@pytest.mark.parametrize("role", START)
def test_every_page_of_a_role(demo, browsers, walked, role):
    page = browsers.sign_in(f"{role}@demo.example", PASSWORD)
    enough = dict.fromkeys(walked, 0)
    if role == "manager":
        enough = {name: number for name, number in enough.items() if name not in SEVERAL and name not in BOTH_SIDES}
    walked |= walk(page, START[role], SEVERAL | enough)


def test_a_password_is_reset(demo, browsers, walked):
    page = browsers.open()
    page.goto("/accounts/password/reset/")
    page.get_by_label("E-mail").fill("employee@demo.example")
    page.get_by_role("button", name="Send me the link").click()
    look(page)
    walked.add(name_of(urlsplit(page.url).path))
    page.goto(demo.link(demo.mails(to="employee@demo.example", having="password")[0]))
    expect(page.locator("[name=password1]")).to_be_visible()
    look(page)
    page.locator("[name=password1]").fill("otter violin granite forty")
    page.locator("[name=password2]").fill("otter violin granite forty")
    page.get_by_role("button", name="Keep this password").click()
    expect(page).to_have_url(re.compile("/password/reset/key/done/$"))
    look(page)
    walked.add(name_of(urlsplit(page.url).path))


def test_no_page_was_left_out(walked):
    """What the roles walked is all there is, but for what shows no page or is looked at elsewhere."""
    assert sorted(set(every_name()) - walked - FORMS - FILES - ELSEWHERE) == []


def every_name(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        else:
            yield from every_name(entry, f"{entry.namespace}:" if entry.namespace else space)


def test_what_is_forbidden_looks_like_a_page(demo, browsers):
    page = browsers.sign_in("manager@demo.example", PASSWORD)
    with browsers.expected_errors(page, "403"):
        page.goto("/settings/")
    look(page)


def test_the_keyboard_skips_to_the_content(demo, browsers):
    page = browsers.sign_in("manager@demo.example", PASSWORD)
    for path in ("/", "/interviews/", "/plans/", "/people/", "/account/"):
        page.goto(path)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)"), path


def test_an_answer_is_saved_without_javascript(demo, browsers):
    page = browsers.sign_in("manager@demo.example", PASSWORD, java_script_enabled=False)
    page.goto("/interviews/")
    page.get_by_role("link", name=re.compile("Begin to prepare|Continue with question")).first.click()
    question = re.sub(r"/prepare/[\w-]+/$", "/prepare/proud-of/", page.url)
    page.goto(question)
    page.locator("#answer [name=text]").fill("The night shift runs without me.")
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_text("Saved. You can go on whenever you like.")).to_be_visible()
    page.goto(question)
    expect(page.locator("#answer [name=text]")).to_have_value("The night shift runs without me.")
    no_sideways(page)
