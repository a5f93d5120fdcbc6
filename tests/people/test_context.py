"""The frame of every page: each office has its own entries, and exactly one entry leads to the page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import include, path
from pytest_django import DjangoAssertNumQueries

from people.addresses import address
from people.context import frame, navigation
from people.models import Employee

pytestmark = pytest.mark.urls(__name__)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def some(app: str, **pages: str) -> object:
    return path("", include(([path(address, page, name=name) for name, address in pages.items()], app)))


urlpatterns = [
    path("", page, name="home"),
    some("interviews", list="interviews/", templates="hr/templates/"),
    some("plans", list="plans/"),
    some("people", search="people/", manage="hr/people/", settings="settings/", account="account/"),
    some("insights", overview="hr/", cycles="hr/cycles/"),
]


def names(person: Employee) -> list[str]:
    return [item.url_name for item in navigation(person, "/")]


def test_offices_add_entries(employee: Employee, hr: Employee, administrator: Employee) -> None:
    assert not [item for item in navigation(employee, "/") if item.group == "desk"]
    assert set(names(employee)) < set(names(hr))
    assert "insights:overview" not in names(administrator)


def test_a_page_below_an_entry_belongs_to_it(hr: Employee) -> None:
    below = {
        "/hr/cycles/2026/": ["insights:cycles"],
        "/hr/follow-ups/": ["insights:overview"],
        "/account/": [],
        "/": ["home"],
    }
    for address_, expected in below.items():
        assert [item.url_name for item in navigation(hr, address_) if item.current] == expected


def test_the_longest_address_is_the_current_one(hr: Employee) -> None:
    for item in navigation(hr, "/"):
        current = [other.url_name for other in navigation(hr, item.url) if other.current]
        assert current == [item.url_name]


def test_only_a_page_of_that_person_carries_their_draft_key(employee: Employee, hr: Employee, db: None) -> None:
    request = RequestFactory().get("/")
    keys = []
    for user in (employee, hr, AnonymousUser()):
        request.user = user
        keys.append(frame(request).get("draft_key"))
    assert keys[0] != keys[1]
    assert keys[2] is None


def test_an_address_this_installation_lacks_is_empty() -> None:
    assert address("nothing:here") == ""


def test_a_fragment_that_asks_for_nothing_costs_no_query(
    employee: Employee, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/")
    request.user = Employee.objects.get(pk=employee.pk)
    with django_assert_num_queries(0):
        context = frame(request)
    with django_assert_num_queries(2):  # the organisation, the offices held
        assert context["product_name"]()
        assert [item.label for item in context["nav"]]
        assert context["own_pages"]()
        assert not context["desk_pages"]()
