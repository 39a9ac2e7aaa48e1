"""Files of votes in the United Nations and of alliances, reduced or as published.

Does      Reads the ideal points and the obligations of alliances in either form.
Units     Ideal points: dimensionless. Years.
Method    The published files are cut to the years of the reduced ones.
Assumes   Codes of the Correlates of War are whole numbers, however they are written; "NA" and
          a blank are missing: an obligation that is not known binds nobody.
Not here  Countries and pairs: see `politics`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from oreacle.data.readers.publisher_files import publisher_files
from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

VOTING_FILE = "raw/unga-idealpoints/idealpoints_1990_2024.csv"
ALLIANCE_FILE = "raw/peacesci/atop_alliance_1990_2018.csv.gz"
VOTING_YEARS = (1990, 2024)
ALLIANCE_YEARS = (1990, 2018)
MISSING = "NA"
VOTES = {"ccode": "ccode", "iso3c": "iso3c", "year": "year", "IdealPointFP": "idealpointfp"}
OBLIGATIONS = {
    "stateA": "ccode1",
    "stateB": "ccode2",
    "year": "year",
    "defense": "atop_defense",
    "offense": "atop_offense",
}


def read_votes(sources: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return columns of the votes as text; "" where missing.

    Parameters
    ----------
    sources
        Folder of all source files.
    columns
        Of ccode, iso3c, year, idealpointfp.

    Raises
    ------
    DataError
        ORE-DAT-012 if a column is missing: other releases hold other estimates.
    """
    own = publisher_files(sources, VOTING_FILE)
    if own:
        raw = read_text_table(sources, own[0], VOTES).rename(columns=VOTES)
        raw = _of_years(raw.replace(MISSING, ""), VOTING_YEARS, own[0])
        numbers_of(raw["idealpointfp"], own[0])  # a fault is named with its own file and row
    else:
        raw = read_text_table(sources, VOTING_FILE, columns)
    votes = raw[list(columns)]
    if "ccode" in columns:
        votes = votes.assign(ccode=_whole(votes["ccode"], VOTING_FILE))
    return votes


def read_obligations(sources: Path) -> pd.DataFrame:
    """Return obligations of directed pairs: ccode1, ccode2, year, defense, offense (flags)."""
    own = publisher_files(sources, ALLIANCE_FILE)
    relative = own[0] if own else ALLIANCE_FILE
    if own:
        raw = read_text_table(sources, relative, OBLIGATIONS).rename(columns=OBLIGATIONS)
        raw = _of_years(raw, ALLIANCE_YEARS, relative)
    else:
        raw = read_text_table(sources, relative, OBLIGATIONS.values())
    return pd.DataFrame(
        {
            "ccode1": _whole(raw["ccode1"], relative),
            "ccode2": _whole(raw["ccode2"], relative),
            "year": whole_numbers_of(raw["year"], relative),
            "defense": _flag(raw["atop_defense"], relative),
            "offense": _flag(raw["atop_offense"], relative),
        }
    )


def _of_years(raw: pd.DataFrame, years: tuple[int, int], relative: str) -> pd.DataFrame:
    return raw[numbers_of(raw["year"], relative).between(*years)]


def _whole(codes: pd.Series, relative: str) -> pd.Series:
    """Return codes without a fraction of zero: 2.0 is 2."""
    numbers = numbers_of(codes, relative)
    return numbers.map("{:.0f}".format).mask(numbers.isna(), "")


def _flag(flags: pd.Series, relative: str) -> pd.Series:
    return numbers_of(flags.replace(MISSING, ""), relative) == 1
