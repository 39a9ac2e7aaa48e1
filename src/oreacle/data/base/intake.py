"""Ore intake: who processes ore, from mines and trade.

Does      Makes a refined vector where processing is not published on the basis of mining.
Units     Tonnes of the mined form, per year.
Method    Mined plus imports less exports of ore, transit and hidden routes mended; negative
          values are zero; scaled to the world's mine output.
Assumes   Stocks of ore do not change.
Not here  Published refining: see `refining`.
"""

from __future__ import annotations

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR, ChainSpec, read_contents
from oreacle.data.base.trade import mend_quantities, mend_transit

INTAKE_STAGE = "ore_intake"
INTAKE_SOURCE = "derived: usgs-mcs-2026 and cepii-baci"


def ore_intake(chain: ChainSpec, mined: pd.DataFrame, gross_trade: pd.DataFrame) -> pd.DataFrame:
    """Return intake by country as a block of shares.

    Parameters
    ----------
    chain
        Definition; its ore codes are used.
    mined : DataFrame [t of the mined form]
        country, quantity_t of this mineral.
    gross_trade
        As from `oreacle.data.base.trade.base_trade`.

    Returns
    -------
    DataFrame
        country, share [1], year, basis, confidence, source; shares add to one.
    """
    rows = gross_trade[gross_trade["hs"].isin(chain.hs_ore)]
    rows = mend_quantities(mend_transit(rows, chain.mineral, "ore"))
    contents = read_contents()
    content = {code: contents[chain.mineral, "ore", code] for code in chain.hs_ore}
    tonnes = rows["quantity_t"] * rows["hs"].map(content).astype(float)
    output = mined.groupby("country")["quantity_t"].sum()
    trade = rows[["exporter", "importer"]].assign(tonnes=tonnes)
    trade = pd.concat([trade, _hidden(chain.mineral, output)], ignore_index=True)
    inflow = trade.groupby("importer")["tonnes"].sum()
    outflow = trade.groupby("exporter")["tonnes"].sum()
    intake = output.add(inflow, fill_value=0.0).sub(outflow, fill_value=0.0).clip(lower=0.0)
    share = (intake / intake.sum())[intake > 0]
    return pd.DataFrame(
        {
            "country": share.index,
            "share": share.to_numpy(),
            "year": BASE_YEAR,
            "basis": "derived",
            "confidence": "low",
            "source": INTAKE_SOURCE,
        }
    )


def _hidden(mineral: str, output: pd.Series) -> pd.DataFrame:
    """Return tonnes on routes that the trade codes do not show."""
    table = read_assumed("ore_routes")
    rows = table[table["mineral"] == mineral]
    tonnes = rows["value"].astype(float) * rows["exporter"].map(output).astype(float)
    return rows[["exporter", "importer"]].assign(tonnes=tonnes).dropna()
