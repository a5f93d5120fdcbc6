"""Looking at pages as a stern reader does: nothing on the console, nothing that axe finds, nothing cut off."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, WebError, expect

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
# A page that is refused by the policy says so here too, should the console ever stay silent.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
OPEN_DETAILS = """() => { for (const fold of document.querySelectorAll("main details:not([open])")) {
  fold.open = true; fold.dataset.opened = ""; } }"""
CLOSE_DETAILS = """() => { for (const fold of document.querySelectorAll("details[data-opened]")) {
  fold.open = false; delete fold.dataset.opened; } }"""
SHOWN = """() => {
  const main = (document.querySelector("main") ?? document.body).cloneNode(true);
  for (const list of main.querySelectorAll("select")) list.remove();
  return main.innerText;
}"""
SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > wide + 1)
    .slice(0, 8).map((el) => `${el.tagName.toLowerCase()}.${el.className} ${Math.round(el.getBoundingClientRect().right)}`)
    .concat([`page ${document.documentElement.scrollWidth} wide`]);
}"""


class Browsers:
    """All windows of one site. What goes wrong in any of them is kept until somebody asks."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []
        self.expected: list[str] = []

    def open(self, **options: Any) -> Page:
        """A window of somebody who is not signed in."""
        settings: dict[str, Any] = {
            "base_url": self.url,
            "locale": "en-GB",
            "reduced_motion": "reduce",
            "viewport": {"width": 1280, "height": 900},
        }
        context = self.browser.new_context(**settings | options)
        context.set_default_timeout(20_000)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        self.contexts.append(context)
        return context.new_page()

    def sign_in(self, email: str, password: str, **options: Any) -> Page:
        page = self.open(**options)
        sign_in(page, email, password)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(re.search(pattern, message.text) for pattern in self.expected):
            self.troubles.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.troubles.append(f"{error.page.url if error.page else ''}: {error.error}")

    @contextmanager
    def expected_errors(self, page: Page, pattern: str) -> Iterator[None]:
        """Inside, the console has to report this error, and may."""
        self.expected.append(pattern)
        try:
            with page.context.expect_console_message(
                lambda message: message.type == "error" and bool(re.search(pattern, message.text))
            ):
                yield
        finally:
            self.expected.remove(pattern)

    def report(self) -> str:
        """What stands in each window: for a test that has failed."""
        shown: list[str] = []
        for context in self.contexts:
            for page in context.pages:
                try:
                    text = " ".join(page.evaluate(SHOWN).split())
                    shoot(page, f"failed-{len(shown)}")
                except Error as error:
                    text = f"cannot be read: {error.message}"
                shown.append(f"{page.url}\n{text[:1000]}")
        return "\n\n".join(shown)

    def close(self) -> None:
        while self.contexts:
            self.contexts.pop().close()


def sign_in(page: Page, email: str, password: str) -> None:
    if "/accounts/login/" not in page.url:
        page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("meta[name=draft-person]")).to_be_attached()


def axe(page: Page) -> None:
    """No rule of WCAG 2.2 AA nor of good practice is broken, what is folded away included."""
    page.evaluate(OPEN_DETAILS)
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    page.evaluate(CLOSE_DETAILS)
    told = [
        f"{rule['id']}: {rule['help']}\n"
        + "\n".join(f"    {n['target']} {n['html'][:200]}\n      {n['failureSummary']}" for n in rule["nodes"][:6])
        for rule in found
    ]
    assert not told, f"{page.url} {page.viewport_size}\n" + "\n".join(told)


def no_sideways(page: Page, width: int = 320) -> None:
    """At this width everything can be read without scrolling to the side."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate(SIDEWAYS)
    if before:
        page.set_viewport_size(before)
    assert not wide, f"{page.url} at {width} px: {wide}"


def shoot(page: Page, name: str) -> None:
    """A picture of the whole page, when a folder for pictures was named."""
    if SCREENSHOTS:
        # Hiding the caret would leave style attributes behind, which htmx then copies and the policy refuses.
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True, caret="initial")
