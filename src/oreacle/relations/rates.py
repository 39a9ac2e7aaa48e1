"""Base rates: how often a unit acts, shrunk to its class.

Does      Turns counts of acts and years at risk into yearly rates.
Units     Acts in unit-years; rates per year.
Method    Beta-binomial: unit rates are beta-distributed with a class mean and a concentration,
          both fitted by maximum likelihood; the rate is the posterior mean.
Assumes   Years of a unit are exchangeable; at most one act per unit and year is counted.
Not here  What makes units differ: see `oreacle.relations.model`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit, logit

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus

LOG_CONCENTRATION_BOUNDS = (np.log(0.05), np.log(1e4))
"""Range of the concentration [log years]: the upper end means that units do not differ."""
BOUNDS = ((-15.0, 15.0), LOG_CONCENTRATION_BOUNDS)
STATIONARY = 1e-6
"""Slope of the log-likelihood over the number of acts that counts as none [1]."""
CONCENTRATIONS = (10.0, 100.0, 1.0, 1000.0)
"""Unit-years that the class mean counts for where a fit begins, in the order tried [yr]."""


@dataclass(frozen=True)
class BetaBinomial:
    """Class of units.

    Attributes
    ----------
    mean
        Mean rate of the class [1/yr].
    concentration
        Years of observation that the class mean is worth [yr].
    status
        How the fit ended.
    """

    mean: float
    concentration: float
    status: SolveStatus

    def rate(self, acts: np.ndarray, years: np.ndarray) -> np.ndarray:
        """Return the posterior mean rate of units, shape as `acts` [1/yr]."""
        prior = self.mean * self.concentration
        return np.asarray((np.asarray(acts) + prior) / (np.asarray(years) + self.concentration))


def fit_beta_binomial(acts: np.ndarray, years: np.ndarray) -> BetaBinomial:
    """Fit class mean and concentration by maximum likelihood.

    Parameters
    ----------
    acts, years : ndarray (unit,)
        Unit-years with an act, and unit-years at risk.

    Raises
    ------
    RelationsError
        ORE-REL-007 if a unit has more acts than years, or nobody ever acted or rested.
    """
    done = np.asarray(acts, dtype=float)
    total = np.asarray(years, dtype=float)
    if np.any(done > total) or np.any(done < 0) or not 0 < done.sum() < total.sum():
        raise RelationsError(
            "ORE-REL-007",
            f"{done.sum():g} acts in {total.sum():g} unit-years do not give a class rate.",
            why="a rate must lie between 0 and 1, and a class in which nothing (or everything) "
            "happens has no spread.",
            fix="count at most one act per unit and year; check the units at risk.",
        )
    # Units with the same counts share a term: a thousand units are often twenty pairs of counts.
    pairs, copies = np.unique(np.column_stack([done, total]), axis=0, return_counts=True)
    case = pairs[:, 0], pairs[:, 1], copies.astype(float)
    # The line search may give up for want of digits: then the climb begins elsewhere.
    for concentration in CONCENTRATIONS:
        start = np.array([logit(done.sum() / total.sum()), np.log(concentration)])
        best = minimize(_misfit, start, args=case, jac=True, method="L-BFGS-B", bounds=BOUNDS)
        solved = best.success or _is_stationary(best.x, best.jac, float(done.sum()))
        if solved:
            break
    status = SolveStatus.SOLVED if solved else SolveStatus.NOT_CONVERGED
    return BetaBinomial(float(expit(best.x[0])), float(np.exp(best.x[1])), status)


def _misfit(
    point: np.ndarray, done: np.ndarray, total: np.ndarray, copies: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the negative log-likelihood without its binomial constant, and its gradient."""
    size = np.exp(point[1])
    a, b = expit(point[0]) * size, expit(-point[0]) * size
    value = copies @ (betaln(done + a, total - done + b) - betaln(a, b))
    common = digamma(size) - digamma(total + size)
    by_a = copies @ (digamma(done + a) - digamma(a) + common)
    by_b = copies @ (digamma(total - done + b) - digamma(b) + common)
    turn = a * b / size
    return -float(value), -np.array([turn * (by_a - by_b), a * by_a + b * by_b])


def _is_stationary(point: np.ndarray, slope: np.ndarray, acts: float) -> bool:
    """Return True where a line search gave up at the optimum, for want of digits."""
    low, high = np.array(BOUNDS).T
    stuck = ((point <= low) & (slope > 0.0)) | ((point >= high) & (slope < 0.0))
    return bool(np.abs(np.where(stuck, 0.0, slope)).max() < STATIONARY * acts)
