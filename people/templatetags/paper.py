"""The vocabulary of the pages: faces, voices, icons, bars, states, dates, and how a form field is drawn."""

import datetime
from typing import Any, cast

from django import forms, template
from django.db.models import Model
from django.forms import BoundField
from django.template.base import Parser, Token
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from people.said import said_once

register = template.Library()


class FixedNode(template.Node):
    """Rendered once for each language, and from then on the text itself."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.known: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = get_language(), get_script_prefix()
        if key not in self.known:
            # With a context that holds nothing: what is kept for everybody can't be about anybody.
            nothing = template.Context()
            with nothing.bind_template(cast(template.Template, context.template)):
                self.known[key] = self.nodelist.render(nothing)
        return self.known[key]


@register.tag
def fixed(parser: Parser, _token: Token) -> FixedNode:
    """Between {% fixed %} and {% endfixed %} stand words, icons and addresses that are the same for everybody.

    Words in another language are looked up one by one: for a frame and the heads of tables the same ones each time.
    """
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist)


# Drawn for this product on a field of 20 by 20, in strokes of the colour around them.
ICONS = {
    "tick": '<path d="m4 10.5 4 4 8-9"/>',
    "cross": '<path d="m5 5 10 10M15 5 5 15"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "lock": '<rect x="4" y="9" width="12" height="8.5" rx="1.5"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/>',
    "eye": '<path d="M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10z"/><circle cx="10" cy="10" r="2.25"/>',
    "arrow-up": '<path d="M10 16V4M5 9l5-5 5 5"/>',
    "arrow-down": '<path d="M10 4v12M5 11l5 5 5-5"/>',
    "arrow-left": '<path d="M16 10H4M9 5l-5 5 5 5"/>',
    "arrow-right": '<path d="M4 10h12M11 5l5 5-5 5"/>',
    "clock": '<circle cx="10" cy="10" r="7.25"/><path d="M10 5.5V10l3 2"/>',
    "calendar": (
        '<rect x="2.75" y="4.25" width="14.5" height="13" rx="1.5"/><path d="M2.75 8.5h14.5M6.5 2v4M13.5 2v4"/>'
    ),
    "mail": '<rect x="2" y="4" width="16" height="12" rx="1.5"/><path d="m2.5 5.5 7.5 6 7.5-6"/>',
    "paper": '<path d="M5 2.5h7l3.5 3.5v11.5H5z"/><path d="M12 2.5V6h3.5M7.5 10h5.5M7.5 13.5h5.5"/>',
    "pen": '<path d="m3 17 1-4L14.5 2.5l3 3L7 16zM12.5 4.5l3 3"/>',
    "person": '<circle cx="10" cy="6.5" r="3.5"/><path d="M3.5 17.5c.6-3.6 3-5.5 6.5-5.5s5.9 1.9 6.5 5.5"/>',
    "search": '<circle cx="8.5" cy="8.5" r="5.5"/><path d="m13 13 4.5 4.5"/>',
    "download": '<path d="M10 3v10M5.5 9l4.5 4.5L14.5 9M3.5 17h13"/>',
    "warning": '<path d="M10 3 1.75 17h16.5z"/><path d="M10 8v4M10 14.5v.01"/>',
    "info": '<circle cx="10" cy="10" r="7.25"/><path d="M10 9v5M10 6v.01"/>',
    "menu": '<path d="M3 5.5h14M3 10h14M3 14.5h14"/>',
    "seal": '<circle cx="10" cy="8" r="5.25"/><path d="m6.5 12-1 6 4.5-2 4.5 2-1-6M7.75 8l1.5 1.5 3-3"/>',
}

# What a state says at a glance, beside its word: spruce for done and well, clay for what needs somebody.
WELL = frozenset({"done", "signed", "kept", "reached", "granted", "held", "on_track", "agreed", "sent", "published"})
NEEDS_SOMEBODY = frozenset({"late", "overdue", "failed", "stuck", "at_risk", "missing"})

# The first kind of widget that fits gives its classes; a widget that names its own class keeps it.
LOOKS: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "check"),
    (forms.Textarea, "write write--short"),
    (forms.FileInput, "file"),
    (forms.SelectMultiple, "pick pick--many"),
    (forms.Select, "pick"),
    (forms.NumberInput, "line line--num"),
    (forms.widgets.DateTimeBaseInput, "line line--date"),
    (forms.widgets.Input, "line"),
]


def full_name(person: Any) -> str:
    return person.get_full_name() if hasattr(person, "get_full_name") else str(person)


@register.filter
def initials(name: Any) -> str:
    """Amara Okafor → AO; a single name gives one letter."""
    words = [word for word in full_name(name).replace("-", " ").split() if word[0].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def face(person: Any, voice: str = "you") -> SafeString:
    """The circle with initials. Decoration: the name stands beside it in words."""
    mark = " face--mgr" if voice == "mgr" else ""
    return format_html('<span class="face{}" aria-hidden="true">{}</span>', mark, initials(person))


@register.simple_tag
def by(who: Any, voice: str = "you") -> SafeString:
    """A name after the mark of its voice: circle (you), square (mgr), ring (org)."""
    mark = {"mgr": " by--mgr", "org": " by--org"}.get(voice, "")
    return format_html('<span class="by{}">{}</span>', mark, who)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One of ICONS. With a label it is read aloud, without one it is decoration."""
    aloud = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" '
        'stroke-width="{}" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        "2.4" if name == "tick" else "1.7",
        aloud,
        mark_safe(ICONS[name]),  # noqa: S308 - our own drawings above
    )


@register.simple_tag
def hbar(percent: float | None, late: bool = False, target: float | None = None) -> SafeString:
    """A bar of progress; the number stands beside it in words. `target` draws a mark."""
    share = min(100.0, max(0.0, float(percent or 0)))
    mark = ""
    if target is not None:
        mark = format_html(
            '<line class="target-gap" x1="{0}%" x2="{0}%" y1="-2" y2="14" stroke="#fff" stroke-width="6"/>'
            '<line class="target" x1="{0}%" x2="{0}%" y1="-2" y2="14" stroke="#2a2520" stroke-width="2"/>',
            f"{float(target):.4g}",
        )
    return format_html(
        '<svg width="100%" height="12" class="hbar" aria-hidden="true">'
        '<rect class="track" width="100%" height="12" rx="2" fill="#ddd2bf"/>'
        '<rect class="{}" width="{}%" height="12" rx="2" fill="{}"/>{}</svg>',
        "late" if late else "bar",
        f"{share:.4g}",
        "#9c401b" if late else "#1e5b4f",
        mark,
    )


@register.simple_tag
def state_tag(thing: Any, label: str = "", tone: str = "") -> SafeString:
    """The state of an object (or a code with its label) as a word on a tag.

    `tone` is "you" (well), "mgr" (needs somebody) or "plain"; without it, the code decides.
    """
    code = thing if isinstance(thing, str) else (getattr(thing, "state", None) or getattr(thing, "status", ""))
    if not label:
        label = _state(type(thing), str(code)) if isinstance(thing, Model) else str(code).replace("_", " ").capitalize()
    if not tone:
        tone = "you" if code in WELL else "mgr" if code in NEEDS_SOMEBODY else "plain"
    mark = {"you": " tag--you", "mgr": " tag--mgr"}.get(tone, "")
    return format_html('<span class="tag{}">{}</span>', mark, label)


@said_once
def _state(model: type[Model], code: str) -> str:
    """What `get_state_display` says, which goes through all choices each time."""
    field: Any = next(field for field in model._meta.fields if field.name in ("state", "status"))
    return str(dict(field.flatchoices)[code])


@register.filter
def words(text: str | None) -> SafeString:
    """What a person wrote: paragraphs in the serif, nothing interpreted."""
    return format_html('<div class="words">{}</div>', mark_safe(linebreaks(text or "", autoescape=True)))  # noqa: S308


def _local(moment: datetime.date | str | None) -> datetime.date | None:
    if isinstance(moment, str):
        # Frozen content keeps its days as ISO 8601 text.
        return datetime.date.fromisoformat(moment)
    if isinstance(moment, datetime.datetime):
        return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).date()
    return moment


@register.filter
def shortdate(moment: datetime.date | None) -> str:
    """Thu 3 Dec; with the year when it is not this one."""
    day = _local(moment)
    return "" if day is None else _short(day, day.year == timezone.localdate().year)


@said_once
def _short(day: datetime.date, this_year: bool) -> str:
    if this_year:
        return date_format(day, pgettext("short date, PHP letters", "D j M"))
    return date_format(day, pgettext("short date with year, PHP letters", "j M Y"))


@register.filter
def daymonth(moment: datetime.date | None) -> str:
    """3 Dec: where a table says the rest."""
    day = _local(moment)
    return "" if day is None else _day_and_month(day)


@said_once
def _day_and_month(day: datetime.date) -> str:
    return date_format(day, pgettext("day and month, PHP letters", "j M"))


@register.filter
def longdate(moment: datetime.date | None) -> str:
    """Thursday 3 December; with the year when it is not this one."""
    day = _local(moment)
    return "" if day is None else _long(day, day.year == timezone.localdate().year)


@said_once
def _long(day: datetime.date, this_year: bool) -> str:
    if this_year:
        return date_format(day, pgettext("long date, PHP letters", "l j F"))
    return date_format(day, pgettext("long date with year, PHP letters", "l j F Y"))


@register.filter
def day(moment: datetime.date | None) -> str:
    """Today, tomorrow, yesterday in words; any other day as a short date."""
    date = _local(moment)
    if date is None:
        return ""
    return _near((date - timezone.localdate()).days) or shortdate(date)


@said_once
def _near(days: int) -> str:
    return {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get(days, "")


@register.filter
def clock(moment: datetime.datetime | datetime.time | None) -> str:
    """10:42, where the reader is."""
    if moment is None:
        return ""
    if isinstance(moment, datetime.datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return moment.strftime("%H:%M")


@register.filter
def in_fours(code: str) -> str:
    """JBSW Y3DP: long codes are read and typed in groups."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


@register.filter
def error_count(form: forms.BaseForm) -> int:
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def focus_id(field: BoundField) -> str:
    """The id that a link to this field leads to; a group's first control where the group itself takes no focus."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def is_tick(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_choices(field: BoundField) -> bool:
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


@register.simple_tag
def widget(field: BoundField, **attrs: Any) -> SafeString:
    """The control alone, in our classes. Attributes given here win; `placeholder=False` takes one away."""
    control = field.field.widget
    if isinstance(control, forms.MultiWidget):
        for part in control.widgets:
            part.attrs.setdefault("class", look_of(part))
    elif "class" not in control.attrs:
        attrs.setdefault("class", look_of(control))
    return field.as_widget(attrs=attrs)


def look_of(control: forms.Widget) -> str:
    return next((look for kind, look in LOOKS if isinstance(control, kind)), "")


@register.filter
def outer_classes(layout: str | None) -> str:
    """Classes for the group around a scale; those named scale-- belong to the scale itself."""
    return "".join(f" {name}" for name in (layout or "").split() if not name.startswith("scale--"))


@register.simple_tag
def scale(field: BoundField, layout: str | None = "") -> SafeString:
    """Radios or ticks as one ruled list. A choice's label may hold a line break: what follows explains it."""
    rows = []
    for option in field:
        head, _break, rest = str(option.choice_label).partition("\n")
        explanation = format_html("<span>{}</span>", rest) if rest else ""
        rows.append((option.id_for_label, option.tag(), head, explanation))
    side_by_side = "".join(f" {name}" for name in (layout or "").split() if name.startswith("scale--"))
    body = format_html_join("", '<label for="{}">{}<b>{}</b>{}</label>', rows)
    return format_html('<div class="scale{}">{}</div>', side_by_side, body)
