"""The state of conversations that others lead with the people of one's team."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from interviews.queries.team import led_by_others, state_lines
from people.requests import SignedInRequest

PER_PAGE = 50


@require_safe
def team(request: SignedInRequest) -> HttpResponse:
    page = Paginator(led_by_others(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "interviews/team.html", {"page": page, "lines": state_lines(list(page))})


def state_only(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The page of a conversation for the line manager who doesn't lead it; 404 for everybody else."""
    lines = state_lines(led_by_others(request.user).filter(pk=pk))
    if not lines:
        raise Http404
    return render(request, "interviews/state.html", {"line": lines[0]})
