"""The history of a plan told in sentences: who changed what, the old value struck, the new one kept, and why."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Employee
from plans.models import ActionKind, ActionState, Change, GoalState, ItemKind, Pace, PromiseState
from plans.sentence import in_sentence

LONGEST = 90

# What happened → (said of the reader, said of somebody else). Both in full: in other languages the verb changes.
SENTENCES = {
    "added": (
        gettext_lazy("You added {item}"),
        gettext_lazy("{who} added {item}"),
    ),
    "not_promised": (
        gettext_lazy("You noted what is not promised: {item}"),
        gettext_lazy("{who} noted what is not promised: {item}"),
    ),
    "opened": (
        gettext_lazy("You opened {item} to the line manager"),
        gettext_lazy("{who} opened {item} to the line manager"),
    ),
    "held": (
        gettext_lazy("You held the check-in of {item}"),
        gettext_lazy("{who} held the check-in of {item}"),
    ),
    "renamed": (
        gettext_lazy("You renamed {before} to {after}"),
        gettext_lazy("{who} renamed {before} to {after}"),
    ),
    "moved": (
        gettext_lazy("You moved {item} from {before} to {after}"),
        gettext_lazy("{who} moved {item} from {before} to {after}"),
    ),
    "handed": (
        gettext_lazy("You handed {item} from {before} to {after}"),
        gettext_lazy("{who} handed {item} from {before} to {after}"),
    ),
    "noted": (
        gettext_lazy("You noted for {item}: from {before} to {after}"),
        gettext_lazy("{who} noted for {item}: from {before} to {after}"),
    ),
    "noted_first": (
        gettext_lazy("You noted for {item}: {after}"),
        gettext_lazy("{who} noted for {item}: {after}"),
    ),
    "set": (
        gettext_lazy("You set {item} from {before} to {after}"),
        gettext_lazy("{who} set {item} from {before} to {after}"),
    ),
    "reached": (
        gettext_lazy("You noted that {item} is reached"),
        gettext_lazy("{who} noted that {item} is reached"),
    ),
    "done": (
        gettext_lazy("You noted that {item} is done"),
        gettext_lazy("{who} noted that {item} is done"),
    ),
    "kept": (
        gettext_lazy("You noted that {item} was kept"),
        gettext_lazy("{who} noted that {item} was kept"),
    ),
    "dropped": (
        gettext_lazy("You dropped {struck}"),
        gettext_lazy("{who} dropped {struck}"),
    ),
    "time_asked": (
        gettext_lazy("You asked for time for {item}: {after} instead of {before}"),
        gettext_lazy("{who} asked for time for {item}: {after} instead of {before}"),
    ),
    "time_declined": (
        gettext_lazy("You left {item} at {before}, not {after}"),
        gettext_lazy("{who} left {item} at {before}, not {after}"),
    ),
    "taken_back": (
        gettext_lazy("You took back that {item} was {ended}: it was noted by mistake"),
        gettext_lazy("{who} took back that {item} was {ended}: it was noted by mistake"),
    ),
    "remarked": (
        gettext_lazy("You wrote on the check-in of {item}"),
        gettext_lazy("{who} wrote on the check-in of {item}"),
    ),
    "changed": (
        gettext_lazy("You changed “{part}” of {item}: {before} {after}"),
        gettext_lazy("{who} changed “{part}” of {item}: {before} {after}"),
    ),
}
PARTS = {
    "specific": gettext_lazy("what will be different"),
    "measurable": gettext_lazy("how you will both notice"),
    "unit": gettext_lazy("unit"),
    "start_value": gettext_lazy("today"),
    "target_value": gettext_lazy("target"),
    "achievable": gettext_lazy("what it takes"),
    "relevant": gettext_lazy("why it matters"),
    "incomplete_because": gettext_lazy("why a part is left empty"),
    "due_on": gettext_lazy("by when"),
    "owner": gettext_lazy("who"),
    "kind": gettext_lazy("kind"),
    "resources": gettext_lazy("what it needs"),
    "evidence": gettext_lazy("how one can see it"),
}
STATES: dict[ItemKind, type[models.TextChoices]] = {
    ItemKind.GOAL: GoalState,
    ItemKind.ACTION: ActionState,
    ItemKind.PROMISE: PromiseState,
}
VERBS = {
    "title": "renamed",
    "what": "renamed",
    "due_on": "moved",
    "owner": "handed",
    "progress": "noted",
    "state": "set",
}
WRITTEN = frozenset({"blockers", "adjustments"})
WISHES = frozenset({"time_asked", "time_declined"})
ENDINGS = frozenset({"reached", "done", "kept", "dropped"})


@dataclass(frozen=True)
class Told:
    """One change as a sentence; `voice` is "you" for the employee, "mgr" for their manager, "org" for anybody else."""

    sentence: SafeString
    at: datetime.datetime
    voice: str


def tell(change: Change, *, reader: Employee, employee: Employee, names: Mapping[str, str]) -> Told:
    """`names` gives the names of people whose ids stand in a former or new value."""
    verb = _verb(change)
    mine, theirs = SENTENCES[verb]
    sentence = str(mine if change.by_id == reader.pk else theirs)
    before = _value(change, change.before, names)
    parts: dict[str, Any] = {
        "before": _marked("del", before, change),
        "after": _marked("ins", _value(change, change.after, names), change),
        "ended": before,
    }
    if change.by_id != reader.pk:
        parts["who"] = change.by.get_short_name() if change.by else _("Somebody")
    if verb == "dropped":
        parts["struck"] = format_html("<del>{}</del>", change.item_title)
    elif change.item_kind == ItemKind.CHECK_IN:
        parts["item"] = _date(change.item_title)
    else:
        parts["item"] = _("“%(title)s”") % {"title": change.item_title}
    if verb == "changed":
        parts["part"] = PARTS.get(change.field, change.field)
    said = format_html(sentence, **parts)
    why = change.why.strip().rstrip(".")
    said = format_html("{}: {}.", said, why) if why else format_html("{}.", said)
    return Told(sentence=said, at=change.at, voice=voice_of(change.by_id, employee))


def _marked(mark: str, value: str, change: Change) -> SafeString | str:
    """What is gone is struck, what is new stands out; a day that was only asked for is neither."""
    if not value or change.field in WISHES:
        return value
    return format_html("<{0}>{1}</{0}>", mark, value)


def voice_of(person: UUID | None, employee: Employee) -> str:
    """Whose mark stands before a name on this employee's plan."""
    if person == employee.pk:
        return "you"
    return "mgr" if person is not None and person == employee.manager_id else "org"


def _verb(change: Change) -> str:
    """Which sentence fits. A change from or to nothing is told plainly."""
    if change.field == "state" and change.after in ENDINGS:
        return change.after
    if change.field == "progress" and not change.before:
        return "noted_first"
    if change.item_kind == ItemKind.CHECK_IN and change.field in WRITTEN:
        return "remarked"
    if change.field in VERBS:
        return VERBS[change.field] if change.before and change.after else "changed"
    return change.field if change.field in SENTENCES else "changed"


def _value(change: Change, value: str, names: Mapping[str, str]) -> str:
    if change.field == "owner":
        return names.get(value, _("somebody")) if value else ""
    if change.field in ("due_on", "held", *WISHES):
        return _date(value)
    if change.field == "progress":
        return str(Pace(value).label).lower() if value in Pace.values else value
    choices = STATES.get(ItemKind(change.item_kind)) if change.field in ("state", "taken_back") else None
    if change.field == "kind":
        choices = ActionKind
    if choices is not None and value in choices.values:
        return str(choices(value).label)
    return Truncator(value).chars(LONGEST)


def _date(value: str) -> str:
    try:
        return in_sentence(datetime.date.fromisoformat(value))
    except ValueError:
        return value
