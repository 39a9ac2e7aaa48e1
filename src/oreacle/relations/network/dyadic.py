"""Regression over dyads and years, with intervals that respect that dyads share actors.

Does      Fits a linear model with effects of dyads and years by least squares.
Units     As given.
Method    Dyads are demeaned, years are dummies. The variance adds up scores over all dyads that
          share an actor (Aronow, Samii and Assenova 2015); the interval is that of a Student
          distribution with the number of actors less one as degrees of freedom.
Assumes   Effects of actors that are not linked by an actor are independent.
Not here  What is regressed on what: see `oreacle.engine.relations_history.diplomacy`.

References
----------
Aronow, P. M., Samii, C. and Assenova, V. A. (2015). Cluster-robust variance estimation for
dyadic data. Political Analysis 23(4), 564-577.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from oreacle.core.errors import RelationsError

LEVEL = 0.95
"""Share of samples in which an interval should hold the truth [1]."""


@dataclass(frozen=True)
class DyadRows:
    """Rows of a panel of dyads.

    Attributes
    ----------
    first, second
        Positions of the two actors, the smaller first, shape (row,).
    year
        Shape (row,).
    """

    first: np.ndarray
    second: np.ndarray
    year: np.ndarray


@dataclass(frozen=True)
class DyadicFit:
    """Coefficients with their spread.

    Attributes
    ----------
    coefficient, error, low, high
        Shape (feature,), per unit of the feature; low and high bound the 95 % interval. The
        last three are missing where too few actors stand behind them.
    rows, dyads, actors
        How much stands behind them.
    """

    coefficient: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rows: int
    dyads: int
    actors: int


def fit_dyads(
    outcome: np.ndarray, features: np.ndarray, rows: DyadRows, *, dyad_effects: bool = True
) -> DyadicFit:
    """Fit a linear model with year effects and, unless told otherwise, dyad effects.

    Parameters
    ----------
    outcome : ndarray (row,)
        What is told.
    features : ndarray (row, feature)
        What tells it, complete.
    rows
        Dyad and year of each row.
    dyad_effects
        False to compare dyads with each other too.

    Raises
    ------
    RelationsError
        ORE-REL-034 if figures are missing, or a feature does not vary once effects are out.
    """
    if not (np.isfinite(outcome).all() and np.isfinite(features).all()):
        raise _refused("figures of a regression over dyads are missing", "leave the rows out")
    _, dyad = np.unique(np.stack([rows.first, rows.second]), axis=1, return_inverse=True)
    dyad = np.asarray(dyad).ravel()
    _, year = np.unique(rows.year, return_inverse=True)
    count = features.shape[1]
    dummies = (year[:, None] == np.arange(1, year.max() + 1)).astype(float)
    design = np.column_stack([features, dummies])
    response = outcome.astype(float)
    if dyad_effects:
        design, response = _demeaned(design, dyad), _demeaned(response[:, None], dyad)[:, 0]
    else:
        design = np.column_stack([design, np.ones(len(design))])
    scale = np.abs(features).max(axis=0)
    if np.linalg.matrix_rank(design[:, :count] / np.where(scale > 0.0, scale, 1.0), 1e-9) < count:
        raise _refused("a feature does not vary within dyads", "leave it out of the regression")
    bread = np.linalg.pinv(design.T @ design)
    beta = bread @ (design.T @ response)
    scores = design * (response - design @ beta)[:, None]
    variance = bread @ _meat(scores, dyad, rows) @ bread
    actors = len(np.unique(np.concatenate([rows.first, rows.second])))
    spread = np.diag(variance)[:count]
    # With few actors the estimate can fall below zero: then the spread is not known.
    error = np.sqrt(np.where(spread > 0.0, spread, np.nan))
    reach = student.ppf(0.5 + LEVEL / 2.0, max(actors - 1, 1)) * error
    low, high = beta[:count] - reach, beta[:count] + reach
    return DyadicFit(beta[:count], error, low, high, len(outcome), int(dyad.max()) + 1, actors)


def _demeaned(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    size = np.bincount(group).astype(float)
    sums = np.stack([np.bincount(group, column) for column in values.T], axis=1)
    return np.asarray(values - (sums / size[:, None])[group])


def _meat(scores: np.ndarray, dyad: np.ndarray, rows: DyadRows) -> np.ndarray:
    """Return the sum of products of scores over all pairs of dyads that share an actor."""
    by_dyad = np.stack([np.bincount(dyad, column) for column in scores.T], axis=1)
    count = int(max(rows.first.max(), rows.second.max())) + 1
    by_actor = np.stack(
        [
            np.bincount(rows.first, column, count) + np.bincount(rows.second, column, count)
            for column in scores.T
        ],
        axis=1,
    )
    # A dyad shares two actors with itself: it is counted twice, and taken off once.
    return np.asarray(by_actor.T @ by_actor - by_dyad.T @ by_dyad)


def _refused(what: str, fix: str) -> RelationsError:
    return RelationsError(
        "ORE-REL-034",
        f"{what}.",
        why="its coefficient would be arbitrary.",
        fix=f"{fix}.",
    )
