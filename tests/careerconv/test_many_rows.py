"""Every main page asks the database as often for three thousand people as for two dozen."""

import datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.pages import PAGES, Known
from careerconv.generating.loading import generate
from insights.operations import count_due
from plans.models import TimeRequest
from tests.factories import make_goal

NOW = datetime.datetime.now(datetime.UTC)


def queries_at(employees: int) -> dict[str, int]:
    """By page, in an organisation of that size, which is taken back at once."""
    found = {}
    with transaction.atomic():
        generate(employees=employees, years=1, seed=1, now=NOW)
        count_due()
        known = Known()
        # What is left to chance, and costs a query more where there is any: a goal of one's own, a request for time.
        for account in ("employee", "manager"):
            make_goal(known.people[account])
        TimeRequest.objects.all().delete()
        for page in PAGES:
            client = Client()
            client.force_login(known.people[page.account])
            for _again in range(2):
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(page.url(known)).status_code == 200, page.name
            found[page.name] = len(queries)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_a_page_takes_as_many_queries_for_3000_as_for_24() -> None:
    assert queries_at(3000) == queries_at(24)
