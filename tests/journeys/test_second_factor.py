"""A person sets up an app and a passkey and signs in with each: alone, after the password, and with a code."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD
from tests.journeys.browser import axe, no_sideways, sign_in

MAKE = """
from tests import factories
print(factories.make_employee("Amara", "Okafor").email)
"""
# A telephone that knows its owner's finger.
TELEPHONE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def number(secret: str, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def sign_out(page: Page) -> None:
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def look(page: Page) -> None:
    axe(page)
    no_sideways(page)


def signed_in(page: Page) -> None:
    expect(page.locator("meta[name=draft-person]")).to_be_attached()


@pytest.fixture
def amara(site, browsers):
    """Amara at her own desk. Passkeys need a name for the server: a number is none."""
    email = site.manage("shell", "--verbosity", "0", "--command", MAKE).splitlines()[-1]
    page = browsers.open(base_url=f"http://localhost:{site.port}")
    telephone = page.context.new_cdp_session(page)
    telephone.send("WebAuthn.enable")
    telephone.send("WebAuthn.addVirtualAuthenticator", {"options": TELEPHONE})
    page.goto("/accounts/login/")
    sign_in(page, email, PASSWORD)
    return email, page


def test_an_app_and_a_passkey(amara):
    email, page = amara
    page.goto("/account/")
    page.get_by_role("link", name="Set up a second factor").click()
    look(page)
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Can’t read the picture?").click()
    secret = str(page.locator(".spelt").text_content()).replace(" ", "")
    assert page.locator("img.qr").evaluate("(img) => img.complete && img.naturalWidth > 0")
    look(page)
    page.get_by_role("textbox", name="Code").fill(number(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = str(page.locator(".codes li").first.text_content())
    look(page)
    page.get_by_role("link", name="I have kept them").click()

    page.get_by_role("link", name="Add a passkey").click()
    look(page)
    page.get_by_label("Name").fill("My telephone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("strong")).to_have_text("My telephone")
    expect(page.get_by_text("Signs in alone.")).to_be_visible()
    look(page)

    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    signed_in(page)

    sign_out(page)
    page.goto("/accounts/login/?next=/account/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more thing.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r"/account/$"))

    for code in (number(secret, 1), recovery):
        sign_out(page)
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("textbox", name="Code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        signed_in(page)
