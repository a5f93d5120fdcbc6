"""Names for pages: where the true key of something is secret or counts, its address shows a name made from it."""

import hashlib
import hmac
import uuid

from django.conf import settings


def handle(kind: str, key: object) -> uuid.UUID:
    """Always the same for the same thing, and no way back."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"handle:{kind}:{key}".encode(), hashlib.sha256).digest()
    return uuid.UUID(bytes=digest[:16])
