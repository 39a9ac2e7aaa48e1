"""Monthly commodity prices of the World Bank: a long file, or its own workbook.

Does      Reads the Pink Sheet as one row per month and series.
Units     As quoted; the unit stands beside each price.
Method    The workbook has a row of names, a row of units in brackets, then a row per month; its
          series and years are cut to those of the long file.
Assumes   Two or three dots mark a missing price; stars after a name mark a footnote.
Not here  Annual means: see `worldbank`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.readers.publisher_files import publisher_files
from oreacle.data.readers.source_files import numbers_of, read_text_table, refuse_repeats
from oreacle.data.readers.workbooks import layout_error, read_sheet

PRICE_FILE = "raw/wb-pinksheet/pinksheet_metals_monthly_1990_2026.csv"
SHEET = "Monthly Prices"
MONTH = r"(\d{4})M(0[1-9]|1[0-2])"
FIRST_YEAR = 1990
MISSING_MARKS = ("..", "...", "…")
SERIES = (
    "Crude oil, average",
    "Coal, Australian",
    "Natural gas index",
    "Phosphate rock",
    "Potassium chloride",
    "Aluminum",
    "Iron ore, cfr spot",
    "Copper",
    "Lead",
    "Tin",
    "Nickel",
    "Zinc",
    "Gold",
    "Platinum",
    "Silver",
)
COLUMNS = ["month", "commodity", "unit", "price"]


def read_price_rows(sources: Path) -> pd.DataFrame:
    """Return monthly prices as text: month (1990-01), commodity, unit (in brackets), price.

    Raises
    ------
    DataError
        ORE-DAT-012 if a series is missing, ORE-DAT-015 if a month is given twice, ORE-DAT-102
        on another layout of the workbook.
    """
    own = publisher_files(sources, PRICE_FILE)
    rows = _workbook(sources, own[0]) if own else read_text_table(sources, PRICE_FILE, COLUMNS)
    refuse_repeats(rows, ["commodity", "month"], own[0] if own else PRICE_FILE)
    return rows


def _workbook(sources: Path, relative: str) -> pd.DataFrame:
    cells = read_sheet(sources, relative, [SHEET])
    is_month = cells[0].str.fullmatch(MONTH)
    if not is_month.any():
        raise layout_error(relative, "no row begins with a month such as 1990M01")
    first = int(is_month.to_numpy().argmax())
    head = cells.iloc[:first, 1:]
    bracketed = [row for row in head.index if head.loc[row].str.startswith("(").sum() > 0]
    if not bracketed or bracketed[-1] == 0:
        raise layout_error(relative, "no row of names above a row of units in brackets")
    units = cells.loc[bracketed[-1]]
    names = cells.loc[bracketed[-1] - 1].str.replace(r"[\s*]+$", "", regex=True)
    months = cells.loc[is_month, 0].str.replace("M", "-")
    months = months[months.str[:4].astype(int) >= FIRST_YEAR]
    prices = cells.loc[months.index].replace(list(MISSING_MARKS), "")
    parts = []
    for name, column in _columns(names, relative).items():
        price = prices[column].rename(name)
        # Counted from the row of names, as for any other source file.
        numbers_of(price.set_axis(price.index - bracketed[-1]), relative)
        part = {"month": months, "commodity": name, "unit": units[column], "price": price}
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def _columns(names: pd.Series, relative: str) -> dict[str, int]:
    """Return the column of each series, refusing absent ones and names that occur twice."""
    found = {name: [int(place) for place in names.index[names == name]] for name in SERIES}
    wrong = [name for name, places in found.items() if len(places) != 1]
    if wrong:
        raise DataError(
            "ORE-DAT-012",
            f"'{relative}' does not have one column for each of: {', '.join(wrong)}.",
            why="a series that was renamed would end without a word.",
            fix="use the file as downloaded, or mend the reader's list of series.",
        )
    return {name: places[0] for name, places in found.items()}
