"""Search for the largest strength at which every ceiling holds.

Does      Brackets the first strength that breaks a ceiling, and narrows the bracket.
Units     Strength [1]; levels in the units of the ceilings.
Method    At the central parameters a grid of strengths is cleared in one batch and the bracket of
          the first break is cut again, until it is narrower than the tolerance. Over draws all
          undecided ones are cleared at the same few strengths, so that a round narrows the
          bracket of the wanted quantile and most draws drop out early.
Assumes   Levels move one way with strength, or stay far below their ceiling; checked on the first
          grid at the central parameters. In a
          draw, what breaks at one strength counts as broken at all above it.
Not here  What is cleared: see `oreacle.market.restraint.response`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import MarketError

CUTS = 22
"""Pieces into which a bracket is cut at the central parameters, all cleared at once."""
DRAWN_CUTS = 4
TOLERANCE = 1e-5
"""Width of the bracket of the central strength [1]: a steep price moves by little within it."""
DRAWN_TOLERANCE = 1e-4
"""Width of the bracket of the strength over draws [1]; draws leave far more open."""
NOISE = 1e-6
"""Step back of a level, over its size and 1, that is the solver's and no turn [1]."""
Levels = Callable[[np.ndarray], np.ndarray]
"""Levels by strength, from shape (strength,) to shape (ceiling, strength)."""
DrawnLevels = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Levels by draw and strength, both of shape (case,), to shape (ceiling, case)."""


@dataclass(frozen=True)
class Found:
    """The largest strength that is safe at the central parameters.

    Attributes
    ----------
    strength
        The safe end of the bracket [1]; NaN if a ceiling is broken without a control.
    broken_by
        The ceiling that breaks first above it, its position; -1 if none does.
    """

    strength: float
    broken_by: int


def strongest_safe(
    levels: Levels, limits: np.ndarray, top: float, *, tolerance: float = TOLERANCE
) -> Found:
    """Return the largest strength up to `top` at which no level is above its limit.

    Parameters
    ----------
    levels
        Clears strengths.
    limits
        Ceilings, shape (ceiling,).
    top
        End of the range of strengths [1].
    tolerance
        Width of the last bracket [1].

    Raises
    ------
    MarketError
        ORE-MKT-052 if a level turns; ORE-MKT-054 if a case below the break did not solve.

    Examples
    --------
    >>> found = strongest_safe(lambda s: np.array([2.0 * s, s]), np.array([0.5, 0.9]), 1.0)
    >>> round(found.strength, 4), found.broken_by
    (0.25, 0)
    """
    low, high, broken_by = 0.0, top, -1
    is_first = True
    while is_first or high - low > tolerance:
        grid = np.linspace(low, high, CUTS + 1)
        found = levels(grid)
        held = np.less_equal(found, limits[:, None]).all(axis=0)
        known = np.asarray(np.isfinite(found).all(axis=0))
        if is_first and known.any():
            _refuse_turns(grid[known], found[:, known], limits)
        if held.all():
            return Found(high, broken_by)
        first = int(np.argmin(held))
        if not known[first]:
            raise _unsolved(float(grid[first]))
        broken_by = int(np.argmax((found[:, first] - limits) / np.abs(limits)))
        if first == 0:
            return Found(float("nan") if is_first else low, broken_by)
        low, high = float(grid[first - 1]), float(grid[first])
        is_first = False
    return Found(low, broken_by)


def _refuse_turns(grid: np.ndarray, found: np.ndarray, limits: np.ndarray) -> None:
    """Refuse levels that neither rise nor fall throughout and come near their ceiling.

    One that stays below it by more than the whole range over which it was seen to move cannot
    break it between two strengths of the grid.
    """
    for level, limit in zip(found, limits, strict=True):
        if level.max() + np.ptp(level) < limit:
            continue
        step = np.diff(level)
        slack = NOISE * (1.0 + np.abs(level[1:]))
        if (step < -slack).any() and (step > slack).any():
            turn = int(np.argmax(np.abs(np.diff(np.sign(np.where(abs(step) > slack, step, 0))))))
            raise MarketError(
                "ORE-MKT-052",
                f"a level does not move one way with the control: it turns near strength "
                f"{grid[turn + 1]:.3g}.",
                why="between two strengths that are safe one may lie that is not.",
                fix="name one place in place of a mean over places that gain and lose, or a "
                "control on everyone.",
            )


def _unsolved(strength: float) -> MarketError:
    return MarketError(
        "ORE-MKT-054",
        f"the market did not solve at strength {strength:.3g}.",
        why="whether a ceiling holds there is not known, and it lies below the first known break.",
        fix="report the case with `--json` output, or ask for a tax in place of a quota.",
    )


@dataclass(frozen=True)
class FoundOverDraws:
    """The largest strength that is safe in a share of draws.

    Attributes
    ----------
    strength
        Not above that of the central parameters [1].
    held
        Share of draws in which that strength is safe [1].
    held_at_central
        Share of draws in which the central strength is safe [1].
    """

    strength: float
    held: float
    held_at_central: float


def safe_over_draws(
    levels: DrawnLevels, limits: np.ndarray, central: float, draws: int, confidence: float
) -> FoundOverDraws:
    """Return the largest strength up to `central` that is safe in a share of draws.

    Parameters
    ----------
    levels
        Clears draws at strengths.
    limits
        Ceilings, shape (ceiling,).
    central
        Strength that is safe at the central parameters [1].
    draws
        Number of draws.
    confidence
        Share of draws in which every ceiling must hold [1]. A draw that does not solve counts as
        one in which it does not.
    """
    known = _Known(levels, limits, draws)
    known.clear(np.array([central]))
    at_central = known.share(central)
    low, high = 0.0, central
    if at_central >= confidence:
        return FoundOverDraws(central, at_central, at_central)
    while high - low > DRAWN_TOLERANCE:
        cuts = np.linspace(low, high, DRAWN_CUTS + 1)[1:-1]
        known.clear(cuts)
        safe = [float(cut) for cut in cuts if known.share(float(cut)) >= confidence]
        unsafe = [float(cut) for cut in cuts if known.share(float(cut)) < confidence]
        low, high = max([low, *safe]), min([high, *unsafe])
    return FoundOverDraws(low, known.share(low), at_central)


class _Known:
    """What is known of each draw: safe up to one strength, broken from another on."""

    def __init__(self, levels: DrawnLevels, limits: np.ndarray, draws: int) -> None:
        self._levels, self._limits = levels, limits[:, None]
        self._safe = np.zeros(draws)
        self._broken = np.full(draws, np.inf)

    def share(self, strength: float) -> float:
        """Return the share of draws known to be safe at a strength."""
        return float((self._safe >= strength).mean())

    def clear(self, strengths: np.ndarray) -> None:
        """Clear each draw at the strengths that are still open for it."""
        cells = [
            (draw, strength)
            for strength in strengths
            for draw in np.flatnonzero((self._safe < strength) & (strength < self._broken))
        ]
        if not cells:
            return
        draw = np.array([cell[0] for cell in cells])
        strength = np.array([cell[1] for cell in cells])
        held = (self._levels(draw, strength) <= self._limits).all(axis=0)
        np.minimum.at(self._broken, draw[~held], strength[~held])
        fine = held & (strength < self._broken[draw])
        np.maximum.at(self._safe, draw[fine], strength[fine])
