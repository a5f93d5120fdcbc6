"""What people write stays on its pages: not in a mail, not in a log, not in the audit log, not in a session.

Which page shows it to whom is walked in test_access.py, with the same marks.
"""

import logging
import re
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.module_loading import import_string

from audit.models import Entry
from outbox.models import Message
from outbox.rendering import render
from people.logs import Discreet
from people.models import Attempt, Session
from tests.careerconv.pages import PAGES
from tests.careerconv.scene import MARK, Scene
from tests.careerconv.test_hostile import FORMS, TEXTS, filled, sender_of

WORDS = "Zwischen uns gesagt 8517"
# Fields that take a person's own words, or a password; others take names and choices that are no secret.
PRIVATE = {
    "text", "note", "why", "remark", "title", "specific", "measurable", "achievable", "relevant", "resources",
    "incomplete_because", "evidence", "what", "blockers", "adjustments", "words", "password", "password1",
}  # fmt: skip


def write_everywhere(scene: Scene) -> int:
    """Everybody sends every form, with private words in every field that takes words. How many were taken."""
    taken = 0
    for door in FORMS:
        if door.name == "people:import_preview":
            continue  # the mark in the file is a name, and names stand in mails
        names = [name for name in TEXTS.get(door.name, []) if name.rsplit("-")[-1] in PRIVATE]
        good = filled(door, scene)
        for name in names or [""]:
            Attempt.objects.all().delete()
            client = scene.browser(sender_of(door, scene))
            with transaction.atomic():
                response = client.post(door.url(scene), good | ({name: WORDS} if name else {}))
            taken += response.status_code in (200, 302)
    return taken


def holds(text: str) -> bool:
    return bool(MARK.search(text)) or WORDS in text


def test_no_word_leaves_by_mail_log_audit_or_session(scene: Scene, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with transaction.atomic():
        assert write_everywhere(scene) > 40
        for page in {page.name: page for page in PAGES if page.of}.values():
            for visitor in ("interviewer", "hr"):
                if page.expected("get", visitor) == 200:
                    scene.browser(visitor).get(page.url(scene))
        sent = 0
        for message in Message.objects.select_related("recipient"):
            assert not holds(f"{message.key} {message.context} {message.reason}"), message.kind
            mail = render(message)
            if mail is not None:
                sent += 1
                raw = mail.message()
                parts = [str(part.get_payload(decode=True)) for part in raw.walk() if not part.is_multipart()]
                assert not holds(str(raw) + "".join(parts)), message.kind
        assert sent > 3
        entries = list(Entry.objects.all())
        assert len(entries) > 40
        for entry in entries:
            assert not holds(f"{entry.detail} {entry.action} {entry.once}"), entry.action
            assert_codes(entry.detail)
        for session in Session.objects.all():
            assert not holds(str(session.get_decoded()))
        transaction.set_rollback(True)
    assert not [record.getMessage() for record in caplog.records if holds(record.getMessage() + str(record.exc_text))]


def assert_codes(detail: dict[str, Any]) -> None:
    """Ids and codes: nothing with a space between words, and no address."""
    for value in detail.values():
        assert not re.search(r"[A-Za-z] [A-Za-z]|@", str(value)), detail


# ---------------------------------------------------------------- errors of the database


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not repeat the row")
def test_an_error_of_the_database_repeats_no_row_in_the_log(scene: Scene):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE plans_goal SET title = %s, state = 'nonsense' WHERE id = %s", [WORDS, scene.goal.pk])
    except DatabaseError:
        record = logging.getLogger("x").makeRecord("x", logging.ERROR, "", 0, "it failed", (), sys.exc_info())
        assert WORDS in logging.Formatter().format(record)
        assert not holds(Discreet().format(record))
        assert "goal_state_known" in Discreet().format(record)
    else:
        pytest.fail("the constraint is gone")


def test_the_detail_of_an_error_is_cut_and_the_rest_stays():
    text = (
        "Traceback\npsycopg.errors.CheckViolation: new row violates a\nDETAIL:  Failing row contains (1,\nsecret).\n\n"
        "The above exception was the direct cause of the following exception:\n\nIntegrityError: new row\n"
        "DETAIL:  Failing row contains (secret)."
    )
    cut = Discreet.cut(text)
    assert "secret" not in cut
    assert "The above exception" in cut
    assert "IntegrityError: new row" in cut


def test_every_handler_uses_it():
    formatters, handlers = settings.LOGGING["formatters"], settings.LOGGING["handlers"]
    assert all(issubclass(import_string(each["()"]), Discreet) for each in formatters.values())
    for handler in handlers.values():
        assert issubclass(import_string(formatters[handler["formatter"]]["()"]), Discreet)
        assert {"refusals", "tokens"} <= set(handler["filters"])
