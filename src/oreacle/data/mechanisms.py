"""Mechanisms of the engine and their parameters, as tables of assumptions.

Does      Reads which mechanisms there are, and each one's parameters with range and reason.
Units     As stated in each row.
Method    `assumed/mechanisms.csv` lists them; `assumed/mechanism_<name>.csv` holds the parameters
          of one that has any.
Assumes   A number of a random stream belongs to one mechanism for good.
Not here  What they do: see `oreacle.engine.mechanisms`.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from oreacle.data.assumptions import ASSUMED_DIRECTORY, read_assumed

PREFIX = "mechanism_"
COLUMNS = ("parameter", "value", "low", "high", "unit", "basis", "reason")


@lru_cache(maxsize=1)
def mechanisms() -> pd.DataFrame:
    """Return the list of mechanisms: `mechanism`, `stream` and `words`."""
    return read_assumed("mechanisms")


@lru_cache(maxsize=1)
def mechanism_parameters() -> pd.DataFrame:
    """Return the parameters of all mechanisms, with the column `mechanism` first."""
    parts = []
    for name in mechanisms()["mechanism"]:
        if (ASSUMED_DIRECTORY / f"{PREFIX}{name}.csv").is_file():
            table = read_assumed(f"{PREFIX}{name}")
            table.insert(0, "mechanism", name)
            parts.append(table)
    if not parts:
        return pd.DataFrame(columns=["mechanism", *COLUMNS])
    return pd.concat(parts, ignore_index=True)
