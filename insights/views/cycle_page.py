"""A launched round: how far it has come, who is in it, and what HR does to many at once."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from audit import operations as audit
from insights import operations
from insights.lines import lines_of
from insights.queries import Branch, Ledger, Selection, branch_of
from insights.queries.branches import roots_of
from insights.queries.counting import Numbers
from insights.queries.overview import added, longest_overdue
from insights.queries.rounds import LATE, Listed
from insights.views.address import as_file, one, uuid_of
from interviews.exports import conversation_rows
from interviews.lateness import followed
from interviews.models import Cycle, Interview, State
from interviews.models.interview import OPEN_STATES
from interviews.operations import for_each
from interviews.queries import cycles as queries
from interviews.views.access import cycle_for
from interviews.views.deeds import DEEDS, Deed
from interviews.wording import state_in_words
from people.addresses import address_of
from people.models import Employee
from people.organisation import organisation_of, zone_of
from people.paging import window
from people.requests import SignedInRequest
from people.sheets import as_csv

# So many are acted on at a time: each gets its own transaction and mails, and the page must answer in seconds.
AT_A_TIME = 250


class Address:
    """What the address narrows the list to: `state` (or late), `department`, `q`."""

    def __init__(self, request: SignedInRequest, cycle: Cycle) -> None:
        self.user, self.cycle, self.asked = request.user, cycle, request.GET
        where = zone_of(organisation_of(request))
        self.today = timezone.now().astimezone(where).date()
        state, department = self.asked.get("state", ""), self.asked.get("department", "")
        self.branch = one(branch_of(self.user, uuid_of(department) if department else None))
        self.list = Listed(
            Selection(user=self.user, today=self.today, cycle=cycle, branch=self.branch, where=where),
            state=state if state == LATE or state in State.values else "",
            words=self.asked.get("q", "").replace("\x00", " ").strip()[:100],
        )
        self.page = self.asked.get("page")

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.user, self.today)

    @property
    def names(self) -> dict[str, Any]:
        """The filter as it stands in an address."""
        said = {"state": self.list.state, "department": self.asked.get("department"), "q": self.list.words}
        return {name: value for name, value in said.items() if value}

    def url(self, page: str = "cycle", **more: Any) -> str:
        query = urlencode(self.names | more)
        return address_of(f"insights:{page}", self.cycle.pk) + (f"?{query}" if query else "")

    def numbers(self) -> tuple[Numbers, Numbers]:
        """What was counted of the cycle in all of the reader's scope, and in the branch that was asked for."""
        everywhere, here = roots_of(self.user), self.branch.roots
        found = self.ledger.numbers([self.cycle.pk], {*everywhere, *here})

        def whole(places: tuple[UUID | None, ...]) -> Numbers:
            return added(found[self.cycle.pk, place] for place in places)

        return whole(everywhere), whole(here)

    def count(self, here: Numbers) -> int:
        """How many the list has: as they were counted, or found now where only some names are asked for."""
        if self.list.words:
            return self.list.rows.order_by().count()
        state = self.list.state
        return here[state if state == LATE else f"state {state}" if state else "launched"]


@require_safe
def cycle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """States, who is late, and the list; dates and progress, never a word of what was written."""
    cycle = cycle_for(request, pk)
    if cycle.launched_at is None:
        return redirect("interviews:cycle_launch", pk=pk)
    address = Address(request, cycle)
    everywhere, here = address.numbers()
    page, is_narrowed = window(address.list, address.page), bool(address.names)
    longest = [] if is_narrowed or page.number > 1 else _longest(address)
    labels = {state: state_in_words(state) for state in State}
    told = [(state, labels[state], everywhere[f"state {state}"], address.url(state=state.value)) for state in State]
    context = {
        "cycle": cycle,
        "address": address,
        "branch": address.branch,
        "is_narrowed": is_narrowed,
        "state": address.list.state,
        "words": address.list.words,
        "numbers": everywhere,
        "left_out": everywhere["launched"] - everywhere["counted"],
        "counted_at": address.ledger.moment(cycle.pk),
        "now": [line for line in told if line[0] in OPEN_STATES and line[0] != State.PLANNED],
        "closed": [line for line in told if line[0] not in OPEN_STATES and line[2]],
        "longest": lines_of(longest, address.today, shared=True),
        "waiting": everywhere["waiting"] if cycle.sign_by >= address.today else 0,
        "exempted": everywhere["exempted before"],
        "page_obj": page,
        "count": address.count(here),
        "rows": lines_of(page.rows, address.today, shared=True),
        "states": [(state.value, label) for state, label in labels.items() if state != State.PLANNED],
        "deeds": [(deed.name, str(deed.button)) for deed in DEEDS.values()],
        "at_a_time": AT_A_TIME,
        "export_url": address.url("cycle_export"),
    }
    return render(request, "insights/cycle.html", context)


def _longest(address: Address) -> list[Interview]:
    return longest_overdue(address.list.chosen, address.ledger, [address.cycle.pk], 5)


@require_safe
def cycle_exempted(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who was left out before being invited, by whom and why."""
    cycle = cycle_for(request, pk)
    page = window(queries.exempted_before(request.user, cycle), request.GET.get("page"))
    return render(request, "insights/cycle_exempted.html", {"cycle": cycle, "page_obj": page})


@require_safe
def cycle_export(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The list as it is narrowed, as CSV. That it was taken is kept."""
    cycle = cycle_for(request, pk)
    address = Address(request, cycle)
    rows = address.list.rows.select_related("employee__department", "interviewer", "cycle")
    text, count = as_csv(conversation_rows(followed(rows.iterator(chunk_size=2000), address.today)))
    with transaction.atomic():
        audit.record(action="cycle.exported", by=request.user, subject=cycle, rows=count)
    return as_file(text, f"cycle-{address.today}")


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The same for many: who is meant, what is asked for, and then who it was done for and who not."""
    cycle, asked = cycle_for(request, pk), request.POST if request.method == "POST" else request.GET
    address, deed = Address(request, cycle), DEEDS.get(asked.get("do", ""))
    if deed is None:
        raise Http404
    chosen = _chosen(address, asked)
    if not chosen:
        messages.error(request, _("Nobody was chosen. Tick the people you mean, then try again."))
        return redirect(address.url())
    only = chosen[0] if len(chosen) == 1 else None
    form = deed.form(request.POST if request.method == "POST" else None, user=request.user, interview=only)
    if request.method == "POST" and form.is_valid():
        return _do(request, address, deed, chosen, form.cleaned_data)
    context = _ask(request.user, deed, chosen, timezone.now()) | {
        "cycle": cycle,
        "back": address.url(),
        "filter": urlencode(address.names),
        "form": form,
        "parts": _parts(address, deed) if asked.get("whom") == "all" else [],
    }
    return render(request, "interviews/together.html", context, status=422 if form.is_bound else 200)


def _chosen(address: Address, asked: Any) -> list[Interview]:
    """Who is meant: those ticked, this page, or all that the filter finds. What is out of sight is not there."""
    whom = asked.get("whom", "")
    if whom == "all":
        start = (_part(asked) - 1) * AT_A_TIME
        return address.list.whole(address.list.ids[start : start + AT_A_TIME])
    if whom == "page":
        return address.list.whole(window(address.list.ids, address.page).rows)
    everybody = replace(address.list.chosen, branch=Branch())
    ids = {pk for text in asked.getlist("id")[:AT_A_TIME] if (pk := queries.uuid_of(text))}
    return Listed(everybody).whole(ids)


def _part(asked: Any) -> int:
    number = asked.get("part", "")
    return int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 5 and int(number) else 1


def _parts(address: Address, deed: Deed) -> list[dict[str, Any]]:
    """The steps in which all are acted on, when they are too many for one."""
    total = address.list.rows.order_by().count()
    if total <= AT_A_TIME:
        return []
    return [
        {
            "first": start + 1,
            "last": min(start + AT_A_TIME, total),
            "total": total,
            "url": address.url("together", do=deed.name, whom="all", part=number),
            "is_here": number == _part(address.asked),
        }
        for number, start in enumerate(range(0, total, AT_A_TIME), start=1)
    ]


def _ask(user: Employee, deed: Deed, chosen: list[Interview], now: datetime) -> dict[str, Any]:
    """Those for whom it can be done, and the others with the reason."""
    looked = [(interview, deed.refusal(user, interview, now)) for interview in chosen]
    possible = [interview for interview, why in looked if not why]
    return {
        "do": deed.name,
        "field": "id",
        "meant": [(interview.pk, interview.employee, interview.get_state_display()) for interview in possible],
        "left_out": [(interview.employee, why) for interview, why in looked if why],
        "heading": deed.ask(len(possible)) % {"count": len(possible)},
    }


def _do(
    request: SignedInRequest, address: Address, deed: Deed, chosen: list[Interview], said: dict[str, Any]
) -> HttpResponse:
    tally = for_each(
        chosen, lambda interview: deed.act(by=request.user, interview=interview, cycle=address.cycle, **said)
    )
    # Else the page they come back to would show for up to a minute what was before.
    operations.count_again(by=request.user, cycle=address.cycle)
    done = deed.done(len(tally.done)) % {"count": len(tally.done)} if tally.done else ""
    if not tally.refused:
        messages.success(request, done)
        return redirect(address.url())
    not_done = ngettext("%(count)s could not be done.", "%(count)s could not be done.", len(tally.refused))
    context = {
        "cycle": address.cycle,
        "back": address.url(),
        "not_done_people": [(interview.employee, why) for interview, why in tally.refused],
        "done_people": [(interview.pk, interview.employee, "") for interview in tally.done],
        "done": done,
        "not_done": not_done % {"count": len(tally.refused)},
    }
    return render(request, "interviews/together_done.html", context)
