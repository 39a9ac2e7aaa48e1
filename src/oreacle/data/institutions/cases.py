"""Past cases: shocks that show in trade data, and lithium deposits.

Does      Gives the list of natural experiments and of deposits the columns of the attribute table.
Units     Fractions of trade; kt of contained lithium; kt of lithium a year.
Method    Minerals by the one map; deposits as their authors give them.
Assumes   The deposits' file states no units; kt of lithium is inferred from known deposits
          (Salar de Atacama of SQM: 27 kt in 2022, about 0.15 Mt of carbonate).
          A zero there means that nothing was stated.
Not here  The trade before and after each case, and the authors' cost estimates of deposits.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.institutions.commodities import minerals_of
from oreacle.data.readers.registers import read_cases, read_deposits


def experiments_table(sources: Path) -> pd.DataFrame:
    """Return the table `natural_experiments`: one dated shock a row."""
    raw = read_cases(sources)
    table = raw.assign(
        case=raw["id"],
        restricted=raw["exporter"],
        commodity=raw["minerals"],
        minerals=minerals_of(raw["minerals"], "natural_experiments.minerals"),
        clean_score=raw["clean_score"].astype("int64"),
    )
    names = ["case", "hs92", "commodity", "minerals", "restricted", "targets", "kind", "measure"]
    names += ["effective", "base_years", "outcome_years", "reference_years", "unit"]
    names += ["remaining_fraction", "restricted_share_of_world", "clean_score", "date_check"]
    return table[[*names, "source"]]


def deposits_table(sources: Path) -> pd.DataFrame:
    """Return the table `lithium_deposits`."""
    raw = read_deposits(sources)
    return pd.DataFrame(
        {
            "deposit": [f"L{int(number):03d}" for number in raw["d"]],
            "name": raw["Deposit_Name"],
            "country": raw["country"],
            "kind": raw["Resource_Type"],
            "lat": raw["Latitude"],
            "lon": raw["Longitude"],
            "status": raw["Status"],
            "reserve_kt": _stated(raw["reserve"]),
            "resource_demonstrated_kt": _stated(raw["resource_demostrated"]),
            "resource_inferred_kt": _stated(raw["resource_inferred"]),
            "most_output_kt": raw["max_prod_rate"],
            "basis": "estimated",
        }
    )


def _stated(amounts: pd.Series) -> pd.Series:
    """Return amounts with zero as missing: the source writes it for mines that produce, too."""
    return amounts.where(amounts > 0)
