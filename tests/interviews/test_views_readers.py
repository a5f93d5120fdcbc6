import pytest
from django.urls import reverse

from interviews import operations

pytestmark = pytest.mark.django_db


def page(client, interview):
    return client.get(reverse("interviews:detail", args=[interview.pk])).text


def test_the_employee_sees_who_opened_what_was_written(talking, employee, manager, sign_in):
    before = page(sign_in(employee), talking)
    assert "Nobody but you so far." in before
    sign_in(manager).get(reverse("interviews:room", args=[talking.pk]))
    sign_in(employee).get(reverse("interviews:room", args=[talking.pk]))
    after = page(sign_in(employee), talking)
    assert "Nobody but you so far." not in after
    assert "last on" in after


@pytest.mark.parametrize("who", ["manager", "hr"])
def test_the_list_of_readers_is_the_employees(who, talking, sign_in, request):
    assert "Who opened it" not in page(sign_in(request.getfixturevalue(who)), talking)


def test_looking_at_the_dates_is_no_reading(talking, employee, hr, manager, sign_in):
    operations.share_answers(by=manager, interview=talking)
    page(sign_in(hr), talking)
    page(sign_in(manager), talking)
    assert "Nobody but you so far." in page(sign_in(employee), talking)
