"""A launched round: how far it has come, who is in it, and what HR does to many at once."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from audit import operations as audit
from interviews.exports import conversation_rows
from interviews.lateness import followed
from interviews.models import Cycle, Interview, State
from interviews.models.interview import OPEN_STATES
from interviews.operations import for_each
from interviews.queries.cycles import (
    LATE,
    Filter,
    Progress,
    count_unled,
    exempted_before,
    in_order,
    interviews_of,
    progress_of,
    uuid_of,
)
from interviews.queries.departments import places
from interviews.views.access import cycle_for
from interviews.views.deeds import DEEDS, Deed
from people.models import Employee
from people.requests import SignedInRequest
from people.sheets import as_csv

PER_PAGE = 50
# So many are acted on at a time: each gets its own transaction and mails, and the page must answer in seconds.
AT_A_TIME = 250


class Address:
    """What the address narrows the list to: `state` (or late), `department`, `q`."""

    def __init__(self, request: SignedInRequest, cycle: Cycle) -> None:
        self.user, self.cycle, self.asked = request.user, cycle, request.GET
        self.today = self.user.local_date(timezone.now())
        state = self.asked.get("state", "")
        department = self.asked.get("department", "")
        self.places = places(self.user)
        self.chosen = Filter(
            state=state if state == LATE or state in State.values else "",
            place=next((place for place in self.places if str(place.department.pk) == department), None),
            words=self.asked.get("q", "").replace("\x00", " ").strip()[:100],
        )

    @property
    def names(self) -> dict[str, Any]:
        """The filter as it stands in an address."""
        place = self.chosen.place
        said = {"state": self.chosen.state, "department": place and place.department.pk, "q": self.chosen.words}
        return {name: value for name, value in said.items() if value}

    def url(self, page: str = "cycle", **more: Any) -> str:
        query = urlencode(self.names | more)
        return reverse(f"interviews:{page}", args=[self.cycle.pk]) + (f"?{query}" if query else "")

    def url_of(self, state: str) -> str:
        return self.url(state=state)

    @cached_property
    def ids(self) -> Any:
        return interviews_of(self.user, self.cycle, self.chosen, self.today).values_list("pk", flat=True)

    @property
    def page(self) -> Any:
        return Paginator(self.ids, PER_PAGE).get_page(self.asked.get("page"))

    def page_among(self, progress: Progress) -> Any:
        """The same, without counting again what the progress has counted."""
        paginator, chosen = Paginator(self.ids, PER_PAGE), self.chosen
        if not (chosen.place or chosen.words):
            known = {"": progress.total, LATE: progress.late, **{str(s): n for s, n in progress.states.items()}}
            paginator.count = known[chosen.state]
        return paginator.get_page(self.asked.get("page"))


@require_safe
def cycle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """States, who is late, and the list; dates and progress, never a word of what was written."""
    cycle = cycle_for(request, pk)
    if cycle.launched_at is None:
        return redirect("interviews:cycle_launch", pk=pk)
    address = Address(request, cycle)
    chosen = address.chosen
    shows_longest = chosen.is_empty and address.asked.get("page", "1") == "1"
    progress = progress_of(request.user, cycle, address.today, longest=5 if shows_longest else 0)
    page = address.page_among(progress)
    told = [(code, State(code).label, progress.states[code], address.url_of(code)) for code in State]
    context = {
        "cycle": cycle,
        "address": address,
        "chosen": chosen,
        "progress": progress,
        "now": [line for line in told if line[0] in OPEN_STATES and line[0] != State.PLANNED],
        "closed": [line for line in told if line[0] not in OPEN_STATES and line[2]],
        "longest": followed(progress.longest, address.today),
        "waiting": count_unled(request.user, cycle, address.today) if cycle.sign_by >= address.today else 0,
        "exempted": exempted_before(request.user, cycle),
        "page_obj": page,
        "rows": followed(in_order(page.object_list), address.today),
        "states": [choice for choice in State.choices if choice[0] != State.PLANNED],
        "deeds": DEEDS.values(),
        "at_a_time": AT_A_TIME,
        "export_url": address.url("cycle_export"),
    }
    return render(request, "interviews/cycle.html", context)


@require_safe
def cycle_export(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The list as it is narrowed, as CSV. That it was taken is kept."""
    cycle = cycle_for(request, pk)
    address = Address(request, cycle)
    rows = interviews_of(request.user, cycle, address.chosen, address.today)
    rows = rows.select_related("employee__department", "interviewer", "cycle")
    text, count = as_csv(conversation_rows(followed(rows.iterator(chunk_size=2000), address.today)))
    with transaction.atomic():
        audit.record(action="cycle.exported", by=request.user, subject=cycle, rows=count)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cycle-{address.today}.csv"'
    return response


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
        return in_order(address.ids[start : start + AT_A_TIME])
    if whom == "page":
        return in_order(address.page.object_list)
    ids = {pk for text in asked.getlist("id")[:AT_A_TIME] if (pk := uuid_of(text))}
    rows = interviews_of(address.user, address.cycle, Filter(), address.today)
    return in_order(rows.filter(pk__in=ids).values_list("pk", flat=True))


def _part(asked: Any) -> int:
    number = asked.get("part", "")
    return int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 5 and int(number) else 1


def _parts(address: Address, deed: Deed) -> list[dict[str, Any]]:
    """The steps in which all are acted on, when they are too many for one."""
    total = address.ids.count()
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
