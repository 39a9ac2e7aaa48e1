"""Production by country from the BGS World Mineral Statistics.

Does      Reads the tables 1990-2023 as tonnes, figures not available kept apart from zero.
Units     Tonnes (kilograms of platinum metals are converted) of what the commodity counts.
Method    A dash is a true zero; three dots are missing; codes mended by the one alias table.
Assumes   "Congo" is the Republic of the Congo: from 2020 the file gives it the code of the
          Democratic Republic, which is spelt out.
Not here  Which commodity stands for which mineral and stage: see `oreacle.data.history.shares`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.codes import canonical_codes
from oreacle.data.readers.source_files import (
    numbers_of,
    read_text_table,
    refuse_repeats,
    whole_numbers_of,
)

PRODUCTION_FILE = "raw/bgs-wms/bgs_production_1990_2023.csv.gz"
REPUBLIC_OF_THE_CONGO = ("Congo", "COG")
TONNES = {
    "tonnes (metric)": 1.0,
    "tonnes (metal content)": 1.0,
    "kilograms (metal content)": 1e-3,
}
COLUMNS = ["commodity", "sub_commodity", "country", "year", "quantity_t"]
ESTIMATE_MARK = "*"


def read_bgs_production(sources: Path) -> pd.DataFrame:
    """Return production by commodity, sub-commodity, country and year.

    Parameters
    ----------
    sources
        Folder of all source files.

    Returns
    -------
    DataFrame
        `COLUMNS`; `sub_commodity` is "" for the commodity as a whole; `quantity_t` is missing
        where the publisher prints that the figure is not available.

    Raises
    ------
    DataError
        ORE-DAT-014 on an unknown unit.
    """
    return read_bgs_as_printed(sources)[COLUMNS]


def read_bgs_as_printed(sources: Path) -> pd.DataFrame:
    """Return production with the printed figure, its unit and whether it is an estimate.

    Returns
    -------
    DataFrame
        `COLUMNS`, then `printed` [`unit`], `unit` ("t" or "kg") and `basis` ("estimated" where
        the publisher marks the figure so, else "reported").

    Raises
    ------
    DataError
        ORE-DAT-014 on an unknown unit, ORE-DAT-015 on a figure given twice.
    """
    raw = read_text_table(
        sources,
        PRODUCTION_FILE,
        ["iso3", "country", "year", "commodity", "sub_commodity", "quantity", "units"],
    )
    unknown = sorted(set(raw["units"]) - set(TONNES))
    if unknown:
        raise DataError(
            "ORE-DAT-014",
            f"'{PRODUCTION_FILE}' holds unknown units: {', '.join(unknown)}.",
            why="kilograms read as tonnes would be wrong by a thousand.",
            fix="add the unit with its tonnes to the reader.",
        )
    refuse_repeats(raw, ["commodity", "sub_commodity", "iso3", "country", "year"], PRODUCTION_FILE)
    name, code = REPUBLIC_OF_THE_CONGO
    printed = numbers_of(raw["quantity"], PRODUCTION_FILE)
    tonnes = raw["units"].map(TONNES)
    # Files without notes mark nothing as estimated.
    notes = raw["note_code"] if "note_code" in raw.columns else pd.Series("", index=raw.index)
    estimated = notes.str.split("|").map(lambda marks: ESTIMATE_MARK in marks)
    return pd.DataFrame(
        {
            "commodity": raw["commodity"],
            "sub_commodity": raw["sub_commodity"],
            "country": canonical_codes(raw["iso3"].mask(raw["country"] == name, code)),
            "year": whole_numbers_of(raw["year"], PRODUCTION_FILE),
            "quantity_t": printed * tonnes,
            "printed": printed,
            "unit": tonnes.map({1.0: "t", 1e-3: "kg"}),
            "basis": estimated.map({True: "estimated", False: "reported"}),
        }
    )
