"""How long somebody stays signed in, and in which browsers.

The rows are `people.models.Session`. `stored` reads them from the database; `cached` keeps a copy in the cache, for
installations whose cache is Redis. A session is written once a minute, not once a request.
"""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest

from people.throttling import network_of

SINCE, SEEN, ADDRESS, DEVICE = "since", "seen", "address", "device"


def begin(request: HttpRequest, now: float | None = None) -> None:
    """Note when, where and by what somebody signed in."""
    now = now or time.time()
    request.session[SINCE] = request.session[SEEN] = now
    request.session[ADDRESS] = network_of(request)
    request.session[DEVICE] = request.headers.get("User-Agent", "")[:200]


def keep_up(request: HttpRequest, now: float | None = None) -> None:
    """End a session that has lasted its hours; note once a minute that it is in use."""
    session, now = request.session, now or time.time()
    if SESSION_KEY not in session:
        return
    if SINCE not in session:
        begin(request, now)
    elif now - session[SINCE] >= settings.SESSION_HOURS * 3600:
        logout(request)
        return
    elif now - session[SEEN] < settings.SESSION_SAVED_EVERY:
        return
    session[SEEN], session[ADDRESS] = now, network_of(request)
    try:
        session.save()
    except UpdateError:
        # It was ended elsewhere while the cache could not be told.
        logout(request)
    else:
        session.modified = False
