"""Baselines of prices: random walk, shrunken mean reversion, persistence.

Does      Returns the normal distribution of the log price change that each rule foresees.
Units     Log points; years.
Method    Random walk without drift: deviation v sqrt(h). Mean reversion: a first-order
          autoregression around the mean of the series up to the origin, its persistence shrunk
          to a prior half-life. Persistence: no change, for certain.
Assumes   Changes of a series are independent and normal. Prices are nominal, so that inflation is
          in none of the rules.
Not here  The engine's own forecast: see `.forward`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import DataError

RANDOM_WALK, REVERSION, PERSISTENCE = "random walk", "mean reversion", "persistence"
BASELINES = (RANDOM_WALK, REVERSION, PERSISTENCE)
PRIOR_HALF_LIFE = 5.0
"""Half-life of a price gap to which estimates are shrunk [yr]; assumed: the middle of the 2 to 8
years over which the model holds that gaps close."""
PRIOR_YEARS = 20.0
"""Yearly changes that the prior weighs as much as [yr]; assumed: as long as the longest series at
the middle origin."""
FEWEST_YEARS = 8


@dataclass(frozen=True)
class Normal:
    """Normal distribution of a log price change.

    Attributes
    ----------
    mean, deviation
        In log points; a deviation of 0 is a point.
    """

    mean: float
    deviation: float


def random_walk(volatility: float, horizon: int) -> Normal:
    """Return what a random walk foresees.

    Examples
    --------
    >>> random_walk(0.2, 4)
    Normal(mean=0.0, deviation=0.4)
    """
    return Normal(0.0, volatility * float(np.sqrt(horizon)))


def persistence() -> Normal:
    """Return no change, for certain: its CRPS is the absolute error."""
    return Normal(0.0, 0.0)


def shrunken_persistence(log_price: np.ndarray) -> float:
    """Return the yearly persistence of price gaps, shrunk to the prior half-life [1].

    Parameters
    ----------
    log_price : ndarray (year,)
        Series up to the origin, one value a year.

    Raises
    ------
    DataError
        ORE-RUN-183 on fewer than eight years or a gap.
    """
    values = _checked(log_price)
    gap = values - values.mean()
    before, after = gap[:-1], gap[1:]
    under = float((before**2).sum())
    prior = 0.5 ** (1.0 / PRIOR_HALF_LIFE)
    estimate = float((before * after).sum()) / under if under > 0.0 else prior
    weight = len(before) / (len(before) + PRIOR_YEARS)
    return float(np.clip(weight * estimate + (1.0 - weight) * prior, 0.0, 1.0))


def mean_reversion(log_price: np.ndarray, volatility: float, horizon: int) -> Normal:
    """Return what an autoregression around the mean of the series foresees.

    Parameters
    ----------
    log_price : ndarray (year,)
        Series up to the origin.
    volatility
        Standard deviation of yearly changes [log points].
    horizon
        Years ahead.

    Raises
    ------
    DataError
        ORE-RUN-183 as `shrunken_persistence`.
    """
    kept = shrunken_persistence(log_price)
    gap = float(log_price[-1] - np.mean(log_price))
    powers = kept ** (2.0 * np.arange(horizon))
    return Normal(gap * (kept**horizon - 1.0), volatility * float(np.sqrt(powers.sum())))


def _checked(log_price: np.ndarray) -> np.ndarray:
    values = np.asarray(log_price, dtype=float)
    if len(values) < FEWEST_YEARS or not np.isfinite(values).all():
        raise DataError(
            "ORE-RUN-183",
            f"a price series of {len(values)} years, {int(np.isnan(values).sum())} of them "
            "missing, says nothing of reversion.",
            why="its mean would be that of a few years.",
            fix=f"start from an origin with {FEWEST_YEARS} years of prices before it.",
        )
    return values
