from email.message import EmailMessage

import pytest

pytestmark = pytest.mark.django_db


def a_mail(folder):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Grüße <b>", "a@example.test", "b@example.test"
    mail.set_content("Click http://127.0.0.1/x <script>")
    mail.add_attachment(b"x", maintype="text", subtype="calendar", filename="invitation.ics")
    (folder / "17-ab.eml").write_bytes(bytes(mail))


def test_caught_mails_are_readable_without_signing_in(client, settings, tmp_path):
    settings.DEV_MAIL_DIR = tmp_path
    a_mail(tmp_path)
    assert "Grüße &lt;b&gt;" in client.get("/dev/mail/").text
    page = client.get("/dev/mail/17-ab/").text
    assert "&lt;script&gt;" in page
    assert "invitation.ics" in page


@pytest.mark.parametrize("path", ["/dev/mail/", "/dev/mail/17-ab/"])
def test_without_the_sink_the_pages_do_not_exist(client, settings, tmp_path, path):
    a_mail(tmp_path)
    settings.DEV_MAIL_DIR = None
    assert client.get(path).status_code == 404
