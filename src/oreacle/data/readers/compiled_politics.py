"""The compiled tables on clubs, jurisdictions, hazards and stockpiles, as coded.

Does      Reads membership years, legal and physical conditions of countries, and stock rows.
Units     As each row's `unit` says; years of joining and leaving are calendar years.
Method    Text to numbers where a column holds numbers; codes mended; EUU becomes EU.
Assumes   The codebooks of `facts/` and `logistics/`.
Not here  Which fields are kept and how texts become numbers: see `oreacle.data.institutions`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.codes import canonical_codes
from oreacle.data.readers.provenance import seen_words
from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

MEMBERSHIP_FILE = "facts/bloc_membership.csv"
JURISDICTION_FILE = "facts/jurisdictions.csv"
STOCKPILE_FILE = "facts/policy_stockpiles.csv"
HAZARD_FILE = "logistics/hazards.csv"
HAZARDS = (
    "water_stress",
    "tropical_cyclone",
    "flood",
    "earthquake_volcano",
    "power_reliability",
    "labour_strike",
    "conflict_unrest",
)


def read_memberships(sources: Path) -> pd.DataFrame:
    """Return memberships: club, country, since, until [years], basis, confidence, seen, source.

    `until` is the year of leaving and missing where none is printed.
    """
    raw = read_text_table(
        sources, MEMBERSHIP_FILE, ["bloc", "iso3", "year_joined", "year_left", "basis", "seen_in"]
    )
    return pd.DataFrame(
        {
            "club": raw["bloc"],
            "country": canonical_codes(raw["iso3"]),
            "since": whole_numbers_of(raw["year_joined"], MEMBERSHIP_FILE),
            "until": numbers_of(raw["year_left"], MEMBERSHIP_FILE),
            "basis": raw["basis"],
            "confidence": raw["confidence"],
            "seen": seen_words(raw["seen_in"]),
            "source": raw["source"],
        }
    )


def read_jurisdictions(sources: Path) -> pd.DataFrame:
    """Return facts by country in long form, the value still as text.

    Returns
    -------
    DataFrame
        country, field, year, value (text), unit, basis, confidence, seen, source, note.
    """
    raw = read_text_table(
        sources, JURISDICTION_FILE, ["iso3", "field", "value", "unit", "year", "basis", "seen_in"]
    )
    return pd.DataFrame(
        {
            "country": canonical_codes(raw["iso3"]),
            "field": raw["field"],
            "year": whole_numbers_of(raw["year"], JURISDICTION_FILE),
            "seen": seen_words(raw["seen_in"]),
            **{
                name: raw[name]
                for name in ("value", "unit", "basis", "confidence", "source", "note")
            },
        }
    )


def read_hazards(sources: Path) -> pd.DataFrame:
    """Return hazards in long form: country, hazard, text, confidence, seen, source."""
    raw = read_text_table(sources, HAZARD_FILE, ["iso3", *HAZARDS, "confidence", "seen_in"])
    raw = raw.assign(country=canonical_codes(raw["iso3"]), seen=seen_words(raw["seen_in"]))
    return raw.melt(
        ["country", "confidence", "seen", "source"], list(HAZARDS), "hazard", "text"
    ).query("text != ''")


def read_stockpiles(sources: Path) -> pd.DataFrame:
    """Return stockpile rows: country, material, kind, value (text), unit, year, status and so on.

    `country` is EU for the European Union.
    """
    columns = ["iso3", "mineral", "kind", "value", "unit", "year", "status", "seen_in", "note"]
    raw = read_text_table(sources, STOCKPILE_FILE, columns)
    return pd.DataFrame(
        {
            "country": canonical_codes(raw["iso3"]),
            "material": raw["mineral"],
            "year": whole_numbers_of(raw["year"], STOCKPILE_FILE),
            "seen": seen_words(raw["seen_in"]),
            **{
                name: raw[name]
                for name in ("kind", "value", "unit", "status", "basis", "confidence")
            },
            **{name: raw[name] for name in ("source", "note")},
        }
    )
