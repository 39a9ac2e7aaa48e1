"""Scores of forecasts of one number: CRPS, interval score, coverage, PIT.

Does      Scores ensembles and normal distributions against what was observed.
Units     Scores in the unit of the forecast; coverage and PIT values [1].
Method    Ensembles: the fair CRPS of Ferro (2014), eq. 8, which is unbiased for the
          distribution that a small ensemble stands for. Normal distributions: the closed form of
          Gneiting and Raftery (2007), eq. 21. Intervals: their eq. 43.
Assumes   Members are exchangeable.
Not here  Skill and its interval: see `.skill`.

References
----------
Ferro, C. A. T. (2014). Fair scores for ensemble forecasts. Quarterly Journal of the Royal
Meteorological Society 140, 1917-1923.
Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and
estimation. Journal of the American Statistical Association 102, 359-378.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr

from oreacle.core.errors import DataError

LOW, HIGH = 0.1, 0.9
"""Ends of the 80 % interval [1]."""
MISS_WEIGHT = 10.0
"""What a unit outside the interval costs [1]: 2 over the 0.2 that an 80 % interval leaves out."""
FEWEST_MEMBERS = 2
BINS = 10
"""Bars of a PIT histogram."""


def crps_ensemble(members: np.ndarray, observed: float) -> float:
    """Return the fair CRPS of an ensemble.

    Parameters
    ----------
    members : ndarray (member,)
        Forecast of each member, all known.
    observed
        What happened, in the same unit.

    Raises
    ------
    DataError
        ORE-RUN-181 on fewer than two members or a missing number.

    Examples
    --------
    >>> crps_ensemble(np.array([0.0, 2.0]), 1.0)
    0.0
    """
    values = _checked(members, observed)
    count = len(values)
    error = float(np.abs(values - observed).mean())
    # Sum of |a - b| over all pairs from the sorted values.
    weight = 2.0 * np.arange(1, count + 1) - count - 1.0
    spread = float((weight * np.sort(values)).sum()) * 2.0
    return error - spread / (2.0 * count * (count - 1))


def crps_normal(mean: float, deviation: float, observed: float) -> float:
    """Return the CRPS of a normal distribution; of a point, its absolute error.

    Raises
    ------
    DataError
        ORE-RUN-181 on a negative deviation or a missing number.

    Examples
    --------
    >>> round(crps_normal(0.0, 1.0, 0.0), 4), crps_normal(1.0, 0.0, 3.0)
    (0.2337, 2.0)
    """
    _check_normal(mean, deviation, observed)
    if deviation == 0.0:
        return abs(observed - mean)
    z = (observed - mean) / deviation
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    below = float(ndtr(z))
    return deviation * (z * (2.0 * below - 1.0) + 2.0 * density - 1.0 / math.sqrt(math.pi))


def interval_score(low: float, high: float, observed: float) -> float:
    """Return the score of an 80 % interval: its width, and ten times what it misses by.

    Raises
    ------
    DataError
        ORE-RUN-181 if the ends are in the wrong order or a number is missing.

    Examples
    --------
    >>> interval_score(0.0, 1.0, 0.5), interval_score(0.0, 1.0, 1.5)
    (1.0, 6.0)
    """
    if not (np.isfinite([low, high, observed]).all() and low <= high):
        raise _bad(f"the interval {low} to {high} and the observation {observed}")
    miss = max(low - observed, 0.0) + max(observed - high, 0.0)
    return high - low + MISS_WEIGHT * miss


def pit_ensemble(members: np.ndarray, observed: float) -> float:
    """Return where in the ensemble the observation falls, ties in the middle [1].

    Raises
    ------
    DataError
        ORE-RUN-181 on fewer than two members or a missing number.

    Examples
    --------
    >>> pit_ensemble(np.array([0.0, 1.0, 2.0, 3.0]), 1.5)
    0.5
    """
    values = _checked(members, observed)
    rank = (values < observed).sum() + 0.5 * (values == observed).sum()
    return float((rank + 0.5) / (len(values) + 1))


def pit_counts(values: np.ndarray) -> np.ndarray:
    """Return the PIT histogram: values in each tenth of the unit interval, shape (bar,).

    Raises
    ------
    DataError
        ORE-RUN-181 on a value outside 0 to 1.

    Examples
    --------
    >>> pit_counts(np.array([0.05, 0.95, 1.0])).tolist()
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    """
    found = np.asarray(values, dtype=float)
    if not ((found >= 0.0) & (found <= 1.0)).all():
        raise _bad("a PIT value outside 0 to 1")
    place = np.minimum((found * BINS).astype(np.int64), BINS - 1)
    return np.bincount(place, minlength=BINS)


def _checked(members: np.ndarray, observed: float) -> np.ndarray:
    values = np.asarray(members, dtype=float)
    if values.ndim != 1 or len(values) < FEWEST_MEMBERS:
        raise _bad(f"an ensemble of shape {values.shape}")
    if not (np.isfinite(values).all() and math.isfinite(observed)):
        raise _bad("a forecast or observation that is missing")
    return values


def _check_normal(mean: float, deviation: float, observed: float) -> None:
    if not np.isfinite([mean, deviation, observed]).all() or deviation < 0.0:
        raise _bad(f"mean {mean}, deviation {deviation}, observation {observed}")


def _bad(what: str) -> DataError:
    return DataError(
        "ORE-RUN-181",
        f"{what} cannot be scored.",
        why="the score would be missing or mean something else.",
        fix="leave out members and windows without a figure, and say how many.",
    )
