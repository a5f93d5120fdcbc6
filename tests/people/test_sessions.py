"""How long somebody stays signed in, where they see it, and how few rows that writes."""

import time
import uuid
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from audit.models import Entry
from careerconv import sweep
from people import sessions
from people.devices import in_words
from people.models import Attempt, Session
from people.sessions import cached
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def account(client):
    return client.get(reverse("people:account"))


def log_in(email, **browser):
    client = Client(**browser)
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return client


def shift(client, **seconds):
    """Move what a session knows of the past."""
    session = client.session
    for name, back in seconds.items():
        session[name] -= back
    session.save()


@pytest.fixture(params=["stored", "cached"])
def engine(request, settings):
    settings.SESSION_ENGINE = f"people.sessions.{request.param}"
    cache.clear()
    yield request.param
    cache.clear()


class TestLasting:
    def test_not_longer_than_its_hours_however_busy(self, engine, employee):
        client = log_in(employee.email)
        shift(client, since=project.SESSION_HOURS * 3600 - 60)
        assert account(client).status_code == 200
        shift(client, since=120)
        answer = account(client)
        assert answer["Location"] == "/accounts/login/?next=/account/&expired=1"
        assert not Session.objects.filter(person=employee).exists()
        assert account(client).status_code == 302

    def test_not_longer_than_its_idle_minutes(self, engine, employee):
        client = log_in(employee.email)
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        cache.clear()
        assert account(client).status_code == 302

    def test_as_long_as_it_is_used(self, engine, employee):
        client = log_in(employee.email)
        shift(client, seen=61)
        before, now = Session.objects.get().expire_date, time.time()
        assert account(client).status_code == 200
        assert Session.objects.get().expire_date >= before
        assert client.session[sessions.SEEN] >= now

    def test_a_page_writes_nothing_within_a_minute(self, sign_in, employee, django_assert_num_queries):
        client = sign_in(employee)
        address = reverse("help")
        client.get(address)
        with django_assert_num_queries(3):  # session, person, and for the frame: organisation
            client.get(address)
        shift(client, seen=61)
        with django_assert_num_queries(6):  # and once a minute the session: savepoint, update, release
            client.get(address)
        with django_assert_num_queries(3):
            client.get(address)

    def test_a_copy_in_the_cache_saves_a_query_and_nothing_else(
        self, settings, sign_in, employee, django_assert_num_queries
    ):
        settings.SESSION_ENGINE = "people.sessions.cached"
        client = sign_in(employee)
        client.get(reverse("help"))
        with django_assert_num_queries(2):
            client.get(reverse("help"))

    def test_a_cache_that_fails_signs_nobody_out(self, settings, employee, monkeypatch):
        settings.SESSION_ENGINE = "people.sessions.cached"
        client = log_in(employee.email)

        class Broken:
            def __getattr__(self, name):
                raise ConnectionError

        monkeypatch.setattr(cached, "cache", Broken())
        assert account(client).status_code == 200
        client.post(reverse("account_logout"))
        assert account(client).status_code == 302

    def test_a_copy_that_outlived_its_row_ends_within_a_minute(self, settings, employee):
        settings.SESSION_ENGINE = "people.sessions.cached"
        client = log_in(employee.email)
        Session.objects.all().delete()
        shift_copy(client, seen=61)
        assert account(client).status_code == 302
        assert account(client).status_code == 302

    def test_the_sweep_forgets_what_is_over(self, employee):
        log_in(employee.email)
        Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
        Attempt.objects.create(key="k", count=1, ends=1)
        here = log_in(employee.email)
        assert sweep.STEPS["sessions and tries forgotten"](now=timezone.now()) == 2
        assert account(here).status_code == 200


def shift_copy(client, seen):
    key = cached.PREFIX + client.session.session_key
    cache.set(key, cache.get(key) | {"seen": cache.get(key)["seen"] - seen})


class TestSeeingThem:
    def test_device_since_when_and_from_where(self, employee):
        client = log_in(employee.email, REMOTE_ADDR="10.0.0.7", HTTP_USER_AGENT=FIREFOX)
        page = account(client).text
        assert "Firefox on Windows" in page
        assert "from 10.0.0.7" in page
        assert client.session.session_key not in page

    def test_one_by_one(self, engine, employee, manager, django_capture_on_commit_callbacks):
        here, there, third, others = [log_in(p.email) for p in (employee, employee, employee, manager)]
        assert account(there).status_code == 200
        foreign = Session.objects.get(person=manager)
        assert here.post(reverse("people:account_session", args=[foreign.handle])).status_code == 404
        target = Session.objects.get(pk=there.session.session_key)
        with django_capture_on_commit_callbacks(execute=True):
            here.post(reverse("people:account_session", args=[target.handle]))
        assert [account(c).status_code for c in (here, there, third, others)] == [200, 302, 200, 200]
        assert Entry.objects.filter(action="person.session_ended", actor=employee.pk).count() == 1

    def test_all_others(self, engine, employee, manager, django_capture_on_commit_callbacks):
        here, there, others = log_in(employee.email), log_in(employee.email), log_in(manager.email)
        assert account(there).status_code == 200
        with django_capture_on_commit_callbacks(execute=True):
            here.post(reverse("people:account_sessions"))
        assert [account(c).status_code for c in (here, there, others)] == [200, 302, 200]
        assert Entry.objects.get(action="person.sessions_ended").actor == employee.pk

    def test_a_new_password_ends_the_others_and_clears_the_list(self, employee):
        here, there = log_in(employee.email), log_in(employee.email)
        change = {"oldpassword": PASSWORD, **dict.fromkeys(("password1", "password2"), "turnip lantern oblique ferry")}
        here.post(reverse("account_change_password"), change)
        assert [account(c).status_code for c in (here, there)] == [200, 302]
        assert Session.objects.filter(person=employee).count() == 1

    @pytest.mark.parametrize(
        ("agent", "words"),
        [
            (FIREFOX, "Firefox on Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Macintosh) AppleWebKit Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Mac"),
            ("Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
            ("curl/8", "an unknown device"),
        ],
    )
    def test_a_device_in_words(self, agent, words):
        assert in_words(agent) == words


def test_the_engine_follows_the_cache():
    assert import_module(project.SESSION_ENGINE).SessionStore.get_model_class() is Session


WORDS = 'Three years at the desk, and "what next?" <b>'


class TestEndingUnderAForm:
    """The session is over and a form arrives. Nothing is written, nothing typed is lost, nothing is kept here."""

    def send(self, client, **more):
        form = {"note": WORDS, "purpose": "growth", "password": "two words", "interviewer": str(uuid.uuid4())}
        page = "http://testserver/interviews/request/?for=me"
        return client.post(reverse("interviews:request"), form, headers={"referer": page, **more})

    def test_what_was_typed_comes_back_to_be_copied(self, employee):
        client = log_in(employee.email)
        shift(client, since=13 * 3600)
        answer = self.send(client)
        assert answer.status_code == 401
        assert escape(WORDS) in answer.text
        assert WORDS not in answer.text
        assert "two words" not in answer.text
        assert answer["Cache-Control"].startswith("no-store")
        assert answer.text.count("<textarea") == 1
        assert "next=/interviews/request/%3Ffor%3Dme&amp;expired=1" in answer.text
        assert not [row for row in Session.objects.all() if "Three years" in str(row.get_decoded())]

    def test_also_when_the_browser_has_dropped_the_cookie(self, db):
        assert escape(WORDS) in self.send(Client()).text

    def test_without_words_one_is_led_to_sign_in_and_back_to_the_page(self, db):
        page = {"referer": "http://testserver/plans/x/?a=1"}
        answer = Client().post(reverse("interviews:request"), {"purpose": "growth"}, headers=page)
        assert answer["Location"] == "/accounts/login/?next=/plans/x/%3Fa%3D1"
        strange = {"referer": "http://evil.example/plans/x/"}
        answer = Client().post(reverse("interviews:request"), {"purpose": "growth"}, headers=strange)
        assert answer["Location"] == "/accounts/login/"

    def test_a_page_that_saves_by_itself_is_told_so(self, db):
        answer = self.send(Client(), **{"hx-request": "true"})
        assert (answer.status_code, answer.content) == (401, b"")

    def test_a_form_from_before_signing_in_again_gives_its_words_back_to_its_own_page_only(self, employee):
        client = Client(enforce_csrf_checks=True)
        client.force_login(employee)
        answer = self.send(client)
        assert answer.status_code == 403
        assert escape(WORDS) in answer.text
        answer = self.send(client, referer="http://evil.example/")
        assert escape(WORDS) not in answer.text
