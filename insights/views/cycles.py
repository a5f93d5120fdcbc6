"""The rounds of conversations with their figures; each leads to its page, where HR acts."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.queries.ledger import Ledger
from insights.queries.rounds import rounds
from interviews.queries.cycles import usable_versions
from people.organisation import organisation_of, zone_of
from people.policy import can
from people.requests import SignedInRequest


@require_safe
def cycles(request: SignedInRequest) -> HttpResponse:
    if not can(request.user, "cycle.see"):
        raise PermissionDenied
    where = zone_of(organisation_of(request))
    ledger = Ledger(request.user, timezone.now().astimezone(where).date())
    context = {"rounds": rounds(request.user, ledger), "has_template": usable_versions(request.user).exists()}
    return render(request, "insights/cycles.html", context)
