"""What every answer says to the browser, what cookies may do, and that nobody is led elsewhere.

Signing in, guessing, resets and what ends a session are tested in tests/people/test_accounts.py.
"""

import json
import os
import re
import subprocess
import sys
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from careerconv import urls
from outbox.models import Message
from outbox.rendering import render
from tests.careerconv.pages import PAGES, Page
from tests.careerconv.scene import Scene
from tests.factories import PASSWORD

EVIL = [
    "//evil.example",
    "///evil.example/",
    "https://evil.example/",
    "http:evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "\x00//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    " //evil.example",
]


# ---------------------------------------------------------------- answers that the product gives on no good day


def broken(request: HttpRequest) -> HttpResponse:
    message = "a text that nobody may see"
    raise RuntimeError(message)


def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("broken/", broken),
    path("refused/", refused),
    path("suspicious/", suspicious),
    *urls.urlpatterns,
]


def check_headers(response: Any) -> None:
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert "unsafe" not in response["Content-Security-Policy"]
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == policy["connect-src"] == "'self'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] in ("same-origin", "strict-origin")
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("visitor", ["employee", "hr", "administrator", "anonymous"])
def test_headers_of_every_page_file_and_refusal(visitor: str, scene: Scene):
    client, kinds = scene.browser(visitor), set()
    for page in {page.name: page for page in PAGES}.values():
        response = client.get(page.url(scene))
        kinds.add(response.status_code)
        check_headers(response)
    assert kinds >= ({302, 200, 404} if visitor == "anonymous" else {200, 302, 403, 404, 405})


@pytest.mark.parametrize(
    ("address", "status"), [("/broken/", 500), ("/refused/", 403), ("/suspicious/", 400), ("/nowhere/", 404)]
)
@pytest.mark.parametrize("visitor", ["employee", "anonymous"])
def test_headers_of_errors(visitor: str, address: str, status: int, scene: Scene, settings: Any):
    settings.ROOT_URLCONF = __name__
    response = scene.browser(visitor).get(address)
    assert response.status_code in (status, 302 if visitor == "anonymous" else status)
    check_headers(response)
    assert b"a text that nobody may see" not in response.content
    assert b"Traceback" not in response.content


def test_headers_where_a_form_was_forged(scene: Scene):
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.people["employee"])
    response = client.post(reverse("people:account"), {"theme": "dark"})
    assert response.status_code == 403
    check_headers(response)


@pytest.mark.parametrize("door", [page for page in PAGES if page.post], ids=str)
def test_no_form_is_taken_without_its_token(door: Page, scene: Scene):
    """Also where nobody is signed in, and whatever the visitor would be allowed."""
    client = Client(enforce_csrf_checks=True)
    visitor = next(
        (who for who, status in (door.post or {}).items() if status in (200, 302) and who in scene.people), None
    )
    client.force_login(scene.people[visitor or "employee"])
    assert client.post(door.url(scene), door.data(scene)).status_code == 403


# ---------------------------------------------------------------- another host


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "a b", ""])
def test_a_forged_host_is_refused(host: str, scene: Scene):
    for address in ("/", "/accounts/login/", "/healthz"):
        response = scene.browser("employee").get(address, headers={"host": host})
        assert response.status_code == 400, address
        assert b"evil" not in response.content


def test_a_forwarded_host_is_not_believed(scene: Scene):
    response = scene.browser("anonymous").get("/interviews/", headers={"x-forwarded-host": "evil.example"})
    assert response["Location"].startswith("/accounts/login/")


def test_a_link_in_a_mail_is_made_from_the_setting_and_not_from_the_host(scene: Scene):
    """Localhost is allowed here too, and is what the request came by."""
    amara = scene.people["employee"]
    page = {"email": amara.email}
    Client().post(
        reverse("account_reset_password"), page, headers={"host": "localhost", "x-forwarded-host": "evil.test"}
    )
    message = Message.objects.get(kind="people.password_reset", recipient=amara)
    rendered = render(message)
    assert rendered is not None
    assert "http://testserver/accounts/password/reset/key/" in rendered.body
    assert "localhost" not in rendered.body
    assert "evil" not in rendered.body


# ---------------------------------------------------------------- redirects


def is_local(response: Any) -> bool:
    target = urlsplit(response.get("Location", "/").replace("\\", "/"))
    return not target.netloc and not target.scheme and not target.path.startswith("//")


@pytest.mark.parametrize("target", EVIL)
def test_nobody_is_led_elsewhere(target: str, scene: Scene):
    amara = scene.people["employee"]
    signing_in = {"login": amara.email, "password": PASSWORD, "next": target}
    answers = [
        Client().post(reverse("account_login"), signing_in),
        Client().post(f"{reverse('account_login')}?next={target}", signing_in),
        Client().post(reverse("people:language"), {"language": "fr", "next": target}),
    ]
    client = scene.browser("employee")
    answers += [
        client.get(f"{reverse('account_login')}?next={target}"),
        client.post(reverse("people:language"), {"language": "fr", "next": target}),
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": target}),
    ]
    page = next(page for page in PAGES if page.name == "plans:promise_new")
    answers.append(client.post(page.url(scene), page.data(scene) | {"next": target}))
    # A percent sign stays one: that address is ours.
    assert target.startswith("/%") or f'href="{target}"' not in client.get(page.url(scene), {"next": target}).text
    answers.append(client.post(reverse("account_logout"), {"next": target}))
    for response in answers:
        assert is_local(response), response["Location"]


def test_no_page_of_a_plan_leads_elsewhere(scene: Scene):
    client = scene.browser("employee")
    for page in PAGES:
        if page.name.startswith("plans:") and "next" not in page.query:
            given = {"next": "//evil.example"}
            for verb in page.verbs:
                if page.expected(verb, "employee") in (200, 302):
                    data = given | (page.data(scene) if verb == "post" else {})
                    response = getattr(client, verb)(page.url(scene), data)
                    assert is_local(response), str(page)
                    assert "//evil.example" not in re.sub(r"next=[^\"&]*", "", response.text), str(page)


# ---------------------------------------------------------------- an installation behind https


ASK = """
import json, django
django.setup()
from django.conf import settings
names = [n for n in dir(settings) if n.startswith(("SECURE", "SESSION_COOKIE", "CSRF_"))]
values = {n: getattr(settings, n) for n in names}
print(json.dumps({n: v for n, v in values.items() if isinstance(v, (str, int, bool, list, tuple))}))
"""


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a real installation: none of what the tests set for themselves."""
    data = tmp_path_factory.mktemp("https")
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")}
    return clean | {
        "DJANGO_SETTINGS_MODULE": "careerconv.settings",
        "SECRET_KEY": "a-key-of-the-tests-" + "0123456789abcdef-" * 3,
        "AUDIT_KEY": "another-key-of-the-tests-" + "fedcba9876543210-" * 3,
        "SITE_URL": "https://careers.example.test",
        "ALLOWED_HOSTS": "careers.example.test",
        "DATA_DIR": str(data),
    }


def run(https: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=https, cwd=Path(project.BASE_DIR), capture_output=True, text=True, check=False)


def test_djangos_own_check_of_an_installation_is_silent(https: dict[str, str]):
    done = run(https, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_what_libpq_is_told_by_the_environment_still_holds(https: dict[str, str]):
    """As deploy/migrate tells it to wait only briefly for a table."""
    told = {"DATABASE_URL": "postgresql://careers:x@127.0.0.1/careers", "PGOPTIONS": "-c lock_timeout=400ms"}
    code = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'].get('options'))"
    assert "-c lock_timeout=400ms" in run(https | told, "-c", code).stdout
    assert run(https | told | {"DATABASE_PREPARES": "off"}, "-c", code).stdout == "None\n"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "AUDIT_KEY"])
def test_an_installation_without_its_secrets_does_not_start(https: dict[str, str], missing: str):
    done = run({name: value for name, value in https.items() if name != missing}, "manage.py", "check")
    assert done.returncode != 0
    assert missing in done.stderr


def test_cookies_under_https(https: dict[str, str], scene: Scene, settings: Any):
    values = json.loads(run(https, "-c", ASK).stdout)
    for name, value in values.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["careers.example.test"]
    browser: dict[str, Any] = {"secure": True, "headers": {"host": "careers.example.test"}}
    client, amara = Client(enforce_csrf_checks=True), scene.people["employee"]
    page = client.get(reverse("account_login"), **browser)
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"login": amara.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    browser["headers"] = {"host": "careers.example.test", "referer": "https://careers.example.test/accounts/login/"}
    response = client.post(reverse("account_login"), form, **browser)
    assert response.status_code == 302
    cookies: SimpleCookie = client.cookies
    assert {"__Host-session", "__Host-csrf"} <= set(cookies)
    for cookie in cookies.values():
        check_cookie(cookie)
    assert page["Strict-Transport-Security"].startswith("max-age=31536000")
    plain = Client().get("/help/", headers={"host": "careers.example.test"})
    assert plain.status_code == 301
    assert plain["Location"] == "https://careers.example.test/help/"


def check_cookie(cookie: Morsel[str]) -> None:
    assert cookie.key.startswith("__Host-")
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] in ("Lax", "Strict")
    assert cookie["path"] == "/"
    assert not cookie["domain"]
