"""Pictures in the printed record.

Every mark carries presentation attributes: WeasyPrint applies no page CSS inside SVG. A picture never stands alone;
the page prints the same numbers in a table beside it.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

INK, LINE, EMPLOYEE, INTERVIEWER = "#2a2520", "#ddd2bf", "#1e5b4f", "#9c401b"
WIDTH, HEIGHT, RADIUS = 460, 316, 116
LEVELS = 5
FEWEST, MOST = 3, 12  # with fewer axes there is no area, with more the names run into each other
NAME_WIDTH, LINE_HEIGHT = 15, 18


@dataclass(frozen=True)
class SkillRow:
    name: str
    employee: int | None
    interviewer: int | None
    target: int | None


def radar(skills: Sequence[SkillRow]) -> SafeString:
    """Both views of the skills and the target, or nothing where a radar would say nothing."""
    if not FEWEST <= len(skills) <= MOST:
        return SafeString()
    grid = [_polygon([level] * len(skills), stroke=LINE) for level in range(1, LEVELS + 1)]
    axes = [_axis(place, len(skills)) for place in range(len(skills))]
    # Squares before circles, clay before spruce: where the views agree, both marks still show.
    areas = [
        _polygon([row.target for row in skills], stroke=INK, width="2", dashes="2 5"),
        _polygon([row.interviewer for row in skills], stroke=INTERVIEWER, width="2.5", fill_opacity="0.1"),
        _polygon([row.employee for row in skills], stroke=EMPLOYEE, width="2.5", fill_opacity="0.12"),
    ]
    marks = [
        format_html('<rect x="{}" y="{}" width="8" height="8" fill="{}"/>', _short(x - 4), _short(y - 4), INTERVIEWER)
        for x, y in _known_points([row.interviewer for row in skills])
    ] + [
        format_html('<circle cx="{}" cy="{}" r="4.5" fill="{}"/>', _short(x), _short(y), EMPLOYEE)
        for x, y in _known_points([row.employee for row in skills])
    ]
    names = [_name(place, len(skills), row.name) for place, row in enumerate(skills)]
    # WeasyPrint makes the title the alternative text of the figure, so it says everything.
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img"'
        ' font-family="Source Sans 3" font-size="16"><title>{}</title>{}</svg>',
        WIDTH,
        HEIGHT,
        _description(skills),
        format_html_join("", "{}", ((part,) for part in [*grid, *axes, *areas, *marks, *names])),
    )


def _description(skills: Sequence[SkillRow]) -> str:
    missing = _("not rated")
    rows = [
        _("%(skill)s: employee %(employee)s, interviewer %(interviewer)s, target %(target)s")
        % {
            "skill": row.name,
            "employee": missing if row.employee is None else row.employee,
            "interviewer": missing if row.interviewer is None else row.interviewer,
            "target": missing if row.target is None else row.target,
        }
        for row in skills
    ]
    return _("Skills on a scale of 0 to 5.") + " " + "; ".join(rows)


def _point(place: int, count: int, level: float) -> tuple[float, float]:
    angle, distance = 2 * math.pi * place / count, RADIUS * level / LEVELS
    return WIDTH / 2 + distance * math.sin(angle), HEIGHT / 2 - distance * math.cos(angle)


def _known_points(levels: Sequence[int | None]) -> list[tuple[float, float]]:
    return [_point(place, len(levels), level) for place, level in enumerate(levels) if level is not None]


def _polygon(
    levels: Sequence[int | None],
    *,
    stroke: str,
    width: str = "1",
    dashes: str = "none",
    fill_opacity: str = "0",
) -> SafeString:
    points = _known_points(levels)
    if len(points) < FEWEST:
        return SafeString()
    return format_html(
        '<polygon points="{}" fill="{}" fill-opacity="{}" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>',
        " ".join(f"{_short(x)} {_short(y)}" for x, y in points),
        stroke if fill_opacity != "0" else "none",
        fill_opacity,
        stroke,
        width,
        dashes,
    )


def _axis(place: int, count: int) -> SafeString:
    x, y = _point(place, count, LEVELS)
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>',
        _short(WIDTH / 2),
        _short(HEIGHT / 2),
        _short(x),
        _short(y),
        LINE,
    )


def _name(place: int, count: int, name: str) -> SafeString:
    x, y = _point(place, count, LEVELS + 0.55)
    aside = x - WIDTH / 2
    anchor = "middle" if abs(aside) < 20 else "start" if aside > 0 else "end"
    lines = textwrap.wrap(name.replace("\u200b", ""), NAME_WIDTH, max_lines=2, placeholder="…") or [""]
    rise = (len(lines) - 1) * (LINE_HEIGHT if y < HEIGHT / 2 else 0)
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}" fill="{}">{}</text>',
        (
            (_short(x), _short(y + 4 - rise + number * LINE_HEIGHT), anchor, INK, line)
            for number, line in enumerate(lines)
        ),
    )


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
