"""Signing in and out, as a browser does it."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from outbox import operations as outbox
from outbox.models import Message
from people import operations
from tests.factories import PASSWORD, make_employee, make_hr

pytestmark = pytest.mark.django_db
GOOD = "turnip lantern oblique ferry"


def log_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def signed_in(client):
    return client.get(reverse("people:account")).status_code == 200


def reset_link(client, email):
    """Ask for a new password; the path in the mail that comes, or nothing."""
    mail.outbox.clear()
    client.post(reverse("account_reset_password"), {"email": email})
    for pk in outbox.claim():
        outbox.deliver(pk=pk)
    found = (
        re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body) if mail.outbox else None
    )
    return found.group(1) if found else None


def main_of(response):
    return re.sub(rb'value="[^"]*"', b"", response.content.split(b"<main")[1])


class TestSignIn:
    def test_right_password_whatever_the_case_of_the_address(self, client, employee):
        assert log_in(client, employee.email.upper())["Location"] == reverse("home")
        assert signed_in(client)
        assert Entry.objects.get(action="person.signed_in").actor == employee.pk

    def test_unknown_address_and_wrong_password_answer_alike(self, client, employee):
        no_password = make_employee()
        no_password.set_unusable_password()
        no_password.save(update_fields=["password"])
        answers = [
            log_in(client, employee.email, "wrong"),
            log_in(client, "nobody@example.test", "wrong"),
            log_in(client, no_password.email, "wrong"),
        ]
        assert len({(answer.status_code, main_of(answer)) for answer in answers}) == 1
        assert not signed_in(client)

    def test_a_closed_account_stays_closed_and_says_so_only_to_its_owner(self, client, employee):
        employee.is_active = False
        employee.save(update_fields=["is_active"])
        wrong, unknown = log_in(client, employee.email, "wrong"), log_in(client, "nobody@example.test", "wrong")
        assert main_of(wrong) == main_of(unknown)
        assert log_in(client, employee.email)["Location"] == reverse("account_inactive")
        assert not signed_in(client)
        assert client.get(reverse("account_inactive")).status_code == 200

    def test_guessing_is_slowed_down_for_known_and_unknown_alike(self, employee):
        pages = []
        for email in (employee.email, "nobody@example.test"):
            client = Client(REMOTE_ADDR="10.0.0.1" if email == employee.email else "10.0.0.2")
            for _try in range(6):
                page = log_in(client, email, "wrong")
            pages.append(page)
            assert page.status_code == 429
            assert "Wait 5 minutes" in page.content.decode()
            assert f'value="{email}"' in page.content.decode()
        assert main_of(pages[0]) == main_of(pages[1])
        client = Client(REMOTE_ADDR="10.0.0.3", HTTP_X_FORWARDED_FOR="1.2.3.4")
        log_in(client, employee.email)
        assert not signed_in(client)

    def test_a_forged_forwarded_address_is_no_new_start(self, employee):
        for n in range(40):
            page = Client(HTTP_X_FORWARDED_FOR=f"9.9.9.{n}").post(
                reverse("account_login"), {"login": f"u{n}@example.test", "password": "wrong"}
            )
        assert page.status_code == 429
        assert "Wait 5 minutes" in page.content.decode()

    @pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"])
    def test_leads_nowhere_else(self, client, employee, target):
        assert log_in(client, employee.email, next=target)["Location"] == reverse("home")

    def test_leads_back_to_where_one_wanted_to_go(self, client, employee):
        asked = client.get(reverse("people:account"))
        assert asked["Location"] == "/accounts/login/?next=/account/"
        assert log_in(client, employee.email, next="/account/")["Location"] == "/account/"

    def test_the_session_is_a_new_one(self, client, employee):
        client.get(reverse("account_login"))
        client.session["x"] = 1
        client.session.save()
        before = client.session.session_key
        log_in(client, employee.email)
        assert client.session.session_key != before

    def test_out_by_post_only(self, sign_in, employee):
        client = sign_in(employee)
        assert client.get(reverse("account_logout")).status_code == 200
        assert signed_in(client)
        client.post(reverse("account_logout"))
        assert not signed_in(client)

    def test_sign_up_is_closed(self, client):
        response = client.post(reverse("account_signup"), {"email": "new@example.test", "password1": GOOD})
        assert "Accounts come from HR" in response.content.decode()
        assert not log_in(client, "new@example.test", GOOD).has_header("Location")


class TestOldCookies:
    def test_end_when_the_account_is_closed(self, sign_in, employee):
        client = sign_in(employee)
        assert signed_in(client)
        operations.set_leaving(by=make_hr(), person=employee, left_on=employee.hired_on)
        assert client.get(reverse("people:account"))["Location"].startswith("/accounts/login/")
        assert client.post(reverse("people:account"), {"language": "fr"}).status_code == 302
        employee.refresh_from_db()
        assert employee.language == "en"

    def test_end_when_the_password_changes(self, sign_in, employee):
        here, there = sign_in(employee), sign_in(employee)
        change = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
        assert here.post(reverse("account_change_password"), change)["Location"] == reverse("people:account")
        assert signed_in(here)
        assert not signed_in(there)
        assert Entry.objects.filter(action="person.password_set", actor=employee.pk).exists()

    def test_a_change_needs_the_old_password(self, sign_in, employee):
        change = {"oldpassword": "wrong", "password1": GOOD, "password2": GOOD}
        sign_in(employee).post(reverse("account_change_password"), change)
        employee.refresh_from_db()
        assert employee.check_password(PASSWORD)

    def test_a_change_writes_nothing_but_the_password(self, sign_in, employee):
        client = sign_in(employee)
        client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD, "is_staff": "1"},
        )
        employee.refresh_from_db()
        assert employee.check_password(GOOD)
        assert not employee.is_staff


class TestReset:
    def test_by_mail_end_to_end(self, client, employee, sign_in):
        elsewhere = sign_in(employee)
        link = reset_link(client, employee.email)
        assert link.split("-")[-1].strip("/") not in str(list(Message.objects.values()))
        form = client.get(link, follow=True)
        at = form.redirect_chain[-1][0]
        assert "set-password" in at
        assert form.status_code == 200
        done = client.post(at, {"password1": GOOD, "password2": GOOD, "action": ""})
        assert done["Location"] == reverse("account_reset_password_from_key_done")
        assert client.get(done["Location"]).status_code == 200
        assert not signed_in(elsewhere)
        log_in(client, employee.email, GOOD)
        assert signed_in(client)

    def test_works_once(self, client, employee):
        link = reset_link(client, employee.email)
        at = client.get(link, follow=True).redirect_chain[-1][0]
        client.post(at, {"password1": GOOD, "password2": GOOD})
        again = Client().get(link, follow=True)
        assert "no longer works" in again.content.decode()
        employee.refresh_from_db()
        assert employee.check_password(GOOD)

    def test_not_after_a_change_of_address(self, client, employee):
        link = reset_link(client, employee.email)
        employee.email = "moved@example.test"
        employee.save(update_fields=["email"])
        assert "no longer works" in client.get(link, follow=True).content.decode()

    def test_not_for_somebody_else(self, client, employee, manager):
        link = reset_link(client, employee.email)
        forged = link.replace(employee.pk.hex, manager.pk.hex)
        assert forged != link
        assert "no longer works" in client.get(forged, follow=True).content.decode()

    def test_a_forged_host_is_in_no_mail(self, client, employee):
        mail.outbox.clear()
        client.post(reverse("account_reset_password"), {"email": employee.email}, HTTP_X_FORWARDED_HOST="evil.test")
        outbox.deliver(pk=outbox.claim()[0])
        assert "evil.test" not in mail.outbox[0].body

    def test_unknown_closed_and_known_answer_alike(self, client, employee, outsider):
        outsider.is_active = False
        outsider.save(update_fields=["is_active"])
        url = reverse("account_reset_password")
        answers = [client.post(url, {"email": e}) for e in (employee.email, outsider.email, "nobody@example.test")]
        assert {(a.status_code, a["Location"]) for a in answers} == {(302, reverse("account_reset_password_done"))}
        assert [m.recipient for m in Message.objects.all()] == [employee]

    def test_asked_twice_is_one_mail(self, client, employee):
        reset_link(client, employee.email)
        assert len(mail.outbox) == 1
        for _again in range(10):
            client.post(reverse("account_reset_password"), {"email": employee.email})
        assert Message.objects.count() <= 2

    def test_lifts_the_wait_after_wrong_guesses(self, client, employee):
        for _try in range(6):
            log_in(client, employee.email, "wrong")
        at = client.get(reset_link(client, employee.email), follow=True).redirect_chain[-1][0]
        client.post(at, {"password1": GOOD, "password2": GOOD})
        log_in(client, employee.email, GOOD)
        assert signed_in(client)

    @pytest.mark.parametrize("weak", ["short", "passwordpassword", "1234567890123"])
    def test_a_weak_one_is_refused(self, client, employee, weak):
        at = client.get(reset_link(client, employee.email), follow=True).redirect_chain[-1][0]
        client.post(at, {"password1": weak, "password2": weak})
        employee.refresh_from_db()
        assert employee.check_password(PASSWORD)
