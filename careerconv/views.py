"""The home page by role, health and readiness, and the pages that only explain."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from careerconv import readiness
from careerconv.home import home_of
from people.requests import SignedInRequest


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    return render(request, "home.html", {"home": home_of(request.user, now), "now": now})


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing about database and worker."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, broker and worker are there: 200, else 503. Each part's state, and nothing else."""
    state = readiness.ask(now=timezone.now())
    word = "ready" if state.is_ready else "not ready"
    return JsonResponse({"status": word, **asdict(state)}, status=200 if state.is_ready else 503)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html")


@login_not_required
@require_safe
def who_sees_what(request: HttpRequest) -> HttpResponse:
    return render(request, "who_sees_what.html")
