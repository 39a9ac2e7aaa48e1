"""How often an act is answered, beside how often the same side acts anyway.

Does      Shares of acts that are followed by an act of the target, and matched base rates.
Units     Whole days; shares between 0 and 1.
Method    An act is answered within h days if the target acts on the imposer on one of the days 1
          to h after it. A date known to a month or year is drawn uniformly from its days, each
          draw anew (multiple imputation, Rubin 1987); `answer_bounds` counts what is certain and
          what is possible. Base of the own dyad: windows of h days begun every 30 days that
          overlap no window after an act. Base of the class: other dyads of its class, in the
          same days, that are not in such a window themselves. Intervals: Bayesian bootstrap
          over pairs and years.
Assumes   Acts of the same day do not answer each other. Only windows that end within the record
          count.
Not here  Branching, which splits an answer from lasting hostility: see `.excitation`.

References
----------
Rubin, D. B. (1987). Multiple Imputation for Nonresponse in Surveys. Wiley.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError
from oreacle.relations.bootstrap import cluster_weights

GRID_DAYS = 30
"""Days between the beginnings of the windows of a base rate [day]."""
FEWEST = 10
"""Least acts from which a share is given."""


@dataclass(frozen=True)
class DatedActs:
    """Acts on directed dyads with the days between which they happened.

    Attributes
    ----------
    direction
        `2 pair` or `2 pair + 1`, so that the reverse is `direction ^ 1`; shape (act,).
    first, last
        Ordinal days, shape (act,).
    year
        Year of each act, shape (act,).
    class_of
        Class of each direction, shape (direction,).
    start, end
        First day of the record, and first day after it.
    """

    direction: np.ndarray
    first: np.ndarray
    last: np.ndarray
    year: np.ndarray
    class_of: np.ndarray
    start: int
    end: int

    def drawn(self, *, rng: np.random.Generator) -> np.ndarray:
        """Return one day for each act, shape (act,)."""
        return np.asarray(rng.integers(self.first, self.last + 1))


@dataclass(frozen=True)
class Windows:
    """Windows after acts whose follow-up is complete, for one draw of the days.

    Attributes
    ----------
    act
        Number of each act, shape (window,).
    answered
        1 if the target acted in the window, shape (window,).
    own_base
        Share of windows outside in which it acted; missing without any, shape (window,).
    class_base
        Share of other dyads of the class that acted in the same days, shape (window,).
    """

    act: np.ndarray
    answered: np.ndarray
    own_base: np.ndarray
    class_base: np.ndarray


@dataclass(frozen=True)
class Estimate:
    """A number with the ends of its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class RetaliationResult:
    """How often acts are answered.

    Attributes
    ----------
    horizon
        Days of the windows [day].
    cases, answers
        Windows, and mean number of answered ones over the draws.
    matched
        Windows whose dyad has a base of its own.
    answered, own_base, class_base
        Shares [1]; the first over all windows.
    own_difference, own_ratio
        Answered less (over) the base of the own dyad, over matched windows alone [1].
    class_difference, class_ratio
        The same against the base of the class, over all windows [1].
    certain, possible
        Shares of windows answered whatever the days, and by some choice of days [1].
    """

    horizon: int
    cases: int
    answers: float
    matched: int
    answered: Estimate
    own_base: Estimate
    class_base: Estimate
    own_difference: Estimate
    own_ratio: Estimate
    class_difference: Estimate
    class_ratio: Estimate
    certain: float
    possible: float


def windows_after(acts: DatedActs, days: np.ndarray, horizon: int) -> Windows:
    """Return the windows after acts for given days of all acts.

    Parameters
    ----------
    days : ndarray (act,)
        Days of the acts, such as from `DatedActs.drawn`.
    horizon
        Days of a window.
    """
    complete = (days >= acts.start) & (days + horizon < acts.end)
    chosen = np.flatnonzero(complete)
    after = days[None, :] - days[chosen, None]
    reverse = acts.direction[None, :] == (acts.direction[chosen] ^ 1)[:, None]
    in_window = (after > 0) & (after <= horizon)
    answered = (reverse & in_window).any(axis=1).astype(float)
    bases = {
        int(d): _own_base(acts, days, int(d), horizon) for d in np.unique(acts.direction[chosen])
    }
    own = np.array([bases[int(d)] for d in acts.direction[chosen]])
    of_class = np.array([_class_base(acts, days, int(k), horizon) for k in chosen])
    return Windows(chosen, answered, own, of_class)


def _own_base(acts: DatedActs, days: np.ndarray, side: int, horizon: int) -> float:
    """Return how often the reverse of a direction acts in windows outside those after `side`."""
    begins = np.arange(acts.start, acts.end - horizon, GRID_DAYS)
    provoked = days[acts.direction == side]
    outside = np.abs(begins[:, None] - provoked[None, :]).min(axis=1) >= horizon
    if not outside.any():
        return float("nan")
    after = days[acts.direction == side ^ 1][None, :] - begins[outside, None]
    return float(((after > 0) & (after <= horizon)).any(axis=1).mean())


def _class_base(acts: DatedActs, days: np.ndarray, act: int, horizon: int) -> float:
    """Return how often other dyads of the answering dyad's class act in the days after an act."""
    answering = int(acts.direction[act]) ^ 1
    near = np.abs(days - days[act]) < horizon
    hit = np.unique(np.append(acts.direction[near] ^ 1, answering))
    same = acts.class_of[hit] == acts.class_of[answering]
    others = int((acts.class_of == acts.class_of[answering]).sum()) - int(same.sum())
    if not others:
        return float("nan")
    after = days - days[act]
    made = np.unique(acts.direction[(after > 0) & (after <= horizon)])
    made = made[acts.class_of[made] == acts.class_of[answering]]
    return len(np.setdiff1d(made, hit)) / others


def answer_bounds(acts: DatedActs, horizon: int) -> tuple[float, float]:
    """Return the shares of acts answered for sure, and answered by some choice of days.

    An answer is sure if its first day is after the last day of the act and its last day within
    the horizon of the first; it is possible if some pair of days allows it. Acts count whose
    window ends within the record whatever the day.
    """
    chosen = np.flatnonzero((acts.first >= acts.start) & (acts.last + horizon < acts.end))
    reverse = acts.direction[None, :] == (acts.direction[chosen] ^ 1)[:, None]
    first, last = acts.first[chosen, None], acts.last[chosen, None]
    sure = reverse & (acts.first[None] > last) & (acts.last[None] <= first + horizon)
    may = reverse & (acts.last[None] > first) & (acts.first[None] <= last + horizon)
    if not chosen.size:
        return float("nan"), float("nan")
    return float(sure.any(axis=1).mean()), float(may.any(axis=1).mean())


def retaliation(
    acts: DatedActs, horizon: int, *, draws: int, rng: np.random.Generator
) -> RetaliationResult:
    """Return how often acts are answered within a horizon, beside the matched base rates.

    Parameters
    ----------
    acts
        The acts of the record.
    horizon
        Days.
    draws
        Of the days of coarse dates and of the weights of pairs and years together.

    Raises
    ------
    RelationsError
        ORE-REL-051 if fewer than ten acts have a complete window.
    """
    found = [windows_after(acts, acts.drawn(rng=rng), horizon) for _ in range(draws)]
    fewest = min(len(one.act) for one in found)
    if fewest < FEWEST:
        raise RelationsError(
            "ORE-REL-051",
            f"{fewest} acts have a complete window of {horizon} days.",
            why=f"a share of fewer than {FEWEST} cases says nothing.",
            fix="use a shorter horizon or a longer record.",
        )
    plain = np.array([_shares(one, np.ones(len(one.act))) for one in found])
    weighted = np.array([_shares(one, _weights(acts, one, rng)) for one in found])
    low, high = np.nanquantile(weighted, (0.05, 0.95), axis=0)
    middle = np.nanmean(plain, axis=0)
    middle[[4, 6]] = _over(middle[7], middle[1]), _over(middle[0], middle[2])
    parts = [Estimate(float(a), float(b), float(c)) for a, b, c in zip(middle, low, high)]  # noqa: B905
    certain, possible = answer_bounds(acts, horizon)
    return RetaliationResult(
        horizon=horizon,
        cases=round(float(np.mean([len(one.act) for one in found]))),
        answers=float(np.mean([one.answered.sum() for one in found])),
        matched=round(float(np.mean([np.isfinite(one.own_base).sum() for one in found]))),
        answered=parts[0],
        own_base=parts[1],
        class_base=parts[2],
        own_difference=parts[3],
        own_ratio=parts[4],
        class_difference=parts[5],
        class_ratio=parts[6],
        certain=certain,
        possible=possible,
    )


def _weights(acts: DatedActs, one: Windows, rng: np.random.Generator) -> np.ndarray:
    return cluster_weights([acts.direction[one.act] // 2, acts.year[one.act]], rng=rng)


def _shares(one: Windows, weights: np.ndarray) -> np.ndarray:
    """Return the shares, differences and ratios of one draw, in the order of the result."""
    matched, classed = np.isfinite(one.own_base), np.isfinite(one.class_base)
    answered = _mean(one.answered, weights)
    paired, own = (_mean(x[matched], weights[matched]) for x in (one.answered, one.own_base))
    beside, base = (_mean(x[classed], weights[classed]) for x in (one.answered, one.class_base))
    ratios = _over(paired, own), _over(beside, base)
    return np.array(
        [answered, own, base, paired - own, ratios[0], beside - base, ratios[1], paired]
    )


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    return float(values @ weights / weights.sum()) if len(values) else float("nan")


def _over(one: float, two: float) -> float:
    return float(one / two) if two > 0.0 else float("nan")
