"""Ties and standing of countries: governance, votes, output, distance, alliances, agreements.

Does      Restricts the readers' frames to the explicit countries and the years in scope.
Units     As the tables' attributes say.
Method    None: missing country-years stay missing.
Assumes   Figures of the base year may be published after it; who uses them decides the lag.
Not here  Aggregation to the European Union: features are made from countries.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.readers.politics import (
    read_alliances,
    read_distances,
    read_ideal_points,
    read_trade_agreements,
)
from oreacle.data.readers.worldbank import read_gdp, read_stability

FIRST_YEAR = 1990
LAST_YEAR = 2024


def build_ties(sources: Path, explicit: list[str]) -> dict[str, pd.DataFrame]:
    """Return governance, idealpoints, gdp, distances, alliances and trade_agreements.

    Parameters
    ----------
    sources
        Folder of all source files.
    explicit
        Countries to keep.
    """
    yearly = {
        "governance": read_stability(sources),
        "idealpoints": read_ideal_points(sources),
        "gdp": read_gdp(sources),
    }
    pairs = {
        "distances": read_distances(sources),
        "alliances": read_alliances(sources),
        "trade_agreements": read_trade_agreements(sources),
    }
    tables = {name: of_countries(table, explicit) for name, table in yearly.items()}
    return tables | {name: between_countries(table, explicit) for name, table in pairs.items()}


def of_countries(table: pd.DataFrame, explicit: list[str]) -> pd.DataFrame:
    """Return the rows of explicit countries, 1990 to the base year."""
    inside = table["country"].isin(explicit) & table["year"].between(FIRST_YEAR, LAST_YEAR)
    return table[inside].reset_index(drop=True)


def between_countries(table: pd.DataFrame, explicit: list[str]) -> pd.DataFrame:
    """Return the rows in which both countries are explicit."""
    inside = table["country_a"].isin(explicit) & table["country_b"].isin(explicit)
    return table[inside].reset_index(drop=True)
