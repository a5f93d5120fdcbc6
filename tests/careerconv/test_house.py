"""Rules of the house that a reader of one file can't see broken: they are looked for in all files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

BASE = Path(settings.BASE_DIR)
APPS = ["audit", "outbox", "people", "skills", "plans", "interviews", "records", "insights", "careerconv"]
SOURCES = sorted(path for app in APPS for path in (BASE / app).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(path for path in (BASE / "templates").rglob("*") if path.is_file())
MAILS = [path for path in TEMPLATES if "mail" in path.parts]


def name_of(path: Path) -> str:
    return path.relative_to(BASE).as_posix()


# ---------------------------------------------------------------- objects are fetched through what somebody may see

# Why each of these is no way around: nothing in them is anybody else's.
OWN_OR_OPEN = {
    "people/views.py: Preference.objects.filter": "one's own, filtered by person=",
    "records/views.py: Interview.objects.taking_part": "the two who talk: narrower than visible_to",
    "interviews/forms/cycles.py: Department.objects.filter": "by ids that places(user) gave",
}
THROUGH = ("visible_to", "in_scope_of", "none")


def is_door(path: Path) -> bool:
    """A view or form module, whose code meets ids that a stranger chose."""
    return path.stem in ("views", "forms") or bool({"views", "forms"} & set(path.parts))


def unguarded(source: str) -> Iterator[str]:
    """`Model.objects.something` where something doesn't ask who looks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects":
            if node.attr not in THROUGH:
                yield ast.unparse(node)
        elif isinstance(node, ast.Attribute) and node.attr == "_default_manager":
            yield ast.unparse(node)


def test_doors_fetch_only_what_their_visitor_may_see():
    found = {f"{name_of(path)}: {use}" for path in SOURCES if is_door(path) for use in unguarded(path.read_text())}
    assert found - set(OWN_OR_OPEN) == set()
    assert set(OWN_OR_OPEN) - found == set(), "an exception that nobody needs any more"


def test_a_bare_manager_is_found():
    assert list(unguarded("Interview.objects.get(pk=pk)")) == ["Interview.objects.get"]
    assert list(unguarded("Interview.objects.visible_to(user).get(pk=pk)")) == []


def test_managers_are_not_handed_on_from_doors():
    """`all = Interview.objects` and then `all.get(…)` would pass the test above."""
    for path in SOURCES:
        if not is_door(path):
            continue
        tree = ast.parse(path.read_text())
        chained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        bare = [
            n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "objects" and id(n) not in chained
        ]
        assert not bare, name_of(path)


# ---------------------------------------------------------------- states change in operations, tables by no view


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def test_states_change_in_operations_only():
    for path in SOURCES:
        if "operations" in name_of(path):
            continue
        for call in calls(path):
            is_update = isinstance(call.func, ast.Attribute) and call.func.attr in ("update", "bulk_update")
            assert not (is_update and any(word.arg == "state" for word in call.keywords)), name_of(path)


def test_doors_write_nothing_themselves():
    """What changes a row is an operation: it locks, asks the policy and keeps an entry."""
    writes = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "bulk_update"}
    for path in SOURCES:
        if not is_door(path):
            continue
        for call in calls(path):
            if isinstance(call.func, ast.Attribute):
                assert call.func.attr not in writes, f"{name_of(path)}: {ast.unparse(call)}"


# ---------------------------------------------------------------- templates


# crispy hands these pieces over rendered: the pieces themselves are escaped.
RENDERED = "paper/layout/"


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p not in MAILS], ids=lambda p: p.relative_to(BASE).as_posix())
def test_pages_hold_no_inline_script_or_style_and_escape_everything(path):
    text = path.read_text()
    assert not re.search(r"\bstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"<script[^>]*>\s*[^<\s]", text), "code between the tags"
    assert not re.search(r"\son[a-z]+\s*=", text), "inline handler"
    assert not re.search(r"javascript:|hx-on|\bhx-vals\s*=\s*[\"']js:", text)
    assert "autoescape off" not in text
    assert not re.search(r"\|\s*safeseq", text)
    if RENDERED not in path.as_posix():
        assert not re.search(r"\|\s*safe\b", text)


@pytest.mark.parametrize("path", MAILS, ids=lambda p: p.relative_to(BASE).as_posix())
def test_mails_escape_what_is_html(path):
    text = path.read_text()
    assert not re.search(r"\|\s*safe(seq)?\b|<script|javascript:", text)
    if path.suffix == ".html":
        assert "autoescape off" not in text


# Our own drawings, and `linebreaks`, which escapes first.
MADE_SAFE = {"plans/charts.py", "people/templatetags/paper.py"}


def test_nothing_a_person_wrote_is_marked_safe():
    found = set()
    for path in SOURCES:
        for call in calls(path):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name == "mark_safe" or (name == "SafeString" and call.args):
                found.add(name_of(path))
            if name in ("format_html", "format_html_join") and call.args:
                pattern = call.args[0 if name == "format_html" else 1]
                assert not isinstance(pattern, ast.JoinedStr | ast.BinOp), f"{name_of(path)}: a pattern put together"
    assert found == MADE_SAFE


# ---------------------------------------------------------------- doors without a lock

PUBLIC = {
    "healthz", "readyz", "help", "who_sees_what", "devmail", "devmail_one",
    "people:welcome", "people:language", "records:verify",
    # allauth's, which have to be there before somebody is signed in
    "account_login", "account_signup", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_logout",
    "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip


def views(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", entry.callback


def test_only_these_pages_need_no_sign_in():
    found = {name for name, view in views(get_resolver()) if not getattr(view, "login_required", True)}
    assert found <= PUBLIC, found - PUBLIC
    assert found >= PUBLIC - {"account_logout"}


def test_only_the_public_check_looks_at_the_length_before_the_token():
    """It is exempt outside and protected inside: see `records.views.verify`."""
    exempt = {name for name, view in views(get_resolver()) if getattr(view, "csrf_exempt", False)}
    assert exempt == {"records:verify"}


def test_the_administration_of_django_has_no_address():
    assert not [name for name, _view in views(get_resolver()) if name.startswith("admin")]
