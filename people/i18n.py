"""Django's tags for translating, of which `translate` remembers what it said.

A page has some eighty constant sentences, and to look one up takes longer than to write a line of a list. The settings
name this library in place of Django's.
"""

from django import template
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class Translated(i18n.TranslateNode):
    """A sentence that stands in the template: in a language it reads the same each time."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.__dict__ |= node.__dict__
        self.into, self.asvar = node.asvar, None
        self.known: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = super().render(context)
        if self.into:
            context[self.into] = text
            return ""
        return text


@register.tag
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    is_constant = getattr(said.var, "literal", None) is not None and not said.filters and not node.message_context
    return Translated(node) if is_constant else node
