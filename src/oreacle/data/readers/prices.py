"""Annual prices as compiled, and unit values of world trade.

Does      Reads quoted annual prices (several editions) and trade unit values by HS92 code.
Units     Dollars per tonne of the product that the series names, nominal.
Method    None: every edition is kept, the caller chooses.
Assumes   A row marked as real, deflated or an index is not a nominal price and is left out.
Not here  Which series stands for which mineral: see `oreacle.data.history.prices`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

ANNUAL_FILE = "raw/prices-annual/prices_annual.csv"
UNIT_VALUE_FILE = "raw/prices-annual/trade_unit_values_hs92_1995_2024.csv"


def read_annual_prices(sources: Path) -> pd.DataFrame:
    """Return quoted prices: chapter, series, source, year, price_usd_per_t."""
    raw = read_text_table(
        sources, ANNUAL_FILE, ["mineral", "series", "source", "year", "usd_per_t", "basis"]
    )
    raw = raw[raw["basis"].str.startswith("nominal")]
    return pd.DataFrame(
        {
            "chapter": raw["mineral"],
            "series": raw["series"],
            "source": raw["source"],
            "year": whole_numbers_of(raw["year"], ANNUAL_FILE),
            "price_usd_per_t": numbers_of(raw["usd_per_t"], ANNUAL_FILE),
        }
    ).dropna(ignore_index=True)


def read_unit_values(sources: Path) -> pd.DataFrame:
    """Return unit values of world trade: hs, year, price_usd_per_t, lower, upper, flows, kept.

    The unit value is the value of flows within a factor of five of the median over their
    weight; `flows` counts them and `kept` is their share of the value. `lower` and `upper` are
    quartiles over all flows, weighted by value [USD/t], so the unit value may lie outside.
    """
    names = ["hs", "year", "uv", "n", "lo", "hi", "kept"]
    raw = read_text_table(sources, UNIT_VALUE_FILE, names)
    return pd.DataFrame(
        {
            "hs": raw["hs"],
            "year": whole_numbers_of(raw["year"], UNIT_VALUE_FILE),
            "price_usd_per_t": numbers_of(raw["uv"], UNIT_VALUE_FILE),
            "lower": numbers_of(raw["lo"], UNIT_VALUE_FILE),
            "upper": numbers_of(raw["hi"], UNIT_VALUE_FILE),
            "flows": numbers_of(raw["n"], UNIT_VALUE_FILE),
            "kept": numbers_of(raw["kept"], UNIT_VALUE_FILE),
        }
    ).dropna(ignore_index=True)
