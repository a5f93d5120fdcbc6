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
from insights.queries.figures import leader_of
from insights.queries.overview import added
from interviews.models import Cycle
from people.addresses import address
from people.models import Employee
from people.organisation import organisation_of, zone_of
from people.policy import can
from people.requests import SignedInRequest

ALL, NONE = "all", "none"
Found = TypeVar("Found")


class Address:
    """`cycle` (an id, or all), `department` (an id, or none), `only`, `site`, `manager`, `week`."""

    def __init__(self, request: SignedInRequest, *, by_cycle: bool = True) -> None:
        """Without `by_cycle` for a page on which cycles make no difference: it hands on which one was looked at."""
        if not can(request.user, "figures.see"):
            raise PermissionDenied
        self.user, self.asked, self._by_cycle = request.user, request.GET, by_cycle
        where = zone_of(organisation_of(request))
        self.today = timezone.now().astimezone(where).date()
        self.ledger = Ledger(self.user, self.today)
        site = self.asked.get("site")
        self.chosen = Selection(
            user=self.user,
            today=self.today,
            cycle=self._cycle() if by_cycle else None,
            branch=self._branch(),
            only_here=bool(self.asked.get("only")),
            site=None if site is None else site.replace("\x00", ""),
            leader=self._leader(),
            week=self._week(),
            where=where,
        )

    @cached_property
    def cycles(self) -> list[Cycle]:
        return self.ledger.cycles

    @cached_property
    def people(self) -> Counter[str]:
        """What is counted of plans and people of the branch, outside of cycles."""
        return added(self.ledger.numbers([None], self.chosen.branch.roots).values())

    @cached_property
    def conversations(self) -> Counter[str]:
        """What is counted of the conversations of the branch, in the cycle or in all of them."""
        cycles = [self.chosen.cycle] if self.chosen.cycle else self.cycles
        return added(self.ledger.numbers([cycle.pk for cycle in cycles], self.chosen.branch.roots).values())

    @property
    def is_whole(self) -> bool:
        """Whether sums are kept for this selection: for a branch with all below it, not for what is cut out of it."""
        return not (self.chosen.branch.nobodys or self.chosen.only_here or self.chosen.site is not None)

    @property
    def is_counted(self) -> bool:
        """Whether those sums are of all that a list holds: it is narrowed to no week and to nobody who leads."""
        return self.is_whole and self.chosen.week is None and self.chosen.leader is None

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

    @cached_property
    def _said(self) -> dict[str, str]:
        """The selection as it stands in an address, name by name: a page leads to a hundred of its kind."""
        chosen = self.chosen
        names = {
            "cycle": (chosen.cycle.pk if chosen.cycle else ALL) if self._by_cycle else self.asked.get("cycle"),
            "department": NONE if chosen.branch.nobodys else self.asked.get("department") or None,
            "only": "1" if chosen.only_here else None,
            "site": chosen.site,
            "manager": chosen.leader.pk if chosen.leader else None,
            "week": chosen.week,
        }
        return {name: urlencode({name: value}) for name, value in names.items() if value is not None}

    def query(self, **more: Any) -> str:
        """The same selection as an address, with `more` said; None takes a name away."""
        kept = [text for name, text in self._said.items() if name not in more]
        said = {name: value for name, value in more.items() if value is not None}
        return "&".join([*kept, urlencode(said)] if said else kept)

    def to(self, page: str, **more: Any) -> str:
        return f"{address(f'insights:{page}')}?{self.query(**more)}"

    @property
    def context(self) -> dict[str, Any]:
        cycles = self.cycles if self._by_cycle else []
        return {"address": self, "chosen": self.chosen, "cycles": cycles, "branch": self.chosen.branch}


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
