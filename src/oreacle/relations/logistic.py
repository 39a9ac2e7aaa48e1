"""Shrunken logistic regression.

Does      Fits log-odds that are linear in standardised features.
Units     Features standardised (mean 0, standard deviation 1); coefficients in log-odds.
Method    Maximum of the log-likelihood less a ridge on the slopes, the intercept free: Newton
          steps (iteratively reweighted least squares) with halving (le Cessie and van
          Houwelingen 1992).
Assumes   Rows are independent given the features.
Not here  Effects of actors, minerals and years: see `oreacle.relations.pooled`.

References
----------
le Cessie, S. and van Houwelingen, J. C. (1992). Ridge estimators in logistic regression.
Applied Statistics 41(1), 191-201.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus

TOLERANCE = 1e-8
"""Largest gradient component over the sum of weights at which a fit counts as converged [1]."""
NODES, _RAW = np.polynomial.hermite_e.hermegauss(9)
WEIGHTS = _RAW / _RAW.sum()
"""Nodes and weights of means over a standard normal (Gauss-Hermite)."""
MOST_ITERATIONS = 100
HALVINGS = 30


@dataclass(frozen=True)
class LogisticFit:
    """Coefficients and how they were reached.

    Attributes
    ----------
    intercept
        Log-odds at features of zero.
    slopes
        Coefficients, shape (term,) [log-odds].
    status
        ``solved`` or why not.
    residual
        Largest gradient component over the sum of weights [1].
    iterations
        Newton steps taken.
    """

    intercept: float
    slopes: np.ndarray
    status: SolveStatus
    residual: float
    iterations: int

    def log_odds(self, features: np.ndarray) -> np.ndarray:
        """Return the log-odds of rows of standardised features, shape (row,)."""
        return np.asarray(self.intercept + features @ self.slopes)


def sigmoid(log_odds: np.ndarray) -> np.ndarray:
    """Return the probability of log-odds, without overflow.

    Examples
    --------
    >>> float(sigmoid(np.array(0.0)))
    0.5
    """
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.asarray(log_odds, dtype=float))))


def fit_logistic(
    features: np.ndarray,
    outcome: np.ndarray,
    *,
    penalty: float | np.ndarray,
    offset: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> LogisticFit:
    """Fit a logistic model with a ridge on its slopes.

    Parameters
    ----------
    features : ndarray (row, term) [1]
        Standardised and complete; may have no column (then only the level is fitted).
    outcome : ndarray (row,)
        1 where the act happened, 0 where not.
    penalty
        Ridge on the slopes: half of it times the squared slope is taken from the
        log-likelihood; one number or one per term.
    offset : ndarray (row,)
        Known part of the log-odds.
    weights : ndarray (row,)
        Weights of the rows; rescaled to sum to the number of rows.

    Raises
    ------
    RelationsError
        ORE-REL-001 on missing features or outcomes; ORE-REL-002 if all outcomes are equal.
    """
    design, target = _checked(features, outcome)
    known = np.zeros(len(target)) if offset is None else np.asarray(offset, dtype=float)
    share = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=float)
    share = share * (len(target) / share.sum())
    ridge = np.concatenate(([0.0], np.broadcast_to(penalty, design.shape[1] - 1)))
    start = np.zeros(design.shape[1])
    mean = float(np.clip((share * target).sum() / share.sum(), 1e-6, 1.0 - 1e-6))
    start[0] = np.log(mean / (1.0 - mean)) - float((share * known).mean())
    return _newton(design, target, known, share, ridge, start)


def _checked(features: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the design with its intercept column and the outcome, or refuse both."""
    table = np.asarray(features, dtype=float)
    target = np.asarray(outcome, dtype=float)
    faults = int((~np.isfinite(table)).any(axis=1).sum() + (~np.isfinite(target)).sum())
    if faults:
        raise RelationsError(
            "ORE-REL-001",
            f"{faults} of {len(target)} rows have a missing feature or outcome.",
            why="a gap would be read as an average unit.",
            fix="mend the table that the feature is made from, or leave the rows out and say so.",
        )
    if target.size == 0 or target.min() == target.max():
        raise RelationsError(
            "ORE-REL-002",
            f"all {len(target)} outcomes are equal.",
            why="the level of the log-odds would be infinite.",
            fix="use a longer window, or a base rate in place of a model.",
        )
    return np.column_stack([np.ones(len(target)), table]), target


def _newton(
    design: np.ndarray,
    target: np.ndarray,
    known: np.ndarray,
    share: np.ndarray,
    ridge: np.ndarray,
    start: np.ndarray,
) -> LogisticFit:
    """Return the maximum of the penalised log-likelihood."""
    beta, value = start, _objective(design, target, known, share, ridge, start)
    status, residual, iterations = SolveStatus.NOT_CONVERGED, np.inf, 0
    for iterations in range(MOST_ITERATIONS):  # noqa: B007 - the count is the result
        chance = sigmoid(design @ beta + known)
        slope = design.T @ (share * (target - chance)) - ridge * beta
        residual = float(np.abs(slope).max() / share.sum())
        if residual < TOLERANCE:
            status = SolveStatus.SOLVED
            break
        curvature = (design * (share * chance * (1.0 - chance))[:, None]).T @ design
        try:
            move = cho_solve(cho_factor(curvature + np.diag(ridge)), slope)
        except LinAlgError:
            status = SolveStatus.SMALL_PIVOT
            break
        scale = 1.0
        for _ in range(HALVINGS):
            trial = beta + scale * move
            better = _objective(design, target, known, share, ridge, trial)
            if better >= value - 1e-12 * abs(value):
                break
            scale *= 0.5
        beta, value = trial, better
    return LogisticFit(float(beta[0]), beta[1:], status, residual, iterations)


def _objective(
    design: np.ndarray,
    target: np.ndarray,
    known: np.ndarray,
    share: np.ndarray,
    ridge: np.ndarray,
    beta: np.ndarray,
) -> float:
    """Return the log-likelihood less the ridge."""
    odds = design @ beta + known
    likelihood = share @ (target * odds - np.logaddexp(0.0, odds))
    return float(likelihood - 0.5 * ridge @ beta**2)
