"""What a line manager who does not lead a conversation of a cycle knows of it: that there is one, and its state.

Not the date, not the place, not who leads it, and nothing of what is written. Of requested ones: not even that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from interviews.models import Interview, State
from people.models import Employee


@dataclass(frozen=True)
class StateLine:
    pk: UUID
    name: str
    cycle: str
    state: State

    @property
    def url(self) -> str:
        return reverse("interviews:detail", args=[self.pk])


def led_by_others(user: Employee) -> QuerySet[Interview, Any]:
    """Rows for `state_lines`, by name, the latest cycle first."""
    rows = Interview.objects.state_known_to(user).order_by(
        "employee__last_name", "employee__first_name", "-created_at", "pk"
    )
    return rows.values("pk", "state", "cycle__name", "employee__first_name", "employee__last_name")


def state_lines(rows: Iterable[dict[str, Any]]) -> list[StateLine]:
    return [
        StateLine(
            pk=row["pk"],
            name=f"{row['employee__first_name']} {row['employee__last_name']}".strip(),
            cycle=row["cycle__name"],
            state=State(row["state"]),
        )
        for row in rows
    ]
