"""The GeoPolRisk indicator from the embedded tables.

Does      Reads materials, output, trade and governance, and scores all of them.
Units     As `oreacle.world.geopolrisk`.
Method    None beyond that of the indicator.
Assumes   Years of World Mining Data; trade by the codes of 1992.
Not here  The formula: see `oreacle.world.geopolrisk`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd
import xarray as xr

from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import EUROPEAN_UNION, eu_members
from oreacle.data.rows import text_rows
from oreacle.data.store import read_table, tables_directory
from oreacle.world.geopolrisk import Material, Rules, geopolrisk

PUBLISHER = "world-mining-data"


def materials() -> tuple[Material, ...]:
    """Return the materials of the indicator that the embedded tables cover."""
    return tuple(
        Material(row["material"], row["commodity"], tuple(row["hs"].split(";")))
        for row in text_rows(read_assumed("geopolrisk_materials"))
    )


def minerals_of() -> pd.DataFrame:
    """Return which mineral each material belongs to: material, mineral, reason."""
    return read_assumed("geopolrisk_materials")[["material", "mineral", "reason"]]


def load_geopolrisk(directory: Path | None = None, rules: Rules = Rules.METHOD) -> xr.Dataset:
    """Return the indicator of every material, importer and year; the EU is one importer more.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.
    rules
        See `Rules`.
    """
    return _load(tables_directory(directory), rules)


@lru_cache(maxsize=4)
def _load(directory: Path, rules: Rules) -> xr.Dataset:
    listed = materials()
    production = read_table("production_history", directory)
    production = production[production["publisher"] == PUBLISHER]
    trade = read_table("trade_history", directory)
    trade = trade[trade["year"] >= production["year"].min()]
    return geopolrisk(
        listed,
        production,
        trade,
        read_table("governance_risk", directory),
        blocs={EUROPEAN_UNION: eu_members()},
        rules=rules,
    )
