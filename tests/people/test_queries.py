import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.urls import reverse

from people.models import Department, Employee
from people.paging import MOST_COUNTED, PER_PAGE
from people.queries import managed_people, search_people
from tests.factories import make_department, make_employee


@pytest.fixture
def sebastien(db):
    return make_employee(
        "Sébastien",
        "Müßig-Østergård",
        job_title="contrôleur",
        department=make_department("Économie, Liège"),
        site="Łódź",
        email="sm.private@example.test",
        employee_number="N-4711",
    )


class TestWhatIsStored:
    def test_it_is_folded_and_holds_neither_address_nor_number(self, sebastien):
        found = Employee.objects.get(pk=sebastien.pk)
        assert found.searched == "sebastien mussig-ostergard controleur lodz "
        assert found.department.searched == "economie, liege "

    def test_it_follows_every_way_of_writing(self, db):
        one = Employee(first_name="Zoë", email="z@example.test", password=make_password(None))
        one.save()
        [two] = Employee.objects.bulk_create([Employee(first_name="Søren", email="s@example.test")])
        Employee.objects.filter(pk=two.pk).update(last_name="Ångström")
        one.last_name = "Čapek"
        one.save(update_fields=["last_name"])
        one.refresh_from_db()
        assert one.searched.split() == ["zoe", "capek"]
        late = Employee.objects.defer("searched").get(pk=two.pk)
        late.site = "Malmö"
        late.save()
        assert late.searched.split() == ["soren", "angstrom", "malmo"]

    def test_postgresql_has_an_index_of_it_where_it_may(self, db):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has none")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
            (expected,) = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'people_employee_searched_words'")
            assert cursor.fetchone() == (expected,)


class TestSearch:
    @pytest.mark.parametrize(
        "words", ["SÉBASTIEN", "mussig", "lodz controleur", "liege", "Liège Müßig", "ØSTER economie"]
    )
    def test_each_word_stands_in_the_person_or_the_department(self, employee, sebastien, words):
        assert list(search_people(employee, words)) == [sebastien]

    @pytest.mark.parametrize(
        "words", ["sm.private", "example.test", "4711", "liege payroll", "lodzcontroleur", "%", "_"]
    )
    def test_neither_by_address_nor_number_nor_by_half_of_the_words(self, employee, sebastien, words):
        assert not search_people(employee, words)

    def test_a_new_name_is_found_at_once(self, employee, sebastien):
        sebastien.last_name = "Bäcker"
        sebastien.save(update_fields=["last_name"])
        assert list(search_people(employee, "backer")) == [sebastien]
        assert not search_people(employee, "mussig")

    def test_a_department_renamed_or_left_is_found_at_once(self, employee, sebastien):
        Department.objects.filter(pk=sebastien.department_id).update(name="Trésorerie")
        assert list(search_people(employee, "tresorerie")) == [sebastien]
        assert not search_people(employee, "economie")
        Employee.objects.filter(pk=sebastien.pk).update(department=None)
        assert not search_people(employee, "tresorerie")
        assert list(search_people(employee, "mussig")) == [sebastien]

    def test_hr_finds_by_address_and_number_too(self, hr, sebastien):
        for words in ("SM.Private@", "n-4711", "n-4711 liege", "mussig private"):
            assert list(managed_people(hr, words=words)) == [sebastien], words

    @pytest.mark.parametrize(("words", "expected"), [("", 1), ("mussig", 2), ("liege mussig lodz", 2)])
    def test_one_query_and_one_more_for_words(self, employee, sebastien, django_assert_num_queries, words, expected):
        with django_assert_num_queries(expected):
            assert sebastien in list(search_people(employee, words))


class TestMany:
    @pytest.mark.parametrize(("words", "expected"), [("", 5), ("robin", 6), ("depart", 6)])
    def test_a_page_of_thousands_costs_the_queries_of_one(
        self, sign_in, sebastien, django_assert_num_queries, words, expected
    ):
        client, there, address = sign_in(sebastien), make_department("Department"), reverse("people:search")
        for more, said in ((0, None), (1, "1 person"), (29, "30 people"), (2970, "More than 500 people")):
            Employee.objects.bulk_create(
                Employee(first_name="Robin", last_name=f"Vale {n}", email=f"r{more}.{n}@example.test", department=there)
                for n in range(more)
            )
            with django_assert_num_queries(expected):
                page = client.get(address, {"q": words})
            if words and said:
                assert said in page.content.decode()
        assert (page.context["count"], page.context["more"]) == (MOST_COUNTED, True)
        assert len(page.context["page"].rows) == PER_PAGE

    def test_pages_follow_one_another(self, sign_in, employee):
        Employee.objects.bulk_create(
            Employee(first_name="Robin", last_name="Vale", email=f"r{n}@example.test") for n in range(60)
        )
        client, shown = sign_in(employee), []
        for number in (1, 2, 3):
            response = client.get(reverse("people:search"), {"q": "robin", "page": number})
            shown += response.context["page"].rows
            assert response.context["count"] == 60
        assert shown == list(Employee.objects.filter(first_name="Robin"))
        assert "41 to 60" in response.content.decode()
        assert "page=2" in response.content.decode()
