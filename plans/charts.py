"""A goal's way to its target, drawn as a line. Places are in per cent, so that text keeps its size at any width."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# Every mark has a class for the page and an attribute for where no page colours apply.
INK, SOFT, LINE, YOU, MGR = "#2a2520", "#6a6054", "#ddd2bf", "#1e5b4f", "#9c401b"
FLOOR, RISE = 86, 60


@dataclass(frozen=True)
class Point:
    """When (0 is the beginning, 1 the end of the picture) and how far (1 is the target)."""

    time: float
    share: float


def climb(
    steps: Sequence[Point],
    aim: Sequence[Point],
    *,
    label: str,
    target: str,
    key: str,
    title: str,
    description: str,
    late: bool = False,
) -> SafeString:
    """`steps` as it went, `aim` as it was meant. The last step carries `label`, the end of the aim `target`."""
    line, mark, colour = ("late", "m-mgr", MGR) if late else ("actual", "m-you", YOU)
    now, end = steps[-1], aim[-1]
    anchor = "start" if now.time < 0.12 else "end" if now.time > 0.88 else "middle"
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="112" class="climb" role="img" '
        'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>'
        '<line class="grid" stroke="{LINE}" x1="0%" y1="{floor}" x2="100%" y2="{floor}"/>{plan}{way}{dots}'
        '<circle class="{mark}" fill="{colour}" cx="{x}" cy="{y}" r="6"/>'
        '<circle class="d-target" fill="none" stroke="{INK}" stroke-dasharray="2 3" stroke-width="1.5" '
        'cx="{end_x}" cy="{end_y}" r="6"/>'
        '<text class="now{late}" text-anchor="{anchor}" fill="{colour}" x="{x}" y="{label_y}">{label}</text>'
        '<text class="tick" text-anchor="end" fill="{SOFT}" x="100%" y="12">{target}</text></svg>',
        key=key,
        title=title,
        description=description,
        floor=FLOOR,
        plan=_lines(aim, "plan", SOFT, "2"),
        way=_lines(steps, line, colour, "3"),
        dots=format_html_join(
            "",
            '<circle class="{}" fill="{}" cx="{}" cy="{}" r="3"/>',
            [(mark, colour, _x(s), _y(s)) for s in steps[:-1]],
        ),
        mark=mark,
        colour=colour,
        x=_x(now),
        y=_y(now),
        end_x=_x(end),
        end_y=_y(end),
        late=" late" if late else "",
        anchor=anchor,
        label_y=f"{FLOOR - RISE * now.share + 22:.4g}",
        label=label,
        target=target,
        LINE=LINE,
        INK=INK,
        SOFT=SOFT,
    )


def _lines(points: Sequence[Point], kind: str, colour: str, width: str) -> SafeString:
    dashes = mark_safe(' stroke-dasharray="2 6"') if kind == "plan" else ""
    return format_html_join(
        "",
        '<line class="{}" stroke="{}" stroke-width="{}"{} stroke-linecap="round" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        [(kind, colour, width, dashes, _x(start), _y(start), _x(end), _y(end)) for start, end in pairwise(points)],
    )


def _x(point: Point) -> str:
    return f"{1 + 98 * point.time:.4g}%"


def _y(point: Point) -> str:
    return f"{FLOOR - RISE * point.share:.4g}"
