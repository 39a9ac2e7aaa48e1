"""Baselines of event forecasts: what anyone could have said at the origin.

Does      Gives yearly rates of six simple forecasters, and the probability within a horizon.
Units     Rates per unit and year [1/yr]; probabilities [1].
Method    Everything is cut at the origin inside. A pooled frequency of k acts in n unit-years is
          (k + 1/2) / (n + 1) (Jeffreys), so that none is exactly 0. Actor and unit frequency are
          shrunk to the class (beta-binomial). Persistence: one rate of units with an act in the
          last five years and one of the others, shrunk to climatology. Share only: logistic in
          the log of the share. Within h years: 1 - (1 - rate)^h.
Assumes   A unit has a row in each year at risk, acts or not. Actors and units that were never
          seen get the rate of the class.
Not here  The mean of the best two: see `oreacle.forecasting.scoring.best_two`.

References
----------
Jeffreys, H. (1946). An invariant form for the prior probability in estimation problems.
Proceedings of the Royal Society A 186(1007), 453-461.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError, RunError
from oreacle.core.status import SolveStatus
from oreacle.relations.logistic import fit_logistic, sigmoid
from oreacle.relations.rates import fit_beta_binomial

RECENT_YEARS = 5
"""Years of `last_five`, and of the memory of persistence [yr]."""
PRIOR_YEARS = 20.0
"""Unit-years that climatology is worth in the two rates of persistence: assumed [yr]."""
SMALLEST_SHARE = 1e-4
"""Share below which shares are taken as equal, so that a true zero has a logarithm [1]."""
SHARE_PENALTY = 1.0
"""Ridge on the slope of the standardised log share."""
FEWEST_ACTS = 5
"""Acts with a known share below which no slope is fitted."""


@dataclass(frozen=True)
class UnitYears:
    """Units at risk by year, and whether they acted.

    Attributes
    ----------
    year, outcome
        Year, and 1 with an act or 0 without, shape (row,).
    unit, actor
        Labels, shape (row,).
    share
        The one share that matters for the class, as known at the time [1]; NaN where unknown.
    """

    year: np.ndarray
    unit: np.ndarray
    actor: np.ndarray
    outcome: np.ndarray
    share: np.ndarray

    def to(self, origin: int) -> UnitYears:
        """Return the rows up to the end of a year."""
        keep = self.year <= origin
        return UnitYears(*(value[keep] for value in vars(self).values()))


@dataclass(frozen=True)
class AskedUnits:
    """Units that a forecast is asked for at one origin.

    Attributes
    ----------
    unit, actor
        Labels, shape (unit,).
    share
        As known at the origin [1]; NaN where unknown.
    """

    unit: np.ndarray
    actor: np.ndarray
    share: np.ndarray


def yearly_rates(rows: UnitYears, asked: AskedUnits, *, origin: int) -> dict[str, np.ndarray]:
    """Return the yearly rate of each asked unit by baseline, each of shape (unit,).

    Parameters
    ----------
    rows
        Units at risk by year; rows after the origin are never looked at.
    asked
        Units to forecast.
    origin
        The last year that is known.

    Raises
    ------
    RunError
        ORE-RUN-124 if no row is known at the origin, or outcomes are not 0 or 1.
    RelationsError
        ORE-REL-003 if a fit has not converged.
    """
    known = rows.to(origin)
    _check_known(known, origin)
    level = jeffreys(known.outcome)
    recent = known.outcome[known.year > origin - RECENT_YEARS]
    size = len(asked.unit)
    return {
        "climatology": np.full(size, level),
        "last_five": np.full(size, jeffreys(recent) if recent.size else level),
        "actor_frequency": _frequency(known.actor, known.outcome, asked.actor, level),
        "unit_frequency": _frequency(known.unit, known.outcome, asked.unit, level),
        "persistence": _persistence(known, asked.unit, origin, level),
        "share_only": _share_only(known, asked.share, level),
    }


def baselines(
    rows: UnitYears, asked: AskedUnits, *, origin: int, horizon: int
) -> dict[str, np.ndarray]:
    """Return the probability of at least one act within the horizon by baseline.

    Parameters
    ----------
    rows, asked, origin
        As for `yearly_rates`, which serves several horizons with one fit.
    horizon
        Years after the origin.
    """
    rates = yearly_rates(rows, asked, origin=origin)
    return {name: within(rate, horizon) for name, rate in rates.items()}


def within(rate: np.ndarray, horizon: float) -> np.ndarray:
    """Return the probability of at least one act in so many years at a constant yearly rate.

    Examples
    --------
    >>> within(np.array([0.5]), 2).tolist()
    [0.75]
    """
    return np.asarray(-np.expm1(horizon * np.log1p(-np.asarray(rate, dtype=float))))


def jeffreys(outcome: np.ndarray) -> float:
    """Return a frequency that is never exactly 0 or 1.

    Examples
    --------
    >>> jeffreys(np.array([1, 0, 0]))
    0.375
    """
    return float((np.sum(outcome) + 0.5) / (len(outcome) + 1.0))


def _frequency(
    label: np.ndarray, outcome: np.ndarray, asked: np.ndarray, level: float
) -> np.ndarray:
    """Return shrunken frequencies of the labels asked for; the class level without any spread."""
    if not 0.0 < outcome.sum() < len(outcome):
        return np.full(len(asked), level)
    names, place = np.unique(label, return_inverse=True)
    acts = np.bincount(place, weights=outcome)
    years = np.bincount(place).astype(float)
    prior = fit_beta_binomial(acts, years)
    _check_status(prior.status, "frequencies")
    at = np.minimum(np.searchsorted(names, asked), len(names) - 1)
    seen = names[at] == asked
    return prior.rate(np.where(seen, acts[at], 0.0), np.where(seen, years[at], 0.0))


def _persistence(known: UnitYears, asked: np.ndarray, origin: int, level: float) -> np.ndarray:
    """Return one of two rates: of units with an act in the last five years, and of the others."""
    names, place = np.unique(known.unit, return_inverse=True)
    first = int(known.year.min())
    # Acts before each year, by unit: column t holds those up to the end of year first + t - 1.
    acts = np.zeros((len(names), origin - first + 2))
    np.add.at(acts, (place, known.year - first + 1), known.outcome)
    before = np.cumsum(acts, axis=1)

    def active(unit: np.ndarray, column: np.ndarray) -> np.ndarray:
        return np.asarray(before[unit, column] > before[unit, np.maximum(column - RECENT_YEARS, 0)])

    # In the first five years nobody knows who acted in the five years before.
    told = known.year >= first + RECENT_YEARS
    was = active(place[told], known.year[told] - first)
    rates = np.array([_shrunk(known.outcome[told][group], level) for group in (~was, was)])
    at = np.minimum(np.searchsorted(names, asked), len(names) - 1)
    now = (names[at] == asked) & active(at, np.full(len(at), origin + 1 - first))
    return np.asarray(rates[now.astype(int)])


def _shrunk(outcome: np.ndarray, level: float) -> float:
    return float((outcome.sum() + PRIOR_YEARS * level) / (len(outcome) + PRIOR_YEARS))


def _share_only(known: UnitYears, asked: np.ndarray, level: float) -> np.ndarray:
    """Return the rate by share; units without a known share get the rate of such rows."""
    has, told = np.isfinite(asked), np.isfinite(known.share)
    blank = known.outcome[~told]
    rate = np.full(len(asked), jeffreys(blank) if blank.size else level)
    rate[has] = _share_rate(known.share[told], known.outcome[told], asked[has], level)
    return rate


def _share_rate(
    share: np.ndarray, outcome: np.ndarray, asked: np.ndarray, level: float
) -> np.ndarray:
    logs, at = (np.log(np.maximum(value, SMALLEST_SHARE)) for value in (share, asked))
    acts = float(outcome.sum())
    if not outcome.size:
        return np.full(len(asked), level)
    if acts < FEWEST_ACTS or acts == len(outcome) or np.ptp(logs) == 0.0:
        return np.full(len(asked), jeffreys(outcome))
    middle, spread = logs.mean(), logs.std()
    fit = fit_logistic(((logs - middle) / spread)[:, None], outcome, penalty=SHARE_PENALTY)
    _check_status(fit.status, "shares")
    return sigmoid(fit.log_odds(((at - middle) / spread)[:, None]))


def _check_known(known: UnitYears, origin: int) -> None:
    wrong = (known.outcome != 0) & (known.outcome != 1)
    if not known.year.size or wrong.any():
        raise RunError(
            "ORE-RUN-124",
            f"{known.year.size} unit-years are known at the origin {origin}, {int(wrong.sum())} "
            "of them with an outcome that is not 0 or 1.",
            why="a baseline without rows, or with gaps taken for quiet years, is no baseline.",
            fix="start at a later origin, or complete the rows.",
        )


def _check_status(status: SolveStatus, what: str) -> None:
    if status is not SolveStatus.SOLVED:
        raise RelationsError(
            "ORE-REL-003",
            f"a baseline by {what} ended as '{status}'.",
            why="coefficients of an unfinished fit are not estimates.",
            fix="look for a unit or share that separates the outcomes.",
        )
