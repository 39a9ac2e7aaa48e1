"""Intervals of scores over resampled years and actors.

Does      Draws crossed weights of years and actors, and the interval of a ratio of sums.
Units     Weights [1]; intervals in the unit of the ratio.
Method    Bayesian bootstrap (Rubin 1981), crossed: a row gets the product of a weight of its
          origin and one of its actor (Owen and Eckles 2012). Windows of h years overlap, so the
          weight of an origin is the mean of the gamma weights (mean 1, variance h) of the h
          blocks of h consecutive years that hold it, around the circle of years (Politis and
          Romano 1992); at h = 1 these are independent exponential weights. Sums are made by
          origin and actor first: a draw costs cells, not rows. The part of a draw that comes
          from years alone is then widened, see `year_widening`.
Assumes   Blocks of years and actors are exchangeable. The product is conservative where rows do
          not depend on each other. Where years differ much and are few it stays too narrow: in
          simulations with 10 origins and a third of the spread in years, a 95 % interval holds
          98, 94 and 88 of 100 at h = 1, 3 and 5.
Not here  Draws of fitted coefficients: see `oreacle.relations.pooled`.

References
----------
Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9(1), 130-134.
Owen, A. B. and Eckles, D. (2012). Bootstrapping data arrays of arbitrary order. Annals of
Applied Statistics 6(3), 895-927.
Politis, D. N. and Romano, J. P. (1992). A circular block-resampling procedure for stationary
data. In: LePage, R. and Billard, L. (eds.), Exploring the Limits of Bootstrap, 263-270. Wiley.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError

DRAWS = 2000
LOW, HIGH = 0.025, 0.975
FEWEST_BLOCKS = 2
"""Blocks of years that do not overlap without which years cannot be resampled."""
SMALLEST_WEIGHT = 1e-6


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval; bounds are NaN where none can be given.

    Attributes
    ----------
    value, low, high
        In the same unit.
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")

    @property
    def known(self) -> bool:
        """True if the interval is known."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))


@dataclass(frozen=True)
class CrossedWeights:
    """Random weights of origins and of actors, and which row belongs to which.

    Attributes
    ----------
    origin, actor
        Weights, shape (draw, origin) and (draw, actor) [1].
    origin_of, actor_of
        Places of the rows, shape (row,).
    widening
        Factor on the part of a draw that comes from years alone [1].
    """

    origin: np.ndarray
    actor: np.ndarray
    origin_of: np.ndarray
    actor_of: np.ndarray
    widening: float

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the weighted sum over rows, shape (draw,), of `values` of shape (row,)."""
        shape = self.origin.shape[1], self.actor.shape[1]
        cell = self.origin_of * shape[1] + self.actor_of
        cells = np.bincount(cell, weights=values, minlength=shape[0] * shape[1]).reshape(shape)
        return np.asarray(((self.origin @ cells) * self.actor).sum(axis=1))

    def year_sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum over rows with the weights of origins alone, shape (draw,)."""
        count = self.origin.shape[1]
        return np.asarray(
            self.origin @ np.bincount(self.origin_of, weights=values, minlength=count)
        )

    def estimate(self, value: float, crossed: np.ndarray, years: np.ndarray) -> Estimate:
        """Return a value with its interval; without bounds if a draw is missing.

        Parameters
        ----------
        value
            Of all rows, each with weight 1.
        crossed, years : ndarray (draw,)
            Under the crossed weights, and under those of origins alone.
        """
        draws = crossed + (self.widening - 1.0) * (years - value)
        if not np.isfinite(draws).all():
            return Estimate(value)
        low, high = np.quantile(draws, (LOW, HIGH))
        return Estimate(value, float(low), float(high))


def year_widening(blocks: float, horizon: int) -> float:
    """Return the factor that makes the spread over few, overlapping windows unbiased [1].

    Weights of B separate blocks give a variance too small by (B - 1) / (B + 1), that of a
    Dirichlet mean and of one estimated mean. Windows of h years share h - s of them s years
    apart, and blocks of h windows see a sum of squared shares where the truth is h.

    Parameters
    ----------
    blocks
        Windows that fit beside each other, above 1.
    horizon
        Length of the windows [yr].

    Examples
    --------
    >>> round(year_widening(10.0, 1), 3), round(year_widening(2.0, 5), 3)
    (1.106, 2.1)
    """
    shared = 1.0 + 2.0 * sum(((horizon - s) / horizon) ** 2 for s in range(1, horizon))
    return math.sqrt((blocks + 1.0) / (blocks - 1.0) * horizon / shared)


def separate_blocks(origin: np.ndarray, horizon: int) -> float:
    """Return how many windows of `horizon` years fit beside each other in the span of origins.

    Examples
    --------
    >>> separate_blocks(np.arange(2012, 2022), 5)
    2.0
    """
    return float((origin.max() - origin.min() + 1) / horizon)


def crossed_weights(
    origin: np.ndarray,
    actor: np.ndarray,
    *,
    horizon: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> CrossedWeights:
    """Return random weights of origins, in blocks of `horizon` years, and of actors.

    Parameters
    ----------
    origin, actor : ndarray (row,)
        Year of the origin, and label of the actor.
    horizon
        Length of the windows, and so of the blocks [yr].
    rng
        Source of randomness.
    draws
        How many.

    Raises
    ------
    RelationsError
        ORE-REL-006 if there is one actor only, or fewer than two separate blocks of years.
    """
    years, origin_of = np.unique(origin, return_inverse=True)
    names, actor_of = np.unique(actor, return_inverse=True)
    blocks = separate_blocks(years, horizon)
    if len(names) < 2 or len(years) < 2 or blocks < FEWEST_BLOCKS:
        raise RelationsError(
            "ORE-REL-006",
            f"{len(names)} actor(s) and {blocks:g} block(s) of {horizon} years to resample.",
            why="one cluster has no spread, so the draws would claim certainty.",
            fix="score more origins, or report the points without an interval.",
        )
    span = int(years[-1] - years[0]) + 1
    parts = rng.gamma(1.0 / horizon, horizon, (draws, span))
    circle = np.mean([np.roll(parts, shift, axis=1) for shift in range(horizon)], axis=0)
    return CrossedWeights(
        np.maximum(circle[:, years - years[0]], SMALLEST_WEIGHT),
        np.maximum(rng.standard_exponential((draws, len(names))), SMALLEST_WEIGHT),
        origin_of,
        actor_of,
        year_widening(blocks, horizon),
    )


def ratio(
    over: np.ndarray,
    under: np.ndarray,
    weights: CrossedWeights | None = None,
    *,
    positive: bool = False,
) -> Estimate:
    """Return the sum of `over` by the sum of `under`, with an interval if weights are given.

    Parameters
    ----------
    over, under : ndarray (row,)
        Such as bits gained and acts.
    weights
        Draws of weights of the rows.
    positive
        True where both are sums of positive numbers: the interval is made of logs.

    Returns
    -------
    Estimate
        NaN if `under` sums to zero.

    Examples
    --------
    >>> ratio(np.array([1.0, 2.0]), np.array([1.0, 1.0])).value
    1.5
    """
    total = float(np.sum(under))
    if total == 0.0:
        return Estimate(math.nan)
    value = float(np.sum(over)) / total
    if weights is None:
        return Estimate(value)
    crossed = weights.sums(over) / weights.sums(under)
    years = weights.year_sums(over) / weights.year_sums(under)
    if not positive:
        return weights.estimate(value, crossed, years)
    found = weights.estimate(math.log(value), np.log(crossed), np.log(years))
    return Estimate(value, math.exp(found.low), math.exp(found.high))
