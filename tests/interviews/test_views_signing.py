import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from interviews.content import canonical, sha256
from interviews.models import ChangeRequest, Content, Signature, State
from tests.factories import PASSWORD, make_interview, make_version

pytestmark = pytest.mark.django_db


def url(name, interview):
    return reverse(f"interviews:{name}", args=[interview.pk])


def form(interview, **changes):
    sha256 = interview.contents.latest("sequence").sha256
    return {"declaration": "agrees", "remark": "", "password": PASSWORD, "sha256": sha256, **changes}


@pytest.mark.parametrize(
    ("who", "status"), [("employee", 200), ("manager", 200), ("hr", 403), ("outsider", 404), ("administrator", 404)]
)
def test_who_reads_the_review(who, status, reviewed, sign_in, request):
    answer = sign_in(request.getfixturevalue(who)).get(url("review", reviewed))
    assert answer.status_code == status
    assert ("We looked back." in answer.text) is (status == 200)


@pytest.mark.parametrize(
    ("who", "status"), [("employee", 200), ("manager", 200), ("hr", 302), ("outsider", 404), ("administrator", 404)]
)
def test_who_reads_the_signing_page(who, status, signing, sign_in, request):
    answer = sign_in(request.getfixturevalue(who)).get(url("sign", signing))
    assert answer.status_code == status
    assert ("We looked back." in answer.text) is (status == 200)


def test_changes_are_asked_with_a_word_why(reviewed, employee, sign_in):
    client = sign_in(employee)
    empty = client.post(url("ask_changes", reviewed), {"why": ""})
    assert empty.status_code == 422
    assert not ChangeRequest.objects.exists()
    client.post(url("ask_changes", reviewed), {"why": "The date"})
    reviewed.refresh_from_db()
    assert reviewed.state == State.IN_CONVERSATION


def test_signing_leads_to_a_page_that_says_so(signing, employee, sign_in):
    client = sign_in(employee)
    answer = client.post(url("sign", signing), form(signing), follow=True)
    assert answer.redirect_chain[-1][0] == url("signed", signing)
    assert "Your answer is noted" in answer.text
    assert client.get(url("sign", signing)).url == url("signed", signing)


def test_a_double_click_signs_once(signing, employee, sign_in):
    client = sign_in(employee)
    for _click in range(2):
        assert client.post(url("sign", signing), form(signing)).status_code == 302
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"declaration": ""},
        {"declaration": "absent", "remark": "x"},
        {"declaration": "reservations"},
        {"password": ""},
        {"password": "wrong"},
        {"sha256": "0" * 64},
        {"sha256": ""},
    ],
)
def test_a_bad_form_says_why_and_signs_nothing(changes, signing, employee, sign_in):
    answer = sign_in(employee).post(url("sign", signing), form(signing, **changes))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not Signature.objects.exists()


def test_what_was_typed_survives_a_wrong_password_but_the_password_does_not(signing, employee, sign_in):
    data = form(signing, declaration="reservations", remark="MY VIEW", password="wrong-secret")
    answer = sign_in(employee).post(url("sign", signing), data)
    assert "MY VIEW" in answer.text
    assert "wrong-secret" not in answer.text


def test_fields_that_are_not_on_the_form_change_nothing(signing, employee, manager, sign_in):
    extra = {"state": "signed", "slot": "interviewer", "signer": str(manager.pk), "is_staff": "1", "role": "hr"}
    sign_in(employee).post(url("sign", signing), form(signing, **extra))
    signature = Signature.objects.get()
    assert (signature.slot, signature.signer) == ("employee", employee)
    signing.refresh_from_db()
    assert signing.state == State.SIGNING


def test_hr_notes_an_absence_without_reading(signing, hr, sign_in):
    client = sign_in(hr)
    page = client.get(url("witness", signing))
    assert page.status_code == 200
    assert "We looked back." not in page.text
    client.post(url("witness", signing), {"slot": "employee", "remark": "on leave", "password": PASSWORD})
    assert Signature.objects.get().witness == hr


@pytest.mark.parametrize(("who", "status"), [("employee", 403), ("manager", 403), ("outsider", 404)])
def test_nobody_else_notes_an_absence(who, status, signing, sign_in, request):
    data = {"slot": "employee", "remark": "x", "password": PASSWORD}
    answer = sign_in(request.getfixturevalue(who)).post(url("witness", signing), data)
    assert answer.status_code == status
    assert not Signature.objects.exists()


def test_hr_reads_nothing_before_it_is_its_turn(employee, manager, hr, sign_in):
    """The template asks for HR's signature, last: until both have signed, the text is theirs."""
    interview = make_interview(
        employee, manager, state=State.SIGNING, version=make_version(hr_signs=True), confirmed_at=timezone.now()
    )
    text = canonical({"sections": [{"title": "Looking back", "minutes": "We looked back."}]})
    Content.objects.create(
        interview=interview,
        sequence=1,
        canonical=text,
        sha256=sha256(text),
        frozen_at=timezone.now(),
        frozen_by=manager,
    )
    for answer in (sign_in(hr).get(url("sign", interview)), sign_in(hr).post(url("sign", interview), {})):
        assert answer.status_code == 302
        assert answer["Location"] == url("detail", interview)
    assert not Signature.objects.exists()
    assert not Entry.objects.filter(action="interview.read").exists()
