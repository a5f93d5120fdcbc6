"""Guesses made at the same moment all count, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from people import operations, throttling
from people.models import Attempt
from people.policy import Refused
from people.throttling import Limit, Throttled
from tests.factories import PASSWORD, make_employee

FEW = Limit("a few", 3, 60)


def guess(n: int, email: str, password: str = "wrong") -> int:
    """A try from a network of its own; 200 was judged and wrong, 429 was not looked at, 302 was right."""
    client = Client(REMOTE_ADDR=f"10.0.{n}.1", HTTP_X_FORWARDED_FOR=f"9.9.9.{n}")
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


def at_once(number: int, email: str) -> list[int]:
    def one(n: int) -> int:
        try:
            return guess(n, email)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


class TestParallel:
    def test_fifty_wrong_passwords_at_once_are_five_tries(self, flushable):
        person = make_employee()
        for email in (person.email, "nobody@example.test"):
            answers = at_once(50, email)
            assert (answers.count(200), answers.count(429)) == (5, 45)
        assert guess(99, person.email, PASSWORD) == 429
        assert not Entry.objects.filter(action="person.signed_in").exists()

    def test_ways_of_writing_one_address_are_one_account(self, db):
        spellings = [
            "ines.kask@example.test",
            "INES.KASK@example.test",
            "ıneſ.kasK@example.test",
            " ines.kask@example.test",
        ]
        assert len({throttling.account(email) for email in spellings}) == 1


class TestCounting:
    @pytest.fixture(autouse=True)
    def _database(self, db):
        pass

    def test_from_the_first_try_until_the_time_is_over(self):
        for second in range(3):
            throttling.pay((FEW, "x"), now=1000 + second)
        with pytest.raises(Throttled, match="one minute") as wait:
            throttling.pay((FEW, "x"), now=1010)
        assert wait.value.seconds == 50
        throttling.pay((FEW, "y"), now=1010)
        throttling.pay((FEW, "x"), now=1060)
        assert throttling.sweep(now=1120) == 2
        assert not Attempt.objects.exists()

    def test_one_who_may_not_try_costs_others_nothing(self):
        narrow = Limit("narrow", 1, 60)
        throttling.pay((FEW, "x"), (narrow, "net"))
        for _again in range(5):
            with pytest.raises(Throttled):
                throttling.pay((FEW, "x"), (narrow, "net"))
        throttling.pay((FEW, "x"))

    def test_what_was_right_is_given_back_and_what_was_wrong_is_not(self):
        for _right in range(9):
            throttling.pay((FEW, "x"))
            throttling.give_back((FEW, "x"))
        for _wrong in range(3):
            throttling.pay((FEW, "x"))
        with pytest.raises(Throttled):
            throttling.pay((FEW, "x"))

    def test_neither_address_nor_network_lies_in_the_table(self, employee):
        guess(1, employee.email)
        assert not [
            a for a in Attempt.objects.all() if employee.email in repr(a.__dict__) or "10.0" in repr(a.__dict__)
        ]

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("2001:db8::1", "2001:db8::ffff:2", True),
            ("2001:db8::1", "2001:db8:0:1::1", False),
            ("10.0.0.1", "10.0.0.2", False),
        ],
    )
    def test_a_network_is_what_one_customer_has(self, rf, one, other, same):
        networks = {throttling.network_of(rf.get("/", REMOTE_ADDR=address)) for address in (one, other)}
        assert (len(networks) == 1) is same


@pytest.mark.django_db
def test_wrong_passwords_are_one_count_wherever_they_are_typed(sign_in, employee):
    client = sign_in(employee)
    with pytest.raises(Refused, match="not right"):
        operations.confirm_password(by=employee, password="wrong")
    for _try in range(2):
        client.post(reverse("account_change_password"), {"oldpassword": "wrong", "password1": "x", "password2": "x"})
        client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert guess(1, employee.email, PASSWORD) == 429
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 429
    assert 200 < int(answer["Retry-After"]) <= 300
    with pytest.raises(Throttled):
        operations.confirm_password(by=employee, password=PASSWORD)


@pytest.mark.django_db
def test_asking_for_links_is_slowed_down_alike_for_known_and_unknown(employee):
    url, pages = reverse("account_reset_password"), []
    for email in (employee.email, "nobody@example.test"):
        answers = [Client(REMOTE_ADDR=f"10.0.{n}.1").post(url, {"email": email}) for n in range(6)]
        assert [answer.status_code for answer in answers] == [302] * 5 + [429]
        assert f'value="{email}"' in answers[-1].text
        pages.append(answers[-1].text.split("<main")[1].replace(email, ""))
    assert "Wait 60 minutes" in pages[0]
    without_token = [page.split("csrfmiddlewaretoken")[0] for page in pages]
    assert without_token[0] == without_token[1]
