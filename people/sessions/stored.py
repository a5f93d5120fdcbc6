"""Sessions in the database."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from people.sessions import ADDRESS, DEVICE, SEEN, SINCE


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from people.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.person_id = data.get(SESSION_KEY)
        row.started_at, row.seen_at = _moment(data.get(SINCE)), _moment(data.get(SEEN))
        row.address, row.device = data.get(ADDRESS, ""), data.get(DEVICE, "")
        return row


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
