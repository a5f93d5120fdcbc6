"""How django-allauth works here: its flows, our forms, limits, pages and mails.

`adapter` says what is open and how passwords are judged, `second_factor` the same for codes and passkeys; `forms` and
`views` replace those of allauth where something has to be different.
"""

import base64
import hashlib
import hmac

from django.conf import settings

from people.models import Employee


def display(person: Employee) -> str:
    return person.get_full_name()


def draft_key(person: Employee) -> str:
    """The key under which a browser keeps this person's unsent drafts: only pages signed in as them carry it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"draft:" + person.pk.bytes, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
