"""The finding in words, and the numbers that lead to the people behind it."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from insights import exports, operations, queries
from insights.charts import trend
from insights.headline import headline
from insights.lines import lines_of
from insights.queries import LABELS, STEPS
from insights.queries.overview import BY, AllParts, Part
from insights.queries.promised import KINDS
from insights.views.address import Address, as_file
from people.paging import window
from people.requests import SignedInRequest
from people.sheets import as_csv

BY_LABELS = {
    "department": gettext_lazy("By department"),
    "site": gettext_lazy("By site"),
    "manager": gettext_lazy("By manager"),
    "cycle": gettext_lazy("By cycle"),
}
DUE_LABELS = {
    "to_prepare": gettext_lazy("Prepare"),
    "to_talk": gettext_lazy("Talk"),
    "to_sign": gettext_lazy("Sign"),
    "check_in": gettext_lazy("Check in"),
    "action": gettext_lazy("Actions"),
    "promise": gettext_lazy("Promises"),
}
# Figures that stand on the page, each with its people behind it.
LINKED = [
    *("signed", "on_time", "open", "late", "counted"),
    *("refused", "absent", "cancelled", "exempted", "left"),
]
PHASE_LABELS = {
    "talk": gettext_lazy("From the invitation to the talk"),
    "written": gettext_lazy("From the talk to the text"),
    "signed": gettext_lazy("From the text to the last signature"),
}


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Figures with their definitions, parts worst first, the way, the trend, what is due when, who is late."""
    address = Address(request)
    if address.chosen.branch.nobodys or address.chosen.site is not None or address.chosen.leader is not None:
        raise Http404
    choices = _choices(address)
    by = request.GET.get("by", choices[0])
    if by not in choices:
        raise Http404
    found = queries.overview(address.chosen, address.ledger, by=by)
    context = address.context | {
        "found": found,
        "headline": headline(found),
        "by": by,
        "by_choices": [(name, BY_LABELS[name], address.to("overview", by=name)) for name in choices],
        "links": {name: address.to("people_list", figure=name, week=None) for name in LINKED},
        "parts": [_bar(address, part, found.worst) for part in found.parts],
        "all_parts": address.to("parts", by="site" if by == "site" else "manager") if address.chosen.cycle else "",
        "steps": _steps(address, found),
        "longest": lines_of(found.longest, address.today),
        "facts": _facts(address, found),
        "weeks": _calendar(address, found),
        "due_labels": [DUE_LABELS[name] for name, _count in found.weeks[1].due],
        "chart": trend(found.trend, last=found.compared) if found.trend else "",
        "compared": found.compared,
        "late_export": address.to("people_export", figure="late"),
        "phases": [(PHASE_LABELS[name], days) for name, days in found.phases],
        "scoped": None not in queries.branches.roots_of(request.user),
        "query": address.query(),
    }
    return render(request, "insights/overview.html", context)


def _choices(address: Address) -> list[str]:
    """All cycles together are compared with each other; sites and managers within one."""
    return BY if address.chosen.cycle else ["cycle", "department"]


def _bar(address: Address, part: Part, worst: Part | None) -> dict[str, Any]:
    """Each number leads to exactly its people; the name leads down where there is something below."""
    return {
        "row": part,
        "is_worst": part is worst,
        "people": address.to("people_list", figure="counted", **part.address),
        "late": address.to("people_list", figure="late", **part.address),
        "name_leads": address.to("overview", **part.address) if part.inside else "",
    }


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
                "people": address.to("people_list", figure=name),
            }
        )
        before = count
    return steps


def _facts(address: Address, found: queries.Overview) -> list[dict[str, Any]]:
    """What is counted of plans and people: part, whole, share, late ones, and where each leads."""
    people = found.people
    facts = []
    for name in ("check_in", "action", "promise"):
        part, whole = people[f"{name} was_done"], people[f"{name} was_due"]
        facts.append(
            {
                "name": name,
                "part": part,
                "whole": whole,
                "percent": queries.percent(part, whole),
                "part_url": address.to("follow_ups", kind=name, state="was_done", cycle=None),
                "whole_url": address.to("follow_ups", kind=name, state="was_due", cycle=None),
                "overdue": people[f"{name} overdue"],
                "old": people[f"{name} old"],
                "overdue_url": address.to("follow_ups", kind=name, state="overdue", cycle=None),
                "old_url": address.to("follow_ups", kind=name, state="old", cycle=None),
            }
        )
    for name, rest in (("talked", "not_talked"), ("in_touch", "out_of_touch")):
        facts.append(
            {
                "name": name,
                "part": people[name],
                "whole": people["people"],
                "percent": queries.percent(people[name], people["people"]),
                "part_url": address.to("contacts", figure=name, cycle=None),
                "whole_url": address.to("contacts", figure="people", cycle=None),
                "rest": people[rest],
                "rest_url": address.to("contacts", figure=rest, cycle=None),
            }
        )
    return facts


def _calendar(address: Address, found: queries.Overview) -> list[dict[str, Any]]:
    """A row for what is overdue, then one for each week; each number leads to what it counts."""
    busiest = max((count for week in found.weeks if week.monday for _name, count in week.due), default=0)
    rows, labels = [], {name: str(label) for name, label in DUE_LABELS.items()}
    for week in found.weeks:
        cells = [
            {
                "count": count,
                "tone": _tone(count, busiest, is_late=week.monday is None),
                "label": labels[name.removeprefix("late_").removesuffix(" overdue")],
                "url": _due_url(address, name, week.monday) if count else "",
            }
            for name, count in week.due
        ]
        rows.append({"monday": week.monday, "cells": cells})
    return rows


def _tone(count: int, busiest: int, *, is_late: bool) -> str:
    if not count:
        return "off"
    return "late" if is_late else f"h{1 + 3 * count // (busiest + 1)}"


def _due_url(address: Address, name: str, week: datetime.date | None) -> str:
    kind, _space, state = name.partition(" ")
    if kind in KINDS:
        return address.to("follow_ups", kind=kind, state=state or "to_do", cycle=None, week=week)
    return address.to("people_list", figure=name, week=week)


@require_safe
def parts(request: SignedInRequest) -> HttpResponse:
    """All sites or managers of one cycle, those with most late ones first."""
    address, by = Address(request), request.GET.get("by", "manager")
    if by not in ("site", "manager") or address.chosen.cycle is None:
        raise Http404
    found = AllParts(address.chosen, by)
    if request.GET.get("as") == "csv":
        text, rows = as_csv(exports.part_rows(found.all()))
        operations.note_export(by=request.user, figure=f"by {by}", rows=rows, cycle=address.chosen.cycle)
        return as_file(text, f"{by}-{address.today}")
    page = window(found, request.GET.get("page"))
    context = address.context | {
        "page_obj": page,
        "parts": [_bar(address, part, None) for part in page.rows],
        "by": by,
        "title": BY_LABELS[by],
        "export_url": address.to("parts", by=by, **{"as": "csv"}),
        "overview_url": address.to("overview", by=by),
    }
    return render(request, "insights/parts.html", context)


@require_POST
def count(request: SignedInRequest) -> HttpResponse:
    """Count again what the page shows."""
    address = Address(request)
    if operations.count_again(by=request.user, cycle=address.chosen.cycle):
        messages.success(request, _("Counted again."))
    else:
        messages.info(request, _("So many people take a while to count. It is done once a minute anyway."))
    return redirect(address.to("overview"))
