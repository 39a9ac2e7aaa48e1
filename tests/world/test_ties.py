"""Ties: distances are distances, files end, and what is not known is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.store import read_table
from oreacle.world.ties import CARRIED_ON, MISSING, OBSERVED, Tie, load_ties

TIES = load_ties()
COUNTRIES = st.sampled_from(sorted(TIES.countries))
YEARS = st.integers(1990, 2024)
ASKED: list[Callable[[str, str, int], Tie]] = [
    TIES.voting_distance,
    TIES.allied,
    TIES.agreement,
    TIES.rivals,
    lambda a, b, _: TIES.distance_km(a, b),
    lambda a, b, _: TIES.contiguous(a, b),
    lambda a, b, _: TIES.common_language(a, b),
    lambda a, b, _: TIES.colonial(a, b),
]


@given(COUNTRIES, COUNTRIES, YEARS, st.sampled_from(ASKED))
def test_every_tie_is_the_same_both_ways(
    first: str, second: str, year: int, asked: Callable[[str, str, int], Tie]
) -> None:
    one, other = asked(first, second, year), asked(second, first, year)
    assert (one.value, one.state) == (other.value, other.state)


@given(COUNTRIES, COUNTRIES, YEARS, st.sampled_from(ASKED))
def test_a_value_is_missing_exactly_if_the_state_says_so(
    first: str, second: str, year: int, asked: Callable[[str, str, int], Tie]
) -> None:
    tie = asked(first, second, year)
    assert (tie.value is None) == tie.is_missing == (tie.state == MISSING)
    assert tie.note or tie.state == OBSERVED


@given(COUNTRIES, COUNTRIES, COUNTRIES, YEARS)
def test_distance_in_votes_obeys_the_triangle(a: str, b: str, c: str, year: int) -> None:
    sides = [TIES.voting_distance(*pair, year).value for pair in ((a, b), (b, c), (a, c))]
    assume(None not in sides)
    ab, bc, ac = (float(side or 0.0) for side in sides)
    assert ac <= ab + bc + 1e-12


@given(COUNTRIES, YEARS)
def test_a_country_votes_with_itself(country: str, year: int) -> None:
    tie = TIES.voting_distance(country, country, year)
    assert tie.value == 0.0 or tie.is_missing


def test_the_voting_distance_is_the_difference_of_two_points() -> None:
    table = read_table("idealpoints").set_index(["country", "year"])["ideal_point"]
    expected = abs(table["USA", 2015] - table["CHN", 2015])
    assert TIES.voting_distance("CHN", "USA", 2015).value == pytest.approx(expected, rel=1e-12)


def test_taiwan_has_no_votes_and_the_answer_says_so() -> None:
    tie = TIES.voting_distance("TWN", "USA", 2020)
    assert tie.is_missing
    assert "TWN" in tie.note


def test_an_alliance_after_the_last_year_of_the_file_is_carried_on() -> None:
    assert TIES.allied("USA", "JPN", 2018).state == OBSERVED
    later = TIES.allied("USA", "JPN", 2024)
    assert (later.value, later.state) == (True, CARRIED_ON)
    assert "2018" in later.note


def test_no_alliance_in_the_file_is_missing_afterwards_and_not_absent() -> None:
    assert TIES.allied("FIN", "USA", 2018).value is False
    assert TIES.allied("FIN", "USA", 2024).is_missing


def test_an_agreement_is_in_force_from_its_year_on() -> None:
    rows = read_table("trade_agreements")
    row = rows[(rows["country_a"] == "CHL") & (rows["country_b"] == "USA")].iloc[0]
    since = int(row["since"])
    assert TIES.agreement("USA", "CHL", since - 1).value is False
    assert TIES.agreement("USA", "CHL", since).value is True
    assert TIES.agreement("USA", "CHL", 2024).state == CARRIED_ON


def test_rivalries_begin_end_and_go_on() -> None:
    assert TIES.rivals("CHN", "USA", 1995).value is False
    assert TIES.rivals("CHN", "USA", 2000).value is True
    assert TIES.rivals("CHN", "USA", 2024).state == CARRIED_ON
    assert TIES.rivals("KAZ", "UZB", 2024).is_missing
    assert TIES.rivals("KAZ", "UZB", 2017).value is True
    assert TIES.rivals("KAZ", "UZB", 2018).value is False


def test_a_territory_that_is_no_state_has_no_alliances_known() -> None:
    assert TIES.allied("NCL", "AUS", 2010).is_missing


def test_neighbours_language_and_colony_are_as_on_the_map() -> None:
    assert TIES.contiguous("CHL", "PER").value is True
    assert TIES.contiguous("CHL", "JPN").value is False
    assert TIES.contiguous("COD", "ZMB").value is True
    assert TIES.common_language("NAM", "GBR").value is True
    assert TIES.colonial("BEL", "COD").value is True
    assert TIES.contiguous("CHL", "CHL").is_missing


def test_democracy_and_news_are_missing_where_the_files_have_nothing() -> None:
    norway, korea = (TIES.democracy(code, 2020).value for code in ("NOR", "PRK"))
    assert norway is not None
    assert korea is not None
    assert norway > 0.8
    assert korea < 0.2
    assert TIES.democracy("NCL", 2020).is_missing
    assert TIES.news_risk("RUS", 2022).value is not None
    assert TIES.news_risk("NAM", 2022).is_missing


@pytest.mark.parametrize("code", ["EU", "ROW", "XYZ"])
def test_blocs_the_rest_and_unknown_codes_are_refused(code: str) -> None:
    with pytest.raises(DataError) as caught:
        TIES.distance_km(code, "USA")
    assert caught.value.code == "ORE-DAT-091"


def test_a_year_after_the_last_day_and_an_unknown_index_are_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-092"):
        TIES.allied("USA", "JPN", 2026)
    with pytest.raises(DataError, match="ORE-DAT-091"):
        TIES.democracy("USA", 2020, "polyarky")
