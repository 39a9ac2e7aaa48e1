"""What is known of a mineral in a past year: who made it, who shipped it, at what price.

Does      Gives shares of output, a matrix of trade, the size of the world and the price of one
          year beside the base year, each with how it is known.
Units     Shares and ratios to the base year [1]; trade by value [kUSD/yr].
Method    Output of one publisher where the rule of `history_output` lists one; else base shares
          times the ratio of shares of world exports. Size: output of the same publisher over its
          last year, else tonnage of trade. Price: ratio within one series, else of unit values.
Assumes   Content and publisher coverage do not change between the year and the base year; prices
          are nominal. A producer that exports nothing in either year keeps its base share.
Not here  Balanced matrices: see `oreacle.world.past_chains`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.base.trade import mend_transit
from oreacle.world.chain import Chain
from oreacle.world.history import LAST_YEAR, History

STAGE_OF = {"ore": "mined", "refined": "refined"}
OUTPUT, EXPORTS, ARRIVALS, BASE = "output", "exports", "arrivals of ore", "base year"
LEAST_SHARE = 0.002
"""Countries below are pooled in the rest of the world [1]."""

LEAST_WEIGHED = 0.5
"""Part of the value of trade that must have a tonnage for a unit value to stand [1]."""

LARGE, LEAST_SHIPPED = 0.1, 0.25
"""A producer of this share of the world must ship this part for exports to tell; assumed [1]."""
MOST_MOVED = 0.35
"""Most of world output that exports may move from the base year's places; assumed [1]."""


class Unknown(Exception):
    """Why a mineral has no chain in a year."""


@dataclass(frozen=True)
class Output:
    """Shares of world output by country, alphabetical [1], and how they are known."""

    shares: pd.Series
    known: str
    source: str


@lru_cache(maxsize=4096)
def trade_of(history: History, mineral: str, link: str, year: int) -> pd.DataFrame | None:
    """Return flows of a year with transit mended, None where there are no rows.

    Columns exporter, importer, value_kusd, quantity_t.
    """
    try:
        rows = history.trade(mineral, link, year)
    except DataError as error:
        if error.code != "ORE-DAT-077":
            raise
        return None
    rows = mend_transit(rows, mineral, link)
    return rows[rows["value_kusd"] > 0] if len(rows) else None


def output_of(
    chain: Chain, history: History, link: str, year: int, explicit: Collection[str]
) -> Output | None:
    """Return who mined or refined in a year; None if neither output nor exports tell."""
    stage = STAGE_OF[link]
    published = _published(history, chain.mineral, stage, year)
    if published is not None:
        return Output(pooled(published[0], explicit), OUTPUT, published[1])
    if link == "refined" and not chain.is_integrated:
        return None  # where ore goes tells more of refining than what leaves again
    then = trade_of(history, chain.mineral, link, year)
    now = trade_of(history, chain.mineral, link, LAST_YEAR)
    if then is None or now is None:
        return None
    base = pd.Series(chain.shares(stage))
    _check_exporters(chain, link, base)
    ratio = exports(then, explicit) / exports(now, explicit)
    moved = pooled(base * ratio.reindex(base.index).fillna(1.0), explicit)
    if 0.5 * moved.sub(base, fill_value=0.0).abs().sum() > MOST_MOVED:
        raise Unknown(
            "output is not published, and exports would move over a third of it from the base year"
        )
    return Output(moved, EXPORTS, "cepii-baci")


def _check_exporters(chain: Chain, link: str, base: pd.Series) -> None:
    """Refuse where a large producer keeps its product: exports do not tell its output."""
    sides = (
        (chain.miners, chain.refiners, chain.ore_flow)
        if link == "ore" and not chain.is_integrated
        else (chain.refiners, chain.users, chain.refined_flow)
    )
    abroad = np.array([[i != j for j in sides[1]] for i in sides[0]])
    part = dict(zip(sides[0], (sides[2] * abroad).sum(1) / sides[2].sum(1), strict=True))
    for code, share in base.items():
        if share >= LARGE and part.get(str(code), 0.0) < LEAST_SHIPPED and code != REST_OF_WORLD:
            raise Unknown(
                f"output is not published, and {code} ships too little for exports to tell"
            )


def exports(trade: pd.DataFrame, explicit: Collection[str]) -> pd.Series:
    """Return shares of world exports by value, small countries in ROW [1]."""
    names = [code if code in explicit else REST_OF_WORLD for code in trade["exporter"]]
    sums = trade["value_kusd"].groupby(np.array(names)).sum()
    return sums / sums.sum()


def pooled(amounts: pd.Series, explicit: Collection[str]) -> pd.Series:
    """Return shares that add to one, small and unnamed countries in ROW [1]."""
    amounts = amounts[amounts > 0]
    total = float(amounts.sum())
    names = [
        str(code) if code in explicit and amount >= LEAST_SHARE * total else REST_OF_WORLD
        for code, amount in amounts.items()
    ]
    return amounts.groupby(np.array(names)).sum().sort_index() / total


def size_of(chain: Chain, history: History, year: int) -> tuple[float, str]:
    """Return the world's output over that of the base year, and how it is known.

    Raises
    ------
    Unknown
        If neither output nor tonnage of trade reaches back.
    """
    if year == LAST_YEAR:
        return 1.0, BASE
    for stage in ("refined", "mined"):
        ratio = _published_growth(history, chain.mineral, stage, year)
        if ratio is not None:
            return ratio, f"{OUTPUT}, {stage}"
    for link in ("refined", "ore"):
        then = trade_of(history, chain.mineral, link, year)
        now = trade_of(history, chain.mineral, link, LAST_YEAR)
        if then is not None and now is not None:
            ratio = _tonnes(then) / _tonnes(now)
            if np.isfinite(ratio) and ratio > 0:
                return ratio, f"tonnage of trade, {link}"
    raise Unknown("neither output nor tonnage of trade says how much there was")


def price_ratio(chain: Chain, history: History, year: int) -> tuple[float, str]:
    """Return the nominal price over that of the base year [1], and how it is known.

    Raises
    ------
    Unknown
        If no series holds both years and no trade has a unit value in both.
    """
    if year == LAST_YEAR:
        return 1.0, BASE
    rows = history.prices(chain.mineral)
    wide = rows.pivot_table(index="year", columns="series", values="price_usd_per_t")
    if {year, LAST_YEAR} <= set(wide.index):
        then_now = wide.reindex([year, LAST_YEAR]).dropna(axis=1)
        if then_now.shape[1]:
            first, last = (float(value) for value in then_now.iloc[:, 0])
            return first / last, str(then_now.columns[0]).removeprefix("main: ")
    for link in ("refined", "ore"):
        then = trade_of(history, chain.mineral, link, year)
        now = trade_of(history, chain.mineral, link, LAST_YEAR)
        if then is not None and now is not None:
            ratio = _unit_value(then) / _unit_value(now)
            if np.isfinite(ratio) and ratio > 0:
                return float(ratio), f"unit value of {link} trade"
    raise Unknown("no price series or unit value holds both that year and the base year")


def _tonnes(trade: pd.DataFrame) -> float:
    """Return tonnage of trade, rows without one at the mean unit value; missing if too few."""
    return float(trade["value_kusd"].sum()) / _unit_value(trade)


def _unit_value(trade: pd.DataFrame) -> float:
    """Return value over tonnage [kUSD/t]; missing where too little of the trade has a tonnage."""
    known = trade[trade["quantity_t"] > 0]
    value, tonnes = float(known["value_kusd"].sum()), float(known["quantity_t"].sum())
    enough = value >= LEAST_WEIGHED * float(trade["value_kusd"].sum())
    return value / tonnes if enough and tonnes > 0 else float("nan")


def _published(
    history: History, mineral: str, stage: str, year: int
) -> tuple[pd.Series, str] | None:
    """Return output by country and its publisher, None where the rule lists nobody."""
    table = _all_years(history, mineral, stage)
    if table is None:
        return None
    row = table.sel(year=year)
    publisher = str(row["publisher"].item())
    if not publisher:
        return None
    return pd.Series(row.to_numpy(), table["country"].values).dropna(), publisher


@lru_cache(maxsize=256)
def _all_years(history: History, mineral: str, stage: str) -> xr.DataArray | None:
    """Return output of all years, None where the rule lists nobody."""
    try:
        return history.output(mineral, stage)
    except DataError as error:
        if error.code != "ORE-DAT-078":
            raise
        return None


def _published_growth(history: History, mineral: str, stage: str, year: int) -> float | None:
    """Return output over the last year of the same publisher, None if it has no such year."""
    then = _published(history, mineral, stage, year)
    for last in range(LAST_YEAR, year - 1, -1):
        now = _published(history, mineral, stage, last)
        if then is not None and now is not None and now[1] == then[1]:
            return float(then[0].sum() / now[0].sum())
    return None
