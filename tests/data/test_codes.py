"""One alias table mends the country codes of all publishers, and refuses what it does not know."""

from __future__ import annotations

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.codes import (
    actor_of,
    actors_of,
    canonical_code,
    canonical_codes,
    country_names,
    eu_members,
    is_aggregate,
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("S19", "TWN"),
        ("490", "TWN"),
        ("ZA1", "ZAF"),
        ("711", "ZAF"),
        ("ZAR", "COD"),
        ("ROM", "ROU"),
        ("TMP", "TLS"),
        ("PAL", "PSE"),
        ("YUG", "SRB"),
        ("SCG", "SRB"),
        ("DDR", "DEU"),
        ("R20", "XKX"),
        ("1A0", "XKX"),
        ("900", "XKX"),
        ("842", "USA"),
        ("840", "USA"),
        ("699", "IND"),
        ("757", "CHE"),
        ("251", "FRA"),
        ("SUN", "ROW"),
        ("CSK", "ROW"),
        ("ANT", "ROW"),
        ("ROW", "ROW"),
        ("EU", "EU"),
        ("EU27", "EU"),
        ("EUU", "EU"),
        ("NAM", "NAM"),
        ("4", "AFG"),
    ],
)
def test_a_publishers_code_becomes_the_one_code(code: str, expected: str) -> None:
    assert canonical_code(code) == expected


def test_every_country_is_its_own_code_and_canonical_codes_are_stable() -> None:
    codes = pd.Series(sorted(country_names()))
    assert canonical_codes(codes).tolist() == codes.tolist()
    assert len(codes) == 250


def test_all_unknown_codes_are_named_together_with_a_near_one() -> None:
    with pytest.raises(DataError) as caught:
        canonical_codes(pd.Series(["CHN", "CHNN", "Q7", "WLD"]))
    assert caught.value.code == "ORE-DAT-010"
    assert "'CHNN', 'Q7', 'WLD'" in caught.value.what
    assert "CHN" in caught.value.fix
    assert "a total, not a country" in caught.value.why


@pytest.mark.parametrize("code", ["", "chn", " CHN", "004", "WLD", "CHI"])
def test_matching_is_exact(code: str) -> None:
    with pytest.raises(DataError, match="ORE-DAT-010"):
        canonical_code(code)


def test_regional_totals_are_aggregates_and_countries_are_not() -> None:
    assert is_aggregate("SSA")
    assert is_aggregate("WLD")
    assert not is_aggregate("CHN")


def test_membership_of_the_european_union_by_year() -> None:
    counts = {year: len(eu_members(year)) for year in (1957, 1995, 2004, 2007, 2013, 2020, 2021)}
    assert counts == {1957: 0, 1995: 15, 2004: 25, 2007: 27, 2013: 28, 2020: 28, 2021: 27}
    assert "GBR" not in eu_members()


def test_a_member_acts_as_the_union_even_if_it_is_small_and_others_are_pooled() -> None:
    countries = pd.Series(["FRA", "MLT", "CHL", "TUV", "ROW"])
    assert actors_of(countries).tolist() == ["EU", "EU", "CHL", "TUV", "ROW"]
    assert actors_of(countries, ["FRA", "CHL"]).tolist() == ["EU", "EU", "CHL", "ROW", "ROW"]
    assert actor_of("GBR") == "GBR"
