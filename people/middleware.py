"""Each person reads in their own language and time zone; a closed account ends its sessions."""

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from people import second_factor, sessions

LANGUAGE_COOKIE = "language"
SAFE = ("GET", "HEAD", "OPTIONS")
# What somebody needs who has to set up a second factor before anything else.
WHILE_IT_IS_OWED = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "account_logout",
}


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
            # From here on the person themselves: a page asks a hundred things of whoever reads it.
            request.user = get_user(request)
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
    """Every page asks who is there, and those whose office asks for a second factor have one or set one up first."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return self.sign_in_first(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in WHILE_IT_IS_OWED or not second_factor.is_owed_by(request.user):
            return None
        return not_now(request, "second_factor", redirect("mfa_index"))

    def sign_in_first(self, request: HttpRequest) -> HttpResponse:
        """Lead to sign-in, and afterwards back to the page: where a form was sent to may be none."""
        target = request.get_full_path() if request.method in SAFE else page_before(request)
        query = {"next": target} if target else {}
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            query["expired"] = "1"
        address = reverse(settings.LOGIN_URL) + (f"?{urlencode(query, safe='/')}" if query else "")
        return not_now(request, "signed_out", redirect(address), sign_in=address)


def not_now(request: HttpRequest, why: str, otherwise: HttpResponse, **context: str) -> HttpResponse:
    """Nothing of this request is carried out. What somebody typed is shown to them, so that they can keep it.

    It is kept nowhere here: nobody knows whose it is.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401 if why == "signed_out" else 403)
    typed = typed_words(request)
    if not typed:
        return otherwise
    return render(request, f"{why}.html", {"typed": typed, **context}, status=401 if why == "signed_out" else 403)


def typed_words(request: HttpRequest) -> list[str]:
    """What of a form a person wrote: values of several words. Ids, choices and passwords are none of them."""
    if request.method != "POST":
        return []
    secret = {"csrfmiddlewaretoken", "credential"}
    values = [v for name, vs in request.POST.lists() if name not in secret and "password" not in name for v in vs]
    return [value for value in values if len(value.split()) > 1]


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form with a token of former times, as after signing in again in another tab. Only our own page gets it back."""
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin" or page_before(request) != ""
    return render(request, "403_csrf.html", {"typed": typed_words(request) if ours else []}, status=403)


def page_before(request: HttpRequest) -> str:
    """The page of ours on which a form was filled in."""
    parts = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", parts.path, parts.query, "")) if parts.netloc == request.get_host() else ""
