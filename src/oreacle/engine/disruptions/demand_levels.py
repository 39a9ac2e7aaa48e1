"""Shocks to demand and slumps, drawn by level.

Does      Gives each draw one of a few equally likely levels of demand, and tells slumps.
Units     Standard deviations; factors of use [1].
Method    The engine's first-year shock is a normal cut at its limit. It is split into levels of
          equal probability, each with its mean: every block of as many draws as levels has each
          level once, in random order.
Assumes   Shocks start from none at the as-of date, as in the engine.
Not here  The size of the shock: see `oreacle.engine.demand`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from oreacle.core.streams import member_stream


def level_means(levels: int, limit: float) -> np.ndarray:
    """Return the mean of a normal cut at a limit, by equally likely level, shape (level,).

    Parameters
    ----------
    levels
        Number of levels, odd, so few that the limit lies in the outermost ones.
    limit
        Cut either way [standard deviations]; what lies beyond counts as the limit.

    Examples
    --------
    >>> level_means(3, 2.5).round(3).tolist()
    [-1.085, 0.0, 1.085]
    """
    edges = np.clip(special.ndtri(np.linspace(0.0, 1.0, levels + 1)), -limit, limit)
    density = np.exp(-0.5 * edges**2) / np.sqrt(2.0 * np.pi)
    inside = density[:-1] - density[1:]
    cut = limit * (1.0 - special.ndtr(limit))
    inside[0] -= cut
    inside[-1] += cut
    # Made antisymmetric, so that the middle level is no shock to the last bit.
    return np.asarray(levels * (inside - inside[::-1]) / 2.0)


def drawn_levels(levels: int, draws: int, *, seed: int, purpose: int) -> np.ndarray:
    """Return the level of each draw, shape (draw,).

    Parameters
    ----------
    levels
        Number of levels.
    draws
        Number of draws; draw k is the same however many others there are.
    seed, purpose
        Root seed, and the purpose of the streams.
    """
    blocks = -(-draws // levels)
    order = [
        member_stream(seed, block, purpose=purpose).permutation(levels) for block in range(blocks)
    ]
    return np.concatenate(order)[:draws]


def drawn_slumps(chance: float, draws: int, *, seed: int, purpose: int) -> np.ndarray:
    """Return True where the year before had low prices, shape (draw,).

    Parameters
    ----------
    chance
        Probability [1].
    draws, seed, purpose
        As for `drawn_levels`.
    """
    return np.array(
        [member_stream(seed, draw, purpose=purpose).random() < chance for draw in range(draws)]
    )
