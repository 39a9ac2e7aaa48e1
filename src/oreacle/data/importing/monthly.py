"""A user's own monthly cases: exports around the announcement of a measure.

Does      Reads a file of months and refuses it with every fault at once.
Units     Exports and base in one unit of the user's choice.
Method    Columns as in the table `monthly_cases`; `kind`, `unit`, `base_note`, `source` may be
          left out.
Assumes   Files are untrusted: nothing is run, and sizes are bounded.
Not here  The scores: see `oreacle.forecasting.monthly_fit`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from oreacle.data.importing.cells import amount
from oreacle.data.importing.reading import Row, read_sheet
from oreacle.data.importing.report import Fault, refuse

NEEDED = ("case", "year", "month", "announced", "in_force", "exports", "base")
OPTIONAL = ("mineral", "actor", "kind", "unit", "base_note", "source", "fitted")
EARLIEST, LATEST = 1950, 2100
MONTHS_OF_A_YEAR = 12


def read_monthly_cases(path: Path) -> pd.DataFrame:
    """Return a user's monthly cases with the columns of the table `monthly_cases`.

    Raises
    ------
    DataError
        ORE-DAT-095 if the file cannot be read at all; ORE-DAT-096 with every fault.
    """
    sheet = read_sheet(path, NEEDED, OPTIONAL)
    faults = list(sheet.faults)
    if not faults:
        faults += [fault for row in sheet.rows for fault in _faults(row)]
    refuse(faults, str(path), "monthly_cases")
    table = pd.DataFrame(
        [{name: row.get(name) for name in (*NEEDED, *OPTIONAL)} for row in sheet.rows]
    )
    numbers = {name: table[name].astype(float) for name in ("exports", "base")}
    whole = {name: table[name].astype(int) for name in ("year", "month")}
    kind = table["kind"].replace("", "licensing")
    return table.assign(**numbers, **whole, kind=kind, fitted=0)


def _faults(row: Row) -> list[Fault]:
    faults = [] if row.get("case") else [Fault(row.line, "case", "", "is empty", "name the case")]
    faults += _whole(row, "year", EARLIEST, LATEST) + _whole(row, "month", 1, MONTHS_OF_A_YEAR)
    faults += amount(row, "exports", zero_is_possible=True)[1]
    faults += amount(row, "base", zero_is_possible=False)[1]
    for column in ("announced", "in_force"):
        try:
            date.fromisoformat(row.get(column))
        except ValueError:
            faults.append(Fault(row.line, column, row.get(column), "is no day", "write YYYY-MM-DD"))
    return faults


def _whole(row: Row, column: str, low: int, high: int) -> list[Fault]:
    text = row.get(column)
    if text.isdecimal() and low <= int(text) <= high:
        return []
    fix = f"write a whole number from {low} to {high}"
    return [Fault(row.line, column, text, f"is no {column}", fix)]
