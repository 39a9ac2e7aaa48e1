"""Conditions under which minerals are won: tax, permits, risk, water, hazards, public stocks.

Does      Keeps the fields that a model can use, splits figures from words, and classes hazards.
Units     As each row's `unit`; percentages stay fractions as the compilers wrote them.
Method    A value that is a number goes to `value`, any other to `text`. A hazard has a level only
          where its text is one class, apart from remarks in brackets or after a colon.
          Rows known to be wrong, or to be no report, stand in
          `assumed/jurisdiction_corrections.csv` with the reason.
Assumes   Rows about years after the last year covered were not known then: they are left out,
          as are hazards whose text names a later year.
Not here  Governance by year (table `governance`) and membership (`club_members`).
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.institutions.commodities import minerals_of
from oreacle.data.readers.compiled_politics import (
    read_hazards,
    read_jurisdictions,
    read_stockpiles,
)
from oreacle.data.rows import text_rows

LAST_YEAR = 2024
FIELDS = (
    "corporate_tax_rate",
    "country_risk_premium",
    "conflict_status",
    "drought_risk_category",
    "environmental_approval_days",
    "fraser_policy_perception_imputed",
    "fraser_policy_perception_index",
    "mine_lead_time_copper_years",
    "oecd_country_risk_class",
    "permit_limit_strategic_project_years",
    "permitting_time_years",
    "riverine_flood_risk_category",
    "royalty_lithium_rate",
    "royalty_main_mineral_rate",
    "tax_royalty_burden_proxy",
    "water_stress_category",
)
LEVELS = (
    "none",
    "low",
    "low-medium",
    "medium",
    "medium-high",
    "high",
    "very high",
    "extremely high",
    "very poor",
    "poor",
    "fair",
    "good",
    "very good",
)
ASSUMPTION = "ASSUMPTION"
RANGE = re.compile(r"^(?P<unit>.*?) \(range (?P<low>[\d.]+)-(?P<high>[\d.]+)\)$")
# Units such as "0-4 (high (40-80%))" hold the name of the class of the row.
CLASSED_UNIT = re.compile(r"^(?P<unit>0-4) \((?P<note>.*)\)$")
DROP = "drop"
YEAR = re.compile(r"\b20(?:2[5-9]|[3-9]\d)\b")
SHORT_RANGE = re.compile(r"\b20(\d\d)-(\d\d)\b(?!-)")


def jurisdictions_table(sources: Path) -> pd.DataFrame:
    """Return the table `jurisdictions`; a row whose source says assumption has that basis."""
    raw = read_jurisdictions(sources)
    raw = raw[raw["field"].isin(FIELDS) & (raw["year"] <= LAST_YEAR)]
    raw = _corrected(raw).reset_index(drop=True)
    scale = raw["unit"].str.extract(CLASSED_UNIT)
    classed = scale["unit"].notna()
    raw["note"] = raw["note"].mask(classed, scale["note"])
    raw["unit"] = raw["unit"].mask(classed, scale["unit"])
    value, text = numbers_and_words(raw["value"])
    assumed = raw["source"].str.contains(ASSUMPTION) | raw["note"].str.contains(ASSUMPTION)
    return raw.drop(columns="value").assign(
        value=value, text=text, basis=raw["basis"].mask(assumed, "assumed")
    )


def _corrected(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without those known to be wrong, and less sure where they are no report.

    Raises
    ------
    DataError
        ORE-DAT-090 if a correction names a row that is not there.
    """
    raw = raw.copy()
    for row in text_rows(read_assumed("jurisdiction_corrections")):
        chosen = (raw["country"] == row["country"]) & (raw["field"] == row["field"])
        if not chosen.any():
            raise DataError(
                "ORE-DAT-090",
                f"`assumed/jurisdiction_corrections.csv` corrects {row['field']} of "
                f"{row['country']}, which the facts do not hold.",
                why="the source has changed, and the reason of the correction may be gone.",
                fix="look at the source again, and take out or mend the correction.",
            )
        if row["action"] == DROP:
            raw = raw[~chosen]
            continue
        raw.loc[chosen, "basis"] = "estimated"
        raw.loc[chosen, "confidence"] = "low"
        raw.loc[chosen, "note"] = row["reason"]
    return raw


def hazards_table(sources: Path) -> pd.DataFrame:
    """Return the table `hazards`: the text as coded, and its level where it is one class."""
    raw = read_hazards(sources)
    raw = raw[~raw["text"].map(names_later_year)].reset_index(drop=True)
    return raw.assign(level=raw["text"].map(hazard_level))


def stockpiles_table(sources: Path) -> pd.DataFrame:
    """Return the table `stockpiles`: targets, holdings and budgets stated up to the last year."""
    raw = read_stockpiles(sources)
    raw = raw[raw["year"] <= LAST_YEAR].reset_index(drop=True)
    value, text = numbers_and_words(raw["value"])
    ranges = raw["unit"].str.extract(RANGE)
    return raw.drop(columns="value").assign(
        minerals=minerals_of(raw["material"], "stockpiles.material"),
        unit=raw["unit"].where(ranges["unit"].isna(), ranges["unit"]),
        value=value,
        text=text,
        low=pd.to_numeric(ranges["low"]),
        high=pd.to_numeric(ranges["high"]),
    )


def hazard_level(text: str) -> str:
    """Return the class that a text states, or "" if it states none or more than one.

    Examples
    --------
    >>> hazard_level("high (rank 48 in 2019)"), hazard_level("poor 2008-2023; good since Mar 2024")
    ('high', '')
    """
    bare = re.sub(r"\([^)]*\)", "", text).partition(":")[0].strip()
    return bare if bare in LEVELS else ""


def names_later_year(text: str) -> bool:
    """Return True if a text names a year after the last year covered.

    Examples
    --------
    >>> [names_later_year(text) for text in ("low (2019)", "war 2026", "2021-24", "2024-25")]
    [False, True, False, True]
    """
    ends = [f"20{last}" for _, last in SHORT_RANGE.findall(text)]
    return bool(YEAR.search(text)) or any(int(year) > LAST_YEAR for year in ends)


def numbers_and_words(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return values that are numbers (else missing) and those that are words (else "")."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    return numbers, values.where(numbers.isna(), "")
