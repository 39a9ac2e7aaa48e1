"""Demand at base prices, year by year.

Does      Moves demand along a published path, with a shock and slow adjustment to price.
Units     Multiples of base-year use [1].
Method    Published scenario growth; AR(1) shock whose size makes prices as volatile as history;
          partial adjustment towards long-run elasticity (MODEL: dynamics, demand).
Assumes   All users of a mineral grow alike.
Not here  Response to price within the year: see `oreacle.market.curves`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.engine.settings import EngineSettings

FIRST_VOLATILITY_YEAR = 1998
MIN_CHANGES = 8


def demand_index(paths: pd.DataFrame, mineral: str, scenario: str, years: np.ndarray) -> np.ndarray:
    """Return demand over base along a scenario, shape (year,) [1].

    Raises
    ------
    DataError
        ORE-DAT-030 if the path does not cover the years.
    """
    part = paths[(paths["mineral"] == mineral) & (paths["scenario"] == scenario)]
    known = dict(zip(part["year"].astype(int), part["index"].astype(float), strict=True))
    missing = [int(year) for year in years if int(year) not in known]
    if missing:
        raise DataError(
            "ORE-DAT-030",
            f"the {scenario} demand path of {mineral} has no value for "
            f"{missing[0]}{'' if len(missing) == 1 else f' to {missing[-1]}'}.",
            why="demand would have to be made up.",
            fix="end the run earlier with --until, or add the years to demand_paths.",
        )
    return np.array([known[int(year)] for year in years])


def price_volatilities(history: pd.DataFrame, minerals: Sequence[str]) -> dict[str, float]:
    """Return the volatility of every mineral [1].

    A mineral whose series is too short has the median of the others: a few changes say little,
    and a small number would pass for calm.

    Raises
    ------
    DataError
        ORE-DAT-031 if no series is long enough.
    """
    changes = {mineral: price_changes(history, mineral) for mineral in minerals}
    known = {m: spread(c) for m, c in changes.items() if c.size >= MIN_CHANGES}
    if not known:
        raise DataError(
            "ORE-DAT-031",
            f"no price series has {MIN_CHANGES} yearly changes.",
            why="the volatility of prices cannot be measured.",
            fix="add years to price_history and rebuild.",
        )
    middle = float(np.median(list(known.values())))
    return {mineral: known.get(mineral, middle) for mineral in minerals}


def spread(change: np.ndarray) -> float:
    """Return a robust standard deviation, so that one spike does not set it.

    1.4826 times the median absolute deviation.
    """
    return float(1.4826 * np.median(np.abs(change - np.median(change))))


def price_changes(history: pd.DataFrame, mineral: str) -> np.ndarray:
    """Return yearly log price changes within the main series, shape (change,) [1]."""
    part = history[(history["mineral"] == mineral) & (history["year"] >= FIRST_VOLATILITY_YEAR)]
    if part.empty:
        return np.array([])
    part = part[part["series"] == main_series(part["series"])]
    ordered = part.sort_values("year")
    gap = np.diff(ordered["year"].to_numpy())
    price = ordered["price_usd_per_t"].to_numpy(dtype=float)
    return np.asarray(np.diff(np.log(price))[gap == 1])


def main_series(names: pd.Series) -> str:
    """Return the name of the main series: the one marked ``main:``, else the longest."""
    counts = names.value_counts()
    marked = [str(name) for name in counts.index if str(name).startswith("main:")]
    return marked[0] if marked else str(counts.index[0])


def shock_size(volatility: float, elasticity: float, settings: EngineSettings) -> float:
    """Return the innovation of the demand shock [log points].

    A demand shift dz moves the price by dz over the elasticity; the yearly change of an AR(1)
    with innovation s and persistence f has variance 2 s^2 / (1 + f).

    Parameters
    ----------
    volatility
        Standard deviation of yearly log price changes [1].
    elasticity
        Demand shift that moves the price by one log point: see `oreacle.engine.response` [1].
    """
    return float(volatility * elasticity * np.sqrt((1.0 + settings.shock_persistence) / 2.0))


def next_shock(
    shock: np.ndarray, normal: np.ndarray, size: np.ndarray, settings: EngineSettings
) -> np.ndarray:
    """Return next year's log demand shock.

    Parameters
    ----------
    shock, normal
        This year's shock and standard normal draws, shape (member, mineral).
    size
        Innovation by mineral, shape (mineral,) [log points].
    """
    limit = settings.shock_limit
    cut = np.clip(normal, -limit, limit)
    return np.asarray(settings.shock_persistence * shock + size * cut)


def next_adjustment(
    adjustment: np.ndarray, log_price: np.ndarray, gap: np.ndarray, settings: EngineSettings
) -> np.ndarray:
    """Return next year's log shift of demand towards its long-run response to price.

    Parameters
    ----------
    adjustment, log_price
        This year's shift and mean delivered log price over base, shape (member, mineral).
    gap
        Long-run less short-run elasticity, shape (mineral,) [1].
    """
    goal = -gap * log_price
    return np.asarray(adjustment + settings.demand_adjustment_rate * (goal - adjustment))
