"""Stoppages of mines that the base year holds: what blockades and revoked licences usually take.

Does      Works out the share of capacity that is closed, and stopped in all, in an average year.
Units     Shares of capacity [1]; hazards [1/yr]; days.
Method    A year without a licence ends with a fixed chance, so that the number of licences lost
          since all were given back is that of successes in a geometric number of trials: k or more
          with chance b ((1 - r) b)^(k - 1), b = h / (1 - (1 - h) (1 - r)). Days of a blockade are
          log-normal, a year at most.
Assumes   Hazards of the base year held long enough before it.
Not here  What a year draws: see `oreacle.engine.mechanisms.licence`.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

LEAST_SPREAD = 1e-9


def usual_closed(hazard: np.ndarray, site: np.ndarray, reopening: float) -> np.ndarray:
    """Return the mean share of capacity without a licence, shape (cell,) [1].

    Parameters
    ----------
    hazard, site
        Hazard of a revoked licence [1/yr], and the part of capacity that it takes [1]: (cell,).
    reopening
        Yearly chance that what is closed opens again [1/yr].

    Examples
    --------
    >>> usual_closed(np.array([0.25]), np.array([1.0]), 0.5).round(9).tolist()
    [0.4]
    >>> usual_closed(np.array([0.1, 0.2]), np.array([0.0001, 0.1]), 1.0).round(9).tolist()
    [1e-05, 0.02]
    """
    chance = np.minimum(hazard, 1.0)
    first = chance / np.maximum(1.0 - (1.0 - chance) * (1.0 - reopening), 1e-12)
    further = np.minimum((1.0 - reopening) * first, 1.0 - 1e-12)
    whole = np.floor(1.0 / site)
    rest = 1.0 - whole * site
    sites = site * (1.0 - further**whole) / (1.0 - further) + rest * further**whole
    return np.asarray(first * sites)


def mean_days(median: float, spread: float, most: float) -> float:
    """Return the mean of a log-normal length that is cut at a longest one.

    Parameters
    ----------
    median, most
        Median and longest [d].
    spread
        Standard deviation of the log [1].

    Examples
    --------
    >>> mean_days(50.0, 0.0, 365.0), round(mean_days(50.0, 1.0, 1e9), 3)
    (50.0, 82.436)
    """
    sigma = max(spread, LEAST_SPREAD)
    cut = np.log(most / median) / sigma
    below = median * np.exp(0.5 * sigma**2) * ndtr(cut - sigma)
    return float(below + most * ndtr(-cut)) if spread > 0.0 else min(median, most)
