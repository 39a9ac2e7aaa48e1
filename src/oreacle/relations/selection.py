"""Choose how strongly a model is shrunk, and score it where it was not fitted.

Does      Leaves out one block of rows (a year) at a time and scores the rest's forecast of it.
Units     Log scores in bits per unit; higher is better, 0 is perfect.
Method    Mean log2 probability of what happened, on rows that the fit has not seen.
Assumes   A left-out year has the level of its period as fitted on the other years.
Not here  Which windows are used: see `oreacle.forecasting.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oreacle.relations.levels import LevelFit, LevelSettings, fit_levels
from oreacle.relations.logistic import sigmoid

SMALLEST_PROBABILITY = 1e-6


def log_score(probability: np.ndarray, outcome: np.ndarray) -> float:
    """Return the mean log2 probability of what happened [bits per unit].

    Examples
    --------
    >>> log_score(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    -1.0
    """
    chance = np.clip(probability, SMALLEST_PROBABILITY, 1.0 - SMALLEST_PROBABILITY)
    happened = np.asarray(outcome) > 0.5
    return float(np.mean(np.log2(np.where(happened, chance, 1.0 - chance))))


def choose_penalty(
    features: np.ndarray,
    outcome: np.ndarray,
    year: np.ndarray,
    period: np.ndarray,
    *,
    penalties: Sequence[float],
    offset: np.ndarray | None = None,
) -> tuple[float, dict[float, float]]:
    """Return the ridge with the best leave-one-year-out log score, and all scores.

    Parameters
    ----------
    features : ndarray (row, term) [1]
        Standardised features.
    outcome, year, period, offset : ndarray (row,)
        Outcome, block to leave out, period of the level, known log-odds.
    penalties
        Candidates.
    """
    known = np.zeros(len(outcome)) if offset is None else offset
    scores: dict[float, float] = {}
    for penalty in penalties:
        chance = np.empty(len(outcome))
        for block in np.unique(year):
            rest = year != block
            fit = fit_levels(
                features[rest],
                outcome[rest],
                period[rest],
                LevelSettings(penalty),
                level_rows=np.ones(int(rest.sum()), dtype=bool),
                offset=known[rest],
            )
            out = ~rest
            level = _period_level(fit, period[out])
            chance[out] = sigmoid(level + features[out] @ fit.slopes + known[out])
        scores[penalty] = log_score(chance, outcome)
    return max(scores, key=lambda key: scores[key]), scores


def _period_level(fit: LevelFit, period: np.ndarray) -> np.ndarray:
    """Return the level of each row: that of its period, or the common one if it was not seen."""
    effect = dict(zip(fit.periods.tolist(), fit.effects.tolist(), strict=True))
    deviations = np.array([effect.get(label, 0.0) for label in period.tolist()])
    return np.asarray(fit.fit.intercept + deviations)
