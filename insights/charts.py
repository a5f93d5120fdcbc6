"""How a cycle comes to its end, drawn as a line over its weeks. The numbers stand in a table beneath."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insights.queries.overview import Point

# Every mark has a class for the page and an attribute for where no page colours apply.
SOFT, LINE, YOU = "#6a6054", "#ddd2bf", "#1e5b4f"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 290, 48, 112, 16, 40
# Labels of months closer together than this would touch.
APART = 56


def trend(points: Sequence[Point], *, last: bool = False) -> SafeString:
    """What was signed as a full line; as a dotted one the cycle before, or else the plan."""
    length = max(1, len(points) - 1)
    x = [LEFT + (WIDTH - LEFT - RIGHT) * n / length for n in range(len(points))]
    actual = [(x[n], _y(point.share)) for n, point in enumerate(points) if point.share is not None]
    aim = [(x[n], _y((point.before if last else point.plan) or 0)) for n, point in enumerate(points)]
    said = [point for point in points if point.share is not None]
    now = said[-1] if said else points[0]
    share, meant = now.share or 0, (now.before if last else now.plan) or 0
    compared = _("the cycle before had %(share)s %% by then") if last else _("the plan was %(share)s %%")
    description = _("%(now)s %% have signed; %(compared)s.") % {"now": share, "compared": compared % {"share": meant}}
    end, aim_end = actual[-1] if actual else (LEFT, _y(0)), aim[-1]
    # The label goes under the line unless the dotted one runs there.
    below = end[1] + 20 if meant >= share else end[1] - 10
    label_y = min(max(below, TOP + 5), HEIGHT - BOTTOM - 6)
    aim_y = aim_end[1] + 5
    if end[0] > WIDTH - RIGHT - 60 and abs(label_y - aim_y) < 20:
        aim_y = label_y - 22 if aim_y < label_y else label_y + 22
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 290" class="chart" role="img" '
        'aria-labelledby="trend-t trend-d"><title id="trend-t">{title}</title><desc id="trend-d">{description}</desc>'
        '{grid}{months}<polyline class="plan" fill="none" stroke="{SOFT}" stroke-width="2" stroke-dasharray="2 6" '
        'stroke-linecap="round" points="{aim}"/><polyline class="actual" fill="none" stroke="{YOU}" stroke-width="3" '
        'stroke-linecap="round" stroke-linejoin="round" points="{actual}"/>'
        '<circle class="dot" fill="{YOU}" cx="{end_x}" cy="{end_y}" r="5"/>'
        '<text class="label you" fill="{YOU}" x="{label_x}" y="{label_y}">{label}</text>'
        '<text class="label" fill="{SOFT}" x="{aim_x}" y="{aim_y}">{aim_label}</text></svg>',
        title=_("Signed conversations by week, per cent"),
        description=description,
        grid=_grid(),
        months=_months(points, x),
        aim=_path(aim),
        actual=_path(actual),
        end_x=f"{end[0]:.5g}",
        end_y=f"{end[1]:.5g}",
        label_x=f"{end[0] + 10:.5g}",
        label_y=f"{label_y:.5g}",
        label=_("%(share)s %% signed") % {"share": share},
        aim_x=f"{aim_end[0] + 10:.5g}",
        aim_y=f"{aim_y:.5g}",
        aim_label=_("Last time") if last else _("Plan"),
        SOFT=SOFT,
        YOU=YOU,
    )


def _grid() -> SafeString:
    return format_html_join(
        "",
        '<line class="grid" stroke="{}" x1="48" y1="{}" x2="528" y2="{}"/>'
        '<text class="tick" fill="{}" text-anchor="end" x="38" y="{}">{}</text>',
        [(LINE, f"{_y(v):.5g}", f"{_y(v):.5g}", SOFT, f"{_y(v) + 5:.5g}", v) for v in (0, 25, 50, 75, 100)],
    )


def _months(points: Sequence[Point], x: Sequence[float]) -> SafeString:
    """The name of each month at the week in which it begins; every other one gives way on a narrow page."""
    labels: list[tuple[float, str]] = []
    for n, point in enumerate(points):
        begins = n == 0 or points[n - 1].week.month != point.week.month
        if begins and (not labels or x[n] - labels[-1][0] >= APART):
            labels.append((x[n], date_format(point.week, pgettext("month on an axis, PHP letters", "M"))))
    return format_html_join(
        "",
        '<text class="tick {}" fill="{}" text-anchor="middle" x="{}" y="282">{}</text>',
        [("odd" if n % 2 else "even", SOFT, f"{place:.5g}", text) for n, (place, text) in enumerate(labels)],
    )


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share / 100)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.5g} {y:.5g}" for x, y in points)
