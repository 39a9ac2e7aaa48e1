"""Trade of one mineral and stage, year by year, out of the history tables.

Does      Picks the flows whose codes stand for a mineral and stage; makes shares of suppliers
          and of exporters.
Units     Value: thousand current USD/yr. Quantity: tonnes of product/yr. Shares: dimensionless.
Method    The codes and years of `assumed/history_codes.csv`; codes that ore and metal share are
          told apart by what the exporter does in the year. Shares are of value.
Assumes   Listed is not all: outside the years of complete lists a pair without a row is
          missing, not zero. Taiwan and Namibia are missing from refined codes in 2002-2017.
Not here  Contained metal and balanced flows of the base year: see `oreacle.world.load`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.data.codes import EUROPEAN_UNION, actors_of
from oreacle.data.history.trade import ore_or_metal, read_history_codes

FIRST_YEAR = 1995
HOLES = ("NAM", "TWN")
HOLE_YEARS = range(2002, 2018)
STAGE_OF_LINK = {"ore": "mined", "refined": "refined"}
SPLIT = "split"
FLOW = ["year", "exporter", "importer", "hs", "vintage"]
COLUMNS = [*FLOW, "value_kusd", "quantity_t"]
UNITS = {"value_kusd": "kUSD/yr", "quantity_t": "t/yr"}


@dataclass(frozen=True)
class TradeTables:
    """What trade of a mineral is read from.

    Attributes
    ----------
    minerals, refined
        Tables `trade_history` and `trade_history_refined`.
    shares
        Table `history_shares`: tells who mines and who refines.
    explicit
        Countries that stand for themselves when trade is given by actor; others are ROW.
    """

    minerals: pd.DataFrame
    refined: pd.DataFrame
    shares: pd.DataFrame
    explicit: tuple[str, ...]


def trade_codes(mineral: str, stage: str) -> pd.DataFrame:
    """Return the commodity codes of a mineral and stage: hs, release, stage, years.

    Raises
    ------
    DataError
        ORE-DAT-077 if no code stands for them.
    """
    listing = read_history_codes()
    ours = listing[listing["mineral"] == mineral]
    found = ours[ours["stage"].isin([stage, SPLIT])]
    if found.empty:
        others = sorted(set(ours["stage"]))
        raise DataError(
            "ORE-DAT-077",
            f"no trade data for {mineral}, {stage}: no embedded commodity code stands for it.",
            why="an empty answer would look like no trade.",
            fix=f"the trade data of {mineral} cover: {', '.join(others) or 'nothing'}; "
            "who produces it is in History.output.",
        )
    return found


def mineral_trade(
    tables: TradeTables, mineral: str, stage: str, *, by: str = "country"
) -> pd.DataFrame:
    """Return the flows of a mineral and stage, all years.

    Parameters
    ----------
    tables
        What to read from.
    mineral, stage
        Slug; ``mined`` or ``refined``.
    by
        ``country``: every partner of the source. ``actor``: the European Union as one, its
        inner trade left out, countries that are not explicit together as ROW.

    Returns
    -------
    DataFrame
        `COLUMNS` and `complete`; quantities that are not, or only in part, reported are
        missing.

    Raises
    ------
    DataError
        ORE-DAT-077 if no code stands for the mineral and stage.
    """
    codes = trade_codes(mineral, stage)
    parts = [
        _coded(tables.minerals, codes[codes["release"] == "minerals"]).assign(complete=1),
        _coded(tables.refined, codes[codes["release"] == "refined"]),
    ]
    flows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    if (codes["stage"] == SPLIT).any():
        flows = flows[_roles(flows, tables) == stage]
    if by == "actor":
        flows = _by_actor(flows, tables.explicit)
    return flows.sort_values(FLOW, ignore_index=True)[[*COLUMNS, "complete"]]


def supplier_shares(flows: pd.DataFrame, year: int, missing: Sequence[str]) -> xr.DataArray:
    """Return each exporter's share of each importer's imports in a year, (importer, exporter).

    The listed shares of an importer sum to one. An importer without imports is missing; so is
    a pair without a row where the lists are not complete, and a country that the source lacks.
    """
    exporters = _partners(flows, "exporter", missing)
    importers = _partners(flows, "importer", missing)
    rows = flows[flows["year"] == year]
    sums = rows.groupby(["importer", "exporter"])["value_kusd"].sum().unstack("exporter")
    sums = sums.reindex(index=importers, columns=exporters)
    if len(rows) and rows["complete"].min() == 1:
        sums = sums.fillna(0.0)
    total = sums.sum(axis=1)
    values = sums.div(total.where(total > 0), axis=0).to_numpy(dtype=float, copy=True)
    values[np.isin(importers, list(missing)), :] = np.nan
    values[:, np.isin(exporters, list(missing))] = np.nan
    return xr.DataArray(
        values,
        {"importer": importers, "exporter": exporters},
        ("importer", "exporter"),
        name="share",
        attrs={"units": "1", "year": year, "measure": "value"},
    )


def exporter_shares(flows: pd.DataFrame, year: int, missing: Sequence[str]) -> xr.DataArray:
    """Return shares of the listed world exports in a year by value, (exporter).

    They sum to one; all are missing in a year without trade data.
    """
    exporters = _partners(flows, "exporter", missing)
    rows = flows[flows["year"] == year]
    sums = rows.groupby("exporter")["value_kusd"].sum().reindex(exporters)
    if len(rows) and rows["complete"].min() == 1:
        sums = sums.fillna(0.0)
    values = (sums / rows["value_kusd"].sum()).to_numpy(dtype=float, copy=True)
    values[np.isin(exporters, list(missing))] = np.nan
    return xr.DataArray(
        values,
        {"exporter": exporters},
        ("exporter",),
        name="share",
        attrs={"units": "1", "year": year, "measure": "value"},
    )


def missing_countries(mineral: str, stage: str, year: int) -> tuple[str, ...]:
    """Return the countries that the source lacks in a year of a mineral's trade.

    Examples
    --------
    >>> missing_countries("copper", "refined", 2010), missing_countries("tin", "mined", 2010)
    (('NAM', 'TWN'), ())
    """
    codes = trade_codes(mineral, stage)
    refined = codes[codes["release"] == "refined"]
    listed = refined[(refined["first_year"] <= year) & (refined["last_year"] >= year)]
    return HOLES if len(listed) and year in HOLE_YEARS else ()


def _coded(table: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of listed codes in the years for which they are listed."""
    rows = table[table["hs"].isin(codes["hs"])].merge(codes, on="hs")
    return rows[rows["year"].between(rows["first_year"], rows["last_year"])]


def _roles(flows: pd.DataFrame, tables: TradeTables) -> pd.Series:
    output = tables.shares[tables.shares["basis"] == "output"]
    actor = actors_of(flows["exporter"], tables.explicit)
    roles = ore_or_metal(flows.assign(exporter=actor), output)
    return roles.where(flows["stage"] == SPLIT, flows["stage"])


def _by_actor(flows: pd.DataFrame, explicit: Sequence[str]) -> pd.DataFrame:
    pooled = flows.assign(
        exporter=actors_of(flows["exporter"], explicit),
        importer=actors_of(flows["importer"], explicit),
        known=flows["quantity_t"].notna(),
    )
    inside = (pooled["exporter"] == EUROPEAN_UNION) & (pooled["importer"] == EUROPEAN_UNION)
    grouped = pooled[~inside].groupby(FLOW, as_index=False)
    table = grouped.agg(
        value_kusd=("value_kusd", "sum"),
        quantity_t=("quantity_t", "sum"),
        complete=("complete", "min"),
        known=("known", "min"),
    )
    # A sum with an unreported part is not a quantity.
    return table.assign(quantity_t=table["quantity_t"].where(table["known"].astype(bool)))


def _partners(flows: pd.DataFrame, column: str, missing: Sequence[str]) -> list[str]:
    """Return the countries of one side, those that the source lacks in some years with them."""
    return sorted({str(name) for name in pd.unique(flows[column])} | set(missing))
