"""Base-year prices: refined product, ore at the refinery gate, freight.

Does      Gives dollars per chain tonne for every mineral with basis and source.
Units     USD per tonne of the chain unit; ore value as a share of the refined price.
Method    Quoted annual means of 2024 in nominal dollars times a conversion, else a stated
          figure; freight from quoted rates per gross tonne times gross tonnes per chain tonne.
Assumes   The newest edition of a publisher replaces older ones. World prices: a price held up
          by one country's duties is not the world price.
Not here  Price history: see `oreacle.data.history`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR
from oreacle.data.readers.facts import read_freight, read_prices

NEWEST_EDITION = {"USGS": "Mineral Commodity Summaries 2026", "World Bank": "World Bank"}
PRICE_SOURCES = {"USGS": "usgs-mcs-2026", "World Bank": "world-bank-pink-sheet"}


def refined_prices(sources: Path) -> pd.DataFrame:
    """Return the refined price of every mineral.

    Returns
    -------
    DataFrame (mineral)
        price_refined_usd_per_t, price_refined_basis, price_refined_source.

    Raises
    ------
    DataError
        ORE-DAT-043 if a rule does not match exactly one quoted price of the base year.
    """
    quoted = read_prices(sources)
    quoted = quoted[quoted["period"] == str(BASE_YEAR)]
    rows = []
    for rule in read_assumed("base_prices").astype(str).to_dict("records"):
        if rule["product"]:
            price = quoted_price(quoted, rule["mineral"], rule["product"], rule["publisher"])
            price *= float(rule["multiplier"])
            source = f"{PRICE_SOURCES[rule['publisher']]}: {rule['product']}. {rule['reason']}"
        else:
            price, source = float(rule["value"]), rule["reason"]
        rows.append((rule["mineral"], price, rule["basis"], source))
    columns = ["price_refined_usd_per_t", "price_refined_basis", "price_refined_source"]
    return pd.DataFrame(rows, columns=["mineral", *columns]).set_index("mineral")


def quoted_price(quoted: pd.DataFrame, mineral: str, product: str, publisher: str) -> float:
    """Return the one price that a publisher's newest edition quotes.

    Raises
    ------
    DataError
        ORE-DAT-043 if there is none, or more than one.
    """
    rows = quoted[
        (quoted["mineral"] == mineral)
        & (quoted["product"] == product)
        & quoted["source"].str.contains(NEWEST_EDITION[publisher], regex=False)
    ]
    if len(rows) == 1:
        return float(rows["price_usd_per_t"].iloc[0])
    raise DataError(
        "ORE-DAT-043",
        f"{len(rows)} prices match '{mineral}', '{product}', {publisher} instead of one.",
        why="a price of another product or edition would pass for this one.",
        fix="mend the row in `assumed/base_prices.csv`, or state a value there.",
    )


def ore_values() -> pd.DataFrame:
    """Return ore_value_share with basis and source by mineral."""
    table = read_assumed("ore_values").set_index("mineral")
    return pd.DataFrame(
        {
            "ore_value_share": table["value"].astype(float),
            "ore_value_basis": table["basis"],
            "ore_value_source": table["reason"],
        }
    )


def freight_rates(sources: Path) -> pd.DataFrame:
    """Return freight per chain tonne of ore and refined product by mineral.

    The rate is the median of the named quotations' middles, times gross tonnes per chain tonne.

    Raises
    ------
    DataError
        ORE-DAT-043 if a named quotation is missing or is not in USD/t.
    """
    quotations = read_freight(sources).set_index("freight_id")
    table = read_assumed("freight_rates")
    named = {code for ids in table["freight_ids"] for code in str(ids).split(";")}
    wrong = [
        code
        for code in sorted(named)
        if code not in quotations.index or quotations.at[code, "unit"] != "USD/t"
    ]
    if wrong:
        raise DataError(
            "ORE-DAT-043",
            f"freight quotations missing or not in USD/t: {', '.join(wrong)}.",
            why="days or boxes would pass for dollars per tonne.",
            fix="mend `assumed/freight_rates.csv` or the freight table.",
        )
    rates = [
        float(quotations.loc[str(ids).split(";"), "middle"].median())
        for ids in table["freight_ids"]
    ]
    table = table.assign(rate=table["value"].astype(float) * rates)
    wide = table.pivot(index="mineral", columns="link", values="rate")
    return pd.DataFrame(
        {
            "freight_ore_usd_per_t": wide["ore"],
            "freight_refined_usd_per_t": wide["refined"],
            "freight_basis": "derived",
        }
    )
