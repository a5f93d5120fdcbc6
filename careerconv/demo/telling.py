"""The demonstration's stories as they are written, and its calendar: days before and after the day of loading."""

import csv
import datetime
import io
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from interviews.questions import Question

HERE = Path(__file__).parent
PEOPLE = settings.BASE_DIR / "people" / "demo" / "people.csv"
# The day people.csv was written for; its dates of hiring and leaving move along with the demonstration.
WRITTEN_ON = datetime.date(2026, 11, 21)
ZONE = zoneinfo.ZoneInfo("Europe/Luxembourg")

Told = dict[str, Any]


class Calendar:
    """Day 0 is today. Nothing happens on a weekend: what is past moves to Friday, what is to come to Monday."""

    def __init__(self, now: datetime.datetime) -> None:
        self.now = now
        self.today = now.astimezone(ZONE).date()

    def date(self, day: int) -> datetime.date:
        date = self.today + datetime.timedelta(days=day)
        over = date.isoweekday() - 5
        if over > 0:
            date += datetime.timedelta(days=3 - over if day > 0 else -over)
        return date

    def at(self, day: int, hour: int, minute: int = 0) -> datetime.datetime:
        """The moment on that day, where the demonstration organisation works; what lies behind is never ahead."""
        moment = datetime.datetime.combine(self.date(day), datetime.time(hour, minute), ZONE)
        return min(moment, self.now) if day <= 0 else moment


def read(name: str) -> Told:
    told: Told = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return told


def export(calendar: Calendar, *, as_of: int) -> bytes:
    """The HR export as it looked on that day: who came later is missing, who left later is still there."""
    shift = calendar.today - WRITTEN_ON
    day = calendar.today + datetime.timedelta(days=as_of)
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or []), list(reader)
    kept = []
    for row in rows:
        for column in ("hired_on", "left_on"):
            if row[column]:
                row[column] = (datetime.date.fromisoformat(row[column]) + shift).isoformat()
        if row["left_on"] > day.isoformat():
            row["left_on"] = ""
        if row["hired_on"] <= day.isoformat():
            kept.append(row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    return text.getvalue().encode()


def value_of(question: Question, told: Any, calendar: Calendar) -> Told:
    """An answer as told, in the shape that its kind of question keeps."""
    shapes: dict[str, Callable[[], Told]] = {
        "long_text": lambda: {"text": told.strip()},
        "short_text": lambda: {"text": told.strip()},
        "choice": lambda: {"choice": told},
        "choices": lambda: {"choices": told},
        "scale": lambda: {"point": told},
        "date": lambda: {"date": calendar.date(told).isoformat()},
        "direction": lambda: {"directions": told["chosen"], "why": told["why"]},
        "skills": lambda: {"ratings": {key: _rating(*given) for key, given in told.items()}},
        "sbi": lambda: dict(told),
        "roadblock": lambda: dict(told),
    }
    return shapes[question.kind]()


def _rating(level: int, evidence: str = "") -> Told:
    return {"level": level, "evidence": evidence}
