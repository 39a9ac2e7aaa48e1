"""How far world mine output and world use follow the price within a year.

Does      Estimates short-run elasticities of supply and demand by mineral from yearly world
          output and prices.
Units     Dimensionless: log change of tonnes per log change of the price.
Method    Supply: output growth on the change of the mineral's price, instrumented by the mean
          price change of exchange-traded metals other than it (demand common to metals), or by
          the same index in years in which prices and outputs of the other minerals moved
          together only (a sign restriction: then demand moved). The price of the year, or of
          the year and the one before. Whole span and halves. Demand: use equals output; its
          growth on the price, instrumented by the granular residual of countries' outputs
          (Gabaix and Koijen 2024): what large producers lost beyond the mean of all.
Assumes   Growth of the chain of matched producers is growth of the world. Mine costs move with
          metal prices (energy, dollar): the elasticity of supply is underrated by up to a half,
          for which `pooling` allows. Stocks count as demand.
Not here  Weighing with the prior: see `pooling`.

References
----------
Gabaix, X. and Koijen, R. S. J. (2024). Granular instrumental variables. Journal of Political
Economy 132(7), 2274-2303, equation 4.
Jarocinski, M. and Karadi, P. (2020). Deconstructing monetary policy surprises. American Economic
Journal: Macroeconomics 12(2), 1-43 ("poor man's" sign restrictions).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oreacle.data.elasticities.instruments import Fit, instrumented

EXCHANGE_METALS = ("aluminium", "copper", "nickel", "platinum", "tin", "zinc")
"""Minerals whose quoted prices make up the index of demand."""
INDEX, SIGNED = "prices of other metals", "prices of other metals, demand years"
GRANULAR, GRANULAR_GIVEN = "granular residual", "granular residual, given prices of other metals"
LEAST_YEARS = 10
LARGEST_MOVE = 0.7
"""Largest log growth of a country's output that counts: beyond it a record began or ended."""
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Response:
    """One way to estimate an elasticity over time, and what came out.

    Attributes
    ----------
    mineral, instrument
        Whose, and what moves the price.
    span
        First and last year.
    years
        Years over which the price is averaged.
    fit
        The elasticity, positive for a supply that rises and a demand that falls.
    is_used
        True if it enters the estimate: a half only counts beside a whole span that does.
    """

    mineral: str
    instrument: str
    span: tuple[int, int]
    years: int
    fit: Fit
    is_used: bool


def world_growth(output: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return growth of world output, and its granular residual, by year.

    Parameters
    ----------
    output : DataFrame (year, country) [any unit]
        Output; missing where not known.

    Returns
    -------
    growth, residual
        Log growth of producers known in both years, weighted by the share before; that less
        the plain mean over producers of at least 1 %.

    Examples
    --------
    A producer of 75 % loses a tenth (in logs), the other is steady.

    >>> table = pd.DataFrame({"A": [75.0, 75.0 * np.exp(-0.1)], "B": [25.0, 25.0]}, index=[1, 2])
    >>> growth, residual = world_growth(table)
    >>> round(float(growth[2]), 6), round(float(residual[2]), 6)
    (-0.075, -0.025)
    """
    known = output.where(output > 0)
    growth = pd.DataFrame(np.log(known)).diff().clip(-LARGEST_MOVE, LARGEST_MOVE)
    share = known.shift(1)
    share = share.div(share.sum(axis=1), axis=0)
    kept = (share >= LEAST_SHARE) & growth.notna()
    share = share.where(kept)
    weighted = (share.div(share.sum(axis=1), axis=0) * growth).sum(axis=1, min_count=2)
    return weighted, weighted - growth.where(kept).mean(axis=1)


def supply_responses(growth: dict[str, pd.Series], prices: pd.DataFrame) -> Iterator[Response]:
    """Yield every specification of the supply elasticity.

    Parameters
    ----------
    growth
        World output growth by mineral, from `world_growth`.
    prices : DataFrame (year, mineral)
        Log price; missing years stay missing.
    """
    change = prices.diff()
    for mineral, output in growth.items():
        if mineral not in change:
            continue
        for instrument, index in _indices(mineral, growth, change).items():
            for years in (1, 2):
                frame = _joined(output, _mean(change[mineral], years), _mean(index, years))
                yield from _spans(mineral, instrument, years, frame)


def demand_responses(outputs: dict[str, pd.DataFrame], prices: pd.DataFrame) -> Iterator[Response]:
    """Yield every specification of the demand elasticity, as a positive number.

    Parameters
    ----------
    outputs
        Output by year and country, by mineral.
    prices : DataFrame (year, mineral)
        Log price.
    """
    change = prices.diff()
    for mineral, output in outputs.items():
        if mineral not in change:
            continue
        growth, residual = world_growth(output)
        others = [name for name in EXCHANGE_METALS if name != mineral]
        index = change[[name for name in others if name in change]].mean(axis=1)
        for name, control in ((GRANULAR, None), (GRANULAR_GIVEN, index)):
            frame = _joined(-growth, change[mineral], residual, control)
            yield from _spans(mineral, name, 1, frame)


def _indices(
    mineral: str, growth: dict[str, pd.Series], change: pd.DataFrame
) -> dict[str, pd.Series]:
    metals = [name for name in EXCHANGE_METALS if name != mineral and name in change]
    price = change[metals].mean(axis=1)
    others = [series for name, series in growth.items() if name != mineral]
    activity = pd.concat(others, axis=1).mean(axis=1).reindex(price.index)
    together = (price - price.mean()) * (activity - activity.mean()) > 0
    return {INDEX: price, SIGNED: price.where(together, 0.0).where(activity.notna())}


def _mean(series: pd.Series, years: int) -> pd.Series:
    return series.rolling(years).mean()


def _joined(
    y: pd.Series, x: pd.Series, z: pd.Series, control: pd.Series | None = None
) -> pd.DataFrame:
    parts = {"y": y, "x": x, "z": z} | ({} if control is None else {"control": control})
    return pd.DataFrame(parts).dropna().sort_index()


def _spans(mineral: str, instrument: str, years: int, frame: pd.DataFrame) -> Iterator[Response]:
    """Yield the whole span and both halves, where years are enough."""
    half = len(frame) // 2
    is_strong = True
    for part in (frame, frame.iloc[:half], frame.iloc[half:]):
        if len(part) >= LEAST_YEARS:
            fit = _fit(part)
            is_strong = is_strong and (fit.is_used or part is not frame)
            span = int(part.index[0]), int(part.index[-1])
            yield Response(mineral, instrument, span, years, fit, fit.is_used and is_strong)


def _fit(frame: pd.DataFrame) -> Fit:
    design = np.ones((len(frame), 1))
    if "control" in frame:
        design = np.column_stack([design, frame["control"]])

    def free(name: str) -> NDArray[np.float64]:
        values = frame[name].to_numpy(dtype=float)
        return np.asarray(values - design @ np.linalg.lstsq(design, values, rcond=None)[0])

    return instrumented(
        free("y"), free("x"), free("z"), np.ones(len(frame)), np.asarray(frame.index)
    )
