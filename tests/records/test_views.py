import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from people.throttling import Limit
from records import operations, storage, throttle
from records.models import Addendum
from tests.factories import PASSWORD


def upload(data, name="record.pdf", client=None):
    file = SimpleUploadedFile(name, data, "application/pdf")
    return (client or Client()).post(reverse("records:verify"), {"file": file})


@pytest.mark.parametrize(
    ("who", "status"), [("employee", 200), ("manager", 200), ("hr", 200), ("outsider", 404), ("administrator", 404)]
)
@pytest.mark.parametrize("name", ["record", "record_pdf"])
def test_record_is_for_those_concerned(record, sign_in, request, who, status, name):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse(f"records:{name}", args=[record.interview_id])).status_code == status


@pytest.mark.parametrize("name", ["record", "record_pdf", "write_addendum"])
def test_record_asks_strangers_to_sign_in(record, name):
    response = Client().get(reverse(f"records:{name}", args=[record.interview_id]))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_record_pdf_is_the_sealed_file_and_names_nobody(record, employee, sign_in):
    response = sign_in(employee).get(reverse("records:record_pdf", args=[record.interview_id]))
    assert response.content == storage.read(record.current_file)
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Disposition"] == f'attachment; filename="record-{record.reference.replace(" ", "")}.pdf"'


def test_record_pdf_notes_who_read_it_except_its_owner(record, employee, hr, sign_in):
    url = reverse("records:record_pdf", args=[record.interview_id])
    sign_in(employee).get(url)
    assert not Entry.objects.filter(action="record.read").exists()
    client = sign_in(hr)
    client.get(url)
    client.get(url)
    assert [entry.actor for entry in Entry.objects.filter(action="record.read")] == [hr.pk]


def test_record_pdf_that_is_still_being_made_says_so(signed, employee, sign_in):
    response = sign_in(employee).get(reverse("records:record_pdf", args=[signed.pk]))
    assert response.status_code == 302
    assert response["Location"] == reverse("interviews:signed", args=[signed.pk])


def test_record_pdf_hands_out_no_damaged_file(record, employee, sign_in, path_of):
    path = path_of(record)
    path.write_bytes(path.read_bytes()[:-1])
    response = sign_in(employee).get(reverse("records:record_pdf", args=[record.interview_id]))
    assert response.status_code == 503
    assert b"%PDF" not in response.content


def test_write_addendum_keeps_it_and_shows_it(record, employee, manager, sign_in):
    url = reverse("records:write_addendum", args=[record.interview_id])
    client = sign_in(employee)
    assert client.get(url).status_code == 200
    response = client.post(url, {"text": "One <b>more</b> thing.", "password": PASSWORD}, follow=True)
    assert "One &lt;b&gt;more&lt;/b&gt; thing." in response.content.decode()
    operations.make_missing_records()
    addendum = Addendum.objects.get()
    file = reverse("records:addendum_pdf", args=[record.interview_id, addendum.pk])
    assert file in sign_in(manager).get(reverse("records:record", args=[record.interview_id])).content.decode()
    assert sign_in(manager).get(file).content == storage.read(addendum.file)


@pytest.mark.parametrize(("who", "status"), [("hr", 403), ("outsider", 404)])
def test_write_addendum_is_for_the_two(record, sign_in, request, who, status):
    client = sign_in(request.getfixturevalue(who))
    url = reverse("records:write_addendum", args=[record.interview_id])
    assert client.get(url).status_code == status
    assert client.post(url, {"text": "Mine", "password": PASSWORD}).status_code == status
    assert not Addendum.objects.exists()


@pytest.mark.parametrize("data", [{"text": "", "password": PASSWORD}, {"text": "Mine", "password": "wrong"}])
def test_write_addendum_explains_what_is_missing(record, employee, sign_in, data):
    response = sign_in(employee).post(reverse("records:write_addendum", args=[record.interview_id]), data)
    assert response.status_code == 422
    assert not Addendum.objects.exists()


def test_register_lists_what_the_reader_may_see(record, employee, hr, outsider, sign_in):
    page = reverse("records:record", args=[record.interview_id])
    for person in (employee, hr):
        assert page in sign_in(person).get(reverse("records:register")).content.decode()
    response = sign_in(outsider).get(reverse("records:register"))
    assert response.status_code == 200
    assert page not in response.content.decode()


def test_verify_is_public(db):
    assert Client().get(reverse("records:verify")).status_code == 200


def test_verify_says_genuine_with_the_moment_and_no_names(record, employee, manager):
    page = upload(storage.read(record.current_file)).content.decode()
    assert "Genuine, unchanged, known here." in page
    assert "Sealed" in page
    for name in (employee.first_name, employee.last_name, manager.first_name, manager.last_name):
        assert name not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda pdf: pdf[:5000] + bytes([pdf[5000] ^ 1]) + pdf[5001:], "Altered."),
        (lambda pdf: pdf + b"\n", "Altered."),
        (lambda pdf: b"no PDF", "Not a readable PDF."),
        (lambda pdf: b"", "Not a readable PDF."),
    ],
)
def test_verify_says_what_is_wrong(record, change, words):
    assert words in upload(change(storage.read(record.current_file))).content.decode()


def test_verify_says_not_ours(db, sealed):
    assert "Not ours." in upload(sealed).content.decode()


def test_verify_refuses_a_large_upload_before_reading_it(db):
    response = upload(b"0" * (11 * 1024 * 1024))
    assert response.status_code == 413
    assert "10 MB" in response.content.decode()


def test_verify_without_a_file_points_at_the_field(db):
    response = Client().post(reverse("records:verify"))
    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()


def test_verify_keeps_the_token(db, sealed):
    assert upload(sealed, client=Client(enforce_csrf_checks=True)).status_code == 403


def test_verify_is_throttled(db, monkeypatch):
    monkeypatch.setattr(throttle, "FILES", Limit("files to check", 2, 600))
    answers = [upload(b"no PDF").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
