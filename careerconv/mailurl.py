"""One address for the mail server: `smtp+tls://user:password@mail.example.org:587`."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# scheme: the usual port and what encrypts the way there
SCHEMES = {
    "smtp": (25, {"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}),
    "smtp+tls": (587, {"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False}),
    "smtp+ssl": (465, {"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True}),
}


def parse(url: str) -> dict[str, str | int | bool]:
    """Django's settings for it. Strict, because a scheme that is misread sends a password in the clear."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured("EMAIL_URL is like smtp+tls://user:password@host:587; also smtp:// and smtp+ssl://.")
    port, encryption = SCHEMES[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        **encryption,
    }
