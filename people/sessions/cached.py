"""Sessions in the database with a copy in the cache, which may fail without anybody being signed out.

Django's own store of this kind answers with an error while the cache is down. A session that was ended during such a
time is found out when it is written the next time, within a minute: its row is gone.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache

from people.sessions import stored

PREFIX = "session:"
log = logging.getLogger(__name__)


@contextmanager
def whatever_the_cache_does() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - each backend has errors of its own
        log.warning("sessions are read from the database, the cache fails: %s", type(error).__name__)


class SessionStore(stored.SessionStore):
    def load(self) -> dict[str, Any]:
        copy: dict[str, Any] | None = None
        with whatever_the_cache_does():
            copy = cache.get(PREFIX + (self.session_key or ""))
        if copy is not None:
            return copy
        data: dict[str, Any] = super().load()
        if self.session_key:
            self._copy(data)
        return data

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        super().save(must_create)
        self._copy(dict(self.items()))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        super().delete(session_key)
        if key:
            with whatever_the_cache_does():
                cache.delete(PREFIX + key)

    def _copy(self, data: dict[str, Any]) -> None:
        with whatever_the_cache_does():
            cache.set(PREFIX + (self.session_key or ""), data, self.get_expiry_age())
