"""For pages of apps to the left, which know nothing of records."""

from django import template

from records import authority

register = template.Library()


@register.simple_tag
def seal_in_words() -> str:
    """Which certificate seals the records, and who confirms the moment."""
    return authority.describe()
