"""How two people see one skill, on one line: a circle for the employee, a square for the interviewer.

Places are in per cent, so that the marks keep their size at any width. The numbers stand beside it as text.
"""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from skills.models import Level

LINE, SOFT, YOU, MGR = "#ddd2bf", "#6a6054", "#1e5b4f", "#9c401b"
LOWEST, HIGHEST = min(Level.values), max(Level.values)


def dots(own: int | None, other: int | None) -> SafeString:
    """The line of one skill, with the gap between the two views drawn out; either may be missing."""
    parts = [
        format_html('<line class="grid" x1="{}" y1="12" x2="{}" y2="12" stroke="{}"/>', _x(LOWEST), _x(HIGHEST), LINE),
        format_html_join(
            "",
            '<circle class="pip" cx="{}" cy="12" r="2" fill="{}"/>',
            ((_x(level), SOFT) for level in range(LOWEST, HIGHEST + 1)),
        ),
    ]
    if own is not None and other is not None and own != other:
        low, high = sorted((own, other))
        parts.append(
            format_html(
                '<line class="gap" x1="{}" y1="12" x2="{}" y2="12" stroke="{}" stroke-width="4"/>',
                _x(low),
                _x(high),
                SOFT,
            )
        )
    if other is not None:
        parts.append(
            format_html(
                '<svg x="{}" y="12" overflow="visible"><rect class="m-mgr" x="-6" y="-6" width="12" height="12" rx="1"'
                ' fill="{}"/></svg>',
                _x(other),
                MGR,
            )
        )
    if own is not None:
        same = own == other
        parts.append(
            format_html(
                '<circle class="m-you{}" cx="{}" cy="12" r="{}" fill="{}"/>',
                " same" if same else "",
                _x(own),
                "4" if same else "6.5",
                YOU,
            )
        )
    return format_html(
        '<svg width="100%" height="24" class="dots" aria-hidden="true">{}</svg>',
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _x(level: int) -> str:
    return f"{4 + 92 * (level - LOWEST) / (HIGHEST - LOWEST):.4g}%"
