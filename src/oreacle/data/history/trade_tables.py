"""Bilateral trade and unit values of traded goods, ready to be embedded.

Does      Makes `trade_history` (HS92), `trade_history_refined` (HS02, HS17) and `unit_values`.
Units     Value: thousand current USD. Quantity: tonnes of product. Unit value: USD/t.
Method    All partners of the source, codes of modelled minerals only. HS92 keeps every row,
          values in six digits and quantities in the single precision of the source, in the
          fewest digits that give it back; the refined lists keep five digits, and flows of
          `LEAST_VALUE_KUSD` and more before 2022.
Assumes   A quantity of zero, like none, was not reported.
Not here  Which code stands for which stage: `assumed/history_codes.csv`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.history.production import WMD, read_commodities
from oreacle.data.readers.baci import (
    read_baci_minerals,
    read_baci_refined,
    read_refined_vintages,
)
from oreacle.data.readers.prices import read_unit_values
from oreacle.data.readers.world_mining_data import read_code_map

LEAST_VALUE_KUSD = 10.0
FIRST_FULL_YEAR = 2022
VALUE_DIGITS = 6
REFINED_DIGITS = 5
DOLLARS_PER_KUSD = 1000.0
MINERALS_VINTAGE = "hs92"
COLUMNS = ["vintage", "hs", "exporter", "importer", "year", "value_kusd", "quantity_t"]


def trade_tables(sources: Path) -> dict[str, pd.DataFrame]:
    """Return trade_history, trade_history_refined and unit_values.

    Parameters
    ----------
    sources
        Folder of all source files.
    """
    codes = modelled_codes(read_code_map(sources))
    minerals = read_baci_minerals(sources).assign(vintage=MINERALS_VINTAGE)
    refined = read_baci_refined(sources)
    refined = refined.assign(vintage=refined["year"].map(read_refined_vintages(sources)))
    return {
        "trade_history": trade_history(minerals, codes),
        "trade_history_refined": trade_history_refined(refined, codes),
        "unit_values": unit_values(read_unit_values(sources), minerals),
    }


def modelled_codes(code_map: pd.DataFrame) -> frozenset[str]:
    """Return the commodity codes of modelled minerals: chains, history, and a published map.

    Parameters
    ----------
    code_map
        As from `read_code_map`: mineral (as World Mining Data spells it), hs.
    """
    chains = read_assumed("chains").astype(str)
    listed = ";".join([*chains["hs_ore"], *chains["hs_refined"]]).split(";")
    history = read_assumed("history_codes")["hs"].astype(str)
    commodities = read_commodities()
    ours = set(commodities.loc[commodities["publisher"] == WMD, "commodity"])
    mapped = code_map.loc[code_map["mineral"].isin(ours), "hs"]
    return frozenset({*listed, *history, *mapped} - {""})


def trade_history(trade: pd.DataFrame, codes: frozenset[str]) -> pd.DataFrame:
    """Return every row of modelled codes, quantities as the source's precision gives them."""
    rows = trade[trade["hs"].isin(codes)]
    return rows.assign(
        value_kusd=_rounded(rows["value_kusd"], VALUE_DIGITS),
        quantity_t=fewest_digits(rows["quantity_t"].mask(rows["quantity_t"] == 0)),
    )[COLUMNS].reset_index(drop=True)


def trade_history_refined(trade: pd.DataFrame, codes: frozenset[str]) -> pd.DataFrame:
    """Return rows of modelled codes, small flows of the years before 2022 left out."""
    kept = (trade["year"] >= FIRST_FULL_YEAR) | (trade["value_kusd"] >= LEAST_VALUE_KUSD)
    rows = trade[trade["hs"].isin(codes) & kept]
    quantity = rows["quantity_t"].mask(rows["quantity_t"] == 0)
    return rows.assign(
        value_kusd=_rounded(rows["value_kusd"], REFINED_DIGITS),
        quantity_t=_rounded(quantity, REFINED_DIGITS),
        complete=rows["complete"].astype("int64"),
    )[[*COLUMNS, "complete"]].reset_index(drop=True)


def unit_values(published: pd.DataFrame, trade: pd.DataFrame) -> pd.DataFrame:
    """Return compiled unit values with the median of the same flows, weighted by value.

    Parameters
    ----------
    published
        As from `read_unit_values`.
    trade
        Flows of all codes in HS92.
    """
    table = published.merge(weighted_medians(trade), on=["hs", "year"], how="left")
    return table.sort_values(["hs", "year"], ignore_index=True)


def weighted_medians(trade: pd.DataFrame) -> pd.DataFrame:
    """Return the value per tonne below which half of the value was traded: hs, year, median.

    Flows without weight are left out.

    Examples
    --------
    >>> flows = pd.DataFrame({"hs": "260900", "year": 2015, "value_kusd": [1.0, 2.0, 4.0],
    ...                       "quantity_t": [1.0, 1.0, 1.0]})
    >>> weighted_medians(flows)["median"].tolist()
    [4000.0]
    """
    rows = trade[trade["quantity_t"] > 0]
    rows = rows.assign(median=rows["value_kusd"] * DOLLARS_PER_KUSD / rows["quantity_t"])
    rows = rows.sort_values(["hs", "year", "median"])
    value = rows.groupby(["hs", "year"])["value_kusd"]
    upper_half = rows[value.cumsum() >= value.transform("sum") / 2]
    return upper_half.drop_duplicates(["hs", "year"])[["hs", "year", "median"]]


def fewest_digits(values: pd.Series) -> pd.Series:
    """Return each number as the shortest decimal that is the same in single precision.

    Examples
    --------
    >>> fewest_digits(pd.Series([88.98100280761719, 123456.7890625])).tolist()
    [88.981, 123456.79]
    """
    text = values.to_numpy(dtype=np.float32).astype(str)
    return pd.Series([float(number) for number in text], index=values.index, dtype=float)


def _rounded(values: pd.Series, digits: int) -> pd.Series:
    text = [f"%.{digits}g" % value for value in values]
    return pd.Series([float(number) for number in text], index=values.index, dtype=float)
