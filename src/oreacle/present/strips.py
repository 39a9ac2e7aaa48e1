"""Small drawings in one line of text.

Does      Draws a path as blocks, and a probability with its band and base rate as a strip.
Units     In: shares [1] for strips, any one unit for paths.
Method    Eight block heights on a logarithmic scale; a strip has one character per 5 %.
Assumes   Strips are plain ASCII; blocks are only for terminals that can show them.
Not here  Charts: see `oreacle.present.figures_events`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from oreacle.present.words import known

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = " "
STRIP_WIDTH = 21
SPARK_POINTS = 16


def sparkline(values: Sequence[float | None], bounds: tuple[float, float]) -> str:
    """Return a path as blocks between two bounds; a value not known leaves a gap.

    Examples
    --------
    >>> sparkline([1.0, 2.0, None, 4.0], (1.0, 4.0))
    '▁▅ █'
    """
    step = max(1, math.ceil(len(values) / SPARK_POINTS))
    low, high = (math.log(max(bound, 1e-9)) for bound in bounds)
    return "".join(_block(known(value), low, high) for value in values[::step])


def _block(value: float | None, low: float, high: float) -> str:
    if value is None or value <= 0.0:
        return GAP
    share = (math.log(value) - low) / (high - low) if high > low else 0.0
    return BLOCKS[round(min(max(share, 0.0), 1.0) * (len(BLOCKS) - 1))]


def strip(value: float | None, low: float | None, high: float | None, base: float | None) -> str:
    """Return a probability on a line from 0 to 100 %: o estimate, - band, | base rate.

    A part that is not known is not drawn; where base rate and estimate meet, the estimate shows.

    Examples
    --------
    >>> strip(0.5, 0.25, 0.75, 0.1)
    '..|..-----o-----.....'
    """
    line = ["."] * STRIP_WIDTH
    if low is not None and high is not None:
        for at in range(_position(low), _position(high) + 1):
            line[at] = "-"
    for mark, share in (("|", base), ("o", value)):
        if share is not None:
            line[_position(share)] = mark
    return "".join(line)


def _position(share: float) -> int:
    return round(min(max(share, 0.0), 1.0) * (STRIP_WIDTH - 1))
