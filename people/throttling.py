"""How often something may be tried: counted in the database, one statement a try, so that parallel tries all count.

A try is paid for before it is judged and given back when it was right. An account's wrong passwords are one count
wherever they are typed: at sign-in, to confirm, on the signing form.
"""

import hashlib
import hmac
import ipaddress
import math
import time
import unicodedata
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import ngettext

from people.models import Attempt, Employee
from people.policy import Refused


@dataclass(frozen=True)
class Limit:
    """So many tries within so many seconds, counted from the first."""

    name: str
    most: int
    seconds: int


PASSWORDS = Limit("passwords", 5, 5 * 60)
CODES = Limit("codes", 5, 15 * 60)
# Whole offices share one address; what is right is given back, so only what is wrong counts.
NETWORK = Limit("network", 30, 5 * 60)
RESETS = Limit("resets", 5, 60 * 60)
RESETS_OF_NETWORK = Limit("resets of a network", 30, 5 * 60)
PASSKEYS = Limit("passkeys", 60, 5 * 60)

Cost = tuple[Limit, str]

COUNT = """
INSERT INTO people_attempt (key, count, ends) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN people_attempt.ends <= %s THEN 1 ELSE people_attempt.count + 1 END,
    ends = CASE WHEN people_attempt.ends <= %s THEN excluded.ends ELSE people_attempt.ends END
RETURNING count, ends
"""


class Throttled(Refused):
    """Too many tries. Nothing was looked at, so nothing is said about whether the last one was right."""

    def __init__(self, seconds: int) -> None:
        self.seconds = max(seconds, 1)
        super().__init__(
            ngettext(
                "Too many tries. Wait one minute, then try again; nothing was changed.",
                "Too many tries. Wait %(n)d minutes, then try again; nothing was changed.",
                self.minutes,
            )
            % {"n": self.minutes}
        )

    @property
    def minutes(self) -> int:
        return math.ceil(self.seconds / 60)


def pay(*costs: Cost, now: float | None = None) -> None:
    """Count one try, or raise Throttled. Belongs outside any transaction that may be undone."""
    seconds = int(now or time.time())
    for n, (limit, who) in enumerate(costs):
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [_key(limit, who), seconds + limit.seconds, seconds, seconds])
            count, ends = cursor.fetchone()
        if count > limit.most:
            give_back(*costs[:n])
            raise Throttled(ends - seconds)


def give_back(*costs: Cost) -> None:
    """The try was right: it does not count. What was wrong before it still does."""
    for limit, who in costs:
        Attempt.objects.filter(key=_key(limit, who), count__gt=0).update(count=F("count") - 1)


def forget(*costs: Cost) -> None:
    """Whoever has proved otherwise who they are starts anew."""
    Attempt.objects.filter(key__in=[_key(limit, who) for limit, who in costs]).delete()


def once(name: str, who: str, *, seconds: int) -> bool:
    """True the first time within these seconds, for one caller only."""
    try:
        pay((Limit(name, 1, seconds), who))
    except Throttled:
        return False
    return True


def sweep(now: float | None = None) -> int:
    """Drop counts whose time is over."""
    dropped, _kinds = Attempt.objects.filter(ends__lte=int(now or time.time())).delete()
    return dropped


def account(person: Employee | str) -> str:
    """The account that an address means: no way of writing the same address is a new start."""
    email = person if isinstance(person, str) else person.email
    return unicodedata.normalize("NFKC", email.strip()).upper().lower().casefold()


def network_of(request: HttpRequest) -> str:
    """Where a request comes from. Of IPv6, the part that a provider gives to one customer."""
    address = get_adapter().get_client_ip(request)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return str(address)[:45]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False).network_address)
    return str(parsed)


def _key(limit: Limit, who: str) -> str:
    text = f"attempt:{limit.name}:{who}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
