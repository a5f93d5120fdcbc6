import pytest
from django.core.exceptions import ImproperlyConfigured

from careerconv.mailurl import parse


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://mail.example.org", 587, True, False),
        ("smtp+ssl://mail.example.org", 465, False, True),
        ("smtp+tls://mail.example.org:2525", 2525, True, False),
    ],
)
def test_what_encrypts_the_way_follows_from_the_scheme(url, port, starttls, tls):
    found = parse(url)
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, starttls, tls)


def test_name_and_password_may_hold_any_sign():
    found = parse("smtp+tls://ro%40example.org:p%3Aw%23%2F@mail.example.org")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("ro@example.org", "p:w#/")


@pytest.mark.parametrize("url", ["smtps://h", "mail.example.org:25", "smtp://", "smtp+tls://h?tls=off", ""])
def test_anything_else_is_refused_without_repeating_the_password(url):
    with pytest.raises(ImproperlyConfigured) as refused:
        parse(url.replace("//h", "//u:secret@h"))
    assert "secret" not in str(refused.value)
