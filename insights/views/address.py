"""What an address of HR's figures asks for. What is not there, or not for this reader, does not exist."""

import datetime
from collections import Counter
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone

from insights.queries import Branch, Ledger, Selection, branch_of
from insights.queries.figures import leader_of, zone
from insights.queries.overview import added
from interviews.models import Cycle
from people.addresses import address
from people.models import Employee
from people.policy import can
from people.requests import SignedInRequest

ALL, NONE = "all", "none"
Found = TypeVar("Found")


class Address:
    """`cycle` (an id, or all), `department` (an id, or none), `only`, `site`, `manager`, `week`."""

    def __init__(self, request: SignedInRequest) -> None:
        if not can(request.user, "figures.see"):
            raise PermissionDenied
        self.user, self.asked = request.user, request.GET
        self.today = timezone.now().astimezone(zone()).date()
        self.ledger = Ledger(self.user, self.today)
        site = self.asked.get("site")
        self.chosen = Selection(
            user=self.user,
            today=self.today,
            cycle=self._cycle(),
            branch=self._branch(),
            only_here=bool(self.asked.get("only")),
            site=None if site is None else site.replace("\x00", ""),
            leader=self._leader(),
            week=self._week(),
        )

    @cached_property
    def cycles(self) -> list[Cycle]:
        return self.ledger.cycles

    @cached_property
    def people(self) -> Counter[str]:
        """What is counted of plans and people of the branch, outside of cycles."""
        return added(self.ledger.numbers([None], self.chosen.branch.roots).values())

    @property
    def is_whole(self) -> bool:
        """Whether sums are kept for this selection: for a branch with all below it, not for what is cut out of it."""
        return not (self.chosen.branch.nobodys or self.chosen.only_here or self.chosen.site is not None)

    def _cycle(self) -> Cycle | None:
        asked = self.asked.get("cycle")
        if not asked:
            return self.cycles[0] if self.cycles else None
        return None if asked == ALL else one(next((c for c in self.cycles if str(c.pk) == asked), None))

    def _branch(self) -> Branch:
        asked = self.asked.get("department")
        if asked == NONE:
            return one(branch_of(self.user, nobodys=True))
        return one(branch_of(self.user, uuid_of(asked) if asked else None))

    def _leader(self) -> Employee | None:
        asked = self.asked.get("manager")
        return one(leader_of(self.user, uuid_of(asked))) if asked else None

    def _week(self) -> datetime.date | None:
        asked = self.asked.get("week")
        if not asked:
            return None
        try:
            return datetime.date.fromisoformat(asked)
        except ValueError:
            raise Http404 from None

    def query(self, **more: Any) -> str:
        """The same selection as an address, with `more` said; None takes a name away."""
        chosen = self.chosen
        place = NONE if chosen.branch.nobodys else self.asked.get("department") or None
        names = {
            "cycle": chosen.cycle.pk if chosen.cycle else ALL,
            "department": place,
            "only": "1" if chosen.only_here else None,
            "site": chosen.site,
            "manager": chosen.leader.pk if chosen.leader else None,
            "week": chosen.week,
            **more,
        }
        return urlencode({name: value for name, value in names.items() if value is not None})

    def to(self, page: str, **more: Any) -> str:
        return f"{address(f'insights:{page}')}?{self.query(**more)}"

    @property
    def context(self) -> dict[str, Any]:
        return {"address": self, "chosen": self.chosen, "cycles": self.cycles, "branch": self.chosen.branch}


def one(found: Found | None) -> Found:
    if found is None:
        raise Http404
    return found


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def as_file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
