"""Names: spellings that mean the same give the same code, and doubt is never resolved silently."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.app.small_world import COUNTRIES, LAST_YEAR, small_world

from oreacle.core.errors import ScenarioError
from oreacle.scenario.names import AMBIGUOUS, fold, name_book, shown

NAMES = name_book(small_world())


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize("code", [code for code in COUNTRIES if code != "COG"])
def test_code_and_english_name_mean_the_same_place(code: str) -> None:
    assert NAMES.place(code) == NAMES.place(code.lower()) == code
    assert NAMES.place(COUNTRIES[code].upper()) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("US", "USA"),
        ("the U.S.", "USA"),
        ("United States of America", "USA"),
        ("DRC", "COD"),
        ("Congo-Brazzaville", "COG"),
        ("cote d’ivoire", "CIV"),
        ("european union", "EU"),
    ],
)
def test_usual_names_are_known(name: str, code: str) -> None:
    assert NAMES.place(name) == code


@pytest.mark.parametrize("name", sorted(AMBIGUOUS))
def test_a_name_of_several_countries_is_refused(name: str) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-014"):
        NAMES.place(name.title())


def test_a_member_of_a_bloc_can_lose_mines_but_sets_no_export_rules() -> None:
    assert NAMES.place("Germany") == "DEU"
    with pytest.raises(ScenarioError) as caught:
        NAMES.actor("Germany")
    assert caught.value.code == "ORE-SCN-015"
    assert "EU" in caught.value.fix


def test_years_come_from_the_world() -> None:
    assert (NAMES.first_year, NAMES.last_year) == (2025, LAST_YEAR)


def test_what_is_shown_is_short_and_on_one_line() -> None:
    text = shown("a\n\x1b[2J" + "b" * 500)
    assert text.isprintable()
    assert len(text) <= 60
