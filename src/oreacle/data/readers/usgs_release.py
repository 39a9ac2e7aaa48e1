"""The data release of the USGS Mineral Commodity Summaries 2026, in the publisher's own format.

Does      Reads the long table of the release: chapters, countries, statistics, values as printed.
Units     As the release's unit column says; thousands are turned into tonnes by the caller.
Method    A dash is a true zero; W (withheld), NA and s (not significant) are missing, and so is
          a figure printed as a bound (">2,000").
Assumes   The file of the 2026 edition, in the Windows encoding in which it is published.
Not here  Mine production: see `oreacle.data.readers.usgs`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import country_names
from oreacle.data.readers.source_files import read_text_table

RELEASE_FILE = "raw/usgs-mcs/MCS2026_Commodities_Data.csv"
TRUE_ZERO = "—"
MISSING = ("", "W", "NA", "s")
THOUSANDS = {"metric tons": 1.0, "thousand metric tons": 1e3, "kilograms": 1e-3}
SELF = "United States"
COLUMNS = {
    "MCS chapter": "chapter",
    "Section": "section",
    "Country": "country",
    "Statistics": "statistics",
    "Statistics_detail": "detail",
    "Unit": "unit",
    "Year": "year",
    "Value": "printed",
}


def read_release(sources: Path) -> pd.DataFrame:
    """Return the release with values as numbers.

    Returns
    -------
    DataFrame
        chapter, section, country (name as printed), statistics, detail, unit, year (text),
        printed, value (missing where withheld, not available or a bound).

    Raises
    ------
    DataError
        ORE-DAT-040 on a value that is neither a number nor a known mark.
    """
    raw = read_text_table(sources, RELEASE_FILE, list(COLUMNS), encoding="cp1252")
    table = raw[list(COLUMNS)].rename(columns=COLUMNS).apply(lambda column: column.str.strip())
    text = table["printed"].str.replace(",", "", regex=False)
    numbers = pd.to_numeric(text.mask(text == TRUE_ZERO, "0"), errors="coerce").astype(float)
    release: pd.DataFrame = table.assign(value=numbers)
    return release


def read_united_states_secondary(sources: Path, year: int) -> pd.Series:
    """Return secondary output of the United States by mineral [t/yr]; withheld is missing.

    Raises
    ------
    DataError
        ORE-DAT-040 if the release lacks a listed statistic or gives it in another unit.
    """
    release = read_release(sources)
    release = release[(release["country"] == SELF) & (release["year"] == str(year))]
    figures = {}
    for row in read_assumed("secondary_output").to_dict("records"):
        found = release[
            (release["chapter"] == row["chapter"]) & (release["detail"] == row["detail"])
        ]
        figures[str(row["mineral"])] = _one_figure(found, f"{row['chapter']}: {row['detail']}")
    return pd.Series(figures, dtype=float)


def read_capacity(sources: Path, chapter: str, detail: str, year: int) -> pd.Series:
    """Return capacity by country as printed, world totals left out [unit of the chapter].

    Raises
    ------
    DataError
        ORE-DAT-040 if a country's name is unknown, or the statistic is not in the release.
    """
    release = read_release(sources)
    rows = release[
        (release["chapter"] == chapter)
        & (release["statistics"] == "Capacity")
        & (release["detail"] == detail)
        & (release["year"] == str(year))
        & (release["country"] != "World total")
    ]
    codes = {name: code for code, name in country_names().items()}
    codes["Other countries"] = REST_OF_WORLD
    strange = sorted(set(rows["country"]) - set(codes))
    if rows.empty or strange:
        raise _unknown(f"capacity of {chapter}, {detail}, {year}", strange)
    named = rows.assign(code=rows["country"].map(codes))
    return named.dropna(subset=["value"]).groupby("code")["value"].sum()


def _one_figure(rows: pd.DataFrame, name: str) -> float:
    if len(rows) != 1 or rows["unit"].iloc[0] not in THOUSANDS:
        raise _unknown(name, sorted(set(rows["unit"])))
    return float(rows["value"].iloc[0]) * THOUSANDS[rows["unit"].iloc[0]]


def _unknown(name: str, marks: list[str]) -> DataError:
    return DataError(
        "ORE-DAT-040",
        f"'{RELEASE_FILE}' does not hold one figure for {name}; found: {marks or 'none'}.",
        why="another statistic taken for it would be a wrong number.",
        fix="mend the row of `assumed/secondary_output.csv` or `assumed/capacity_sources.csv`.",
    )
