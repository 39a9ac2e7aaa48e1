"""Rules, purposes and terms that users write: what is read, and what is refused with a way out."""

from __future__ import annotations

import numpy as np
import pytest

from oreacle.core.errors import DataError, ScenarioError
from oreacle.data.assumptions import read_assumed
from oreacle.engine.clubs.purposes import NAMES, PURPOSES, read_purposes
from oreacle.engine.clubs.rules import RULES, SAID, read_rule
from oreacle.engine.clubs.terms import (
    LARGEST,
    SMALLEST,
    ClubTerms,
    club_terms,
    term_range,
    terms_from_table,
)


def test_every_stated_term_lies_in_its_own_range_and_the_range_can_be_asked_for() -> None:
    terms = club_terms()
    for name in ClubTerms.names():
        low, high = term_range(name)
        assert low <= getattr(terms, name) <= high, name
        assert SMALLEST.get(name, 0.0) <= low, name
        assert high <= LARGEST.get(name, 1.0), name
        assert getattr(terms.changed(**{name: high}), name) == high


def test_the_table_holds_no_term_that_nothing_reads() -> None:
    assert set(read_assumed("club_terms")["parameter"]) == set(ClubTerms.names())


def test_a_missing_term_is_refused_and_named() -> None:
    table = read_assumed("club_terms")
    with pytest.raises(DataError) as caught:
        terms_from_table(table[table["parameter"] != "discount"])
    assert caught.value.code == "ORE-DAT-170"
    assert "discount" in caught.value.what
    assert "club_terms.csv" in caught.value.fix


def test_an_unknown_term_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as caught:
        club_terms(stock_day=60.0)
    assert caught.value.code == "ORE-SCN-060"
    assert "stock_day" in caught.value.what
    assert "stock_days" in caught.value.fix


@pytest.mark.parametrize(
    ("name", "value"),
    [("desk_share", 1.1), ("stock_days", -1.0), ("stock_trigger", 0.9), ("discount", np.nan)],
)
def test_a_term_out_of_range_is_refused_with_the_range(name: str, value: float) -> None:
    with pytest.raises(ScenarioError) as caught:
        club_terms(**{name: value})
    assert caught.value.code == "ORE-SCN-061"
    assert name in caught.value.what
    assert f"{LARGEST.get(name, 1.0):g}" in caught.value.why
    assert "club_terms" in caught.value.fix


def test_a_switch_is_no_term() -> None:
    with pytest.raises(ScenarioError) as caught:
        club_terms(enforcement=True)
    assert caught.value.code == "ORE-SCN-061"


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_read_however_it_is_written_and_is_explained(name: str) -> None:
    first = ("JPN",) if name == "allies first" else ()
    assert read_rule(f" {name.upper().replace(' ', '-')} ", first).name == name
    assert SAID[name]


def test_an_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_rule("neede")
    assert caught.value.code == "ORE-SCN-062"
    assert "neede" in caught.value.what
    assert "need" in caught.value.fix


@pytest.mark.parametrize(("name", "first"), [("need", ("JPN",)), ("allies first", ())])
def test_favoured_members_without_their_rule_or_missing_are_refused(
    name: str, first: tuple[str, ...]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_rule(name, first)
    assert caught.value.code == "ORE-SCN-062"
    assert name in caught.value.what
    assert "allies first" in caught.value.fix


def test_a_mix_is_read_in_the_order_of_the_table_and_all_is_everything() -> None:
    assert [one.name for one in read_purposes("recycling, Stockpile")] == ["stockpile", "recycling"]
    assert read_purposes("all") == PURPOSES
    assert [read_purposes(name)[0].name for name in NAMES] == list(NAMES)


@pytest.mark.parametrize("text", ["stockpil", "floor+floor", "", "stockpile+all"])
def test_an_unknown_purpose_or_one_named_twice_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_purposes(text)
    assert caught.value.code == "ORE-SCN-063"
    assert "stockpile" in caught.value.fix
