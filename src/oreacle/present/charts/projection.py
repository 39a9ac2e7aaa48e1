"""The projection of maps, and where to cut the globe.

Does      Chooses the middle of a map so that few heavy lines are cut; gives arcs on paper.
Units     Degrees; places on paper in units of the projection.
Method    Equal Earth (Savric, Patterson and Jenny 2019, International Journal of Geographical
          Information Science 33(3), 454-465): areas keep their proportions. The globe is cut in
          the Bering Strait or in the Atlantic, whichever cuts fewer tonnes.
Assumes   Arcs are signs for flows, not ways: they are drawn on paper, not on the globe.
Not here  What is drawn: see `oreacle.present.charts.change_map` and `.route_map`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from oreacle.present.charts.chart_style import WIDTH, Spec

MIDDLES = (11.0, 155.0)
"""Middles of a map [degree of longitude], the usual one first."""
TERMS = (1.340264, -0.081106, 0.000893, 0.003796)
"""Coefficients A1 to A4 of Equal Earth [1]."""
SPHERE = 0.4866
"""Height of the world over its width in Equal Earth [1]."""
CROPPED = 0.9
"""Part of that height that is shown: Antarctica is not drawn [1]."""
MAP_HEIGHT = round(WIDTH * SPHERE * CROPPED)
BOW = 0.22
"""Height of an arc's control point over the distance of its ends [1]."""
ARROW = 6.0
"""Room for an arrow at the end of an arc [px]."""
STEPS = 24
"""Pieces of an arc."""
Place = tuple[float, float]


def middle_of(lines: Sequence[tuple[Place, Place, float]]) -> float:
    """Return the middle of the map [degree] that cuts the fewest tonnes.

    Parameters
    ----------
    lines
        Both ends [degree] and weight of each line.
    """

    def cut(middle: float) -> float:
        return sum(weight for start, end, weight in lines if is_cut(start, end, middle))

    return min(MIDDLES, key=cut)


def is_cut(start: Place, end: Place, middle: float) -> bool:
    """Return True if the shorter way between two places leaves the map at its side.

    Examples
    --------
    >>> is_cut((139.0, 36.0), (-122.0, 37.0), 11.0), is_cut((139.0, 36.0), (-122.0, 37.0), 155.0)
    (True, False)
    """
    from_middle = (start[0] - middle + 180.0) % 360.0 - 180.0
    turn = (end[0] - start[0] + 180.0) % 360.0 - 180.0
    return not -180.0 <= from_middle + turn <= 180.0


def projection(middle: float) -> Spec:
    """Return Equal Earth around a meridian, fitted to the width of a chart."""
    scale = WIDTH / (2.0 * on_paper((180.0, 0.0), 0.0)[0])
    return {
        "type": "equalEarth",
        "rotate": [-middle, 0, 0],
        "scale": round(scale, 2),
        "translate": [WIDTH / 2, round(WIDTH * SPHERE * 0.5, 1)],
        "precision": 0.3,
    }


def on_paper(place: Place, middle: float) -> Place:
    """Return where a place stands, to the right and upwards from the middle.

    Examples
    --------
    >>> x, y = on_paper((180.0, 0.0), 0.0)
    >>> round(x, 3), y
    (2.707, 0.0)
    """
    lon = math.radians((place[0] - middle + 180.0) % 360.0 - 180.0)
    if place[0] - middle == 180.0:
        lon = math.pi
    first, second, third, fourth = TERMS
    theta = math.asin(math.sqrt(3.0) / 2.0 * math.sin(math.radians(place[1])))
    square = theta * theta
    sixth = square**3
    slope = first + 3 * second * square + sixth * (7 * third + 9 * fourth * square)
    right = 2.0 * math.sqrt(3.0) * lon * math.cos(theta) / (3.0 * slope)
    up = theta * (first + second * square + sixth * (third + fourth * square))
    return right, up


def pixel(place: Place, middle: float) -> Place:
    """Return where a place stands on a map of full width, from its upper left corner [px]."""
    right, up = on_paper(place, middle)
    scale = WIDTH / (2.0 * on_paper((180.0, 0.0), 0.0)[0])
    return WIDTH / 2 + scale * right, WIDTH * SPHERE * 0.5 - scale * up


def bow(start: Place, end: Place) -> list[Place]:
    """Return an arc between two places on paper that bows upwards [px].

    The arc is a quadratic curve; it stops short of the end, so that an arrow fits there.
    """
    (x, y), (x2, y2) = start, end
    length = math.hypot(x2 - x, y2 - y)
    lift = BOW * length
    across, up = (y2 - y) / (length or 1.0), -(x2 - x) / (length or 1.0)
    if up > 0:  # pixels count downwards: bow towards the top
        across, up = -across, -up
    middle = ((x + x2) / 2 + lift * across, (y + y2) / 2 + lift * up)
    last = max(0.5, 1.0 - ARROW / (length or 1.0))
    return [_curve(start, middle, end, last * step / STEPS) for step in range(STEPS + 1)]


def _curve(start: Place, middle: Place, end: Place, t: float) -> Place:
    weights = ((1 - t) ** 2, 2 * t * (1 - t), t * t)
    x, y = (
        sum(weight * place[k] for weight, place in zip(weights, (start, middle, end), strict=True))
        for k in (0, 1)
    )
    return round(x, 1), round(y, 1)


def heading(points: Sequence[Place]) -> float:
    """Return the direction at the end of an arc, clockwise from straight up [degree].

    Examples
    --------
    >>> heading([(0.0, 0.0), (5.0, 0.0)])
    90.0
    """
    (x, y), (x2, y2) = points[-2:]
    return round(math.degrees(math.atan2(x2 - x, y - y2)), 1)
