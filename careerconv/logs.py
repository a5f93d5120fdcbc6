"""Log lines for machines: one JSON object each, with ids, counts and states, never with what somebody wrote.

The text of an exception may repeat what it was given, so only its type and where it arose are told.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from people.logs import Discreet

BASE = f"{Path(__file__).resolve().parent.parent}/"
# What a line may carry beside its message. Anything else that a library attaches is left out.
FIELDS = ("method", "route", "id", "status", "ms", "person")
# What every line of the current request or task carries.
_carried: ContextVar[dict[str, str] | None] = ContextVar("carried", default=None)


@contextmanager
def carrying(**ids: str) -> Iterator[None]:
    """Every line until the end carries these."""
    token = _carried.set({**(_carried.get() or {}), **ids})
    try:
        yield
    finally:
        _carried.reset(token)


def carry(ids: dict[str, str] | None) -> None:
    """Every line from now on carries these and nothing else: for processes that do one thing after the other."""
    _carried.set(ids)


class JSONLine(Discreet):
    """One object per line: time, level, logger, message, what is carried, and the error if there was one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.cut(_message(record)),
            **(_carried.get() or {}),
            **{name: record.__dict__[name] for name in FIELDS if name in record.__dict__},
        }
        if record.exc_info and record.exc_info[1]:
            line["error"], line["trace"] = name_of(record.exc_info[1]), trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def name_of(error: BaseException) -> str:
    """The type of an error, and which constraint refused a row; not its text."""
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name} ({constraint})" if constraint else name


def trace(error: BaseException) -> list[str]:
    """Where it arose, the place itself last; then the same of what it arose from."""
    lines, seen, cause = [], {id(error)}, error
    while True:
        frames = traceback.extract_tb(cause.__traceback__)
        lines += [f"{frame.filename.removeprefix(BASE)}:{frame.lineno} {frame.name}" for frame in frames]
        earlier = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
        if earlier is None or id(earlier) in seen:
            return lines
        seen.add(id(earlier))
        cause = earlier
        lines.append(f"because of {name_of(cause)}")


def _message(record: logging.LogRecord) -> str:
    """Celery repeats the error's text in the message itself; `data` is what it made the message from."""
    data = getattr(record, "data", None)
    if record.exc_info and isinstance(data, dict) and "description" in data:
        return f"Task {data.get('name')}[{data.get('id')}] {data['description']}"
    return record.getMessage().rstrip()


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """For logging.config: every line of every process passes the same filters and the same formatter."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "people.logs.Discreet", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "json": {"()": "careerconv.logs.JSONLine"},
        },
        "filters": {
            "tokens": {"()": "people.logs.HideTokens"},
            "refusals": {"()": "people.logs.RefusalsAreNoErrors"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["refusals", "tokens"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Without handlers of their own, so that every line passes the one filter.
            "django": {},
            "django.server": {"propagate": True},
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            # Repeats whole addresses, with tokens and what was searched for. Ours is careerconv.access.
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            "fontTools": {"level": "WARNING"},
            "kombu.connection": {"level": "ERROR"},  # warns that a folder has no host name
            "pyhanko": {"level": "WARNING"},
            "pyhanko_certvalidator": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
