"""Production by country from World Mining Data (Austrian Federal Ministry of Finance).

Does      Reads the country tables 2018-2024 as published, and which trade codes a published
          supply-risk package ties to each mineral of theirs.
Units     As the source's `unit` column says (tonnes for every model mineral).
Method    Country codes mended by the one alias table.
Assumes   U3O8, V, TiO2 and the like are named in the `mineral` column; nothing is converted.
Not here  Which vector is used for which mineral: see `oreacle.data.base.production`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.codes import canonical_codes
from oreacle.data.readers.source_files import (
    numbers_of,
    read_text_table,
    refuse_repeats,
    refuse_unknown,
    whole_numbers_of,
)

PRODUCTION_FILE = "raw/world-mining-data/wmd_production_2018_2024.csv"
CODE_MAP_FILE = "raw/world-mining-data/hs_code_map.csv"
NO_CODE = "Not Available"
BASIS = {"r": "reported", "e": "estimated", "p": "estimated"}
"""What the letter beside a figure means; provisional figures (p) count as estimates."""
UNITS = ("metr. t", "kg", "ct", "Mio m3")
# The file gives French Guiana the code of its neighbour.
FRENCH_GUIANA = ("French Guiana", "GUF")
COLUMNS = ["mineral", "country", "year", "quantity", "unit", "basis"]


def read_world_mining_data(sources: Path) -> pd.DataFrame:
    """Return production by mineral, country and year.

    Returns
    -------
    DataFrame
        `COLUMNS`; `mineral` as the source spells it (``Uranium (U3O8)``).

    Raises
    ------
    DataError
        ORE-DAT-014 on an unknown unit or basis, ORE-DAT-015 on a figure given twice.
    """
    raw = read_text_table(
        sources, PRODUCTION_FILE, ["mineral", "iso3", "unit", "basis", "year", "production"]
    )
    refuse_unknown(raw["unit"], UNITS, PRODUCTION_FILE)
    refuse_unknown(raw["basis"], BASIS, PRODUCTION_FILE)
    if "country" in raw.columns:
        name, code = FRENCH_GUIANA
        raw["iso3"] = raw["iso3"].mask(raw["country"] == name, code)
    refuse_repeats(raw, ["mineral", "iso3", "year"], PRODUCTION_FILE)
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"],
            "country": canonical_codes(raw["iso3"]),
            "year": whole_numbers_of(raw["year"], PRODUCTION_FILE),
            "quantity": numbers_of(raw["production"], PRODUCTION_FILE),
            "unit": raw["unit"],
            "basis": raw["basis"].map(BASIS),
        }
    )
    return table[COLUMNS]


def read_code_map(sources: Path) -> pd.DataFrame:
    """Return the commodity codes (HS92) of each mineral: mineral, hs.

    Main and complementary codes alike; minerals without a code have no row.
    """
    names = ["Sheet_name", "HS Code", "HS Code - Complementary"]
    raw = read_text_table(sources, CODE_MAP_FILE, names)
    codes = raw[names[1]] + ";" + raw[names[2]]
    table = pd.DataFrame({"mineral": raw[names[0]], "hs": codes.str.split(";")})
    table = table.explode("hs", ignore_index=True)
    return table[~table["hs"].isin(["", NO_CODE])].reset_index(drop=True)
