"""Changes of trade flows and unit values: the panel behind the elasticities of substitution.

Does      Picks credible shipments and pairs each with the same link some years before.
Units     Log changes of unit value [USD/t] and of quantity [t]; values in thousand USD.
Method    Flows below `LEAST_KUSD` in either year, without tonnage, or with a unit value more
          than `trim` times off the median of their code and year (weighted by value) are left
          out, and so are Chinese tonnages of 2016 and Chinese imports of 2023, which are
          damaged in the source.
Assumes   Unit values: free on board, so they lack freight; a fixed difference drops out of
          changes.
Not here  Estimation: see `substitution`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LEAST_KUSD = 100.0
DAMAGED_YEAR, DAMAGED_IMPORTS, DAMAGED = 2016, 2023, "CHN"
KEY = ["hs", "importer", "exporter", "year"]
COLUMNS = [*KEY, "price", "quantity", "value"]


def credible_flows(trade: pd.DataFrame, trim: float) -> pd.DataFrame:
    """Return shipments with a credible unit value.

    Parameters
    ----------
    trade
        year, exporter, importer, hs, value_kusd, quantity_t.
    trim
        Largest ratio to the median unit value of the code and year, and its inverse [1].

    Returns
    -------
    DataFrame
        `COLUMNS`: price is the log unit value [USD/t], quantity the log of tonnes, value in
        thousand USD.
    """
    rows = trade[(trade["value_kusd"] >= LEAST_KUSD) & (trade["quantity_t"] > 0)]
    chinese = (rows["importer"] == DAMAGED) | (rows["exporter"] == DAMAGED)
    damaged = (chinese & (rows["year"] == DAMAGED_YEAR)) | (
        (rows["importer"] == DAMAGED) & (rows["year"] == DAMAGED_IMPORTS)
    )
    rows = rows[~damaged]
    flows = rows[KEY].assign(
        price=np.log(rows["value_kusd"] * 1e3 / rows["quantity_t"]),
        quantity=np.log(rows["quantity_t"]),
        value=rows["value_kusd"],
    )
    off = (flows["price"] - _median_price(flows)).abs()
    kept: pd.DataFrame = flows[off <= np.log(trim)]
    return kept.sort_values(KEY, ignore_index=True)


def _median_price(flows: pd.DataFrame) -> pd.Series:
    """Return the median log unit value of each row's code and year, weighted by value."""
    ordered = flows.sort_values(["hs", "year", "price"], kind="stable")
    group = ordered.groupby(["hs", "year"])["value"]
    upper = group.cumsum() >= 0.5 * group.transform("sum")
    medians = ordered[upper].groupby(["hs", "year"])["price"].first().rename("median")
    return flows[["hs", "year"]].join(medians, on=["hs", "year"])["median"]


def flow_changes(flows: pd.DataFrame, gap: int) -> pd.DataFrame:
    """Return changes over `gap` years of links that trade at both ends.

    Returns
    -------
    DataFrame
        `KEY` of the later year; price, quantity (log changes), tonnes, tonnes_before, weight
        (square root of the mean value of both ends: a noisy unit value is mostly a small
        shipment, and no single link should decide).
    """
    before = flows.assign(year=flows["year"] + gap)
    both = flows.merge(before, on=KEY, suffixes=("", "_before"))
    return both[KEY].assign(
        price=both["price"] - both["price_before"],
        quantity=both["quantity"] - both["quantity_before"],
        tonnes=np.exp(both["quantity"]),
        tonnes_before=np.exp(both["quantity_before"]),
        weight=(both["value"] * both["value_before"]) ** 0.25,
    )


def no_changes() -> pd.DataFrame:
    """Return a panel without rows, for codes that nobody trades."""
    numbers = ["price", "quantity", "tonnes", "tonnes_before", "weight"]
    columns = {name: pd.Series(dtype=object) for name in KEY}
    return pd.DataFrame(columns | {name: pd.Series(dtype=float) for name in numbers})
