"""Who is signed in where, and what keeps strangers from guessing."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.operations import record
from people import throttling
from people.models import Employee, Session
from people.policy import Refused


def confirm_password(*, by: Employee, password: str, wrong: str = "") -> None:
    """Ask for the password of somebody who is signed in. Outside any transaction: a wrong try must stay counted."""
    cost = (throttling.PASSWORDS, throttling.account(by))
    throttling.pay(cost)
    if not by.check_password(password):
        raise Refused(wrong or _("The password is not right. Nothing was changed."))
    throttling.give_back(cost)


def end_session(*, by: Employee, session: Session, now: datetime | None = None) -> None:
    """Sign out one's own browser somewhere else. Ended twice is ended once."""
    with transaction.atomic():
        if drop_sessions(Session.objects.filter(person=by, pk=session.pk)):
            record(action="person.session_ended", by=by, subject=by, at=now)


def end_other_sessions(*, by: Employee, here: str, now: datetime | None = None) -> int:
    """Sign out everywhere but in the browser with the session `here`."""
    with transaction.atomic():
        ended = drop_sessions(Session.objects.filter(person=by).exclude(pk=here))
        record(action="person.sessions_ended", by=by, subject=by, at=now)
    return ended


def drop_sessions(sessions: QuerySet[Session]) -> int:
    """Take these rows away now and what the cache holds of them when that is certain."""
    keys = list(sessions.values_list("pk", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    transaction.on_commit(lambda: [store().delete(key) for key in keys], robust=True)
    return len(keys)


def forget_what_is_over(now: datetime | None = None) -> int:
    """Drop sessions and counts of tries whose time has passed. For the sweep."""
    now = now or timezone.now()
    sessions, _kinds = Session.objects.filter(expire_date__lte=now).delete()
    return sessions + throttling.sweep(now.timestamp())
