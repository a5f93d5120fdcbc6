"""What never belongs in a log: the secret part of a link."""

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
