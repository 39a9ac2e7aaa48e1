"""Political stability from the release of the Worldwide Governance Indicators.

Does      Reads `wgidataset` (workbook or CSV) as one estimate per territory and year.
Units     WGI estimate, about -2.5 (weak) to 2.5 (strong).
Method    Two layouts: one sheet per indicator (since 2025), and one long list of all.
Assumes   Two dots mark a missing estimate.
Not here  The reduced files and what is made of the estimates: see `worldbank`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.codes import is_aggregate
from oreacle.data.readers.source_files import (
    numbers_of,
    read_text_table,
    refuse_repeats,
    whole_numbers_of,
)
from oreacle.data.readers.workbooks import layout_error, read_sheet

STABILITY = "pv"
SHEETS = (STABILITY, "Sheet1")
BY_SHEET = {
    "Economy (code)": "code",
    "Year": "year",
    "Governance estimate (approx. -2.5 to +2.5)": "estimate",
}
IN_ONE_LIST = ["code", "year", "indicator", "estimate"]
MISSING_MARKS = ("..", "...")
# Older releases use codes of their own for these territories.
OLD_CODES = {
    "ADO": "AND",
    "IMY": "IMN",
    "KSV": "XKX",
    "ROM": "ROU",
    "TMP": "TLS",
    "WBG": "PSE",
    "ZAR": "COD",
}
YEARS = (1996, 2024)
SPAN = 5.0
MIDDLE = 0.5


def read_estimates(sources: Path, relative: str) -> pd.DataFrame:
    """Return estimates of political stability: code (ISO 3166, ANT), year, estimate.

    Missing estimates and regions have no row; years are those of the reduced files, 1996 to 2024.

    Raises
    ------
    DataError
        ORE-DAT-014 on an estimate that is no number, ORE-DAT-015 on a territory and year given
        twice, ORE-DAT-102 on another layout.
    """
    raw = _workbook(sources, relative) if relative.endswith(".xlsx") else _text(sources, relative)
    if set(BY_SHEET) <= set(raw.columns):
        rows = raw[list(BY_SHEET)].rename(columns=BY_SHEET)
    elif set(IN_ONE_LIST) <= set(raw.columns):
        rows = raw.loc[raw["indicator"] == STABILITY, IN_ONE_LIST]
    else:
        raise layout_error(relative, f"its columns are {', '.join(raw.columns[:8])}")
    rows = rows[(rows["code"] != "") & ~rows["code"].map(is_aggregate).astype(bool)]
    table = pd.DataFrame(
        {
            "code": rows["code"].replace(OLD_CODES),
            "year": whole_numbers_of(rows["year"], relative),
            "estimate": numbers_of(rows["estimate"].replace(list(MISSING_MARKS), ""), relative),
        }
    )
    if table.empty:
        raise layout_error(relative, f"no row of the indicator '{STABILITY}'")
    refuse_repeats(table, ["code", "year"], relative)
    table = table[table["year"].between(*YEARS)].dropna()
    return table.sort_values(["year", "code"], ignore_index=True)


def normalised_risk(estimate: pd.Series) -> pd.Series:
    """Return the estimate turned round and put on 0 (safe) to 1 (risk), as the reduced file.

    Examples
    --------
    >>> import pandas as pd
    >>> normalised_risk(pd.Series([0.993218183517456, -2.7117576599121094])).round(6).tolist()
    [0.301356, 1.0]
    """
    return (MIDDLE - estimate / SPAN).clip(0.0, 1.0)


def _workbook(sources: Path, relative: str) -> pd.DataFrame:
    cells = read_sheet(sources, relative, SHEETS)
    named = cells.iloc[1:].reset_index(drop=True)
    named.columns = pd.Index([str(name) for name in cells.iloc[0]])
    return named


def _text(sources: Path, relative: str) -> pd.DataFrame:
    return read_text_table(sources, relative, [])
