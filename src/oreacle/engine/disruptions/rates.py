"""How often outages come, and how large they are: few events of a mineral lean on all minerals.

Does      Fits the rate of a mineral and the sizes of its outages, from counts and losses.
Units     Events a year; losses as a share of world supply [1].
Method    Rates: the number of events is Poisson, its rate gamma over minerals; the prior is fitted
          by moments and the rate of a mineral is its posterior (empirical Bayes: Robbins 1956,
          Proc. Third Berkeley Symp. 1, 157; Efron and Morris 1975, J. Am. Stat. Assoc. 70, 311).
          Sizes: a mixture of a mineral's own and of all minerals' losses; the weight of its own is
          n / (n + k), k from variances of log losses within and between minerals (Buehlmann 1967,
          ASTIN Bulletin 4, 199).
Assumes   All minerals were watched for the same years.
Not here  Which events count: see `oreacle.engine.disruptions.noted`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats


@dataclass(frozen=True)
class GammaRate:
    """A gamma distribution of a yearly rate.

    Attributes
    ----------
    mean
        Mean [1/yr].
    shape
        Shape [1]; infinite if the rate is known for sure.
    """

    mean: float
    shape: float

    def quantile(self, at: np.ndarray) -> np.ndarray:
        """Return rates at cumulative probabilities, same shape [1/yr]."""
        if self.mean <= 0.0 or not np.isfinite(self.shape):
            return np.full(np.shape(at), max(self.mean, 0.0))
        return np.asarray(special.gammaincinv(self.shape, at) * (self.mean / self.shape))


def prior_rate(counts: np.ndarray, years: float) -> GammaRate:
    """Return the distribution of rates over minerals, fitted by moments.

    With equal years T, counts have mean T m and variance T m + T^2 m^2 / shape, m the mean rate.

    Parameters
    ----------
    counts
        Events by mineral, those without an event too, shape (mineral,).
    years
        Years watched [yr].

    Examples
    --------
    >>> prior = prior_rate(np.array([0, 0, 6]), 10.0)
    >>> prior.mean, round(prior.shape, 6)
    (0.2, 0.4)
    """
    mean = float(counts.mean())
    excess = float(counts.var(ddof=1)) - mean
    return GammaRate(mean / years, mean**2 / excess if excess > 0.0 else np.inf)


def shrunken_rate(prior: GammaRate, count: int, years: float) -> GammaRate:
    """Return the rate of one mineral given its events: gamma with shape + n over exposure + years.

    Examples
    --------
    >>> rate = shrunken_rate(GammaRate(0.2, 0.4), 6, 10.0)
    >>> round(rate.mean, 6), rate.shape
    (0.533333, 6.4)
    """
    if prior.mean <= 0.0 or not np.isfinite(prior.shape):
        return prior
    shape = prior.shape + count
    return GammaRate(shape / (prior.shape / prior.mean + years), shape)


def credibility_constant(groups: Sequence[np.ndarray]) -> float:
    """Return k, so that n losses of a mineral's own weigh n / (n + k) against all minerals'.

    k is the variance within minerals over the variance between them, both of the values given,
    by the estimators of Buehlmann and Straub for unequal numbers. Infinite if minerals do not
    differ more than chance makes them.

    Parameters
    ----------
    groups
        Values by mineral, one value or more each.

    Examples
    --------
    >>> credibility_constant([np.array([0.0, 2.0]), np.array([4.0, 6.0])])
    0.2857142857142857
    """
    sizes = np.array([group.size for group in groups], dtype=float)
    total, number = sizes.sum(), len(groups)
    if number < 2 or total <= number:
        return np.inf
    means = np.array([group.mean() for group in groups])
    within = sum(((g - m) ** 2).sum() for g, m in zip(groups, means, strict=True))
    within /= total - number
    overall = float((sizes * means).sum() / total)
    spread = float((sizes * (means - overall) ** 2).sum()) - (number - 1) * within
    between = spread / (total - (sizes**2).sum() / total)
    return float(within / between) if between > 0.0 else np.inf


@dataclass(frozen=True)
class LossSizes:
    """Sizes of the outages of one mineral, as a share of world supply.

    Attributes
    ----------
    own
        Losses noted for the mineral, sorted, shape (event,) [1].
    pooled
        Losses noted for all minerals, sorted, shape (event,) [1].
    pooled_steps
        Cumulative probability of the pooled losses: each mineral weighs the same, shape (event,).
    own_weight
        Probability that a loss is one of the own [1].
    """

    own: np.ndarray
    pooled: np.ndarray
    pooled_steps: np.ndarray
    own_weight: float

    def at(self, source: float, place: float) -> float:
        """Return a loss [1]: `source` chooses between own and pooled, `place` is its rank."""
        if source < self.own_weight:
            return float(self.own[int(place * self.own.size)])
        step = int(np.searchsorted(self.pooled_steps, place, side="right"))
        return float(self.pooled[min(step, self.pooled.size - 1)])

    @property
    def mean(self) -> float:
        """Mean loss as a share of world supply [1]."""
        pooled = float((self.pooled * np.diff(self.pooled_steps, prepend=0.0)).sum())
        own = float(self.own.mean()) if self.own.size else 0.0
        return self.own_weight * own + (1.0 - self.own_weight) * pooled


def loss_sizes(own: np.ndarray, others: Sequence[np.ndarray], constant: float) -> LossSizes:
    """Return the sizes of outages of one mineral.

    Parameters
    ----------
    own
        Losses of the mineral, may be empty [1].
    others
        Losses by mineral, the mineral itself too, none of them empty, one mineral or more [1].
    constant
        From `credibility_constant`.
    """
    values = np.concatenate(list(others))
    weights = np.concatenate([np.full(one.size, 1.0 / (one.size * len(others))) for one in others])
    order = np.argsort(values, kind="stable")
    weight = own.size / (own.size + constant) if own.size else 0.0
    return LossSizes(np.sort(own), values[order], np.cumsum(weights[order]), float(weight))


def event_counts(rate: GammaRate, multiplier: float, uniforms: np.ndarray) -> np.ndarray:
    """Return numbers of events in a year, shape (draw,).

    Parameters
    ----------
    rate
        Distribution of the rate.
    multiplier
        Multiplies the rate [1].
    uniforms
        Uniform numbers for the rate and for the count, shape (draw, 2). More of either gives no
        fewer events.
    """
    rates = multiplier * rate.quantile(uniforms[:, 0])
    return np.asarray(stats.poisson.ppf(uniforms[:, 1], rates)).clip(min=0.0).astype(np.int64)
