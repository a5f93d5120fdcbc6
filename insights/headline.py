"""The finding in words: how many have signed, and where help is needed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insights.queries import Overview

# The share from which on a sentence is true enough to be said. "About" is left out: the figure stands beside it.
SAID = [
    (0.95, gettext_lazy("Nearly all have signed.")),
    (0.72, gettext_lazy("Three quarters have signed.")),
    (0.62, gettext_lazy("Two thirds have signed.")),
    (0.55, gettext_lazy("More than half have signed.")),
    (0.45, gettext_lazy("Half have signed.")),
    (0.30, gettext_lazy("A third have signed.")),
    (0.20, gettext_lazy("A quarter have signed.")),
]


def headline(found: Overview) -> str:
    counted, signed, late = found.counts["counted"], found.counts["signed"], found.counts["late"]
    if not counted:
        return _("Nothing to count yet.")
    share = signed / counted
    if signed == counted:
        first = _("Everybody has signed.")
    elif not signed:
        first = _("Nobody has signed yet.")
    elif share >= 0.80 and share < 0.95:
        first = _("Most have signed.")
    else:
        said = next((sentence for least, sentence in SAID if share >= least), None)
        first = str(said) if said else _("A few have signed.")
    if found.worst and len(found.departments) > 1:
        return f"{first} " + _("%(department)s needs a hand.") % {"department": found.worst.name}
    if late:
        return f"{first} " + ngettext("%(count)s is late.", "%(count)s are late.", late) % {"count": late}
    return first if signed == counted else f"{first} " + _("Nobody is late.")
