"""The projection of maps, and where to cut the globe.

Does      Chooses the middle of a map so that few heavy lines are cut; gives directions on paper.
Units     Degrees; places on paper in units of the projection.
Method    Equal Earth (Savric, Patterson and Jenny 2019, International Journal of Geographical
          Information Science 33(3), 454-465): areas keep their proportions. The globe is cut in
          the Bering Strait or in the Atlantic, whichever cuts fewer tonnes.
Assumes   Lines between places are great circles, as the drawing library draws them.
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
    lon = math.radians((place[0] - middle + 180.0) % 360.0 - 180.0 or 0.0)
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


def arrival(start: Place, end: Place, middle: float) -> tuple[Place, float]:
    """Return a place shortly before the end of a great circle, and the heading there on paper.

    Returns
    -------
    tuple
        The place [degree] and the angle clockwise from straight up [degree].
    """
    near, nearer = between(start, end, 0.96), between(start, end, 0.985)
    (x, y), (x2, y2) = on_paper(near, middle), on_paper(nearer, middle)
    return nearer, math.degrees(math.atan2(x2 - x, y2 - y))


def between(start: Place, end: Place, share: float) -> Place:
    """Return a place on the great circle between two places.

    Examples
    --------
    >>> [round(x, 6) for x in between((0.0, 0.0), (90.0, 0.0), 0.5)]
    [45.0, 0.0]
    """
    a, b = _vector(start), _vector(end)
    angle = math.acos(max(-1.0, min(1.0, sum(p * q for p, q in zip(a, b, strict=True)))))
    if angle < 1e-9:
        return end
    left, right = math.sin((1 - share) * angle), math.sin(share * angle)
    x, y, z = ((left * p + right * q) / math.sin(angle) for p, q in zip(a, b, strict=True))
    return math.degrees(math.atan2(y, x)), math.degrees(math.asin(max(-1.0, min(1.0, z))))


def _vector(place: Place) -> tuple[float, float, float]:
    lon, lat = math.radians(place[0]), math.radians(place[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
