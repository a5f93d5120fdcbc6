"""Finding names whatever the case and the accents, the same on both databases."""

import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Coalesce, Concat


def _plain_letters() -> dict[str, str]:
    """Each Latin letter with an accent → the letter without."""
    found = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "Ð": "D"}
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        letter = unicodedata.normalize("NFKD", chr(code))[0]
        if letter.isascii() and letter.isalpha():
            found.setdefault(chr(code), letter)
    return found


_PLAIN = _plain_letters()
_PAIRS = {"ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
_TABLE = str.maketrans({**_PLAIN, **_PAIRS})


def fold(text: str | None) -> str:
    """Sébastien Müßig → sebastien mussig. PostgreSQL refuses to look for a NUL, and no name holds one: a space."""
    return "" if text is None else unicodedata.normalize("NFC", text).replace("\x00", " ").translate(_TABLE).lower()


class Folded(Func):
    """`fold` inside a query, and in the columns that store it: with other letters a migration must fill these anew."""

    function = "fold"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        for pair, plain in _PAIRS.items():
            inner = f"replace({inner}, '{pair}', '{plain}')"
        return f"lower(translate({inner}, '{''.join(_PLAIN)}', '{''.join(_PLAIN.values())}'))", params


def folded_fields(*names: str) -> Folded:
    """Several columns as one searchable text."""
    parts: list[Any] = []
    for name in names:
        parts += [Coalesce(F(name), Value("")), Value(" ")]
    return Folded(Concat(*parts, output_field=CharField()))


def teach_sqlite(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """SQLite has no such function of its own; it gets ours with each connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("fold", 1, fold, deterministic=True)
