"""A site of its own for each module, and windows in which people sit at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import Browsers
from tests.journeys.site import Ground, Site, servers

# On a busy machine a page may take its time; nothing that is right takes longer.
expect.set_options(timeout=20_000)
CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--force-color-profile=srgb"),
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failed test tells what stood in the windows, taken while they are still open."""
    report = yield
    browsers = getattr(item, "funcargs", {}).get("browsers")
    if report.failed and call.when == "call" and browsers:
        report.sections.append(("In the windows", browsers.report()))
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which talks to nobody but us."""
    return {"executable_path": "/usr/bin/chromium", "args": CHROMIUM}


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with servers() as (database, broker):
        prepared = Ground(folder=tmp_path_factory.mktemp("journeys"), database=database, broker=broker)
        try:
            prepared.prepare()
            yield prepared
        finally:
            prepared.drop(prepared.template)


@pytest.fixture(scope="module")
def site(ground: Ground) -> Iterator[Site]:
    """An installation as it is on its first day: migrated, alive, nobody in it."""
    with Site(ground).alive() as living:
        yield living
        assert not living.troubles(), "\n\n".join(living.troubles())


@pytest.fixture(scope="module")
def browsers(site: Site, browser: Browser) -> Iterator[Browsers]:
    opened = Browsers(browser, site.url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def person(browsers: Browsers) -> Callable[..., Page]:
    """A window in which somebody has signed in with e-mail and password; keywords are Playwright's context options."""
    return browsers.sign_in


@pytest.fixture(autouse=True)
def _nothing_on_the_console(browsers: Browsers) -> Iterator[None]:
    yield
    troubles, browsers.troubles = browsers.troubles, []
    assert not troubles, "\n".join(troubles)
