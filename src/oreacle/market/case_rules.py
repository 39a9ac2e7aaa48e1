"""Rules that predict who sells to whom after a measure: four naive ones, drift, partial refill.

Does      Gives persistence, removal, proportional refill and refill with trends; a forecast of the
          drift of shares; removal with partial refill on it; the median of rules cell by cell.
Units     Flows in the unit of the case, or shares of world trade [1].
Method    Drift: a mean of the last years' shares with weight w^k k years back, taken on powers p
          of the shares, then flattened by the power 1 - kappa d, where d is how much shares moved
          over those years. Refill: each importer's other
          suppliers make up the share phi of what it lost.
Assumes   The restricted flow after the measure is given; after a lifting it comes back on the
          pattern of the reference years.
Not here  Prices: see `oreacle.market.case_market`. The score: `oreacle.market.case_score`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.cases import MarketCase

TREND_YEARS = 3
TREND_BOUNDS = (0.25, 4.0)
"""Least and largest factor of a pair's own trend, as in the published rule [1]."""


@dataclass(frozen=True)
class Drift:
    """How shares of trade move without a measure.

    Attributes
    ----------
    weight
        w: weight of a year over that of the year after it [1].
    power
        p of the mean over years: below 1 a pair that came and went counts less [1].
    flattening
        kappa: large pairs give way to small ones in proportion to how restless trade was [1].
    """

    weight: float
    power: float
    flattening: float


PERSISTENT = Drift(1.0, 1.0, 0.0)


def shares(flows: np.ndarray) -> np.ndarray:
    """Return flows as shares of their sum; all zero stays zero."""
    total = flows.sum()
    return flows / total if total > 0 else np.zeros_like(flows)


def drifted(recent: np.ndarray, drift: Drift) -> np.ndarray:
    """Return the shares expected without a measure.

    Parameters
    ----------
    recent
        Shares of the last years, oldest first, shape (year, ...) [1].
    drift
        Weights and powers.

    Examples
    --------
    >>> drifted(np.array([[0.5, 0.5], [0.9, 0.1]]), Drift(1.0, 1.0, 0.0)).tolist()
    [0.7, 0.3]
    """
    weights = drift.weight ** np.arange(len(recent) - 1, -1, -1, dtype=float)
    weights = weights / weights.sum()
    mean = np.tensordot(weights, recent**drift.power, axes=1) ** (1.0 / drift.power)
    moved = 0.5 * float(np.abs(recent[-1] - recent[0]).sum())
    return shares(mean ** (1.0 - drift.flattening * moved))


def persistence(case: MarketCase) -> np.ndarray:
    """Return the flows of the base years."""
    return case.base


def placed(case: MarketCase, flows: np.ndarray, volume: float) -> np.ndarray:
    """Return flows with the restricted ones set to a volume.

    Parameters
    ----------
    case
        The case.
    flows
        Flows without the measure, shape (exporter, importer).
    volume
        Sum of the restricted flows [unit of the case].
    """
    pattern = np.where(case.restricted, case.reference if case.is_lifting else flows, 0.0)
    if pattern.sum() <= 0.0:
        pattern = np.where(case.restricted, case.reference, 0.0)
    return np.asarray(np.where(case.restricted, volume * shares(pattern), flows))


def refilled(case: MarketCase, flows: np.ndarray, volume: float, part: float) -> np.ndarray:
    """Return flows after the measure with a part of each importer's loss made up by others.

    Parameters
    ----------
    case, flows, volume
        As in `placed`.
    part
        phi: share of the loss, or of the gain after a lifting, that others answer [1].
    """
    after = placed(case, flows, volume)
    lost = flows.sum(axis=0) - after.sum(axis=0)
    others = np.where(case.restricted, 0.0, after)
    held = others.sum(axis=0)
    factor = np.ones_like(held)
    np.divide(held + part * lost, held, out=factor, where=held > 0)
    return np.asarray(np.where(case.restricted, after, after * np.maximum(factor, 0.0)))


def refilled_with_trends(case: MarketCase) -> np.ndarray:
    """Return proportional refill in which each other pair goes on with its own log slope."""
    after = refilled(case, case.base, case.volume, 1.0)
    ends = min(max(case.base_years), case.last_untouched)
    rows = [k for k, year in enumerate(case.years) if ends - TREND_YEARS < year <= ends]
    years = np.array([case.years[k] for k in rows], dtype=float)
    if len(rows) < TREND_YEARS:
        return after
    logs = np.log(np.maximum(case.yearly[rows], 1e-300))
    slope = np.tensordot(years - years.mean(), logs, axes=1) / ((years - years.mean()) ** 2).sum()
    span = np.mean(case.outcome_years) - np.mean(case.base_years)
    factor = np.clip(np.exp(np.clip(slope * span, -5.0, 5.0)), *TREND_BOUNDS)
    steady = (case.yearly[rows] > 0).all(axis=0) & ~case.restricted
    return np.asarray(np.where(steady, after * factor, after))


def naive_rules(case: MarketCase) -> dict[str, np.ndarray]:
    """Return the four naive predictions by name, as flows."""
    return {
        "persistence": persistence(case),
        "removal": placed(case, case.base, case.volume),
        "refill": refilled(case, case.base, case.volume, 1.0),
        "refill_trend": refilled_with_trends(case),
    }


def without_measure(case: MarketCase, drift: Drift) -> np.ndarray:
    """Return the flows expected without the measure, at the total of the base years."""
    if drift == PERSISTENT:
        return case.base
    return np.asarray(drifted(case.recent, drift) * case.base.sum())


def partial_refill(case: MarketCase, drift: Drift, part: float) -> np.ndarray:
    """Return removal on the drifted base with a part of the loss refilled."""
    return refilled(case, without_measure(case, drift), case.volume, part)


def median_rule(case: MarketCase, drift: Drift) -> np.ndarray:
    """Return the median, pair by pair, of drift, removal and full refill on the drifted base."""
    base = without_measure(case, drift)
    options = [
        base,
        placed(case, base, case.volume),
        refilled(case, base, case.volume, 1.0),
    ]
    return np.asarray(np.median([shares(option) for option in options], axis=0))
