"""A logistic model whose level differs between periods, forecast at a stated long-run level.

Does      Fits slopes beside period levels, then the constant that a forecast starts from.
Units     Log-odds.
Method    Period levels are extra columns with a ridge of their own (a nuisance). The long-run
          constant is the one at which the model, without period levels, reproduces the number
          of acts in the level years. No time trend is fitted or extrapolated: the last level
          fades back to the long-run one by a first-order autoregression without drift.
Assumes   The mean of the level years is the best known long-run level of *reported* acts.
Not here  Choice of the ridge: see `oreacle.relations.selection`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError
from oreacle.core.status import SolveStatus
from oreacle.relations.logistic import LogisticFit, fit_logistic

LARGEST_PERSISTENCE = 0.9
"""Bound of the yearly persistence [1]: a level must come back within the horizon."""


@dataclass(frozen=True)
class LevelSettings:
    """How slopes and period levels are shrunk.

    Attributes
    ----------
    penalty
        Ridge on the slopes of standardised features.
    period_penalty
        Ridge on the deviations of the periods from their common level.
    """

    penalty: float
    period_penalty: float = 1.0


@dataclass(frozen=True)
class LevelPath:
    """How the level of the last observed year fades back to the long-run one.

    Attributes
    ----------
    last
        Deviation of the last observed year from the long-run level [log-odds].
    persistence
        Share of a deviation that is left a year later [1].
    spread
        Standard deviation of the yearly surprise [log-odds]; too small, as levels are shrunk.
    """

    last: float
    persistence: float
    spread: float

    def offset(self, step: int) -> float:
        """Return the expected deviation `step` years after the last observed one [log-odds].

        Examples
        --------
        >>> LevelPath(last=0.8, persistence=0.5, spread=0.3).offset(2)
        0.2
        """
        return self.last * self.persistence**step


@dataclass(frozen=True)
class LevelFit:
    """Slopes with period levels and a long-run constant.

    Attributes
    ----------
    constant
        Long-run intercept of a forecast [log-odds].
    slopes
        Shape (term,) [log-odds].
    periods
        Labels of the periods, shape (period,).
    effects
        Deviations of the periods, shape (period,) [log-odds].
    fit
        The fit with period levels: its intercept, status and residual.
    """

    constant: float
    slopes: np.ndarray
    periods: np.ndarray
    effects: np.ndarray
    fit: LogisticFit

    def coefficients(self) -> np.ndarray:
        """Return the long-run constant and the slopes, shape (1 + term,)."""
        return np.concatenate(([self.constant], self.slopes))

    def path(self) -> LevelPath:
        """Return how the last level fades, estimated on all periods.

        The persistence is shrunk to 0 as by one further deviation of one log-odds without echo.
        """
        gap = self.fit.intercept + self.effects - self.constant
        before, after = gap[:-1], gap[1:]
        echo = float(before @ after / (before @ before + 1.0))
        persistence = min(max(echo, 0.0), LARGEST_PERSISTENCE)
        spread = float(np.sqrt(np.mean((after - persistence * before) ** 2)))
        return LevelPath(float(gap[-1]), persistence, spread)


def fit_levels(
    features: np.ndarray,
    outcome: np.ndarray,
    period: np.ndarray,
    settings: LevelSettings,
    *,
    level_rows: np.ndarray,
    offset: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> LevelFit:
    """Fit slopes, period levels and the long-run constant.

    Parameters
    ----------
    features : ndarray (row, term) [1]
        Standardised features.
    outcome, period : ndarray (row,)
        0 or 1, and the label of the period of the row.
    settings
        Strength of the two ridges.
    level_rows : ndarray (row,) of bool
        Rows of the years that set the long-run level.
    offset, weights : ndarray (row,)
        As in `fit_logistic`.

    Raises
    ------
    RelationsError
        ORE-REL-003 if the fit has not converged.
    """
    labels = np.unique(period)
    dummies = (period[:, None] == labels[None, :]).astype(float)
    terms = features.shape[1]
    ridge = np.concatenate(
        [np.full(terms, settings.penalty), np.full(len(labels), settings.period_penalty)]
    )
    known = np.zeros(len(outcome)) if offset is None else offset
    design = np.column_stack([features, dummies])
    fit = fit_logistic(design, outcome, penalty=ridge, offset=known, weights=weights)
    slopes = fit.slopes[:terms]
    level = fit_logistic(
        np.empty((int(level_rows.sum()), 0)),
        outcome[level_rows],
        penalty=0.0,
        offset=(known + features @ slopes)[level_rows],
        weights=None if weights is None else weights[level_rows],
    )
    for part in (fit, level):
        _check_converged(part)
    return LevelFit(level.intercept, slopes, labels, fit.slopes[terms:], fit)


def _check_converged(fit: LogisticFit) -> None:
    if fit.status is not SolveStatus.SOLVED:
        raise RelationsError(
            "ORE-REL-003",
            f"a fit ended as '{fit.status}' with residual {fit.residual:.1e}.",
            why="coefficients of an unfinished fit are not estimates.",
            fix="raise the penalty, or look for a feature that separates the outcomes.",
        )
