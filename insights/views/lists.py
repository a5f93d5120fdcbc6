"""The lists behind the figures: conversations, people, and what was agreed. Each as CSV, too."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from insights import exports, operations
from insights.lines import follow_up_lines, lines_of
from insights.models import PEOPLE
from insights.queries import LABELS
from insights.queries.coverage import LABELS as CONTACTS
from insights.queries.follow_ups import Followed
from insights.queries.listing import Lines, contacts, conversations, name_of, pick, pick_conversations
from insights.queries.promised import KINDS, STATES
from insights.views.address import Address, as_file
from interviews.exports import conversation_rows
from interviews.lateness import followed
from interviews.operations import remind_interview
from people.paging import MOST_COUNTED, PER_PAGE, up_to, window
from people.policy import Refused, can
from people.queries import search_people
from people.requests import SignedInRequest
from people.sheets import as_csv
from plans.operations import nudge_owner

# A form takes no more than one page of rows.
MOST_PICKED = PER_PAGE


def _figure(request: SignedInRequest, labels: dict[str, Any], default: str) -> str:
    figure = request.GET.get("figure", default)
    if figure not in labels:
        raise Http404
    return figure


def _told(known: int | None, up_to: Callable[[], int]) -> dict[str, Any]:
    """How many rows a list says it has: as they were counted, or else found now and no further than is said."""
    if known is not None:
        return {"count": known, "more": False}
    found = up_to()
    return {"count": min(found, MOST_COUNTED), "more": found > MOST_COUNTED}


@require_safe
def people_list(request: SignedInRequest) -> HttpResponse:
    """The conversations behind a figure: as many as it says."""
    address, figure = Address(request), _figure(request, LABELS, "counted")
    page = window(Lines(address.chosen, figure), request.GET.get("page"))
    context = address.context | {
        "page_obj": page,
        "rows": lines_of(page.rows, address.today),
        **_told(
            address.conversations[figure] if address.is_counted else None,
            lambda: up_to(conversations(address.chosen, figure)),
        ),
        "figure": figure,
        "figure_label": LABELS[figure],
        "labels": LABELS.items(),
        "may_remind": any(row.is_open for row in page.rows),
        "query": request.GET.urlencode(),
        "export_url": address.to("people_export", figure=figure),
        "overview_url": address.to("overview", site=None, manager=None, week=None, only=None),
    }
    return render(request, "insights/people_list.html", context)


@require_safe
def people_export(request: SignedInRequest) -> HttpResponse:
    """The same list as CSV. That it was taken is kept."""
    address, figure = Address(request), _figure(request, LABELS, "counted")
    rows = conversations(address.chosen, figure).select_related("employee__department", "interviewer", "cycle")
    one_by_one = (row for interview in rows.iterator(chunk_size=2000) for row in followed([interview], address.today))
    return _file(address, conversation_rows(one_by_one), "conversations", figure)


@require_safe
def contact_list(request: SignedInRequest) -> HttpResponse:
    """The people whom somebody has talked with lately, or has not."""
    address, figure = Address(request), _figure(request, CONTACTS, "not_talked")
    rows = contacts(address.chosen, figure)
    page = window(rows, request.GET.get("page"))
    context = address.context | {
        "page_obj": page,
        **_told(address.people[figure] if address.is_counted else None, lambda: up_to(rows)),
        "figure": figure,
        "figure_label": CONTACTS[figure],
        "labels": CONTACTS.items(),
        "export_url": address.to("contacts_export", figure=figure, cycle=None),
        "overview_url": address.to("overview", cycle=None, site=None, only=None),
    }
    return render(request, "insights/contacts.html", context)


@require_safe
def contacts_export(request: SignedInRequest) -> HttpResponse:
    address, figure = Address(request), _figure(request, CONTACTS, "not_talked")
    rows = contacts(address.chosen, figure).iterator(chunk_size=2000)
    return _file(address, exports.contact_rows(rows), "contacts", figure)


@require_safe
def follow_ups(request: SignedInRequest) -> HttpResponse:
    """What was agreed and is due, overdue or done: title, owner, day and state, never what was said."""
    address = Address(request, by_cycle=False)
    chosen = _followed(request, address)
    known = None
    if address.is_counted and chosen.owners is None and chosen.state in STATES:
        known = sum(address.people[f"{kind.name} {chosen.state}"] for kind in chosen.kinds)
    page = window(chosen, request.GET.get("page"))
    context = address.context | {
        "page_obj": page,
        **_told(known, chosen.up_to),
        "rows": follow_up_lines(page.rows),
        "kind": request.GET.get("kind", ""),
        "kinds": [(kind.name, kind.label) for kind in KINDS.values()],
        "state": chosen.state,
        "headline": _headline(address.people) if address.is_whole else _("What was agreed"),
        "soon_url": address.to("follow_ups", state="soon", cycle=None, week=None),
        "overdue_url": address.to("follow_ups", state="overdue", cycle=None, week=None),
        "state_label": STATES.get(chosen.state, _("still to be done")),
        "states": STATES.items(),
        "owner": request.GET.get("owner", "").strip(),
        "numbers": _numbers(address) if address.is_whole else [],
        "counted_at": address.ledger.moment(PEOPLE),
        "query": request.GET.urlencode(),
        "may_nudge": any(row.is_open for row in page.rows),
        "export_url": f"{reverse('insights:follow_ups_export')}?{request.GET.urlencode()}",
        "overview_url": address.to("overview", week=None, only=None),
    }
    return render(request, "insights/follow_ups.html", context)


def _headline(people: Counter[str]) -> str:
    """The finding: what is overdue, most of it first."""
    overdue, old = (sum(people[f"{name} {state}"] for name in KINDS) for state in ("overdue", "old"))
    if not overdue:
        return _("Nothing is overdue.")
    first = ngettext("%(count)s follow-up is overdue.", "%(count)s follow-ups are overdue.", overdue)
    if not old:
        return first % {"count": overdue}
    more = ngettext("%(count)s has been for more than 30 days.", "%(count)s have been for more than 30 days.", old)
    return f"{first % {'count': overdue}} {more % {'count': old}}"


def _followed(request: SignedInRequest, address: Address) -> Followed:
    asked, state = request.GET.get("kind", ""), request.GET.get("state", "") or "overdue"
    if (asked and asked not in KINDS) or (state not in STATES and state != "to_do"):
        raise Http404
    words = request.GET.get("owner", "").replace("\x00", "").strip()
    owners = list(search_people(request.user, words)[:MOST_PICKED]) if words else None
    return Followed(address.chosen, [KINDS[asked]] if asked else list(KINDS.values()), state, owners)


def _numbers(address: Address) -> list[dict[str, Any]]:
    """Four facts over all kinds; each leads to its list."""
    people = address.people
    facts = [
        ("overdue", "old", STATES["overdue"]),
        ("soon", "", STATES["soon"]),
        ("later", "", STATES["later"]),
        ("was_done", "was_due", STATES["done"]),
    ]
    return [
        {
            "state": state,
            "label": label,
            "count": sum(people[f"{name} {state}"] for name in KINDS),
            "kinds": [(kind.label, people[f"{name} {state}"]) for name, kind in KINDS.items()],
            "beside": sum(people[f"{name} {beside}"] for name in KINDS) if beside else 0,
            "url": address.to("follow_ups", state=state, cycle=None, week=None),
            "beside_url": address.to("follow_ups", state=beside, cycle=None, week=None) if beside else "",
        }
        for state, beside, label in facts
    ]


@require_safe
def follow_ups_export(request: SignedInRequest) -> HttpResponse:
    address = Address(request, by_cycle=False)
    chosen = _followed(request, address)
    return _file(address, exports.follow_up_rows(chosen.all()), "follow-ups", chosen.state)


def _file(address: Address, rows: Iterable[list[Any]], name: str, figure: str) -> HttpResponse:
    text, written = as_csv(rows)
    operations.note_export(
        by=address.user, figure=figure, rows=written, cycle=address.chosen.cycle if name == "conversations" else None
    )
    return as_file(text, f"{name}-{figure}-{address.today}")


@require_POST
def nudge(request: SignedInRequest) -> HttpResponse:
    """Remind whoever owes these, by hand. One that can't be reminded never stops the others."""
    address = Address(request, by_cycle=False)
    # The button of a row speaks for that row alone, whatever is ticked.
    only = request.POST.get("only")
    items = pick(address.chosen, [only] if only else request.POST.getlist("item")[:MOST_PICKED])
    if items is None:
        raise Http404
    _remind(request, items, lambda item: nudge_owner(by=request.user, item=item))
    return redirect(_back(request, "follow_ups"))


@require_POST
def remind(request: SignedInRequest) -> HttpResponse:
    """Remind whoever these conversations wait for."""
    address = Address(request)
    interviews = pick_conversations(address.chosen, request.POST.getlist("item")[:MOST_PICKED])
    if interviews is None:
        raise Http404
    _remind(request, interviews, lambda interview: remind_interview(by=request.user, interview=interview))
    return redirect(_back(request, "overview" if request.POST.get("from") == "overview" else "people_list"))


def _remind(request: SignedInRequest, rows: list[Any], ask: Callable[[Any], list[Any]]) -> None:
    if not can(request.user, "figures.see"):
        raise PermissionDenied
    if not rows:
        messages.warning(request, _("Nothing was chosen. Tick the rows whose people should get a reminder."))
    reminded = 0
    for row in rows:
        try:
            reminded += len(ask(row))
        except Refused as refused:
            messages.warning(request, f"{name_of(row)}: {refused}")
    if reminded:
        text = ngettext("%(count)s reminder is on its way.", "%(count)s reminders are on their way.", reminded)
        messages.success(request, text % {"count": reminded})


def _back(request: SignedInRequest, page: str) -> str:
    """The same list with the same filters: the form brings the address along as words for it, not as an address."""
    query = QueryDict(request.POST.get("query", "")[:2000]).urlencode()
    return f"{reverse(f'insights:{page}')}?{query}" if query else reverse(f"insights:{page}")
