"""Skill of a forecast over a baseline, with an interval over resampled minerals.

Does      Returns one less the ratio of mean scores, its 90 % interval, and whether it is told
          apart from zero.
Units     Skill [1]: 0 is as good as the baseline, 1 is perfect.
Method    Cluster bootstrap: minerals are drawn with replacement, each with all its windows, and
          the ratio is made anew (Cameron, Gelbach and Miller 2008, section II).
Assumes   Minerals are exchangeable and independent. They are not quite: all fell in 2008 and
          2009, so that the interval is too narrow where few origins are scored.
Not here  Scores of a single forecast: see `.measures`.

References
----------
Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Bootstrap-based improvements for
inference with clustered errors. Review of Economics and Statistics 90(3), 414-427.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import DataError

DRAWS = 2000
LOW, HIGH = 0.05, 0.95
FEWEST_CLUSTERS = 5
"""Minerals below which no interval is given."""
NEGLIGIBLE = 0.005
"""Skill that is no difference in use, however narrow its interval; assumed [1]."""
BETTER, WORSE, NOT_TOLD_APART = "better", "worse", "not told apart"


@dataclass(frozen=True)
class Skill:
    """Skill over a baseline.

    Attributes
    ----------
    value
        One less the mean score over that of the baseline [1].
    low, high
        90 % interval; NaN where there are too few minerals.
    """

    value: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` where the interval leaves zero out, else ``not told apart``.

        A skill below half a per cent is not told apart either.
        """
        if abs(self.value) >= NEGLIGIBLE and self.low > 0.0:
            return BETTER
        if abs(self.value) >= NEGLIGIBLE and self.high < 0.0:
            return WORSE
        return NOT_TOLD_APART


def skill(
    score: np.ndarray, baseline: np.ndarray, cluster: np.ndarray, *, rng: np.random.Generator
) -> Skill:
    """Return the skill of paired scores.

    Parameters
    ----------
    score, baseline : ndarray (window,)
        Scores of the same windows, smaller is better.
    cluster : ndarray (window,)
        Mineral of each window.
    rng
        Source of the resampling.

    Raises
    ------
    DataError
        ORE-RUN-182 without windows, on a missing score, or if the baseline never errs.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> names = np.array(["a", "b", "c", "d", "e"])
    >>> skill(np.full(5, 1.0), np.full(5, 2.0), names, rng=rng)
    Skill(value=0.5, low=0.5, high=0.5)
    """
    ours, theirs = np.asarray(score, dtype=float), np.asarray(baseline, dtype=float)
    complete = np.isfinite(ours).all() and np.isfinite(theirs).all()
    if ours.size == 0 or ours.shape != theirs.shape or not complete or theirs.sum() <= 0.0:
        raise DataError(
            "ORE-RUN-182",
            "there are no paired scores to compare.",
            why="a skill needs both forecasts of the same windows and a baseline that errs.",
            fix="score windows that both forecast.",
        )
    value = 1.0 - float(ours.sum() / theirs.sum())
    names, at = np.unique(cluster, return_inverse=True)
    count = len(names)
    if count < FEWEST_CLUSTERS:
        return Skill(value, float("nan"), float("nan"))
    over = np.bincount(at, weights=ours, minlength=count)
    under = np.bincount(at, weights=theirs, minlength=count)
    picked = rng.multinomial(count, np.full(count, 1.0 / count), DRAWS)
    drawn = 1.0 - (picked @ over) / np.maximum(picked @ under, np.finfo(float).tiny)
    low, high = np.quantile(drawn, (LOW, HIGH))
    return Skill(value, float(low), float(high))
