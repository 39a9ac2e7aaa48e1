"""Which year the tables start from, and up to which day they know the world.

Does      Reads and makes the table `vintage`: base year, as-of date, and how far events, prices
          and stocks reach.
Units     Years and ISO days.
Method    A build writes what `assumed/vintage.csv` says; an import moves the days it adds to.
Assumes   The event models and the base year belong to `fitted_to`, however far an import reaches.
Not here  Adding rows: see `oreacle.data.importing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.store import read_table

VINTAGE = "vintage"
REQUIRED = ("base_year", "as_of", "fitted_to", "events_to", "prices_to")
DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class Vintage:
    """What the tables cover.

    Attributes
    ----------
    base_year
        Year whose trade, output and prices the market reproduces.
    as_of
        Last day that the tables know anything of.
    fitted_to
        Last day of the history that the event models were fitted to.
    events_to, prices_to, stocks_to
        Last day that events, prices and stocks cover; "" where there are none.
    """

    base_year: int
    as_of: str
    fitted_to: str
    events_to: str
    prices_to: str
    stocks_to: str = ""

    @property
    def fitted_year(self) -> int:
        """Last year of the history that the event models were fitted to."""
        return int(self.fitted_to[:4])

    @property
    def is_newer_than_fit(self) -> bool:
        """True if the tables know of days that the event models do not."""
        return self.as_of > self.fitted_to


def read_vintage(directory: Path | str | None = None) -> Vintage:
    """Return what the tables of a folder cover.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing; ORE-DAT-099 if an item is missing or no date.

    Examples
    --------
    >>> built_vintage().base_year
    2024
    """
    return vintage_from_table(read_table(VINTAGE, directory))


def built_vintage() -> Vintage:
    """Return what freshly built tables cover."""
    return vintage_from_table(vintage_table())


def vintage_table() -> pd.DataFrame:
    """Return the table `vintage` of a build."""
    return read_assumed(VINTAGE).astype(str)


def vintage_from_table(table: pd.DataFrame) -> Vintage:
    """Return the table as a record.

    Raises
    ------
    DataError
        ORE-DAT-099 if an item is missing, or is neither a year nor a day.
    """
    values = dict(zip(table["item"].astype(str), table["value"].astype(str), strict=True))
    faults = [f"it lacks {name}" for name in REQUIRED if name not in values]
    for name, value in values.items():
        is_year = name == "base_year"
        if not (re.fullmatch(r"[0-9]{4}", value) if is_year else DAY.fullmatch(value)):
            faults.append(f"{name} is '{value}', not a {'year' if is_year else 'day YYYY-MM-DD'}")
    if faults:
        raise DataError(
            "ORE-DAT-099",
            f"the table `vintage` cannot be used: {'; '.join(faults)}.",
            why="nobody could say up to which day a figure knows the world.",
            fix="build the tables again with `oreacle data build`, or restore the file.",
        )
    return Vintage(
        base_year=int(values["base_year"]),
        as_of=values["as_of"],
        fitted_to=values["fitted_to"],
        events_to=values["events_to"],
        prices_to=values["prices_to"],
        stocks_to=values.get("stocks_to", ""),
    )


def moved(table: pd.DataFrame, days: Mapping[str, str], source: str) -> pd.DataFrame:
    """Return the table `vintage` with new days; a day never moves back.

    Parameters
    ----------
    table
        The table as it stands.
    days
        Day by item.
    source
        What the new values come from.
    """
    values = dict(zip(table["item"], table["value"], strict=True))
    later = {name: day for name, day in days.items() if day > values.get(name, "")}
    kept = table[~table["item"].isin(list(later))]
    new = [{"item": name, "value": day, "source": source} for name, day in later.items()]
    return pd.concat([kept, pd.DataFrame(new, columns=list(table.columns))], ignore_index=True)
