"""Logistic regression with partial pooling: slopes, and effects of actors, minerals and years.

Does      Fits log-odds = constant + slopes times features + one effect per label of each group.
Units     Features standardised; coefficients and effects in log-odds.
Method    Slopes have a normal prior with a stated standard deviation; the effects of a group are
          normal around 0 with a standard deviation that the data choose (empirical Bayes): the
          mode by Newton steps, its curvature as the posterior (Laplace), and the fixed point
          sd^2 = (sum of mode^2 + posterior variances) / labels (MacKay 1992), held by a weak
          prior so that a group that says nothing is neither switched off nor let loose.
Assumes   The posterior is near enough to normal; `benchmarks/pooled_sampler.py`
          puts a sampler beside it.
Not here  Sums over rows: see `.pooled_design`; features: see the layers above.

References
----------
MacKay, D. J. C. (1992). Bayesian interpolation. Neural Computation 4(3), 415-447.
Breslow, N. E. and Clayton, D. G. (1993). Approximate inference in generalized linear mixed
models. Journal of the American Statistical Association 88(421), 9-25.
Opper, M. and Archambeau, C. (2009). The variational Gaussian approximation revisited. Neural
Computation 21(3), 786-792.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from threadpoolctl import threadpool_limits

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.relations.logistic import NODES, WEIGHTS, sigmoid
from oreacle.relations.pooled_design import PooledDesign, design_of

CONSTANT_SD = 100.0
"""Standard deviation of the prior of the constant [log-odds]: flat in effect."""
PRIOR_SD, PRIOR_LABELS = 0.5, 2.0
"""Prior of the standard deviation of a group: its value [log-odds], and the number of labels that
it is worth."""
TOLERANCE = 1e-8
"""Largest gradient component over the number of rows at which a mode counts as found [1]."""
SD_TOLERANCE = 1e-3
"""Largest log change of a group's standard deviation [1], and largest change of the standard
deviation of a row's log-odds [log-odds], at which they count as found."""
MOST_STEPS, MOST_ROUNDS, HALVINGS = 60, 200, 30


@dataclass(frozen=True)
class PooledRows:
    """Rows of a fit.

    Attributes
    ----------
    features
        Standardised, shape (row, term) [1].
    outcome
        0 or 1, shape (row,).
    groups
        Label position of each row by group, shape (row,).
    sizes
        Labels by group; some may have no row.
    offset
        Known log-odds, shape (row,).
    """

    features: np.ndarray
    outcome: np.ndarray
    groups: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    offset: np.ndarray


@dataclass(frozen=True)
class PooledFit:
    """A fitted pooled model.

    Attributes
    ----------
    mode
        Constant, slopes and effects, shape (coefficient,) [log-odds]; the mean if averaged.
    covariance
        Of the posterior, shape (coefficient, coefficient) [log-odds squared].
    spread
        Standard deviation of the effects by group [log-odds].
    slices
        Where the effects of a group stand.
    status, residual, rounds
        How the fit ended, its largest gradient component over the rows, rounds of the spread.
    """

    mode: np.ndarray
    covariance: np.ndarray
    spread: Mapping[str, float]
    slices: Mapping[str, slice]
    status: SolveStatus
    residual: float
    rounds: int

    def effects(self, group: str) -> np.ndarray:
        """Return the effects of a group, shape (label,) [log-odds]."""
        return np.asarray(self.mode[self.slices[group]])

    def draws(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return draws of the posterior, the mode first, shape (1 + count, coefficient)."""
        root = np.linalg.cholesky(self.covariance)
        normal = rng.standard_normal((count, len(self.mode)))
        return np.vstack([self.mode, self.mode + normal @ root.T])

    def covariance_with(
        self, features: np.ndarray, groups: Mapping[str, np.ndarray], at: int
    ) -> np.ndarray:
        """Return the covariance of new rows' log-odds with one coefficient, shape (row,).

        Parameters
        ----------
        features, groups
            As in `log_odds`.
        at
            Position of the coefficient.
        """
        design, keep = self._design(features, groups)
        return design.log_odds(self.covariance[keep, at])

    def log_odds(
        self, features: np.ndarray, groups: Mapping[str, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of the log-odds of new rows, shape (row,) each.

        Parameters
        ----------
        features
            Standardised as in the fit, shape (row, term).
        groups
            Label positions of the groups that count; a group left out adds nothing.
        """
        design, keep = self._design(features, groups)
        part = self.covariance[np.ix_(keep, keep)]
        return design.log_odds(self.mode[keep]), design.variance(part)

    def _design(
        self, features: np.ndarray, groups: Mapping[str, np.ndarray]
    ) -> tuple[PooledDesign, np.ndarray]:
        """Return the design of new rows and the positions of its coefficients."""
        sizes = {name: part.stop - part.start for name, part in self.slices.items()}
        used = {name: sizes[name] for name in self.slices if name in groups}
        design = design_of(features, {name: groups[name] for name in used}, used)
        keep = np.concatenate(
            [
                np.arange(features.shape[1] + 1),
                *(np.arange(self.slices[name].start, self.slices[name].stop) for name in used),
            ]
        )
        return design, keep


def fit_pooled(
    rows: PooledRows,
    *,
    slope_sd: float,
    spread: Mapping[str, float] | None = None,
    averaged: bool = False,
) -> PooledFit:
    """Fit slopes and effects.

    Parameters
    ----------
    rows
        Rows of the fit.
    slope_sd
        Standard deviation of the prior of each slope [log-odds].
    spread
        Where the standard deviations of the groups start from; 0.5 each if None.
    averaged
        True averages gradient and curvature over the posterior, so that expected acts on the rows
        of the fit are those that happened; False takes them at the mode (Laplace).

    Raises
    ------
    RelationsError
        ORE-REL-001 on missing features, outcomes or offsets; ORE-REL-002 if all outcomes are equal;
        ORE-REL-003 if the fit has not converged.
    """
    _check_rows(rows)
    with threadpool_limits(limits=1):  # small systems: threads would only wait for each other
        return _fitted(rows, slope_sd, spread, averaged=averaged)


def _fitted(
    rows: PooledRows, slope_sd: float, spread: Mapping[str, float] | None, *, averaged: bool
) -> PooledFit:
    design = design_of(rows.features, rows.groups, rows.sizes)
    found = dict.fromkeys(rows.sizes, PRIOR_SD) | dict(spread or {})
    beta, row_sd = _start(design, rows), np.zeros(len(rows.outcome))
    status, residual = SolveStatus.NOT_CONVERGED, np.inf
    covariance = np.empty((0, 0))
    rounds = 0
    for rounds in range(1, MOST_ROUNDS + 1):  # noqa: B007 - the count is part of the result
        prior = _precision(design, slope_sd, found)
        beta, curvature, residual = _mode(design, rows, prior, beta, row_sd)
        covariance = np.linalg.inv(curvature)
        wide = np.sqrt(design.variance(covariance)) if averaged else row_sd
        moved = _spread(design, beta, covariance, found)
        change = max((abs(np.log(moved[k] / found[k])) for k in found), default=0.0)
        if max(change, float(np.abs(wide - row_sd).max())) < SD_TOLERANCE:
            status = SolveStatus.SOLVED if residual < TOLERANCE else SolveStatus.NOT_CONVERGED
            break
        found, row_sd = moved, wide
    if status is not SolveStatus.SOLVED:
        _refuse_unfinished(residual)
    return PooledFit(beta, covariance, found, design.slices, status, residual, rounds)


def _check_rows(rows: PooledRows) -> None:
    faults = int((~np.isfinite(rows.features)).any(axis=1).sum())
    faults += int((~np.isfinite(rows.outcome)).sum()) + int((~np.isfinite(rows.offset)).sum())
    if faults:
        raise RelationsError(
            "ORE-REL-001",
            f"{faults} of {len(rows.outcome)} rows have a missing feature, outcome or offset.",
            why="a gap would be read as an average unit.",
            fix="mend the table that the feature is made from, or leave the rows out and say so.",
        )
    if rows.outcome.size == 0 or rows.outcome.min() == rows.outcome.max():
        raise RelationsError(
            "ORE-REL-002",
            f"all {len(rows.outcome)} outcomes are equal.",
            why="the level of the log-odds would be infinite.",
            fix="use a longer window, or a base rate in place of a model.",
        )


def _start(design: PooledDesign, rows: PooledRows) -> np.ndarray:
    beta = np.zeros(design.width)
    mean = float(rows.outcome.mean())
    beta[0] = np.log(mean / (1.0 - mean)) - float(rows.offset.mean())
    return beta


def _precision(design: PooledDesign, slope_sd: float, spread: Mapping[str, float]) -> np.ndarray:
    prior = np.full(design.width, slope_sd**-2)
    prior[0] = CONSTANT_SD**-2
    for name, part in design.slices.items():
        prior[part] = spread[name] ** -2
    return prior


def _mode(
    design: PooledDesign,
    rows: PooledRows,
    prior: np.ndarray,
    beta: np.ndarray,
    row_sd: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the mode, the curvature there and the residual, by damped Newton steps.

    Gradient and curvature are averaged over normal log-odds with standard deviations `row_sd`.
    """
    nodes, weights = (NODES, WEIGHTS) if row_sd.any() else (np.zeros(1), np.ones(1))
    spread = nodes[:, None] * row_sd
    value = _objective(design, rows, prior, beta, (spread, weights))
    curvature, residual = np.empty((0, 0)), np.inf
    for _ in range(MOST_STEPS):
        chance = sigmoid(design.log_odds(beta) + rows.offset + spread)
        slope = design.back(rows.outcome - weights @ chance) - prior * beta
        curvature = design.curvature(weights @ (chance * (1.0 - chance))) + np.diag(prior)
        residual = float(np.abs(slope).max() / len(row_sd))
        if residual < TOLERANCE:
            break
        try:
            move = cho_solve(cho_factor(curvature), slope)
        except LinAlgError:
            break
        scale = 1.0
        for _ in range(HALVINGS):
            trial = beta + scale * move
            better = _objective(design, rows, prior, trial, (spread, weights))
            if better >= value - 1e-12 * abs(value):
                break
            scale *= 0.5
        beta, value = trial, better
    return beta, curvature, residual


def _objective(
    design: PooledDesign,
    rows: PooledRows,
    prior: np.ndarray,
    beta: np.ndarray,
    around: tuple[np.ndarray, np.ndarray],
) -> float:
    """Return the log-posterior but for a constant, averaged over nodes around the log-odds."""
    spread, weights = around
    odds = design.log_odds(beta) + rows.offset
    gain = rows.outcome @ odds - (weights @ np.logaddexp(0.0, odds + spread)).sum()
    return float(gain - 0.5 * (prior * beta * beta).sum())


def _spread(
    design: PooledDesign, beta: np.ndarray, covariance: np.ndarray, before: Mapping[str, float]
) -> dict[str, float]:
    """Return the standard deviations of the groups by one step of the fixed point.

    With g = labels - sum of posterior variances / sd^2, the labels that the data determine, the
    step sd^2 = sum of mode^2 / g has the same fixed point as expectation-maximisation and gets
    there in fewer rounds (MacKay 1992).
    """
    variance = np.diag(covariance)
    found = {}
    for name, part in design.slices.items():
        determined = (part.stop - part.start) - variance[part].sum() / before[name] ** 2
        total = (beta[part] ** 2).sum() + PRIOR_LABELS * PRIOR_SD**2
        found[name] = float(np.sqrt(total / (determined + PRIOR_LABELS)))
    return found


def _refuse_unfinished(residual: float) -> None:
    raise RelationsError(
        "ORE-REL-003",
        f"a pooled fit ended with residual {residual:.1e}.",
        why="coefficients of an unfinished fit are not estimates.",
        fix="look for a feature that separates the outcomes, or give it a tighter prior.",
    )
