"""Prior and estimates of many minerals, weighed by their precision.

Does      Turns a literature prior and noisy estimates into one value and interval per mineral.
Units     Those of the parameter; all work is in logs, so that values stay positive.
Method    ln theta_m = ln prior_m + mu + d_m,  mu ~ N(0, w^2 / 2),  d_m ~ N(0, t^2), t half-normal
          with scale w / sqrt(2), so that a mineral without data keeps its literature interval
          (standard deviation w). An estimate y_m is normal about h(theta_m e^b): h the scale on
          which it was made, b ~ N(0, v^2) the bias that all estimates share. Sums over a grid of
          mu + b and t, with d_m on a grid of its own: empirical Bayes with the uncertainty of
          its own parameters (Gelman et al. 2013, chapter 5).
Assumes   Estimates of different minerals err independently but for the shared bias.
Not here  The estimates: see `substitution` and `responses`.

References
----------
Gelman, A., Carlin, J. B., Stern, H. S., Dunson, D. B., Vehtari, A. and Rubin, D. B. (2013).
Bayesian data analysis, third edition, sections 5.4 and 5.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oreacle.core.errors import DataError
from oreacle.data.elasticities.instruments import Averaged

Vector = NDArray[np.float64]
NINETY = 1.6448536269514722
"""Standard deviations on either side that hold 90 % of a normal distribution."""
LEVEL, INVERSE = "level", "inverse"
SCALES: dict[str, Callable[[Vector], Vector]] = {
    LEVEL: lambda values: values,
    INVERSE: lambda values: 1.0 / values,
}
GRID = 121
SPREADS = 25
REACH = 5.0


@dataclass(frozen=True)
class Posterior:
    """A value with its 90 % interval, all positive."""

    value: float
    low: float
    high: float


def log_spread(low: float, high: float) -> float:
    """Return the standard deviation in logs of a 90 % interval.

    Examples
    --------
    >>> round(log_spread(1.5, 6.0), 4)
    0.4214
    """
    return float(np.log(high / low) / (2.0 * NINETY))


def pooled(
    priors: Sequence[float],
    spread: float,
    estimates: Sequence[Averaged | None],
    *,
    scale: str = LEVEL,
    bias: float = 0.0,
) -> list[Posterior]:
    """Return the posterior of each mineral.

    Parameters
    ----------
    priors
        Literature value of each mineral, positive.
    spread
        Standard deviation of the literature values, in logs.
    estimates
        Estimate of each mineral on the scale `scale`, None without data.
    scale
        ``level`` or ``inverse``.
    bias
        Standard deviation, in logs, of the bias that all estimates share.

    Raises
    ------
    DataError
        ORE-DAT-122 if a prior or the spread is not positive, or lengths differ.

    Examples
    --------
    Without any estimate the prior and its interval come back.

    >>> alone = pooled([3.0], log_spread(1.5, 6.0), [None])[0]
    >>> round(alone.value, 6), round(alone.low, 1), round(alone.high, 1)
    (3.0, 1.5, 6.0)
    """
    if len(priors) != len(estimates) or not spread > 0 or not all(p > 0 for p in priors):
        raise DataError(
            "ORE-DAT-122",
            "priors of elasticities must be positive, with a spread, one for each estimate.",
            why="a prior of zero or without a spread would silence every estimate.",
            fix="mend `assumed/elasticity_priors.csv` and the elasticities in the fact table.",
        )
    share = spread**2 / 2.0
    joint = np.sqrt(share + bias**2)
    level = np.linspace(-REACH, REACH, GRID) * joint
    spreads = (np.arange(SPREADS) + 0.5) / SPREADS * REACH * np.sqrt(share)
    weight = -0.5 * (level[:, None] / joint) ** 2 - 0.5 * spreads[None, :] ** 2 / share
    mean = np.zeros((len(priors), GRID, SPREADS))
    second = np.broadcast_to(spreads**2, mean.shape).copy()
    for place, (prior, estimate) in enumerate(zip(priors, estimates, strict=True)):
        if estimate is not None:
            evidence, mean[place], second[place] = _own(
                np.log(prior) + level, spreads, estimate, SCALES[scale]
            )
            weight = weight + evidence
    density = np.exp(weight - weight.max())
    density = density / density.sum()
    kept = share / (share + bias**2)
    left = share * (1.0 - kept)
    results = []
    for place, prior in enumerate(priors):
        shift = kept * level[:, None] + mean[place]
        centre = float((density * shift).sum())
        within = second[place] - mean[place] ** 2
        variance = float((density * (within + (shift - centre) ** 2)).sum()) + left
        reach = NINETY * np.sqrt(variance)
        results.append(_interval(float(np.log(prior)) + centre, float(reach)))
    return results


def _own(
    centre: Vector, spreads: Vector, estimate: Averaged, scale: Callable[[Vector], Vector]
) -> tuple[Vector, Vector, Vector]:
    """Return log evidence, mean and mean square of a mineral's deviation, by level and spread."""
    units = np.linspace(-REACH, REACH, GRID)
    deviation = spreads[:, None] * units[None, :]
    theta = np.exp(centre[:, None, None] + deviation[None, :, :])
    miss = (scale(theta) - estimate.estimate) / estimate.se
    logs = -0.5 * miss**2 - 0.5 * units**2
    top = logs.max(axis=2, keepdims=True)
    mass = np.exp(logs - top)
    total = mass.sum(axis=2)
    mean = (mass * deviation).sum(axis=2) / total
    square = (mass * deviation**2).sum(axis=2) / total
    return np.log(total) + top[..., 0], mean, square


def _interval(centre: float, reach: float) -> Posterior:
    return Posterior(
        float(np.exp(centre)), float(np.exp(centre - reach)), float(np.exp(centre + reach))
    )
