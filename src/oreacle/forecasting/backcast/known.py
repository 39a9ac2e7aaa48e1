"""What is known of a mineral at an origin: volatility, trend, shares, the gap of its price.

Does      Fits every number that the forecast needs on records up to the origin.
Units     Log points; 1/yr; shares [1].
Method    Volatility: 1.4826 times the median absolute deviation of yearly log price changes, the
          median of the others where there are fewer than eight. Trend: median yearly growth of
          the last ten years, its error 1.2533 robust deviations over the root of the years (the
          asymptotic error of a median), weighed with a prior. Shares: published output of the
          year, else exports; a stage without either takes those of the other.
Assumes   Growth of the tonnage of trade stands for growth of use where no output is published.
Not here  The market made of it: see `.origin_market`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.engine.capacity import share_drift
from oreacle.engine.demand import MIN_CHANGES, spread
from oreacle.forecasting.backcast.records import STAGES, Records

TREND_YEARS = 10
"""Years before the origin that a trend is measured on; assumed [yr]."""
PRIOR_GROWTH, PRIOR_GROWTH_ERROR = 0.03, 0.03
"""Growth of use before any record is seen, and its standard deviation; assumed [1/yr]: use of
metals has grown by 2 to 5 % a year since 1950."""
MEDIAN_ERROR = 1.2533
"""Error of a median over that of a mean of normal values [1]."""
GAP_YEARS = 10
"""Years, the origin among them, over whose mean a price is high or low; assumed [yr]."""
EXPORTS = "exports"


@dataclass(frozen=True)
class Trend:
    """Yearly growth of use as seen at the origin.

    Attributes
    ----------
    growth, error
        Mean and standard deviation of what the trend may be [log points a year].
    years
        Yearly changes that it rests on.
    """

    growth: float
    error: float
    years: int


@dataclass(frozen=True)
class StageShares:
    """Who mines or refines in the year of the origin.

    Attributes
    ----------
    shares
        By country, adding to one [1].
    known
        Publisher, or ``exports``.
    """

    shares: pd.Series
    known: str


@dataclass(frozen=True)
class Known:
    """What a forecast of one mineral rests on.

    Attributes
    ----------
    mineral, origin
        Slug and year.
    volatility
        Standard deviation of yearly log price changes, robust [1].
    pooled_volatility
        The same of all changes, pooled with that of the other minerals [1].
    gap
        Log price over the mean of the last ten years; 0 without a series [log points].
    trend
        Growth of use.
    mined, refined
        Shares of the stages; equal where one of them is unknown.
    """

    mineral: str
    origin: int
    volatility: float
    pooled_volatility: float
    gap: float
    trend: Trend
    mined: StageShares
    refined: StageShares


def volatilities(prices: pd.DataFrame, minerals: Sequence[str]) -> dict[str, float]:
    """Return the robust volatility of every mineral, as the engine sizes its shocks [1].

    A mineral without a series has the median of the others.

    Raises
    ------
    DataError
        ORE-RUN-185 if no series has eight changes.
    """
    found = {name: spread(change) for name, change in _changes(prices).items()}
    middle = float(np.median(list(found.values())))
    return {mineral: found.get(mineral, middle) for mineral in minerals}


def pooled_volatilities(prices: pd.DataFrame, minerals: Sequence[str]) -> dict[str, float]:
    """Return the volatility of every mineral, drawn halfway to that of the median mineral [1].

    The geometric mean of the standard deviation of its changes, spikes included, and the median
    of those of all: ten changes say little of one mineral alone.

    Raises
    ------
    DataError
        ORE-RUN-185 as `volatilities`.
    """
    found = {name: float(change.std(ddof=1)) for name, change in _changes(prices).items()}
    middle = float(np.median(list(found.values())))
    return {m: float(np.sqrt(found.get(m, middle) * middle)) for m in minerals}


def _changes(prices: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return yearly log changes of the series that have enough of them, by mineral."""
    found = {}
    for mineral in prices.columns:
        change = np.diff(np.log(prices[mineral].to_numpy(dtype=float)))
        change = change[np.isfinite(change)]
        if change.size >= MIN_CHANGES:
            found[str(mineral)] = change
    if not found:
        raise DataError(
            "ORE-RUN-185",
            f"no price series has {MIN_CHANGES} yearly changes before the origin.",
            why="the size of shocks cannot be measured.",
            fix="start from a later origin.",
        )
    return found


def price_gap(log_price: np.ndarray) -> float:
    """Return how far the last log price lies above the mean of the last ten years.

    Examples
    --------
    >>> price_gap(np.array([9.0, *[0.0] * 9, 1.0]))
    0.9
    """
    last = np.asarray(log_price, dtype=float)[-GAP_YEARS:]
    return float(last[-1] - last.mean())


def trend_of(growth: np.ndarray) -> Trend:
    """Return the trend of yearly growth, weighed with the prior.

    Parameters
    ----------
    growth : ndarray (year,)
        Log growth of the years before the origin, those that are known.

    Examples
    --------
    >>> trend_of(np.array([]))
    Trend(growth=0.03, error=0.03, years=0)
    """
    values = np.asarray(growth, dtype=float)
    count = len(values)
    deviation = spread(values) if count > 1 else 0.0
    if count < 2 or deviation == 0.0:
        return Trend(PRIOR_GROWTH, PRIOR_GROWTH_ERROR, count)
    error = MEDIAN_ERROR * deviation / float(np.sqrt(count))
    here, prior = error**-2, PRIOR_GROWTH_ERROR**-2
    mean = (here * float(np.median(values)) + prior * PRIOR_GROWTH) / (here + prior)
    return Trend(mean, float((here + prior) ** -0.5), count)


def drift_of(actor_shares: pd.DataFrame) -> float:
    """Return the yearly drift of log output shares up to the origin, as the engine measures it."""
    output = actor_shares[actor_shares["basis"] == "output"]
    wide = output.pivot_table(index="year", columns=["mineral", "stage", "actor"], values="share")
    every = wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1))
    return share_drift(every.to_numpy())


def known_at(records: Records, minerals: Sequence[str]) -> Mapping[str, Known]:
    """Return what is known of each mineral at the end of the records.

    A mineral of whose mines and refineries nothing is known is left out.

    Parameters
    ----------
    records
        Cut at the origin.
    minerals
        Slugs.

    Raises
    ------
    DataError
        ORE-RUN-185 as `volatilities`.
    """
    origin = records.last_year
    sizes = volatilities(records.prices, minerals)
    pooled = pooled_volatilities(records.prices, minerals)
    found = {}
    for mineral in minerals:
        stages = {stage: _shares(records, mineral, stage) for stage in STAGES}
        mined = stages["mined"] or stages["refined"]
        refined = stages["refined"] or stages["mined"]
        if mined is None or refined is None:
            continue
        growth = [_growth(records, mineral, y) for y in range(origin - TREND_YEARS + 1, origin + 1)]
        found[mineral] = Known(
            mineral,
            origin,
            sizes[mineral],
            pooled[mineral],
            _gap(records.prices, mineral),
            trend_of(np.array([step for step in growth if step is not None])),
            mined,
            refined,
        )
    return found


def _growth(records: Records, mineral: str, year: int) -> float | None:
    step = records.published_growth(mineral, year)
    return records.traded_growth(mineral, year) if step is None else step


def _gap(prices: pd.DataFrame, mineral: str) -> float:
    if mineral not in prices.columns:
        return 0.0
    series = np.log(prices[mineral].dropna().to_numpy(dtype=float))
    return price_gap(series)


def _shares(records: Records, mineral: str, stage: str) -> StageShares | None:
    published = records.published(mineral, stage, records.last_year)
    if published is not None:
        tonnes, publisher = published
        return StageShares(tonnes / tonnes.sum(), publisher)
    exports = records.exports.get((mineral, stage))
    if exports is None or records.last_year not in exports.index:
        return None
    values = exports.loc[records.last_year].to_numpy(dtype=float)
    row = pd.Series(values, index=exports.columns)
    row = row[row > 0.0]
    return StageShares(row / row.sum(), EXPORTS) if len(row) else None
