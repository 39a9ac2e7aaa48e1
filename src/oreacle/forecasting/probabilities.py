"""From yearly probabilities of members to the probability of an event within a horizon.

Does      Answers "at least one act within h years" for every unit, with a band over members.
Units     Probabilities [1].
Method    Survival: the hazard of a year is the mean probability among members without an act so
          far, and the answer is 1 - product of (1 - hazard). It is what the share of members
          with an act tends to, with less noise, since drawn acts only decide who still counts.
Assumes   Within a member and year the act was drawn with the stored probability.
Not here  The probabilities: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HORIZONS = (1, 3, 5)
"""Years after the as-of date at which event questions are asked; the end of the run is added."""
PIECE = 2_000_000
"""Values that are worked on at a time: each takes some 60 bytes on the way [1]."""
BAND = (0.1, 0.9)


@dataclass(frozen=True)
class Answer:
    """Probability of at least one act within each horizon.

    Attributes
    ----------
    horizons
        In years.
    mean
        Probability, shape (horizon, ...).
    low, high
        10 and 90 % quantiles over members of 1 - product of (1 - probability) along the
        member's path, shape (horizon, ...).
    """

    horizons: tuple[int, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def question_horizons(years: int) -> tuple[int, ...]:
    """Return the horizons within a run of so many years.

    Examples
    --------
    >>> question_horizons(4)
    (1, 3, 4)
    """
    return (*(h for h in HORIZONS if h < years), years)


def within_horizons(chance: np.ndarray, drawn: np.ndarray) -> Answer:
    """Return the probability of at least one act within each horizon.

    Parameters
    ----------
    chance, drawn
        Yearly probabilities and acts, shape (member, year, ...).
    """
    horizons = question_horizons(chance.shape[1])
    parts = [
        _answers(chance[:, :, at], drawn[:, :, at], horizons) for at in _slices(chance.shape, PIECE)
    ]
    mean, low, high = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return Answer(horizons, mean, low, high)


def _slices(shape: tuple[int, ...], most: int) -> list[slice]:
    """Return slices of the third axis with at most so many values each, one row at least."""
    rows = max(1, most // max(1, int(np.prod(shape[:2])) * int(np.prod(shape[3:]))))
    return [slice(first, first + rows) for first in range(0, shape[2], rows)]


def _answers(
    chance: np.ndarray, drawn: np.ndarray, horizons: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    at = [h - 1 for h in horizons]
    mean = 1.0 - np.cumprod(1.0 - hazard(chance, drawn), axis=0)
    path = 1.0 - np.cumprod(1.0 - np.asarray(chance, dtype=float), axis=1)
    low, high = np.quantile(path[:, at], BAND, axis=0)
    return mean[at], low, high


def hazard(chance: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return the mean probability among members without an act so far, shape (year, ...).

    Where every member has acted, the mean over all of them.
    """
    before = np.cumsum(drawn, axis=1) - drawn
    waiting = (before == 0).astype(float)
    count = waiting.sum(axis=0)
    among = (waiting * chance).sum(axis=0) / np.maximum(count, 1.0)
    return np.asarray(np.where(count > 0, among, chance.mean(axis=0)))
