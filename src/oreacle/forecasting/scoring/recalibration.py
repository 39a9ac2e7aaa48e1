"""Calibration slope and intercept of probabilities.

Does      Fits by how much log-odds would have to be stretched and shifted, with intervals.
Units     Slope [1], intercept [log-odds].
Method    Logistic regression of the outcome on the log-odds of the forecast (Cox 1958): slope 1
          and intercept 0 are calibrated, a slope below 1 means too extreme. Newton with halving,
          all draws at once. The point uses every row; draws use rows gathered in narrow bins of
          log-odds, each at the mean of its rows (this moves a draw by a few thousandths, a
          hundredth of its spread).
Assumes   Forecasts differ, and the log-odds of rows with and without act overlap.
Not here  Weights of the draws: see `oreacle.forecasting.scoring.resampling`.

References
----------
Cox, D. R. (1958). Two further applications of a model for binary regression. Biometrika
45(3/4), 562-565.
"""

from __future__ import annotations

import numpy as np

from oreacle.forecasting.scoring.resampling import CrossedWeights, Estimate
from oreacle.relations.logistic import sigmoid

Pair = tuple[np.ndarray, np.ndarray]
BINS = 200
CHUNK = 250
"""Draws whose row weights are held in memory together."""
TOLERANCE = 1e-9
"""Largest gradient over the sum of weights at which a draw counts as converged [1]."""
MOST_ITERATIONS = 60
HALVINGS = 30


def calibration(
    probability: np.ndarray, outcome: np.ndarray, weights: CrossedWeights | None = None
) -> tuple[Estimate, Estimate]:
    """Return slope and intercept of the log-odds.

    Parameters
    ----------
    probability, outcome : ndarray (row,)
        Above 0 and below 1; 0 or 1.
    weights
        Draws of weights of the rows; None for points without intervals.

    Returns
    -------
    tuple of Estimate
        Slope and intercept; NaN if all forecasts are equal or the log-odds separate the
        outcomes, without bounds if a draw did not converge.
    """
    odds = np.log(probability) - np.log1p(-probability)
    happened = np.asarray(outcome, dtype=float)
    missing = Estimate(float("nan"))
    if not _overlap(odds, happened):
        return missing, missing
    point = recalibrated(odds, np.ones((1, odds.size)), happened[None, :])[0]
    if not np.isfinite(point).all():
        return missing, missing
    if weights is None:
        return Estimate(float(point[1])), Estimate(float(point[0]))
    middle, crossed, years = gathered(odds, happened, weights)
    both = recalibrated(middle, *crossed), recalibrated(middle, *years)
    intercept, slope = (
        weights.estimate(float(point[at]), both[0][:, at], both[1][:, at]) for at in (0, 1)
    )
    return slope, intercept


def recalibrated(odds: np.ndarray, trials: np.ndarray, acts: np.ndarray) -> np.ndarray:
    """Return intercept and slope of each draw, shape (draw, 2); NaN where not converged.

    Parameters
    ----------
    odds : ndarray (bin,)
        Log-odds of the forecasts.
    trials, acts : ndarray (draw, bin)
        Weights of the rows of the bin, and of those with an act.
    """
    middle, scale = odds.mean(), odds.std()
    at = (odds - middle) / scale
    size = trials.sum(axis=1)
    mean = acts.sum(axis=1) / size
    # Started at the level of the draw and a calibrated slope.
    beta = np.column_stack([np.log(mean / (1.0 - mean)), np.full(len(mean), scale)])
    beta[:, 0] -= (trials @ at) / size * scale
    value = _likelihood(beta, at, trials, acts)
    done = np.zeros(len(mean), dtype=bool)
    for _ in range(MOST_ITERATIONS):
        slope, move = _newton_move(beta, at, trials, acts)
        done = np.abs(slope).max(axis=1) / size < TOLERANCE
        if done.all():
            break
        beta, value = _halved(beta, move, value, (at, trials, acts))
    beta[~done] = np.nan
    slopes = beta[:, 1] / scale
    return np.column_stack([beta[:, 0] - slopes * middle, slopes])


def _newton_move(
    beta: np.ndarray, at: np.ndarray, trials: np.ndarray, acts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return gradient and Newton step of each draw, shape (draw, 2)."""
    chance = sigmoid(beta[:, :1] + beta[:, 1:] * at)
    rest = acts - trials * chance
    slope = np.column_stack([rest.sum(axis=1), rest @ at])
    bend = trials * chance * (1.0 - chance)
    a, b, c = bend.sum(axis=1), bend @ at, bend @ at**2
    pivot = np.maximum(a * c - b * b, np.finfo(float).tiny)
    move = np.column_stack([c * slope[:, 0] - b * slope[:, 1], a * slope[:, 1] - b * slope[:, 0]])
    return slope, move / pivot[:, None]


def _halved(
    beta: np.ndarray,
    move: np.ndarray,
    value: np.ndarray,
    case: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the step, halved where the likelihood would fall, and its likelihood."""
    scale = np.ones((len(beta), 1))
    for _ in range(HALVINGS):
        trial = beta + scale * move
        better = _likelihood(trial, *case)
        worse = ~(better >= value - 1e-12 * np.abs(value))
        if not worse.any():
            break
        scale[worse] *= 0.5
    return trial, better


def _likelihood(
    beta: np.ndarray, at: np.ndarray, trials: np.ndarray, acts: np.ndarray
) -> np.ndarray:
    odds = beta[:, :1] + beta[:, 1:] * at
    return np.asarray((acts * odds - trials * np.logaddexp(0.0, odds)).sum(axis=1))


def _overlap(odds: np.ndarray, happened: np.ndarray) -> bool:
    """Return True if a maximum of the likelihood exists (Albert and Anderson 1984)."""
    acts, rests = odds[happened > 0.5], odds[happened < 0.5]
    if not acts.size or not rests.size:
        return False
    return bool(acts.min() < rests.max() and rests.min() < acts.max())


def gathered(
    odds: np.ndarray, happened: np.ndarray, weights: CrossedWeights
) -> tuple[np.ndarray, Pair, Pair]:
    """Return mean log-odds of narrow bins, and the weights of their rows and acts.

    Parameters
    ----------
    odds, happened : ndarray (row,)
        Log-odds that are not all equal; 0 or 1.
    weights
        Draws of weights of the rows.

    Returns
    -------
    tuple
        Log-odds, shape (bin,); rows and acts under the crossed weights, each of shape
        (draw, bin); the same under the weights of origins alone.
    """
    place = np.minimum((odds - odds.min()) / np.ptp(odds) * BINS, BINS - 1).astype(int)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    middle = np.add.reduceat(odds[order], starts) / np.diff(starts, append=odds.size)
    origin_of, actor_of = weights.origin_of[order], weights.actor_of[order]
    act = np.flatnonzero(happened[order] > 0.5)
    act_bin = np.searchsorted(starts, act, side="right") - 1
    size = len(weights.actor), len(starts)
    crossed, years = (np.zeros(size), np.zeros(size)), (np.zeros(size), np.zeros(size))
    for first in range(0, size[0], CHUNK):
        part = slice(first, first + CHUNK)
        by_year = weights.origin[part][:, origin_of]
        by_both = by_year * weights.actor[part][:, actor_of]
        for rows, (trials, acts) in ((by_both, crossed), (by_year, years)):
            trials[part] = np.add.reduceat(rows, starts, axis=1)
            for row, at in zip(act, act_bin, strict=True):
                acts[part, at] += rows[:, row]
    return middle, crossed, years
