"""Tie tables keep explicit countries and years in scope, and fill nothing."""

from __future__ import annotations

import pandas as pd

from oreacle.data.history.ties import between_countries, of_countries


def test_other_countries_and_years_are_left_out_and_gaps_stay_gaps() -> None:
    table = pd.DataFrame(
        {
            "country": ["CHL", "CHL", "CHL", "TUV"],
            "year": [1989, 1996, 1998, 1998],
            "stability": [1.0, 2.0, 3.0, 4.0],
        }
    )
    kept = of_countries(table, ["CHL"])
    assert kept["year"].tolist() == [1996, 1998]
    assert kept["stability"].tolist() == [2.0, 3.0]


def test_a_pair_needs_both_countries() -> None:
    table = pd.DataFrame(
        {"country_a": ["CHL", "CHL"], "country_b": ["PER", "TUV"], "since": [2000, 2001]}
    )
    assert between_countries(table, ["CHL", "PER"])["since"].tolist() == [2000]
