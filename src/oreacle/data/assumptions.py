"""Stated assumptions: small hand-written tables that ship with the package.

Does      Reads a table of `data/assumed/`: value, unit, basis and reason in every row.
Units     As the `unit` column of each row says.
Method    None.
Assumes   A table is part of the package; it is not built from sources.
Not here  Tables built from sources: see `oreacle.data.store`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError

ASSUMED_DIRECTORY = Path(__file__).parent / "assumed"


def read_assumed(name: str) -> pd.DataFrame:
    """Return one table of assumptions; text stays text.

    Raises
    ------
    DataError
        ORE-DAT-002 if there is no such table.
    """
    path = ASSUMED_DIRECTORY / f"{name}.csv"
    if not path.is_file():
        raise DataError(
            "ORE-DAT-002",
            f"there is no table of assumptions '{name}'.",
            why="the model needs its values.",
            fix="reinstall the package.",
        )
    return pd.read_csv(path, keep_default_na=False)
