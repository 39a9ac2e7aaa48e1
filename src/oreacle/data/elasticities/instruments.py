"""One coefficient by an instrument, with fixed effects, weights and clustered errors.

Does      Estimates y = b x + fixed effects with one instrument; averages specifications.
Units     Those of y over x.
Method    Just-identified two-stage least squares on weighted within-group deviations;
          sandwich variance over clusters with G / (G - 1) (Cameron and Miller 2015, equation 11).
          Specifications are averaged with their variance within and between (Buckland, Burnham
          and Augustin 1997, equation 9): they see the same data, so averaging them does not
          make the error smaller.
Assumes   Clusters are independent of each other.
Not here  Which instruments: see `substitution` and `responses`.

References
----------
Buckland, S. T., Burnham, K. P. and Augustin, N. H. (1997). Model selection: an integral part of
inference. Biometrics 53(2), 603-618.
Cameron, A. C. and Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
Journal of Human Resources 50(2), 317-372.
Staiger, D. and Stock, J. H. (1997). Instrumental variables regression with weak instruments.
Econometrica 65(3), 557-586.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oreacle.core.errors import DataError

Vector = NDArray[np.float64]
STRONG = 10.0
"""Least first-stage F of an instrument that is used (Staiger and Stock 1997)."""
STRONGEST = 1e6
"""A first stage above this is as good as exact."""
LEAST_SPECIFICATIONS = 2
LEAST_CLUSTERS = 10
"""Fewest clusters: below it a clustered error says nothing."""


@dataclass(frozen=True)
class Fit:
    """An estimate of one coefficient.

    Attributes
    ----------
    estimate, se
        Coefficient and its clustered standard error.
    strength
        F statistic of the instrument in the first stage.
    observations, clusters
        Counts behind it.
    """

    estimate: float
    se: float
    strength: float
    observations: int
    clusters: int

    @property
    def is_used(self) -> bool:
        """True if the instrument is strong and clusters are many enough."""
        finite = bool(np.isfinite(self.estimate) and np.isfinite(self.se) and self.se > 0)
        return finite and self.strength >= STRONG and self.clusters >= LEAST_CLUSTERS


@dataclass(frozen=True)
class Averaged:
    """Specifications averaged: estimate, standard error of both kinds, largest count of rows."""

    estimate: float
    se: float
    observations: int


def within(values: ArrayLike, groups: ArrayLike, weights: ArrayLike) -> Vector:
    """Return deviations from the weighted mean of each group.

    Examples
    --------
    >>> within([1.0, 4.0, 5.0], ["a", "a", "b"], [2.0, 1.0, 1.0]).tolist()
    [-1.0, 2.0, 0.0]
    """
    _, member = np.unique(np.asarray(groups), return_inverse=True)
    flat, load = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    means = np.bincount(member, load * flat) / np.bincount(member, load)
    return np.asarray(flat - means[member], dtype=float)


def instrumented(
    y: ArrayLike, x: ArrayLike, z: ArrayLike, weights: ArrayLike, clusters: ArrayLike
) -> Fit:
    """Return b of y = b x with instrument z; all three are deviations already.

    Parameters
    ----------
    y, x, z, weights, clusters : Array (observation,)
        Outcome, regressor, instrument, weights [1] and cluster labels.

    Raises
    ------
    DataError
        ORE-DAT-121 if lengths differ or a value is not finite.

    Examples
    --------
    >>> fit = instrumented([2.0, -2.0, 4.0], [1.0, -1.0, 2.0], [1.0, -1.0, 1.0], [1, 1, 1], "abc")
    >>> fit.estimate
    2.0
    """
    outcome, regressor, tool, load = (np.asarray(v, dtype=float) for v in (y, x, z, weights))
    labels = np.asarray(list(clusters) if isinstance(clusters, str) else clusters)
    rows = [outcome, regressor, tool, load]
    if any(len(part) != len(labels) for part in rows) or not np.isfinite(np.stack(rows)).all():
        raise DataError(
            "ORE-DAT-121",
            "an estimate was asked for with rows of different length, or with missing values.",
            why="a missing change of price would count as no change.",
            fix="leave out the rows that are not complete.",
        )
    reach, spread = float(load @ (tool * regressor)), float(load @ (tool * tool))
    names, member = np.unique(labels, return_inverse=True)
    count = len(names)
    if reach == 0.0 or spread == 0.0 or count < 2:
        return Fit(float("nan"), float("nan"), 0.0, len(labels), count)
    b = float(load @ (tool * outcome)) / reach
    small = count / (count - 1.0)

    def error(residual: Vector) -> float:
        scores = np.bincount(member, load * tool * residual)
        return float(np.sqrt(small * (scores**2).sum()))

    first = error(regressor - reach / spread * tool)
    strength = min((reach / first) ** 2, STRONGEST) if first > 0 else STRONGEST
    return Fit(b, error(outcome - b * regressor) / abs(reach), strength, len(labels), count)


def averaged(fits: Sequence[Fit]) -> Averaged | None:
    """Return the average of the usable specifications; None if there are fewer than two.

    One alone would hide how far the choice of a specification matters. Weights are inverse
    variances; the variance is the weighted mean of the variances within plus the squared
    distances from the average.

    Examples
    --------
    Two equally precise estimates that differ: 1 + 1 within and between.

    >>> pair = [Fit(1.0, 1.0, 20.0, 50, 10), Fit(3.0, 1.0, 20.0, 60, 10)]
    >>> result = averaged(pair)
    >>> result.estimate, round(result.se**2, 6), result.observations
    (2.0, 2.0, 60)
    """
    used = [fit for fit in fits if fit.is_used]
    if len(used) < LEAST_SPECIFICATIONS:
        return None
    estimate = np.array([fit.estimate for fit in used])
    variance = np.array([fit.se for fit in used]) ** 2
    weight = 1.0 / variance
    weight = weight / weight.sum()
    mean = float(weight @ estimate)
    total = float(weight @ (variance + (estimate - mean) ** 2))
    return Averaged(mean, float(np.sqrt(total)), max(fit.observations for fit in used))
