"""Fixtures are roles: who somebody is to the employee under test."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client

from people import sessions
from people.models import Department, Employee, Membership, MembershipRole
from tests import factories


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out tests that touch no database: on a second one they would say the same again",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    config.hook.pytest_deselected(items=[item for item in items if not _touches_database(item)])
    items[:] = [item for item in items if _touches_database(item)]


def _touches_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "client"} & set(getattr(item, "fixturenames", []))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


@pytest.fixture
def department(db: None) -> Department:
    return factories.make_department("Payroll")


@pytest.fixture
def manager(department: Department) -> Employee:
    return factories.make_employee("Jonas", "Weber", department=department, job_title="head of Payroll")


@pytest.fixture
def employee(manager: Employee, department: Department) -> Employee:
    return factories.make_employee("Amara", "Okafor", department=department, manager=manager)


@pytest.fixture
def hr(db: None) -> Employee:
    return factories.make_hr()


@pytest.fixture
def administrator(db: None) -> Employee:
    person = factories.make_employee("Ada", "Nowak")
    Membership.objects.create(person=person, role=MembershipRole.ADMINISTRATOR)
    return person


@pytest.fixture
def outsider(db: None) -> Employee:
    return factories.make_employee("Olaf", "Outis", department=factories.make_department("Elsewhere"))


@pytest.fixture
def sign_in() -> Callable[[Employee], Client]:
    """A browser in which this person is signed in."""

    def signed_in(person: Employee) -> Client:
        client = Client()
        client.force_login(person)
        session = client.session
        session.update({sessions.SINCE: time.time(), sessions.SEEN: time.time(), sessions.ADDRESS: "127.0.0.1"})
        session.save()
        return client

    return signed_in


@pytest.fixture
def flushable(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the triggers that protect frozen rows rest while the database is emptied after them."""
    _protect(on=True)
    yield
    _protect(on=False)


_resting: list[str] = []


def _protect(*, on: bool) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal AND t.tgname LIKE '%frozen%'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER USER")
        elif on:
            while _resting:
                cursor.execute(_resting.pop())
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%frozen%'")
            for name, statement in cursor.fetchall():
                _resting.append(statement)
                cursor.execute(f"DROP TRIGGER {name}")
