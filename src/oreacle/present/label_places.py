"""Where to write the names of points so that they do not cover each other.

Does      Chooses a side of each point for its label.
Units     Points in shares of the axes [1]; boxes in pixels.
Method    Greedy: points from the most crowded on take the side that covers least.
Assumes   Letters are about 6.6 px wide and lines 15 px high at the size of labels.
Not here  Drawing: see `oreacle.present.figures_markets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTER = 6.6
LINE = 15.0
MARK = 8.0
SIDES = (
    "middle right",
    "middle left",
    "top center",
    "bottom center",
    "top right",
    "bottom right",
    "top left",
    "bottom left",
)
OUTSIDE = 4.0
"""How much worse a label outside the drawing area is than one on another label."""


@dataclass(frozen=True)
class Box:
    """A rectangle: left, bottom, width, height [px]."""

    left: float
    bottom: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Return the common area [px2]."""
        right = min(self.left + self.width, other.left + other.width)
        top = min(self.bottom + self.height, other.bottom + other.height)
        across = right - max(self.left, other.left)
        up = top - max(self.bottom, other.bottom)
        return max(across, 0.0) * max(up, 0.0)


def place_labels(
    points: Sequence[tuple[float, float]], labels: Sequence[str], area: Box
) -> list[str]:
    """Return a text position for each point, in plotly's words.

    Parameters
    ----------
    points
        Positions in shares of the axes, 0 to 1.
    labels
        What is written.
    area
        The drawing area.

    Examples
    --------
    >>> place_labels([(0.5, 0.5)], ["tin"], Box(0.0, 0.0, 400.0, 400.0))
    ['middle right']
    """
    spots = [(area.width * x, area.height * y) for x, y in points]
    marks = [Box(x - MARK / 2, y - MARK / 2, MARK, MARK) for x, y in spots]
    crowd = [sum(abs(x - u) + abs(y - v) < 120.0 for u, v in spots) for x, y in spots]
    taken: list[Box] = []
    chosen = [SIDES[0]] * len(spots)
    for k in sorted(range(len(spots)), key=lambda k: -crowd[k]):
        others = [mark for at, mark in enumerate(marks) if at != k]
        boxes = {side: _box(spots[k], labels[k], side) for side in SIDES}
        cost = {side: _cost(box, [*taken, *others], area) for side, box in boxes.items()}
        chosen[k] = min(SIDES, key=lambda side: cost[side])
        taken.append(boxes[chosen[k]])
    return chosen


def _box(spot: tuple[float, float], label: str, side: str) -> Box:
    width = LETTER * len(label)
    vertical, horizontal = side.split()
    shift = {"left": -width - MARK, "center": -width / 2, "right": MARK}[horizontal]
    rise = {"bottom": -LINE - MARK / 2, "middle": -LINE / 2, "top": MARK / 2}[vertical]
    return Box(spot[0] + shift, spot[1] + rise, width, LINE)


def _cost(box: Box, others: Sequence[Box], area: Box) -> float:
    outside = box.width * box.height - box.overlap(area)
    return OUTSIDE * outside + sum(box.overlap(other) for other in others)
