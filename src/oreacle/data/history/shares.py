"""Who mined, refined or exported each mineral, 1995 to the base year.

Does      Makes shares of world output where a production table exists, else of exports.
Units     Dimensionless; the shares of a year, mineral and stage sum to one.
Method    Production tables as listed in `assumed/history_output.csv`; the base-year nodes for
          their own year; BACI by value for the years and stages without a table. One basis
          and one publisher per year, mineral and stage.
Assumes   An actor that a table does not list in a year produced nothing or is withheld: it is
          absent, never zero. The rare-earth total stands for light and heavy. Minerals
          without traded ore have the refined stage only.
Not here  Imports: see `imports`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import actors_of
from oreacle.data.readers.bgs import read_bgs_production
from oreacle.data.readers.world_mining_data import read_world_mining_data
from oreacle.data.rows import text_rows

BASE_YEAR = 2024
KEY = ["year", "mineral", "stage"]
COLUMNS = [*KEY, "actor", "share", "basis"]
# The total of rare earths stands for both in every year, so the base year may not switch
# heavy rare earths to the vector of ionic clays alone.
TOTAL_STANDS_FOR = {("rare_earths_heavy", "mined"): "rare_earths_light"}
TRADE_SOURCE = "cepii-baci"


def output_shares(
    production: pd.DataFrame, listing: pd.DataFrame, explicit: list[str]
) -> pd.DataFrame:
    """Return shares of world output from production tables.

    Parameters
    ----------
    production
        As from `read_production`.
    listing
        Rows of `assumed/history_output.csv`: which commodity stands for which mineral and
        stage, and in which years.
    explicit
        Countries that stand for themselves; others are ROW.

    Returns
    -------
    DataFrame
        year, mineral, stage, actor, share, basis ("output").

    Raises
    ------
    DataError
        ORE-DAT-015 if a listed year has no figures.
    """
    parts = [_listed(production, row, explicit) for row in text_rows(listing)]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def read_production(sources: Path) -> pd.DataFrame:
    """Return BGS and World Mining Data as publisher, commodity, part, country, year, quantity.

    Documented corrections are applied; figures that are not available are left out.
    """
    bgs = read_bgs_production(sources).rename(
        columns={"sub_commodity": "part", "quantity_t": "quantity"}
    )
    wmd = read_world_mining_data(sources).rename(columns={"mineral": "commodity"})
    table = pd.concat(
        [bgs.assign(publisher="bgs"), wmd.assign(publisher="wmd", part="")], ignore_index=True
    )
    table = without_mistakes(table)
    columns = ["publisher", "commodity", "part", "country", "year", "quantity"]
    return table[columns].dropna(subset=["quantity"]).reset_index(drop=True)


def without_mistakes(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that `assumed/history_corrections.csv` does not take for mistakes.

    Parameters
    ----------
    table
        publisher ("bgs" or "wmd"), commodity, country, year and more.
    """
    for fix in text_rows(read_assumed("history_corrections")):
        wrong = (
            (table["publisher"] == fix["publisher"])
            & (table["commodity"] == fix["commodity"])
            & (table["country"] == fix["country"])
            & table["year"].between(int(fix["first_year"]), int(fix["last_year"]))
        )
        table = table[~wrong]
    return table


def base_year_shares(
    nodes: pd.DataFrame, actors: dict[str, str], integrated: set[str]
) -> pd.DataFrame:
    """Return shares of output from the base-year nodes, each vector in the year it is for.

    Vectors made from export shares are left out: the trade data give them for every year.
    """
    rows = nodes[nodes["stage"].isin(["mined", "refined"]) & (nodes["source"] != TRADE_SOURCE)]
    rows = rows[~((rows["stage"] == "mined") & rows["mineral"].isin(integrated))]
    for (mineral, stage), donor in TOTAL_STANDS_FOR.items():
        total = rows[(rows["mineral"] == donor) & (rows["stage"] == stage)]
        rows = rows[~((rows["mineral"] == mineral) & (rows["stage"] == stage))]
        rows = pd.concat([rows, total.assign(mineral=mineral)], ignore_index=True)
    rows = rows.assign(
        actor=rows["country"].map(actors),
        year=rows.groupby(["mineral", "stage"])["year"].transform("max"),
        quantity=rows["quantity_t"],
    )
    return _normalised(rows).assign(basis="output")[COLUMNS]


def export_shares(trade: pd.DataFrame) -> pd.DataFrame:
    """Return shares of world exports by value; trade inside the European Union is not in it."""
    rows = trade.rename(columns={"exporter": "actor", "value_kusd": "quantity"})
    return _normalised(rows).assign(basis="exports")[COLUMNS]


def combine_shares(
    tables: pd.DataFrame, base_year: pd.DataFrame, exports: pd.DataFrame
) -> pd.DataFrame:
    """Return one vector per year, mineral and stage: tables first, then base year, then exports.

    A base-year vector whose figures are of an earlier year is used only where the mineral and
    stage have no trade codes: one isolated year of output amid years of exports would look
    like a change that never happened.
    """
    traded = exports[["mineral", "stage"]].drop_duplicates().assign(traded=True)
    marked = base_year.merge(traded, on=["mineral", "stage"], how="left")
    own_year = (marked["year"] == BASE_YEAR) | marked["traded"].isna()
    result = tables
    for extra in (marked.loc[own_year, COLUMNS], exports):
        taken = result[KEY].drop_duplicates().assign(taken=True)
        free = extra.merge(taken, on=KEY, how="left")
        result = pd.concat([result, free.loc[free["taken"].isna(), COLUMNS]], ignore_index=True)
    return result.sort_values([*KEY, "actor"], ignore_index=True)


def _listed(production: pd.DataFrame, row: dict[str, str], explicit: list[str]) -> pd.DataFrame:
    """Return the shares of one listed commodity."""
    commodity, _, part = row["commodity"].partition(":")
    parts = [name for name in row["parts"].split(";") if name]
    first, last = int(row["first_year"]), int(row["last_year"])
    rows = production[
        (production["publisher"] == row["publisher"])
        & (production["commodity"] == commodity)
        & production["part"].isin([part, *parts])
        & production["year"].between(first, last)
    ]
    whole = rows[rows["part"] == part]
    reported = set(zip(whole["country"], whole["year"], strict=True))
    # Parts stand in only where a country does not report the whole: never both.
    extra = [
        name != part and pair not in reported
        for name, pair in zip(
            rows["part"], zip(rows["country"], rows["year"], strict=True), strict=True
        )
    ]
    rows = rows[(rows["part"] == part).to_numpy() | extra]
    absent = sorted(set(range(first, last + 1)) - set(rows.loc[rows["quantity"] > 0, "year"]))
    if absent:
        raise DataError(
            "ORE-DAT-015",
            f"{row['publisher']} has no figures of '{row['commodity']}' for "
            f"{', '.join(str(year) for year in absent)}.",
            why="the history of output would have a hole that the listing promises to fill.",
            fix="mend the years in `assumed/history_output.csv`, or fetch the full source file.",
        )
    rows = rows.assign(
        mineral=row["mineral"], stage=row["stage"], actor=actors_of(rows["country"], explicit)
    )
    return _normalised(rows).assign(basis="output")


def _normalised(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up quantities by actor and divide by the total of the year, mineral and stage."""
    sums = rows.groupby([*KEY, "actor"], as_index=False).agg(quantity=("quantity", "sum"))
    sums = sums[sums["quantity"] > 0]
    total = sums.groupby(KEY)["quantity"].transform("sum")
    return sums.assign(share=sums["quantity"] / total).drop(columns="quantity")
