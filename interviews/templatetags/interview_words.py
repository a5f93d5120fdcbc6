"""What the codes of a template say to a person."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interviews.questions import ANSWERERS, QUESTION_KINDS, Texts, in_language

register = template.Library()

VISIBILITY = {
    "me": _("Only its author ever reads the answer."),
    "two": _("The two of them read it, nobody else; it is not printed."),
    "record": _("The two of them read it, and it goes into the record, which HR reads once it is signed."),
}


@register.filter
def in_my_language(texts: Texts) -> str:
    return in_language(texts)


@register.filter
def kind_words(kind: str) -> str | Promise:
    return QUESTION_KINDS.get(kind, kind)


@register.filter
def who_words(who: str) -> str | Promise:
    return ANSWERERS.get(who, who)


@register.filter
def visibility_words(visibility: str) -> str | Promise:
    return VISIBILITY.get(visibility, visibility)
