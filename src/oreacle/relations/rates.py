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
from scipy.special import betaln, expit, logit

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus

LOG_CONCENTRATION_BOUNDS = (np.log(0.05), np.log(1e4))
"""Range of the concentration [log years]: the upper end means that units do not differ."""


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
    start = np.array([logit(done.sum() / total.sum()), np.log(10.0)])
    bounds = [(-15.0, 15.0), LOG_CONCENTRATION_BOUNDS]
    best = minimize(_misfit, start, args=(done, total), method="L-BFGS-B", bounds=bounds)
    status = SolveStatus.SOLVED if best.success else SolveStatus.NOT_CONVERGED
    return BetaBinomial(float(expit(best.x[0])), float(np.exp(best.x[1])), status)


def _misfit(point: np.ndarray, done: np.ndarray, total: np.ndarray) -> float:
    """Return the negative log-likelihood without its binomial constant."""
    size = np.exp(point[1])
    a, b = expit(point[0]) * size, expit(-point[0]) * size
    return float(-(betaln(done + a, total - done + b) - betaln(a, b)).sum())
