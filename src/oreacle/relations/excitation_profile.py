"""Intervals and tests of branching: what the likelihood says beside its maximum.

Does      Profiles the half-life, gives own and cross branching an interval, tests cross against
          zero.
Units     As in `.excitation`.
Method    Profile of the penalised likelihood over the half-life too; the 90 % interval is where
          it lies within 1.353 of its maximum (half the 90 % point of chi-square with one degree
          of freedom), by straight lines between values. Test: twice the gain of free over zero
          cross branching; as zero is at the bound, its p-value is half that of chi-square with
          one degree of freedom (Self and Liang 1987).
Assumes   A half-life within the ones tried. If nothing excites, the half-life has no meaning and
          the p-value is too small: it is a lower bound.
Not here  The likelihood: see `.excitation`.

References
----------
Self, S. G. and Liang, K.-Y. (1987). Asymptotic properties of maximum likelihood estimators and
likelihood ratio tests under nonstandard conditions. Journal of the American Statistical
Association 82(398), 605-610.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import chi2

from oreacle.relations.excitation import ExcitationFit, fit_excitation
from oreacle.relations.excitation_likelihood import MOST_BRANCHING
from oreacle.relations.excitation_memory import DyadActs

DROP = 0.5 * float(chi2.ppf(0.9, 1))
"""Fall of the log-likelihood at the ends of a 90 % interval [1]."""
TRIED = (0.0, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.7, MOST_BRANCHING)
"""Branching at which a profile is taken until it has fallen far enough [1]."""


@dataclass(frozen=True)
class ExcitationProfile:
    """Best fit with intervals.

    Attributes
    ----------
    best
        The fit at the likeliest half-life.
    half_lives, values
        Half-lives tried and the maximum at each, shape (half-life,).
    own, cross, half_life
        Ends of the 90 % intervals; those of the half-life are the outermost tried within it.
    ratio
        Twice the log-likelihood ratio of free over zero cross branching [1].
    p_value
        Of that ratio, at least [1].
    """

    best: ExcitationFit
    half_lives: np.ndarray
    values: np.ndarray
    own: tuple[float, float]
    cross: tuple[float, float]
    half_life: tuple[float, float]
    ratio: float
    p_value: float

    @property
    def half_life_is_open(self) -> bool:
        """True if the interval reaches an end of what was tried: not identified."""
        low, high = self.half_life
        return low <= float(self.half_lives.min()) or high >= float(self.half_lives.max())


def profile_excitation(acts: DyadActs, half_lives: Sequence[float]) -> ExcitationProfile:
    """Return the best fit over half-lives with profile intervals.

    Raises
    ------
    RelationsError
        As `fit_excitation`.
    """
    tried = np.array(sorted(half_lives))
    fits = [fit_excitation(acts, float(one)) for one in tried]
    values = np.array([one.value for one in fits])
    best = fits[int(values.argmax())]
    inside = tried[values >= best.value - DROP]
    at_zero = _envelope(acts, "cross", 0.0, fits)
    ratio = max(2.0 * (best.value - at_zero), 0.0)
    return ExcitationProfile(
        best=best,
        half_lives=tried,
        values=values,
        own=_interval(acts, "own", best.own, fits),
        cross=_interval(acts, "cross", best.cross, fits, at_zero),
        half_life=(float(inside.min()), float(inside.max())),
        ratio=ratio,
        p_value=0.5 * float(chi2.sf(ratio, 1)) if ratio > 0.0 else 1.0,
    )


def _envelope(acts: DyadActs, name: str, value: float, fits: Sequence[ExcitationFit]) -> float:
    """Return the best likelihood over half-lives with one branching held."""
    best = -np.inf
    for one in sorted(fits, key=lambda fit: -fit.value):
        if one.value <= best:  # held, no half-life does better than free
            break
        best = max(best, fit_excitation(acts, one.half_life, held={name: value}, start=one).value)
    return best


def _interval(
    acts: DyadActs,
    name: str,
    centre: float,
    fits: Sequence[ExcitationFit],
    at_zero: float | None = None,
) -> tuple[float, float]:
    """Return where the profile crosses its limit on both sides of the estimate."""
    top = max(one.value for one in fits)
    limit = top - DROP
    points = [(centre, top)]
    for value in [one for one in TRIED if one > centre]:
        points.append((value, _envelope(acts, name, value, fits)))
        if points[-1][1] < limit:
            break
    high = _crossing(points, limit)
    points = [(centre, top)]
    for value in [one for one in TRIED[::-1] if one < centre]:
        known = at_zero is not None and value == 0.0
        points.append((value, at_zero if known else _envelope(acts, name, value, fits)))  # type: ignore[arg-type]
        if points[-1][1] < limit:
            break
    return _crossing(points, limit), high


def _crossing(points: Sequence[tuple[float, float]], limit: float) -> float:
    """Return where straight lines between points fall to the limit; the last one if nowhere."""
    for (x, f), (y, g) in pairwise(points):
        if g < limit:
            return float(x + (y - x) * (f - limit) / (f - g))
    return float(points[-1][0])
