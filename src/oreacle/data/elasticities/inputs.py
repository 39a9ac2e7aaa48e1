"""What the estimates of elasticities are made from.

Does      Picks the trade codes, the tables of output and the prices that stand for each mineral.
Units     Output as each publisher counts it (only growth is used); prices in USD/t.
Method    Codes of `assumed/history_codes.csv` with tonnages in every year; output by the listing
          `assumed/history_output.csv`, one publisher per mineral and stage.
Assumes   A code that bundles metals says nothing of one of them and is left out.
Not here  Estimation: see `substitution` and `responses`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.history.production import PUBLISHERS
from oreacle.data.rows import text_rows

LINKS = ("ore", "refined")
STAGE_OF_LINK = {"ore": "mined", "refined": "refined"}
LINKS_OF_STAGE = {"mined": ("ore",), "refined": ("refined",), "split": LINKS}
BUNDLES = frozenset({"280450", "280530", "284610", "284690", "811211"})
"""Tellurium with boron; rare earths of prices from 2 to 500 dollars a kilogram together, whose
unit value follows the mix; beryllium with its waste."""
WITH_TONNAGES = "minerals"
"""The selection of trade that has tonnages in every year; the other has them in one."""


def codes_of_links() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the trade codes of each (mineral, link)."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in text_rows(read_assumed("history_codes")):
        if row["release"] == WITH_TONNAGES and row["hs"] not in BUNDLES:
            for link in LINKS_OF_STAGE[row["stage"]]:
                found.setdefault((row["mineral"], link), []).append(row["hs"])
    return {key: tuple(codes) for key, codes in found.items()}


def output_tables(production: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Return output by year and country of each (mineral, stage) in the listing.

    Parameters
    ----------
    production
        Table `production_history`.

    Returns
    -------
    dict
        Frames (year, country); where two publishers are listed, the longer span.
    """
    found: dict[tuple[str, str], pd.DataFrame] = {}
    for row in text_rows(read_assumed("history_output")):
        rows = production[
            (production["publisher"] == PUBLISHERS[row["publisher"]])
            & (production["commodity"] == row["commodity"])
            & production["year"].between(int(row["first_year"]), int(row["last_year"]))
        ]
        table = rows.pivot_table(index="year", columns="country", values="quantity")
        key = row["mineral"], row["stage"]
        if len(table) > len(found.get(key, ())):
            found[key] = table
    return found


def log_output(table: pd.DataFrame) -> pd.Series:
    """Return log output by (country, year); zero output is missing."""
    output = pd.Series(table.T.stack())
    return pd.Series(np.log(output[output > 0]))


def log_prices(prices: pd.DataFrame) -> pd.DataFrame:
    """Return the log price by year and mineral, of the main series alone.

    Parameters
    ----------
    prices
        Table `price_history`.
    """
    main = prices[prices["series"].str.startswith("main:")]
    table = main.pivot(index="year", columns="mineral", values="price_usd_per_t")
    return pd.DataFrame(np.log(table))
