"""What the tables hold before an import, and what a check of new rows gives back.

Does      Gathers codes, minerals, rows and days that new rows are checked against.
Units     As in `attributes.csv`.
Method    None: a record of the folder.
Assumes   The folder is valid and agrees with its catalogue.
Not here  The checks: see `events`, `prices` and `stocks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.core.labels import EVERYONE
from oreacle.data.codes import country_names
from oreacle.data.importing.report import Fault
from oreacle.data.store import read_table, tables_of
from oreacle.data.vintage import Vintage, read_vintage

STOCKS = "stocks"


@dataclass(frozen=True)
class Known:
    """The tables before an import, and what the user said about it.

    Attributes
    ----------
    vintage
        Days that the tables cover.
    countries, actors, minerals, blocs
        Codes of countries, trade actors, minerals, and of blocs that events name.
    events, prices, stocks
        Rows of `events`, `price_history` and `stocks`.
    as_of
        As-of date that the user named, or None.
    allow_past
        True if rows of days that are covered already are accepted.
    """

    vintage: Vintage
    countries: frozenset[str]
    actors: frozenset[str]
    minerals: frozenset[str]
    blocs: frozenset[str]
    events: pd.DataFrame
    prices: pd.DataFrame
    stocks: pd.DataFrame
    as_of: str | None = None
    allow_past: bool = False


@dataclass(frozen=True)
class Checked:
    """New rows, and what was found in them.

    Attributes
    ----------
    frame
        Rows with the columns of the table; only of use if there is no fault.
    faults
        Everything that is wrong.
    warnings, notes
        What looks odd; what is not entered or was derived.
    last_day
        Last day that the rows cover; "" if there is none.
    """

    frame: pd.DataFrame
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    last_day: str = ""


def read_known(
    directory: Path | None, *, as_of: str | None = None, allow_past: bool = False
) -> Known:
    """Return what the tables of a folder hold.

    Raises
    ------
    DataError
        ORE-DAT-001 or 002 if a table is missing or not valid.
    """
    countries = read_table("countries", directory)
    events = read_table("events", directory)
    stocks = STOCKS in tables_of(directory)
    return Known(
        vintage=read_vintage(directory),
        countries=frozenset(countries["country"].astype(str)),
        actors=frozenset(countries["actor"].astype(str)),
        minerals=frozenset(read_table("minerals", directory)["mineral"].astype(str)),
        blocs=_blocs(events),
        events=events,
        prices=read_table("price_history", directory),
        stocks=read_table(STOCKS, directory) if stocks else pd.DataFrame(),
        as_of=as_of,
        allow_past=allow_past,
    )


def _blocs(events: pd.DataFrame) -> frozenset[str]:
    """Return the codes in the events that are no country: blocs and everyone."""
    cells = pd.concat([events["actors"], events["targets"]]).astype(str)
    named = {code for cell in cells for code in cell.split(";") if code}
    return frozenset(named - set(country_names())) | {"EU", EVERYONE}
