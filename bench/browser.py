"""What a browser fetches when somebody comes for the first time, and when they come back to the page."""

from playwright.sync_api import Response, sync_playwright

from bench.load import Address

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


def loads(address: Address, port: int) -> dict[str, dict[str, int]]:
    """Requests and bytes on the wire, headers included; what the browser's cache answers is no request."""
    site = f"http://127.0.0.1:{port}"
    name, _, value = address["cookie"].partition("=")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": value, "url": site}])
        found = {}
        page = context.new_page()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it is given, and a method bears no mark
        for load in ("first", "again"):
            answers.clear()
            page.goto(site + address["path"], wait_until="networkidle")
            found[load] = _counted(answers)
        browser.close()
    return found


def _counted(answers: list[Response]) -> dict[str, int]:
    fetched = []
    for answer in answers:
        sizes = answer.request.sizes()
        # What comes from the browser's cache has no size on the wire.
        if size := sizes["responseBodySize"] + sizes["responseHeadersSize"]:
            fetched.append(size)
    return {"requests": len(fetched), "bytes": sum(fetched)}
