"""Kohlberg's criterion: a proof that a division is the nucleolus.

Does      Measures how far a division misses the criterion.
Units     A scaled game, without unit.
Method    For each level of excess, coalitions at or above it must be balanced: no transfer that
          leaves all of them with at least as much gives one of them more. One linear program for
          each level at which coalitions bring a new direction; the others follow.
Assumes   Excesses closer than 1e-8 are on one level.
Not here  Finding the division: see `oreacle.coalitions.nucleolus`.

References
----------
Kohlberg, E. (1971). On the nucleolus of a characteristic function game. SIAM Journal on Applied
Mathematics 20(1), 62-66.
"""

from __future__ import annotations

import numpy as np

from oreacle.coalitions.game import membership
from oreacle.coalitions.programs import EQUAL, minimise, proper
from oreacle.coalitions.span import Span


def kohlberg_gap(values: np.ndarray, point: np.ndarray, *, individual: bool) -> float:
    """Return how far a division misses Kohlberg's criterion; 0 if it is met, NaN if not solved.

    Parameters
    ----------
    values : ndarray (2**n,)
        Scaled game in which every player alone is worth 0.
    point : ndarray (n,)
        Efficient division of the value of all.
    individual
        True for the nucleolus: players at 0 cannot give. False for the prenucleolus.

    Returns
    -------
    float
        Largest total that a transfer of at most 1 for each player adds to the coalitions of some
        level without taking from one of them; infinite if the division is not feasible.

    References
    ----------
    Kohlberg (1971), property I, which includes players at their own value.

    Examples
    --------
    >>> majority = np.array([0, 0, 0, 1, 0, 1, 1, 1.0])
    >>> kohlberg_gap(majority, np.full(3, 1 / 3), individual=True)
    0.0
    >>> kohlberg_gap(majority, np.array([0.4, 0.3, 0.3]), individual=True) > 0.5
    True
    """
    size = len(point)
    if abs(point.sum() - values[-1]) > EQUAL or (individual and point.min() < -EQUAL):
        return float("inf")
    coalitions = proper(size)
    inside = membership(size)[coalitions]
    excess = values[coalitions] - inside @ point
    order = np.argsort(-excess, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(excess[order]) < -EQUAL) + 1, len(order))
    low = np.where(individual & (point <= EQUAL), 0.0, -1.0)
    seen = Span(size)
    seen.add(np.ones(size), 0.0)
    start, worst = 0, 0.0
    for end in ends:
        if seen.rank == size:
            break
        level, start = inside[order[start:end]], end
        fresh = level[~seen.contains(level)]
        if not len(fresh):
            continue
        gap = _gain(inside[order[:end]].astype(float), low)
        worst = max(worst, gap) if np.isfinite(gap) else float("nan")
        if not worst <= EQUAL:
            return worst
        for row in fresh:
            seen.add(row, 0.0)
    return worst


def _gain(rows: np.ndarray, low: np.ndarray) -> float:
    """Return the most that a transfer adds to these coalitions without taking from one."""
    done = minimise(
        -rows.sum(axis=0),
        at_least=(rows, np.zeros(len(rows))),
        equal=(np.ones((1, rows.shape[1])), np.zeros(1)),
        bounds=(low, np.ones(rows.shape[1])),
    )
    return max(-done.value, 0.0) if done.solved else float("nan")
