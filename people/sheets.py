"""Lists as CSV that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """A text that begins like a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(rows: Iterable[list[Any]]) -> tuple[str, int]:
    """The text, and how many rows it holds under its heading."""
    out = io.StringIO()
    # The byte order mark tells spreadsheets that names are in UTF-8.
    out.write("\ufeff")
    writer = csv.writer(out)
    written = -1
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        written += 1
    return out.getvalue(), written
