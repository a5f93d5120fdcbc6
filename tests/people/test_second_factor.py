"""A second factor: set up, asked for, not skipped, not guessed, not used twice, and taken away only with reason."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from outbox import operations as outbox
from people import operations, throttling
from people.accounts.second_factor import SecondFactorAdapter
from people.models import Attempt, Session
from people.policy import Refused
from tests.factories import PASSWORD, make_employee
from tests.people.test_accounts import GOOD, log_in, reset_link, signed_in

pytestmark = pytest.mark.django_db
SHAPELY = json.dumps({
    "id": "YQ", "rawId": "YQ", "type": "public-key",
    "response": {"clientDataJSON": "e30", "authenticatorData": "YQ", "signature": "YQ", "userHandle": "YQ"},
})  # fmt: skip
CODE, INDEX = "mfa_authenticate", "mfa_index"


def number(secret, steps=0):
    """What an app shows that many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def confirm(client, password=PASSWORD):
    return client.post(reverse("account_reauthenticate"), {"password": password, "next": reverse(INDEX)})


def set_up(client):
    """The app of somebody who is signed in: its secret."""
    confirm(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    answer = client.post(reverse("mfa_activate_totp"), {"code": number(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes"), answer.content.decode()
    return secret


def recovery_codes(person):
    return Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()


@pytest.fixture
def app(sign_in, employee):
    """Amara has an app; its first number is used up."""
    secret = set_up(sign_in(employee))
    Attempt.objects.all().delete()
    return secret


def at_the_step(person):
    client = Client()
    assert log_in(client, person.email)["Location"] == reverse(CODE)
    return client


def send(client, code):
    return client.post(reverse(CODE), {"code": code})


class TestSettingUp:
    def test_the_app_by_picture_and_letters(self, sign_in, employee):
        client = sign_in(employee)
        asked = client.get(reverse("mfa_activate_totp"))
        assert asked["Location"].startswith(reverse("account_reauthenticate"))
        confirm(client)
        page = client.get(reverse("mfa_activate_totp")).text
        secret = client.session["mfa.totp.secret"]
        assert 'src="data:image/svg+xml;base64,' in page
        assert " ".join(re.findall("....", secret)) in page
        assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
        assert not Authenticator.objects.exists()
        client.post(reverse("mfa_activate_totp"), {"code": number(secret)})
        assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
        assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
        page = client.get(reverse("mfa_view_recovery_codes")).text
        assert all(f"{code[:4]} {code[4:]}" in page for code in recovery_codes(employee))
        file = client.get(reverse("mfa_download_recovery_codes"))
        assert file["Content-Disposition"].startswith("attachment")
        assert file["Cache-Control"].count("no-store")

    def test_is_noted_and_told_by_mail(self, app, employee):
        assert Entry.objects.get(action="second_factor.app_added").actor == employee.pk
        assert told() == [(employee.email, "An app with codes was set up")]

    def test_removing_and_renewing_ask_again_and_are_told(self, app, employee):
        client = at_the_step(employee)
        send(client, recovery_codes(employee)[0])
        told()
        for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp"):
            assert client.post(reverse(name)).status_code == 302
        assert Authenticator.objects.count() == 2
        before = recovery_codes(employee)
        confirm(client)
        client.post(reverse("mfa_generate_recovery_codes"))
        assert not set(recovery_codes(employee)) & set(before)
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.exists()
        assert [what for _to, what in told()] == ["New recovery codes were made", "The app with codes was removed"]
        actions = set(Entry.objects.filter(action__startswith="second_factor.").values_list("action", flat=True))
        assert actions == {f"second_factor.{what}" for what in ("app_added", "codes_renewed", "app_removed")}

    def test_a_secret_made_under_a_lost_key_fits_nothing(self, app, employee, settings):
        settings.SECRET_KEY = "another-key-" * 6
        assert send(at_the_step(employee), number(app, 1)).status_code == 200
        settings.SECRET_KEY_FALLBACKS = []
        assert SecondFactorAdapter().decrypt("no token") != ""


class TestSigningIn:
    def test_password_then_number(self, app, employee):
        client = at_the_step(employee)
        assert not signed_in(client)
        before = client.session.session_key
        assert send(client, f"{number(app, 1)[:3]} {number(app, 1)[3:]}")["Location"] == reverse("home")
        assert signed_in(client)
        assert client.session.session_key != before
        assert Entry.objects.filter(action="person.signed_in").last().detail == {"by_means_of": "password+totp"}

    @pytest.mark.parametrize("address", ["home", "people:account", INDEX, "mfa_view_recovery_codes", "account_login"])
    def test_no_other_address_leads_past_the_step(self, app, employee, address):
        client = at_the_step(employee)
        answer = client.get(reverse(address))
        assert (answer.status_code, answer["Location"].split("?")[0]) in [
            (302, reverse("account_login")),
            (302, reverse(CODE)),
        ]
        assert client.post(reverse("people:account"), {"language": "fr", "timezone": "UTC"}).status_code == 302
        assert SESSION_KEY not in client.session
        employee.refresh_from_db()
        assert employee.language == "en"

    def test_omitted_blank_expired_and_wrong(self, app, employee):
        client = at_the_step(employee)
        answers = [client.post(reverse(CODE)), send(client, ""), send(client, number(app, -3)), send(client, "000000")]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert not signed_in(client)
        assert not Entry.objects.filter(action="person.signed_in").exists()

    def test_a_number_works_once(self, app, employee):
        code = number(app, 1)
        assert send(at_the_step(employee), code).status_code == 302
        assert send(at_the_step(employee), code).status_code == 200
        assert send(at_the_step(employee), f" {code[:3]}-{code[3:]}").status_code == 200

    def test_the_number_that_set_it_up_is_used_up(self, sign_in, employee):
        secret = set_up(sign_in(employee))
        assert send(at_the_step(employee), number(secret)).status_code == 200

    def test_a_recovery_code_works_once(self, app, employee):
        code = recovery_codes(employee)[3]
        client = at_the_step(employee)
        send(client, code)
        assert signed_in(client)
        assert send(at_the_step(employee), code).status_code == 200
        assert len(recovery_codes(employee)) == 9

    def test_guessing_is_slowed_down_from_wherever(self, app, employee):
        for n in range(5):
            client = Client(REMOTE_ADDR=f"10.0.{n}.1")
            log_in(client, employee.email)
            assert send(client, "000000").status_code == 200
        answer = send(client, number(app, 1))
        assert answer.status_code == 429
        assert "Wait 15 minutes" in answer.text
        assert not signed_in(client)

    def test_a_new_password_by_mail_does_not_skip_it(self, app, client, employee):
        told()
        at = client.get(reset_link(client, employee.email), follow=True).redirect_chain[-1][0]
        client.post(at, {"password1": GOOD, "password2": GOOD})
        assert not signed_in(client)
        assert log_in(client, employee.email, GOOD)["Location"] == reverse(CODE)
        assert not signed_in(client)

    def test_one_can_start_again(self, app, employee):
        client = at_the_step(employee)
        assert client.get(reverse("account_login"))["Location"] == reverse(CODE)
        client.post(reverse("account_logout"), {"next": reverse("account_login")})
        assert client.get(reverse("account_login")).status_code == 200
        assert send(client, number(app, 1))["Location"] == reverse("account_login")

    @pytest.mark.parametrize(
        "credential",
        ["", "[]", "{}", "null", "1", '"x"', '{"response": []}', '{"id": "a", "rawId": "a", "response": {}, "type": "x"}',
         SHAPELY, "x" * 20_001, "\x00"],
    )  # fmt: skip
    def test_no_forged_passkey_is_taken_or_breaks_anything(self, app, employee, credential):
        client = Client()
        client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        assert client.post(reverse("mfa_login_webauthn"), {"credential": credential})["Location"].startswith(
            "/accounts/"
        )
        client = at_the_step(employee)
        client.get(reverse(CODE))
        assert client.post(reverse(CODE), {"credential": credential}).status_code == 200
        assert not signed_in(client)

    def test_a_forged_passkey_is_not_added(self, sign_in, employee):
        client = sign_in(employee)
        confirm(client)
        client.get(reverse("mfa_add_webauthn"))
        for credential in ("", "{}", "[]", json.dumps({"id": "a", "rawId": "a", "response": {}, "type": "public-key"})):
            sent = {"name": "x" * 5000, "credential": credential}
            assert client.post(reverse("mfa_add_webauthn"), sent).status_code == 200
        assert not Authenticator.objects.exists()


def test_one_number_sent_twenty_times_at_once_signs_in_once(flushable):
    person = make_employee()
    first = Client()
    log_in(first, person.email)
    secret = set_up(first)
    throttling.forget((throttling.CODES, str(person.pk)))
    clients, code = [at_the_step(person) for _ in range(20)], number(secret, 1)

    def one(client):
        try:
            return send(client, code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, clients))
    assert answers.count(302) == 1


class TestRequired:
    @pytest.fixture(autouse=True)
    def _for_offices(self, settings):
        settings.REQUIRE_SECOND_FACTOR = ["hr", "administrator"]

    def test_whoever_holds_the_office_sets_one_up_before_anything_else(self, sign_in, hr):
        client = sign_in(hr)
        for name in ("home", "people:account", "insights:overview", "people:manage", "account_change_password"):
            assert client.get(reverse(name))["Location"] == reverse(INDEX), name
        page = client.get(reverse(INDEX))
        assert "Your office asks for a second factor" in page.text
        assert client.get(reverse("help")).status_code == 200
        set_up(client)
        assert client.get(reverse("home")).status_code == 200

    def test_nothing_is_written_meanwhile_and_no_word_lost(self, sign_in, hr):
        client = sign_in(hr)
        form = {"language": "fr", "timezone": "UTC", "theme": "dark"}
        assert client.post(reverse("people:account"), form)["Location"] == reverse(INDEX)
        assert client.post(reverse("people:account"), form, headers={"hx-request": "true"}).status_code == 403
        answer = client.post(
            reverse("interviews:request"), {"note": "Where do I <b>stand</b>?", "password": "my pass word"}
        )
        assert answer.status_code == 403
        assert "Where do I &lt;b&gt;stand&lt;/b&gt;?" in answer.text
        assert "my pass word" not in answer.text
        hr.refresh_from_db()
        assert hr.language == "en"

    def test_a_session_that_was_open_when_the_office_came(self, sign_in, employee, administrator):
        client = sign_in(employee)
        assert signed_in(client)
        operations.grant_membership(by=administrator, person=employee, role="hr")
        assert client.get(reverse("home"))["Location"] == reverse(INDEX)
        client.post(reverse("account_logout"))
        assert SESSION_KEY not in client.session

    def test_others_are_not_asked(self, sign_in, employee):
        assert signed_in(sign_in(employee))

    def test_the_last_one_can_only_be_replaced(self, sign_in, hr):
        client = sign_in(hr)
        set_up(client)
        assert "Your office asks for a second factor" in client.get(reverse("mfa_deactivate_totp")).text
        client.post(reverse("mfa_deactivate_totp"))
        assert Authenticator.objects.filter(user=hr, type="totp").exists()

    def test_the_settings_page_says_so(self, sign_in, administrator):
        client = sign_in(administrator)
        set_up(client)
        assert "A second factor is asked of: HR partner, Administrator." in client.get(reverse("people:settings")).text


class TestLost:
    def remove(self, client, person, password=PASSWORD):
        return client.post(reverse("people:second_factor_remove", args=[person.pk]), {"password": password})

    def test_an_administrator_removes_it_and_its_owner_is_told(self, app, sign_in, employee, administrator):
        theirs, client = sign_in(employee), sign_in(administrator)
        told()
        assert "Lost second factor" in client.get(reverse("people:person", args=[employee.pk])).text
        self.remove(client, employee)
        assert not Authenticator.objects.exists()
        assert not signed_in(theirs)
        assert not Session.objects.filter(person=employee).exists()
        assert told() == [(employee.email, "An administrator removed the second factor")]
        entry = Entry.objects.get(action="second_factor.removed_for_you")
        assert (entry.actor, entry.subject) == (administrator.pk, employee.pk)
        assert "Lost second factor" not in client.get(reverse("people:person", args=[employee.pk])).text

    def test_nobody_else_nor_without_the_password(self, app, sign_in, employee, hr, manager, administrator):
        assert self.remove(sign_in(hr), employee).status_code == 403
        assert self.remove(sign_in(manager), employee).status_code == 403
        assert self.remove(sign_in(employee), employee).status_code == 403
        self.remove(sign_in(administrator), employee, "wrong")
        assert Authenticator.objects.count() == 2
        assert not Entry.objects.filter(action="second_factor.removed_for_you").exists()

    def test_not_ones_own(self, sign_in, administrator):
        client = sign_in(administrator)
        set_up(client)
        with pytest.raises(Refused, match="Another administrator"):
            operations.remove_second_factor(by=administrator, person=administrator, password=PASSWORD)
        assert Authenticator.objects.count() == 2

    def test_the_operator_helps_the_only_administrator(self, app, employee, capsys):
        call_command("remove_second_factor", employee.email.upper())
        assert employee.email in capsys.readouterr().out
        assert not Authenticator.objects.exists()
        assert Entry.objects.get(action="second_factor.removed_for_you").actor is None
        for email in (employee.email, "nobody@example.test"):
            with pytest.raises(CommandError):
                call_command("remove_second_factor", email)


def told():
    """Mails about second factors that went out since: to whom, and how the sentence begins."""
    mail.outbox.clear()
    while claimed := outbox.claim():
        outbox.deliver(pk=claimed[0])
    return [(m.to[0].split("<")[-1].strip(">"), sentence(m.body)) for m in mail.outbox]


def sentence(body):
    return re.search(r"\n\n((?:An?|The|New) [^.]*?(?:set up|made|removed(?: the second factor)?))", body).group(1)
