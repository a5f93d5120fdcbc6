"""Headers that every answer carries, and the line that each request leaves in the log."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from careerconv.logs import carrying

log = logging.getLogger("careerconv.access")

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def confidential_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Nothing but static files may be kept by a cache: any page can hold words not meant for others."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware


def access_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """One line per request: which page by its route, never by what was typed into the address bar."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began, number = time.monotonic(), secrets.token_hex(8)
        with carrying(request=number):
            response = get_response(request)
            told = {
                "method": request.method,
                **_page(request),
                "status": response.status_code,
                "ms": round((time.monotonic() - began) * 1000),
            }
            level = logging.DEBUG if _is_routine(request, response) else logging.INFO
            log.log(level, "%s %s %s", request.method, told["route"], response.status_code, extra=told)
        response["X-Request-ID"] = number
        return response

    return middleware


def _page(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    if match is None:
        return {"route": "static" if request.path.startswith(settings.STATIC_URL) else "unknown"}
    page: dict[str, Any] = {"route": f"/{match.route}"}
    if isinstance(pk := match.kwargs.get("pk"), UUID):
        page["id"] = str(pk)
    # Whoever is at work on the page was looked up long ago; when that failed, nobody asks again.
    if (person := request.__dict__.get("_cached_user")) and person.pk:
        page["person"] = str(person.pk)
    return page


def _is_routine(request: HttpRequest, response: HttpResponse) -> bool:
    """Static files, and probes that find all well, would drown what matters."""
    is_probe = request.path in {"/healthz", "/readyz"}
    return response.status_code < 400 and (is_probe or request.path.startswith(settings.STATIC_URL))
