"""Grades in words: one vocabulary, and nothing about trade that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.world.grades import NO_TRADE_DATA, blind_links, footnote, grade_words, trade_data
from oreacle.world.load import load_world

GRADES = st.sampled_from("ABCN-")


@given(GRADES, st.sampled_from("ABC"))
def test_no_trade_data_is_said_exactly_at_grade_c(ore: str, refined: str) -> None:
    grades = f"{ore}/{refined}"
    has_gap = "C" in grades
    assert (NO_TRADE_DATA in grade_words(grades)) == has_gap
    assert bool(blind_links(grades)) == has_gap
    assert (NO_TRADE_DATA in footnote([("Tin", grades)])) == has_gap
    assert (NO_TRADE_DATA in trade_data(grades).values()) == has_gap


def test_zinc_is_observed_as_ore_and_not_as_metal() -> None:
    chain = load_world().chain("zinc")
    assert chain.grade_words == "ore A observed, refined C: no trade data"
    assert chain.trade_data == {"ore": "observed", "refined": "no trade data"}


@pytest.mark.parametrize("grades", ["", "A", "A/B/C", "?/?"])
def test_grades_that_are_not_understood_are_not_called_observed(grades: str) -> None:
    assert set(trade_data(grades).values()) == {"grade not known"}
