"""Indicators of the World Bank: long files, or the wide files of its data pages.

Does      Reads gross domestic product and population as one row per country and year.
Units     As the indicator: current US dollars, persons.
Method    The wide file has some lines about itself, then the names, then a column per year.
Assumes   A cell without text is a missing figure.
Not here  Which countries are kept, and totals of regions: see `worldbank` and the base year.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from oreacle.data.readers.publisher_files import publisher_files
from oreacle.data.readers.source_files import (
    numbers_of,
    read_text_table,
    refuse_repeats,
    source_file,
    whole_numbers_of,
)
from oreacle.data.readers.workbooks import layout_error

GDP_FILE = "raw/wb-gdp-pop/gdp.csv"
POPULATION_FILE = "raw/wb-gdp-pop/population.csv"
INDICATORS = {GDP_FILE: "NY.GDP.MKTP.CD", POPULATION_FILE: "SP.POP.TOTL"}
CODE, INDICATOR = "Country Code", "Indicator Code"
MOST_PREAMBLE = 10


def read_indicator(sources: Path, relative: str) -> pd.DataFrame:
    """Return an indicator, from the long file or from the World Bank's own wide one.

    Parameters
    ----------
    sources
        Folder of all source files.
    relative
        `GDP_FILE` or `POPULATION_FILE`.

    Returns
    -------
    DataFrame
        code (as published, regions included), year, value; no row where the figure is missing.

    Raises
    ------
    DataError
        ORE-DAT-014 on a figure that is no number, ORE-DAT-015 on a country and year given
        twice, ORE-DAT-102 on another layout or another indicator.
    """
    own = publisher_files(sources, relative)
    table = _wide(sources, own[0], INDICATORS[relative]) if own else _long(sources, relative)
    refuse_repeats(table, ["code", "year"], own[0] if own else relative)
    return table.dropna().sort_values(["code", "year"], ignore_index=True)


def _long(sources: Path, relative: str) -> pd.DataFrame:
    raw = read_text_table(sources, relative, [CODE, "Year", "Value"])
    return pd.DataFrame(
        {
            "code": raw[CODE],
            "year": whole_numbers_of(raw["Year"], relative),
            "value": numbers_of(raw["Value"], relative),
        }
    )


def _wide(sources: Path, relative: str, indicator: str) -> pd.DataFrame:
    raw = read_text_table(
        sources, relative, [CODE, INDICATOR], skip=_lines_before_names(sources, relative)
    )
    others = sorted(set(raw[INDICATOR]) - {indicator})
    if others:
        raise layout_error(relative, f"it holds {', '.join(others[:3])}, not {indicator}")
    years = [name for name in raw.columns if re.fullmatch(r"\d{4}", name)]
    if not years:
        raise layout_error(relative, "no column is a year")
    parts = [
        pd.DataFrame(
            {"code": raw[CODE], "year": int(year), "value": numbers_of(raw[year], relative)}
        )
        for year in years
    ]
    return pd.concat(parts, ignore_index=True)


def _lines_before_names(sources: Path, relative: str) -> int:
    """Return how many lines come before the line of names."""
    with source_file(sources, relative).open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in zip(range(MOST_PREAMBLE), file, strict=False):
            if line.lstrip().startswith(('"Country Name"', "Country Name")):
                return number
    raise layout_error(relative, f"no line of names in its first {MOST_PREAMBLE} lines")
