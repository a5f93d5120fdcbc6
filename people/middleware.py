"""Each person reads in their own language and time zone; a closed account ends its sessions."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from people import sessions

LANGUAGE_COOKIE = "language"


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Before anything asks who is there: nobody is, when their session has lasted too long."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sessions.keep_up(request)
        return get_response(request)

    return middleware


def person_settings(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Activate language and time zone of whoever is signed in; before sign-in, what the browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        if person.is_authenticated:
            language, zone = person.language, person.timezone
        else:
            chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
            known = {code for code, _name in settings.LANGUAGES}
            language = chosen if chosen in known else translation.get_language_from_request(request)
            zone = settings.TIME_ZONE
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            response = get_response(request)
        response.setdefault("Content-Language", language)
        return response

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks who is there; somebody whose session ended is told so when asked to sign in again."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        response = super().handle_no_permission(request, view_func)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response["Location"] += "&expired=1"
        return response
