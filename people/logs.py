"""What never belongs in a log: the secret part of a link, and what somebody wrote."""

import logging
import re

_SECRET = re.compile(r"(/welcome/|/password/reset/key/)[^/\s\"']+")


class HideTokens(logging.Filter):
    """Cut tokens out of addresses, wherever in a line they stand."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if _SECRET.search(text):
            record.msg, record.args = _SECRET.sub(r"\1…", text), ()
        return True


class Discreet(logging.Formatter):
    """An error of PostgreSQL repeats the row that it refused, and a row may hold what somebody wrote: cut it out."""

    _DETAIL = re.compile(r"DETAIL:.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)

    @classmethod
    def cut(cls, text: str) -> str:
        return cls._DETAIL.sub("DETAIL: …", text)

    def format(self, record: logging.LogRecord) -> str:
        return self.cut(super().format(record))
