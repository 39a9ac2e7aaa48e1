"""Ties of explicit countries: neighbours, rivalries, risk in the news, democracy.

Does      Restricts the readers' frames to the explicit countries and the years in scope.
Units     As the tables' attributes say.
Method    None: missing country-years stay missing.
Assumes   A pair without a row in `rivalries` was no rivalry in the years of its file, if both
          are states of that file.
Not here  Distance, votes, alliances and agreements: see `oreacle.data.history.ties`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.history.ties import FIRST_YEAR, between_countries, of_countries
from oreacle.data.readers import state_ties


def ties_tables(sources: Path, explicit: list[str]) -> dict[str, pd.DataFrame]:
    """Return contiguity_ties, rivalries, country_risk_news and democracy."""
    rivalries = between_countries(state_ties.read_rivalries(sources), explicit)
    recent = (rivalries["open"] == 1) | (rivalries["until"] >= FIRST_YEAR)
    rivalries = rivalries[recent].reset_index(drop=True)
    return {
        "contiguity_ties": between_countries(state_ties.read_neighbours(sources), explicit),
        "rivalries": rivalries.assign(until=rivalries["until"].astype("Int64")),
        "country_risk_news": of_countries(state_ties.read_news_risk(sources), explicit),
        "democracy": of_countries(state_ties.read_democracy(sources), explicit),
    }
