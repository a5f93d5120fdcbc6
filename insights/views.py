"""HR's figures. Filters live in the address, and every figure leads to its people by the same address."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit import operations as audit
from insights import queries
from insights.exports import people_csv
from insights.headline import headline
from insights.queries import LABELS, STEPS, Selection
from interviews.lateness import followed
from interviews.models import Interview
from interviews.queries.departments import places
from people.policy import can
from people.requests import SignedInRequest

PER_PAGE = 50
ALL = "all"


class Address:
    """What the address asks for: `cycle` (an id, or all), `department`, `only`, and the choices the page offers."""

    def __init__(self, request: SignedInRequest) -> None:
        if not can(request.user, "figures.see"):
            raise PermissionDenied
        user, asked = request.user, request.GET
        self.cycles, self.places = queries.cycles_with_people(user), places(user)
        cycle = self.cycles[0] if self.cycles else None
        if asked.get("cycle"):
            cycle = None if asked["cycle"] == ALL else self._one(c for c in self.cycles if str(c.pk) == asked["cycle"])
        place = None
        if asked.get("department"):
            place = self._one(p for p in self.places if str(p.department.pk) == asked["department"])
        only = bool(place and asked.get("only"))
        self.chosen = Selection(user, user.local_date(timezone.now()), cycle, place, only_here=only)

    @staticmethod
    def _one(found: Any) -> Any:
        """What is not there, or not for this reader, does not exist."""
        one = next(found, None)
        if one is None:
            raise Http404
        return one

    def query(self, **more: Any) -> str:
        """The same selection as an address, with `more` said; None takes a name away."""
        chosen = self.chosen
        names = {
            "cycle": chosen.cycle.pk if chosen.cycle else ALL,
            "department": chosen.place.department.pk if chosen.place else None,
            "only": "1" if chosen.only_here else None,
            **more,
        }
        return urlencode({name: value for name, value in names.items() if value is not None})

    def people(self, figure: str, **more: Any) -> str:
        return f"{reverse('insights:people_list')}?{self.query(figure=figure, **more)}"

    @property
    def context(self) -> dict[str, Any]:
        return {"address": self, "chosen": self.chosen, "cycles": self.cycles, "places": self.places}


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """The finding in words, four figures with their definitions, departments worst first, the way, who is late."""
    address = Address(request)
    found = queries.overview(address.chosen)
    context = address.context | {
        "found": found,
        "headline": headline(found),
        "links": {name: address.people(name) for name in LABELS},
        "follow_ups_url": f"{reverse('insights:follow_ups')}?{address.query()}",
        "departments": _departments(address, found),
        "steps": _steps(address, found),
        "longest": followed(found.longest, address.chosen.today),
    }
    return render(request, "insights/overview.html", context)


def _departments(address: Address, found: queries.Overview) -> list[dict[str, Any]]:
    """Each bar leads to exactly its people: of this department, without those below it."""
    return [
        {
            "row": row,
            "people": address.people("counted", department=row.id, only="1") if row.id else "",
            "late": address.people("late", department=row.id, only="1") if row.id else "",
        }
        for row in found.departments
    ]


def _steps(address: Address, found: queries.Overview) -> list[dict[str, Any]]:
    """How many reached each step, and how many fewer than the one before."""
    steps, before = [], found.counts["counted"]
    for name in STEPS:
        count = found.counts[name]
        steps.append(
            {
                "label": _("invited") if name == "counted" else LABELS[name],
                "count": count,
                "percent": queries.percent(count, found.counts["counted"]),
                "less": before - count,
                "people": address.people(name),
            }
        )
        before = count
    return steps


def _rows(address: Address, figure: str) -> Any:
    if figure not in LABELS:
        raise Http404
    rows = queries.people_behind(address.chosen, figure)
    order = ("due",) if figure == "late" else ()
    return rows.select_related("employee__department", "interviewer", "cycle").order_by(
        *order, "employee__last_name", "employee__first_name", "pk"
    )


@require_safe
def people_list(request: SignedInRequest) -> HttpResponse:
    """The conversations behind a figure: as many as it says."""
    address, figure = Address(request), request.GET.get("figure", "counted")
    page = Paginator(_rows(address, figure), PER_PAGE).get_page(request.GET.get("page"))
    context = address.context | {
        "page_obj": page,
        "rows": followed(page, address.chosen.today),
        "figure": figure,
        "figure_label": LABELS[figure],
        "labels": LABELS.items(),
        "export_url": f"{reverse('insights:people_export')}?{address.query(figure=figure)}",
        "overview_url": f"{reverse('insights:overview')}?{address.query()}",
    }
    return render(request, "insights/people_list.html", context)


@require_safe
def people_export(request: SignedInRequest) -> HttpResponse:
    """The same list as CSV. That it was taken is kept."""
    address, figure = Address(request), request.GET.get("figure", "counted")
    interviews: list[Interview] = list(_rows(address, figure))
    with transaction.atomic():
        audit.record(
            action="figures.exported",
            by=request.user,
            subject=address.chosen.cycle,
            figure=figure,
            rows=len(interviews),
        )
    # The byte order mark tells spreadsheets that names are in UTF-8.
    text = "\ufeff" + people_csv(followed(interviews, address.chosen.today))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="conversations-{figure}-{address.chosen.today}.csv"'
    return response


@require_safe
def follow_ups(request: SignedInRequest) -> HttpResponse:
    """The check-ins that were due: held or not, never what was said."""
    address, held = Address(request), request.GET.get("held", "")
    rows = queries.check_ins_due(address.chosen)
    if held in ("yes", "no"):
        rows = rows.filter(held_on__isnull=held == "no")
    rows = rows.select_related("plan__employee__department", "plan__employee__manager")
    page = Paginator(rows.order_by("due_on", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = address.context | {
        "page_obj": page,
        "held": held,
        "found": queries.follow_up(address.chosen),
        "overview_url": f"{reverse('insights:overview')}?{address.query()}",
        "today": address.chosen.today,
    }
    return render(request, "insights/follow_ups.html", context)
