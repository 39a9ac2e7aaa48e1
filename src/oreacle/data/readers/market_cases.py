"""Trade before and after each natural experiment: cases, flows, outcomes.

Does      Reads the case list, the flows before each case and the shares after it, as text, and
          turns them into typed frames; the same for the publisher's files and for a user's own.
Units     `quantity` in the unit of the case (t or kUSD), shares and fractions of 1.
Method    Three CSV files that share the front of their names: X_cases, X_base, X_truth.
Assumes   Text was checked before it is typed (a user's file: `oreacle.data.importing.cases`).
Not here  What a case means for a market: see `oreacle.market.cases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

FRONT = "natural_experiments/public"
NEEDED_CASE_COLUMNS = (
    "id",
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
    "affected_importers",
)
OTHER_CASE_COLUMNS = ("unit_value_change_world", "clean_score", "shock_to_normal")
CASE_COLUMNS = (*NEEDED_CASE_COLUMNS, *OTHER_CASE_COLUMNS)
NEEDED_BASE_COLUMNS = ("case_id", "year", "exporter", "importer", "quantity")
OTHER_BASE_COLUMNS = ("tonnes", "value_kusd")
BASE_COLUMNS = (*NEEDED_BASE_COLUMNS, *OTHER_BASE_COLUMNS)
TRUTH_COLUMNS = ("case_id", "exporter", "importer", "share")
DIGITS = 6
"""Significant digits kept of quantities and shares: those of the source are estimates."""


def read_market_cases(sources: Path) -> dict[str, pd.DataFrame]:
    """Return the tables on market cases made from the publisher's three files.

    Raises
    ------
    DataError
        ORE-DAT-011 or 012 if a file or column is missing, or a value is no number.
    """
    raw = {
        part: read_text_table(sources, f"{FRONT}_{part}.csv", columns)
        for part, columns in (
            ("cases", CASE_COLUMNS),
            ("base", BASE_COLUMNS),
            ("truth", TRUTH_COLUMNS),
        )
    }
    return typed_cases(raw)


def typed_cases(raw: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the four tables of market cases from three frames of text.

    Parameters
    ----------
    raw
        Frames ``cases``, ``base`` and ``truth`` with all columns of the format.

    Returns
    -------
    dict
        ``market_cases``, ``market_case_flows``, ``market_case_values``, ``market_case_outcomes``.
    """
    cases, base, truth = raw["cases"], raw["base"], raw["truth"]
    flows = pd.DataFrame(
        {
            "case": base["case_id"],
            "year": whole_numbers_of(base["year"], "base").astype("int64"),
            "exporter": base["exporter"],
            "importer": base["importer"],
            "quantity": numbers_of(base["quantity"], "base").map(_rounded),
        }
    )
    worth = flows[["case", "year"]].assign(
        tonnes=numbers_of(base["tonnes"], "base"),
        value_kusd=numbers_of(base["value_kusd"], "base"),
    )
    outcomes = pd.DataFrame(
        {
            "case": truth["case_id"],
            "exporter": truth["exporter"],
            "importer": truth["importer"],
            "share": numbers_of(truth["share"], "truth").map(_rounded),
        }
    )
    return {
        "market_cases": _case_frame(cases),
        "market_case_flows": flows[flows["quantity"] > 0.0].reset_index(drop=True),
        "market_case_values": worth.groupby(["case", "year"], as_index=False).sum(min_count=1),
        "market_case_outcomes": outcomes[outcomes["share"] > 0.0].reset_index(drop=True),
    }


def _case_frame(cases: pd.DataFrame) -> pd.DataFrame:
    table = cases.rename(columns={"id": "case", "exporter": "restricted"})
    names = ["remaining_fraction", "unit_value_change_world", "clean_score", "shock_to_normal"]
    numbers = {name: numbers_of(table[name], "cases") for name in names}
    table = table.assign(**numbers)
    table["clean_score"] = table["clean_score"].astype("Int64")
    columns = ["case", "restricted", *CASE_COLUMNS[2:]]
    return table[columns].rename(columns={"unit_value_change_world": "unit_value_change"})


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
