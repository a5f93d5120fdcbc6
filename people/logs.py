"""What never belongs in a log: the secret part of a link, and what somebody wrote."""

import logging
import re

_SECRET = re.compile(r"(/welcome/|/password/reset/key/)[^/\s\"']+")


def hide_tokens(text: str) -> str:
    """Cut tokens out of addresses, wherever they stand."""
    return _SECRET.sub(r"\1…", text)


class HideTokens(logging.Filter):
    """Cut tokens out of addresses, wherever in a line they stand."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if _SECRET.search(text):
            record.msg, record.args = hide_tokens(text), ()
        return True


class RefusalsAreNoErrors(logging.Filter):
    """A page that is missing or not for this person is told by the line of its request: no second one, no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if isinstance(status, int) and status < 500:
            record.exc_info = record.exc_text = None
            return record.name != "django.request"
        return True


class Discreet(logging.Formatter):
    """An error of PostgreSQL repeats the row that it refused, and a row may hold what somebody wrote: cut it out."""

    _DETAIL = re.compile(r"DETAIL:.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)

    @classmethod
    def cut(cls, text: str) -> str:
        return hide_tokens(cls._DETAIL.sub("DETAIL: …", text))

    def format(self, record: logging.LogRecord) -> str:
        return self.cut(super().format(record))
