"""A prepared query reads what the plain one reads, for whomever it is asked."""

import datetime
import threading
import uuid

import pytest
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Value
from pytest_django import DjangoAssertNumQueries

from people.models import Department, Employee
from people.prepared import Number, number_of, padded, prepared, rounded
from tests import factories


@prepared
def reports(user: Employee) -> QuerySet[Employee]:
    return Employee.objects.reports_of(user).select_related("department").annotate(team=Count("reports"))


@prepared
def hired_since(day: datetime.date, name: str, *, backwards: bool = False) -> QuerySet[Employee]:
    people = Employee.objects.filter(hired_on__gte=day, first_name=name)
    return people.order_by("-last_name" if backwards else "last_name")


@pytest.mark.django_db
def test_reads_anew_for_everybody(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    payroll = factories.make_department("Payroll")
    one, other = factories.make_employee("Ada"), factories.make_employee("Bo")
    assert reports(one) == []
    hers = factories.make_employee("Cleo", manager=one, department=payroll)
    his = factories.make_employee("Dan", manager=other, department=payroll)
    with django_assert_num_queries(2):
        [found], [too] = reports(one), reports(other)
        assert (found, too) == (hers, his)
        assert found.department == payroll
        assert found.__dict__["team"] == 0
    Department.objects.filter(pk=payroll.pk).update(name="Wages")
    assert str(reports(one)[0].department) == "Wages"


@pytest.mark.django_db
def test_binds_days_and_texts_and_knows_shapes() -> None:
    day = datetime.date(2024, 5, 1)
    for last_name, hired_on in (("Old", "2020-01-01"), ("Abel", "2024-05-01"), ("Zola", "2025-01-01")):
        factories.make_employee("Kim", last_name, hired_on=hired_on)
    assert [p.last_name for p in hired_since(day, "Kim")] == ["Abel", "Zola"]
    assert [p.last_name for p in hired_since(day, "Kim", backwards=True)] == ["Zola", "Abel"]
    assert [p.last_name for p in hired_since(datetime.date(2024, 5, 2), "Kim")] == ["Zola"]
    assert hired_since(day, "%s' OR ''='") == []


@pytest.mark.django_db
def test_gives_tuples_and_numbers_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    @prepared
    def names(manager: Employee) -> QuerySet[Employee, tuple[str, str]]:
        return Employee.objects.reports_of(manager).values_list("first_name", "last_name")

    @prepared
    def figures(manager: Employee, day: datetime.date) -> QuerySet[Employee, tuple[int, ...]]:
        late = Q(hired_on__gte=day)
        reports, others = Employee.objects.reports_of(manager), Employee.objects.exclude(manager=manager)
        return reports.order_by().values_list(Number("pk"), Number("pk", filter=late), number_of(others))

    day = datetime.date(2024, 5, 1)
    one, other = factories.make_employee("Ada"), factories.make_employee("Bo")
    for name in ("Cleo", "Dan"):
        factories.make_employee(name, "Doe", manager=one, hired_on=day)
    assert names(one) == [("Cleo", "Doe"), ("Dan", "Doe")]
    with django_assert_num_queries(2):
        assert figures(one, day) == [(2, 2, 2)]
        assert figures(other, day) == [(0, 0, 4)]


@pytest.mark.django_db
def test_what_is_never_bound_may_hold_any_sign() -> None:
    @prepared
    def odd(name: str) -> QuerySet[Employee, tuple[str, int, bool]]:
        held = Value("100 %s of 'them' \\ %%"), Value(7), Value(True)
        return Employee.objects.filter(first_name=name, last_name="O'%s").values_list(*held)

    factories.make_employee("Ada", "O'%s")
    assert odd("Ada") == [("100 %s of 'them' \\ %%", 7, True)]
    assert odd("Bo") == []


@pytest.mark.django_db
def test_takes_any_number_of_ids_in_few_shapes() -> None:
    @prepared
    def these(*ids: uuid.UUID) -> QuerySet[Employee]:
        shapes.append(len(ids))
        return Employee.objects.filter(pk__in=ids).order_by("first_name")

    shapes: list[int] = []
    people = [factories.make_employee(f"P{number}") for number in range(7)]
    for number in range(1, 8):
        assert these(*padded(person.pk for person in people[:number])) == people[:number]
    assert shapes == [1, 2, 4, 8]
    assert padded([]) == []
    assert [rounded(number) for number in (1, 2, 5, 50, 64)] == [1, 2, 8, 64, 64]


@pytest.mark.django_db
def test_refuses_what_would_be_compiled_for_one_and_used_for_all() -> None:
    @prepared
    def depends_on_an_office(user: Employee) -> QuerySet[Employee]:
        return Employee.objects.all() if user.is_hr else Employee.objects.filter(pk=user.pk)

    @prepared
    def forgets_its_value(user: Employee, day: datetime.date) -> QuerySet[Employee]:
        return Employee.objects.filter(pk=user.pk)

    @prepared
    def compares_text(part: str) -> QuerySet[Employee]:
        return Employee.objects.filter(first_name__contains=part)

    person = factories.make_hr()
    with pytest.raises(TypeError, match="only the id"):
        depends_on_an_office(person)
    with pytest.raises(TypeError, match="does not bind"):
        forgets_its_value(person, datetime.date(2026, 1, 1))
    with pytest.raises(TypeError, match="does not bind"):
        compares_text("a")
    with pytest.raises(TypeError, match="not int"):
        prepared(lambda number: Employee.objects.filter(pk=number))(1)


@pytest.mark.django_db
def test_what_can_never_be_is_nothing() -> None:
    never = prepared(lambda user: Employee.objects.filter(pk=user.pk, pk__in=[]))
    assert never(factories.make_employee()) == []


@pytest.mark.usefixtures("flushable")
def test_each_thread_asks_on_its_own_connection() -> None:
    person = factories.make_employee("Eve")
    same = prepared(lambda user: Employee.objects.filter(pk=user.pk).annotate(again=F("email")))
    found: list[Employee] = []

    def ask() -> None:
        found.extend(same(person))
        connection.close()

    assert same(person) == [person]
    other = threading.Thread(target=ask)
    other.start()
    other.join()
    assert found == [person]
