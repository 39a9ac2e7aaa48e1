"""Who imports each mineral, and from whom each actor imports.

Does      Makes shares of world imports by mineral and stage, and shares of suppliers by importer.
Units     Shares: dimensionless. Import value: thousand current USD.
Method    BACI by value, the European Union as one actor, trade inside it left out.
Assumes   Value, not tonnage, measures dependence across minerals. Refined copper, nickel and
          eight other codes enter in 2002, so the years before hold other goods.
Not here  Which codes are used: see `trade`.
"""

from __future__ import annotations

import pandas as pd

IMPORT_COLUMNS = ["year", "mineral", "stage", "actor", "share"]
DEPENDENCE_COLUMNS = ["year", "importer", "exporter", "share", "import_value_kusd"]


def import_shares(trade: pd.DataFrame) -> pd.DataFrame:
    """Return shares of world imports by year, mineral, stage and actor.

    Parameters
    ----------
    trade
        Flows between actors as from `trade_by_mineral`.
    """
    keys = ["year", "mineral", "stage"]
    sums = trade.groupby([*keys, "importer"], as_index=False).agg(value=("value_kusd", "sum"))
    sums = sums[sums["value"] > 0]
    total = sums.groupby(keys)["value"].transform("sum")
    return sums.assign(share=sums["value"] / total, actor=sums["importer"])[IMPORT_COLUMNS]


def trade_dependence(trade: pd.DataFrame) -> pd.DataFrame:
    """Return each exporter's share of an importer's imports of modelled minerals.

    The mean over minerals weighted by the importer's import value is the share in the sum. A
    code that stands for several minerals is counted once. The rest of the world is no actor
    and has no rows as importer.
    """
    flows = trade.drop_duplicates(["year", "hs", "exporter", "importer"])
    pairs = flows.groupby(["year", "importer", "exporter"], as_index=False).agg(
        import_value_kusd=("value_kusd", "sum")
    )
    pairs = pairs[(pairs["import_value_kusd"] > 0) & (pairs["importer"] != "ROW")]
    total = pairs.groupby(["year", "importer"])["import_value_kusd"].transform("sum")
    return pairs.assign(share=pairs["import_value_kusd"] / total)[DEPENDENCE_COLUMNS]
