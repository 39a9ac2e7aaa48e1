"""Annual prices of each mineral, 1990 to the base year.

Does      Picks the series that stand for each mineral and puts them in one table.
Units     Nominal US dollars per tonne of the product that the series names.
Method    `assumed/price_series.csv` names publisher, series, edition and years; the newest
          edition that prints a year is named there. One figure per mineral and year; the name
          of the longest series starts with "main:".
Assumes   Only changes within one series have meaning. Unit values of trade stand for prices
          where no quoted series reaches back; ores are products of their own.
Not here  Base-year prices of the market: see the table `minerals`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.readers.prices import read_annual_prices, read_unit_values
from oreacle.data.readers.worldbank import read_commodity_prices
from oreacle.data.rows import text_rows

TROY_OUNCES_PER_TONNE = 1e6 / 31.1034768
DOLLARS_PER_TONNE = {"$/mt": 1.0, "$/troy oz": TROY_OUNCES_PER_TONNE}
LEAST_FLOWS = 10
COLUMNS = ["mineral", "year", "price_usd_per_t", "series", "basis", "source"]


def price_table(sources: Path) -> pd.DataFrame:
    """Return the table `price_history`.

    Parameters
    ----------
    sources
        Folder of all source files.
    """
    listing = read_assumed("price_series").astype(str)
    quotes = {
        "commodity": _commodity_quotes(sources),
        "unit_value": _unit_value_quotes(sources),
        "quoted": _annual_quotes(sources),
    }
    return price_series(listing, quotes)


def price_series(listing: pd.DataFrame, quotes: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one price per mineral and year from the listed series.

    Parameters
    ----------
    listing
        Rows of `assumed/price_series.csv`, all text.
    quotes
        By kind of series: chapter, code, edition, year, price_usd_per_t.

    Raises
    ------
    DataError
        ORE-DAT-015 if a listed year has no price, ORE-DAT-016 if two series give the same
        mineral and year.
    """
    parts = [_listed(row, quotes[row["kind"]]) for row in text_rows(listing)]
    table = pd.concat(parts, ignore_index=True)
    double = table[table.duplicated(["mineral", "year"])]
    if len(double):
        shown = ", ".join(f"{row['mineral']} {row['year']}" for row in text_rows(double))
        raise DataError(
            "ORE-DAT-016",
            f"two price series give the same mineral and year: {shown}.",
            why="a change from one series to the other is not a change of price.",
            fix="mend the years in `assumed/price_series.csv` so that they do not overlap.",
        )
    length = table.groupby(["mineral", "series"])["year"].transform("size")
    longest = length.groupby(table["mineral"]).transform("max")
    table["series"] = table["series"].mask(length == longest, "main: " + table["series"])
    return table[COLUMNS].sort_values(["mineral", "year"], ignore_index=True)


def _listed(row: dict[str, str], quotes: pd.DataFrame) -> pd.DataFrame:
    first, last = int(row["first_year"]), int(row["last_year"])
    found = quotes[
        (quotes["chapter"] == row["chapter"])
        & (quotes["code"] == row["code"])
        & (quotes["edition"] == row["edition"])
        & quotes["year"].between(first, last)
    ]
    absent = sorted(set(range(first, last + 1)) - set(found["year"]))
    if absent or found["year"].duplicated().any():
        raise DataError(
            "ORE-DAT-015",
            f"price series '{row['code']}' ({row['mineral']}) lacks {absent} or repeats a year.",
            why="the history of prices would have a hole that the listing promises to fill.",
            fix="mend the years in `assumed/price_series.csv`, or fetch the full source file.",
        )
    return found[["year", "price_usd_per_t"]].assign(
        mineral=row["mineral"], series=row["series"], basis=row["basis"], source=row["source"]
    )


def _commodity_quotes(sources: Path) -> pd.DataFrame:
    raw = read_commodity_prices(sources)
    raw = raw[raw["unit"].isin(DOLLARS_PER_TONNE)]
    price = raw["price"] * raw["unit"].map(DOLLARS_PER_TONNE)
    return raw.assign(chapter="", code=raw["commodity"], edition="", price_usd_per_t=price.round(2))


def _unit_value_quotes(sources: Path) -> pd.DataFrame:
    raw = read_unit_values(sources)
    raw = raw[raw["flows"] >= LEAST_FLOWS]
    return raw.assign(chapter="", code=raw["hs"], edition="")


def _annual_quotes(sources: Path) -> pd.DataFrame:
    raw = read_annual_prices(sources)
    price = raw["price_usd_per_t"].round(2)
    return raw.assign(code=raw["series"], edition=raw["source"], price_usd_per_t=price)
