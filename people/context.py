"""What every page's frame needs: the organisation's name, the way around, and the key for unsent drafts."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from people.accounts import draft_key
from people.addresses import address
from people.models import Employee
from people.organisation import organisation_of

OWN = [
    (_("Home"), "home"),
    (_("My conversations"), "interviews:list"),
    (_("My plan"), "plans:list"),
    (_("People"), "people:search"),
]
HR = [
    (_("HR figures"), "insights:overview"),
    (_("Follow-ups"), "insights:follow_ups"),
    (_("Cycles"), "insights:cycles"),
    (_("Records"), "records:register"),
    (_("Templates"), "interviews:templates"),
    (_("Import people"), "people:manage"),
]
ADMINISTRATOR = [(_("Settings"), "people:settings")]


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation. Group "own" is everybody's, "desk" belongs to an office held."""

    label: str
    url_name: str
    url: str
    group: str
    current: bool = False


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Nothing is read from the database before a template asks for it."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "organisation": lambda: organisation_of(request),
        "product_name": lambda: organisation_of(request).product_name,
        "home_url": address("home"),
        "help_url": address("help"),
        "who_sees_what_url": address("who_sees_what"),
        "set_language_url": address("people:language"),
        "theme": "auto",
        "nav": [],
    }
    if user is None or not user.is_authenticated:
        return context
    nav = SimpleLazyObject(lambda: navigation(user, request.path))
    return context | {
        "theme": user.theme,
        "nav": nav,
        "own_pages": lambda: [(item.label, item.url, item.current) for item in nav if item.group == "own"],
        "desk_pages": lambda: [(item.label, item.url, item.current) for item in nav if item.group == "desk"],
        "account_url": address("people:account"),
        "sign_out_url": address("account_logout"),
        "draft_key": draft_key(user),
    }


def navigation(user: Employee, path: str) -> list[NavItem]:
    """The entries this person has. The current one is the entry with the longest address that leads to the page."""
    entries = [(label, name, "own") for label, name in OWN]
    if user.is_hr:
        entries += [(label, name, "desk") for label, name in HR]
    if user.is_administrator:
        entries += [(label, name, "desk") for label, name in ADMINISTRATOR]
    found = [(label, name, url, group) for label, name, group in entries if (url := address(name))]
    home = address("home")
    leading = [url for _label, _name, url, _group in found if path == url or (url != home and path.startswith(url))]
    current = max(leading, key=len, default=None)
    return [NavItem(str(label), name, url, group, current=url == current) for label, name, url, group in found]
