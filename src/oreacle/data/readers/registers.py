"""Three public lists: policy acts, cases in trade data, lithium deposits.

Does      Reads a register of resource nationalism, the list of natural experiments, and deposits.
Units     As the columns say; deposits in kt of contained lithium.
Method    Country names to codes through the package's own names and one list of variants.
Assumes   "NA" in the deposits is missing (they were written by R), elsewhere it is text.
Not here  Matching acts with the chronicle: see `oreacle.data.institutions.crosscheck`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.codes import country_names
from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

POLICY_FILE = "raw/policy-events/resource_nationalism_2007_2024.csv"
CASE_FILE = "natural_experiments/public_cases.csv"
DEPOSIT_FILE = "raw/lithium-deposits-ucdavis/Deposit.csv"
NAME_VARIANTS = {
    "USA": "USA",
    "UK": "GBR",
    "Czech Republic": "CZE",
    "DR Congo": "COD",
    "Democratic Republic of Congo": "COD",
}
MISSING_IN_R = "NA"
CASE_COLUMNS = [
    "id",
    "hs92",
    "minerals",
    "exporter",
    "targets",
    "kind",
    "measure",
    "effective",
    "base_years",
    "outcome_years",
    "reference_years",
    "unit",
    "remaining_fraction",
    "restricted_share_of_world",
    "clean_score",
    "source",
    "date_check",
]


def read_policy_acts(sources: Path) -> pd.DataFrame:
    """Return acts of resource nationalism: country, year, lever, instrument, primary_source."""
    raw = read_text_table(
        sources, POLICY_FILE, ["country", "year", "lever", "instrument", "primary_source"]
    )
    return raw.assign(
        country=codes_of_names(raw["country"], POLICY_FILE),
        year=whole_numbers_of(raw["year"], POLICY_FILE),
    )[["country", "year", "lever", "instrument", "primary_source"]]


def read_cases(sources: Path) -> pd.DataFrame:
    """Return the list of natural experiments in trade data, without the trade itself."""
    raw = read_text_table(sources, CASE_FILE, CASE_COLUMNS)[CASE_COLUMNS]
    names = ("remaining_fraction", "restricted_share_of_world", "clean_score")
    return raw.assign(**{name: numbers_of(raw[name], CASE_FILE) for name in names})


def read_deposits(sources: Path) -> pd.DataFrame:
    """Return lithium deposits: number, country, names, place, status, reserve and resources."""
    numbers = ["Latitude", "Longitude", "reserve", "resource_demostrated", "resource_inferred"]
    numbers += ["max_prod_rate"]
    raw = read_text_table(
        sources, DEPOSIT_FILE, ["d", "Country", "Deposit_Name", "Resource_Type", "Status", *numbers]
    )
    table = raw.assign(country=codes_of_names(raw["Country"], DEPOSIT_FILE))
    for name in numbers:
        table[name] = numbers_of(raw[name].replace(MISSING_IN_R, ""), DEPOSIT_FILE)
    return table


def codes_of_names(names: pd.Series, relative: str) -> pd.Series:
    """Return the code of each English country name.

    Raises
    ------
    DataError
        ORE-DAT-010 naming every name that is unknown.
    """
    known = {name: code for code, name in country_names().items()} | NAME_VARIANTS
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise DataError(
            "ORE-DAT-010",
            f"'{relative}' holds unknown country names: {', '.join(map(repr, unknown))}.",
            why="a guessed country would be charged with the acts or stocks of another.",
            fix="add the name to the variants of the reader.",
        )
    return names.map(known)
