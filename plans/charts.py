"""A goal's way to its target, drawn as a line. Places are in per cent, so that text keeps its size at any width."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
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
    # Only what somebody wrote needs escaping: the rest is numbers and words of this module.
    title, description, label, target = escape(title), escape(description), escape(label), escape(target)
    x, y, suffix = _x(now), _y(now), " late" if late else ""
    dots = "".join(f'<circle class="{mark}" fill="{colour}" cx="{_x(s)}" cy="{_y(s)}" r="3"/>' for s in steps[:-1])
    return mark_safe(  # noqa: S308
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="112" class="climb" role="img" '
        f'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>'
        f'<line class="grid" stroke="{LINE}" x1="0%" y1="{FLOOR}" x2="100%" y2="{FLOOR}"/>'
        f"{_lines(aim, 'plan', SOFT, '2')}{_lines(steps, line, colour, '3')}{dots}"
        f'<circle class="{mark}" fill="{colour}" cx="{x}" cy="{y}" r="6"/>'
        f'<circle class="d-target" fill="none" stroke="{INK}" stroke-dasharray="2 3" stroke-width="1.5" '
        f'cx="{_x(end)}" cy="{_y(end)}" r="6"/>'
        f'<text class="now{suffix}" text-anchor="{anchor}" fill="{colour}" x="{x}" '
        f'y="{FLOOR - RISE * now.share + 22:.4g}">{label}</text>'
        f'<text class="tick" text-anchor="end" fill="{SOFT}" x="100%" y="12">{target}</text></svg>'
    )


def _lines(points: Sequence[Point], kind: str, colour: str, width: str) -> str:
    dashes = ' stroke-dasharray="2 6"' if kind == "plan" else ""
    return "".join(
        f'<line class="{kind}" stroke="{colour}" stroke-width="{width}"{dashes} stroke-linecap="round" '
        f'x1="{_x(start)}" y1="{_y(start)}" x2="{_x(end)}" y2="{_y(end)}"/>'
        for start, end in pairwise(points)
    )


def _x(point: Point) -> str:
    return f"{1 + 98 * point.time:.4g}%"


def _y(point: Point) -> str:
    return f"{FLOOR - RISE * point.share:.4g}"
