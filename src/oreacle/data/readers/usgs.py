"""Mine production by country from the USGS Mineral Commodity Summaries.

Does      Reads the 2026 edition's figures of 2024 as tonnes, withheld kept apart from zero.
Units     Tonnes of what the chapter counts (contained metal, ore or oxide).
Method    A dash is a true zero; W, NA and s are missing; "other countries" and what the world
          total holds beyond the listed countries are ROW.
Assumes   The world total leaves out withheld output when its listed countries fill it.
Not here  Shares and chain units: see `oreacle.data.base.production`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.codes import canonical_codes
from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

MINING_FILE = "facts/mining_crosscheck.csv"
EDITION = "MCS2026"
TRUE_ZERO = "—"
WITHHELD = ("W", "NA", "s")
TONNES = {
    "metric tons": 1.0,
    "kilograms": 1e-3,
    "thousand metric tons": 1e3,
    "thousand metric dry tons": 1e3,
}
MISLABELLED = {("MCS2025", "titanium_ilmenite"): 1e3, ("MCS2025", "titanium_rutile"): 1e3}
"""Chapters that an edition labels in metric tons and prints in thousands."""
EDITIONS = {"MCS2025": "usgs-mcs-2025", "MCS2026": "usgs-mcs-2026"}
UNIT_NAMES = {"t": "metric tons", "kt": "thousand metric tons", "kg": "kilograms"}
COLUMNS = ["mineral", "country", "quantity_t", "withheld", "basis", "confidence"]


def read_mine_production(sources: Path, year: int = 2024) -> pd.DataFrame:
    """Return mine production of one year, all chapters, with the world total under WLD.

    Parameters
    ----------
    sources
        Folder of all source files.
    year
        Year of production.

    Returns
    -------
    DataFrame
        `COLUMNS`; `mineral` is the chapter's key (``bauxite``, ``titanium_rutile``);
        `quantity_t` is missing where `withheld` is True, and 0 only where the source says so.

    Raises
    ------
    DataError
        ORE-DAT-040 on an unknown unit, or a blank that is neither a dash nor a known mark.
    """
    raw = read_text_table(
        sources,
        MINING_FILE,
        ["mineral", "metric", "iso3", "value", "value_raw", "unit", "year", "vintage"],
    )
    rows = raw[
        (raw["vintage"] == EDITION)
        & (raw["year"] == str(year))
        & (raw["metric"] == "mine_production")
    ]
    _refuse_unknown_marks(rows)
    value = numbers_of(rows["value"], MINING_FILE).mask(rows["value_raw"] == TRUE_ZERO, 0.0)
    country = rows["iso3"].mask(rows["iso3"] == "WLD", "ROW")
    code = canonical_codes(country).mask(rows["iso3"] == "WLD", "WLD")
    table = pd.DataFrame(
        {
            "mineral": rows["mineral"],
            "country": code,
            "quantity_t": value * rows["unit"].map(TONNES),
            "withheld": rows["value_raw"].isin(WITHHELD),
            "basis": rows["basis"],
            "confidence": rows["confidence"],
        }
    )
    return table[COLUMNS].reset_index(drop=True)


def read_mining_figures(sources: Path, year: int) -> pd.DataFrame:
    """Return mine output of one year by country in every edition, beside another publisher's.

    Returns
    -------
    DataFrame
        mineral (key of the chapter), country, edition, quantity_t [t], other_t: the figure of
        World Mining Data in the same form [t]; a figure that is not published is missing.
    """
    raw = read_text_table(
        sources, MINING_FILE, ["mineral", "metric", "iso3", "value", "unit", "year", "wmd_value"]
    )
    rows = raw[
        (raw["year"] == str(year))
        & (raw["metric"] == "mine_production")
        & ~raw["iso3"].isin(["WLD", "ROW"])
    ]
    slips = [
        MISLABELLED.get(key, 1.0) for key in zip(rows["vintage"], rows["mineral"], strict=True)
    ]
    factor = rows["unit"].map(TONNES)
    return pd.DataFrame(
        {
            "mineral": rows["mineral"],
            "country": canonical_codes(rows["iso3"]),
            "edition": rows["vintage"],
            "quantity_t": numbers_of(rows["value"], MINING_FILE) * factor * slips,
            "other_t": numbers_of(rows["wmd_value"], MINING_FILE) * factor,
        }
    ).reset_index(drop=True)


def read_usgs_editions(sources: Path) -> pd.DataFrame:
    """Return mine production of both editions as printed, world totals left out.

    Returns
    -------
    DataFrame
        edition, chapter, country, year, quantity [`unit`], unit ("t", "kt" or "kg"), basis.
        The unit is the one that the compiler's reading of the chapter names: the edition of
        2025 labels thousand tonnes of titanium minerals as tonnes. A dash is 0; W, NA and s
        are missing.

    Raises
    ------
    DataError
        ORE-DAT-040 on a unit that is none of the three, or a blank without a known mark.
    """
    names = ["mineral", "metric", "iso3", "value", "value_raw", "unit_meaning", "year", "vintage"]
    raw = read_text_table(sources, MINING_FILE, names)
    raw = raw[raw["vintage"].isin(EDITIONS) & (raw["metric"] == "mine_production")]
    raw = raw[raw["iso3"] != "WLD"]
    unit = raw["unit_meaning"].str.split().str[0]
    _refuse_unknown_marks(raw.assign(unit=unit.map(UNIT_NAMES).fillna(unit)))
    return pd.DataFrame(
        {
            "edition": raw["vintage"].map(EDITIONS),
            "chapter": raw["mineral"],
            "country": canonical_codes(raw["iso3"]),
            "year": whole_numbers_of(raw["year"], MINING_FILE),
            "quantity": numbers_of(raw["value"], MINING_FILE).mask(
                raw["value_raw"] == TRUE_ZERO, 0.0
            ),
            "unit": unit,
            "basis": raw["basis"],
        }
    ).reset_index(drop=True)


def _refuse_unknown_marks(rows: pd.DataFrame) -> None:
    blank = rows["value"].str.strip() == ""
    unknown = rows[blank & ~rows["value_raw"].isin([TRUE_ZERO, *WITHHELD])]
    units = sorted(set(rows["unit"]) - set(TONNES))
    if unknown.empty and not units:
        return
    shown = [f"{row.mineral} {row.iso3} {row.value_raw!r}" for row in unknown.itertuples()]
    raise DataError(
        "ORE-DAT-040",
        f"'{MINING_FILE}' holds unknown marks ({', '.join(shown) or 'none'}) or units "
        f"({', '.join(units) or 'none'}).",
        why="a mark read as zero, or a unit guessed, would make a wrong share.",
        fix="teach the reader what the mark or unit means.",
    )
