"""Scores of probabilities of events that happened or not.

Does      Log score, Brier score, precision among the likeliest, and a reliability table.
Units     Log scores in bits: log2 of the probability of what happened, 0 is perfect. Others [1].
Method    Proper scores (Good 1952, Brier 1950). Precision is the mean over all orders of units
          with equal probabilities, so the order of rows does not matter.
Assumes   Probabilities lie above 0 and below 1 and are complete; see `.forecasts`.
Not here  Intervals: see `oreacle.forecasting.scoring.resampling`.

References
----------
Good, I. J. (1952). Rational decisions. Journal of the Royal Statistical Society B 14(1), 107-114.
Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly
Weather Review 78(1), 1-3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

LIKELIEST = 20
"""Units at each origin among which precision is counted."""
BIN_EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0)
"""Bounds of the bins of the reliability table, finer where rare events are [1]."""


def log_scores(probability: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return log2 of the probability of what happened, row by row [bits].

    Parameters
    ----------
    probability, outcome : ndarray (row,)
        Above 0 and below 1; 0 or 1.

    Examples
    --------
    >>> log_scores(np.array([0.25, 0.5]), np.array([1, 0])).tolist()
    [-2.0, -1.0]
    """
    chance = np.asarray(probability, dtype=float)
    happened = np.asarray(outcome) > 0.5
    # log1p keeps the score of a rare event that did not happen exact.
    return np.asarray(np.where(happened, np.log(chance), np.log1p(-chance)) / np.log(2.0))


def brier_score(probability: np.ndarray, outcome: np.ndarray) -> float:
    """Return the mean squared difference of probability and outcome [1]; 0 is perfect.

    Examples
    --------
    >>> brier_score(np.array([0.5, 0.0]), np.array([1, 0]))
    0.125
    """
    return float(np.mean((np.asarray(probability) - np.asarray(outcome)) ** 2))


@dataclass(frozen=True)
class Precision:
    """Acts among the likeliest units of each origin, all origins together.

    Attributes
    ----------
    places
        Units looked at: at most `LIKELIEST` at each origin.
    hits
        Acts among them; a fraction where the last places are shared by equal probabilities.
    random_hits
        Acts among as many units of the same origins picked at random.
    """

    places: int
    hits: float
    random_hits: float

    @property
    def precision(self) -> float:
        """Hits over places [1]."""
        return self.hits / self.places

    @property
    def lift(self) -> float:
        """Hits over those of a random pick [1]; NaN if nothing happened."""
        return self.hits / self.random_hits if self.random_hits > 0.0 else float("nan")


def precision_among(
    probability: np.ndarray, outcome: np.ndarray, origin: np.ndarray, *, count: int = LIKELIEST
) -> Precision:
    """Return the acts among the `count` likeliest units at each origin.

    Parameters
    ----------
    probability, outcome, origin : ndarray (row,)
        Forecast, 0 or 1, and the group in which units are ranked.
    count
        Places at each origin; all units where there are fewer.

    Examples
    --------
    >>> tied = precision_among(np.array([0.9, 0.2, 0.2]), np.array([0, 1, 0]), np.zeros(3), count=2)
    >>> tied.hits, tied.precision
    (0.5, 0.25)
    """
    places, hits, random_hits = 0, 0.0, 0.0
    for year in np.unique(origin):
        here = origin == year
        found, happened = probability[here], outcome[here].astype(float)
        taken = min(count, found.size)
        bound = np.partition(found, found.size - taken)[found.size - taken]
        above, tied = found > bound, found == bound
        hits += happened[above].sum() + (taken - above.sum()) * happened[tied].mean()
        random_hits += taken * happened.mean()
        places += taken
    return Precision(places, float(hits), float(random_hits))


@dataclass(frozen=True)
class ReliabilityBin:
    """Forecasts of about the same probability, and how often the act came.

    Attributes
    ----------
    low, high
        Bounds; the upper one belongs to the next bin [1].
    units
        Rows.
    expected
        Mean probability [1]; NaN in an empty bin.
    observed
        Share of rows with an act [1]; NaN in an empty bin.
    """

    low: float
    high: float
    units: int
    expected: float
    observed: float


def reliability_table(
    probability: np.ndarray, outcome: np.ndarray, *, edges: tuple[float, ...] = BIN_EDGES
) -> tuple[ReliabilityBin, ...]:
    """Return expected and observed frequency by bins of probability, empty bins included.

    Parameters
    ----------
    probability, outcome : ndarray (row,)
        Forecast, and 0 or 1.
    edges
        Rising bounds from 0 to 1.

    Examples
    --------
    >>> table = reliability_table(np.array([0.2, 0.4]), np.array([0, 1]), edges=(0.0, 0.5, 1.0))
    >>> [(part.units, round(part.expected, 3), part.observed) for part in table]
    [(2, 0.3, 0.5), (0, nan, nan)]
    """
    place = np.searchsorted(np.asarray(edges[1:-1]), probability, side="right")
    table = []
    for at, (low, high) in enumerate(pairwise(edges)):
        here = place == at
        mean = [
            float(v[here].mean()) if here.any() else float("nan") for v in (probability, outcome)
        ]
        table.append(ReliabilityBin(low, high, int(here.sum()), *mean))
    return tuple(table)
