"""Trade on links whose records are missing, estimated from the links that are seen.

Does      Fills cells of a trade matrix that are not known, as opposed to known zeros.
Units     Those of the trade matrix.
Method    ln E[T_ij] = a_i + b_j - beta ln d_ij by Poisson pseudo-maximum likelihood on the known
          cells (Santos Silva and Tenreyro 2006); given beta the fixed effects are a scaling of
          rows and columns. With beta = 0 it is quasi-independence (Goodman 1968).
Assumes   A missing record says nothing of the size of the trade behind it.
Not here  Links that records show as empty: see `trade_prior`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from oreacle.data.base.margins import LinkMargins

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
Estimate = Callable[[Matrix, Mask, LinkMargins, Matrix], Matrix]
"""Trade, known cells, margins and distances to an estimate of every cell."""
ROUNDS = 1000
CLOSE = 1e-9
STEEPEST = 3.0
"""Largest distance exponent looked for [1]."""


@dataclass(frozen=True)
class UnseenLinks:
    """Links without a record, and how their trade is estimated.

    Attributes
    ----------
    mask : Array (supplier, buyer)
        True where trade is not known.
    estimate
        Method, such as `fitted_gravity`.
    """

    mask: Mask
    estimate: Estimate

    def fill(self, observed: Matrix, margins: LinkMargins, distance_km: Matrix) -> Matrix:
        """Return observed trade with an estimate in the cells that are not known."""
        known = ~self.mask & ~margins.own()
        blind = np.where(self.mask, 0.0, observed)
        estimate = self.estimate(blind, known, margins, distance_km)
        return np.where(self.mask & ~margins.own(), estimate, blind)


def no_trade(observed: Matrix, known: Mask, margins: LinkMargins, distance_km: Matrix) -> Matrix:
    """Return zero everywhere: a missing record read as an empty link."""
    return np.zeros_like(observed)


def proportional(
    observed: Matrix, known: Mask, margins: LinkMargins, distance_km: Matrix
) -> Matrix:
    """Return known exports x known imports / known trade: shares of the world."""
    seen = np.where(known, observed, 0.0)
    total = seen.sum()
    if total <= 0:
        return np.zeros_like(observed)
    return np.asarray(np.outer(seen.sum(axis=1), seen.sum(axis=0)) / total)


def stated_gravity(
    observed: Matrix, known: Mask, margins: LinkMargins, distance_km: Matrix
) -> Matrix:
    """Return supply x demand / distance at the level of the known trade."""
    pull = margins.supply[:, None] * margins.demand[None, :] / distance_km
    return np.asarray(pull * observed[known].sum() / pull[known].sum())


def quasi_independence(
    observed: Matrix, known: Mask, margins: LinkMargins, distance_km: Matrix
) -> Matrix:
    """Return row x column effects fitted on the known cells."""
    return scaled_to_known(np.ones_like(observed), observed, known)


def fitted_gravity(
    observed: Matrix, known: Mask, margins: LinkMargins, distance_km: Matrix
) -> Matrix:
    """Return a gravity fitted on the known cells, zeros included.

    Returns
    -------
    Array (supplier, buyer)
        Expected trade in every cell; zero in rows and columns without known trade.

    References
    ----------
    Santos Silva, J. M. C. and Tenreyro, S. (2006). The log of gravity. Review of Economics and
    Statistics 88(4), 641-658, equation 9 with exporter and importer effects.
    """
    farness = np.log(distance_km / np.exp(np.log(distance_km[known]).mean()))

    def fit(beta: float) -> Matrix:
        return scaled_to_known(np.exp(-beta * farness), observed, known)

    def score(beta: float) -> float:
        return float(((observed - fit(beta)) * farness)[known].sum())

    # The likelihood is concave: the score rises with beta and crosses zero once.
    if score(0.0) >= 0:
        return fit(0.0)
    if score(STEEPEST) <= 0:
        return fit(STEEPEST)
    return fit(float(brentq(score, 0.0, STEEPEST, xtol=1e-4)))


def gravity_of_links(
    observed: Matrix, known: Mask, margins: LinkMargins, distance_km: Matrix
) -> Matrix:
    """Return a gravity fitted on links with trade only: size given that the link exists."""
    return fitted_gravity(observed, known & (observed > 0), margins, distance_km)


def scaled_to_known(kernel: Matrix, observed: Matrix, known: Mask) -> Matrix:
    """Return a kernel scaled by rows and columns to the sums of the known cells.

    Examples
    --------
    The unknown corner follows from the other three: 2 x 3 / 1.

    >>> known = np.array([[True, True], [True, False]])
    >>> seen = np.array([[1.0, 2.0], [3.0, 0.0]])
    >>> scaled_to_known(np.ones((2, 2)), seen, known).round(6).tolist()
    [[1.0, 2.0], [3.0, 6.0]]
    """
    shown, target = np.where(known, kernel, 0.0), np.where(known, observed, 0.0)
    rows, columns = target.sum(axis=1), target.sum(axis=0)
    right = np.ones(kernel.shape[1])
    left = np.ones(kernel.shape[0])
    for _ in range(ROUNDS):
        reach = shown @ right
        left = np.divide(rows, reach, out=np.zeros_like(rows), where=reach > 0)
        reach = left @ shown
        right = np.divide(columns, reach, out=np.zeros_like(columns), where=reach > 0)
        miss = np.abs(left * (shown @ right) - rows).max(initial=0.0)
        if miss <= CLOSE * max(float(rows.sum()), 1e-300):
            break
    return np.asarray(left[:, None] * kernel * right[None, :])
