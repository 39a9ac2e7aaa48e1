"""Rules and instruments of clubs: complete, of closed lists, and open about what is not known."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.institutions import club_rules, clubs
from oreacle.data.institutions.club_rules import (
    NONE,
    NOT_KNOWN,
    PURPOSE_OF,
    PURPOSES,
    RULES_OF,
    SUBJECTS,
    club_instruments_table,
    club_rules_table,
    instrument_faults,
    rule_faults,
)
from oreacle.data.store import read_table

CLUBS = read_table("clubs")
RULES = read_table("club_rules")
INSTRUMENTS = read_table("club_instruments")


def test_every_club_has_every_subject_once() -> None:
    counts = RULES.groupby(["club", "subject"]).size()
    assert (counts == 1).all()
    assert set(counts.index) == {(club, s) for club in CLUBS["club"] for s in SUBJECTS}


def test_what_is_not_known_names_no_source_and_claims_no_confidence() -> None:
    unknown = RULES[RULES["rule"] == NOT_KNOWN]
    assert 0 < len(unknown) < len(RULES) / 2
    assert set(unknown["confidence"]) == {"low"}
    assert set(unknown["legal_source"]) == {""}


def test_rules_and_instruments_are_terms_of_their_lists() -> None:
    for row in RULES.to_dict("records"):
        assert row["rule"] in (*RULES_OF[row["subject"]], NONE, NOT_KNOWN)
    assert set(INSTRUMENTS["instrument"]) <= set(PURPOSE_OF)
    assert set(INSTRUMENTS["purpose"]) <= {*PURPOSES, ""}


def test_every_purpose_has_an_instrument_and_no_instrument_another_purpose() -> None:
    assert {name for name in PURPOSE_OF.values() if name} == set(PURPOSES)
    shown = INSTRUMENTS["instrument"].map(PURPOSE_OF)
    assert (shown == INSTRUMENTS["purpose"]).all()


def test_embedded_tables_are_those_that_the_build_makes() -> None:
    made = club_rules_table(CLUBS).sort_values(["club", "subject"], ignore_index=True)
    pd.testing.assert_frame_equal(made, RULES.sort_values(["club", "subject"], ignore_index=True))
    assert len(club_instruments_table(CLUBS)) == len(INSTRUMENTS)


def test_treaty_facts_of_withdrawal() -> None:
    """TEU art. 50(3); North Atlantic Treaty art. 13; OECD Convention art. 17; IEP art. 69(2)."""
    leaving = RULES[RULES["subject"] == "exit"].set_index("club")["rule"]
    expected = {"EU": 24, "NATO": 12, "OECD": 12, "IEA": 12, "CPTPP": 6}
    for club, months in expected.items():
        assert leaving[club] == f"notice of {months} months"


def test_no_club_divides_minerals_by_a_formula() -> None:
    rows = RULES[RULES["subject"] == "allocation"]
    formulas = rows[rows["rule"].str.startswith("pro rata")]
    assert list(formulas["club"]) == ["IEA"]
    assert "Oil only" in formulas["note"].iloc[0]


@given(st.sampled_from(list(RULES.index)))
def test_a_subject_less_or_twice_is_found(spot: int) -> None:
    row = RULES.loc[spot]
    named = f"{row['club']}, {row['subject']}"
    assert rule_faults(RULES.drop(spot), CLUBS["club"]) == [f"{named}: 0 rows instead of one"]
    twice = pd.concat([RULES, RULES.loc[[spot]]])
    assert rule_faults(twice, CLUBS["club"]) == [f"{named}: 2 rows instead of one"]


def test_a_misspelt_rule_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    table = read_assumed("club_rules").replace({"rule": {"consensus": "concensus"}})
    monkeypatch.setattr(club_rules, "read_assumed", lambda _: table)
    with pytest.raises(DataError) as caught:
        club_rules_table(CLUBS)
    assert caught.value.code == "ORE-DAT-161"
    assert "did you mean 'consensus'?" in caught.value.what
    assert NOT_KNOWN in caught.value.fix


def test_not_known_with_a_source_is_refused() -> None:
    spot = RULES.index[RULES["rule"] == NOT_KNOWN][0]
    table = RULES.copy()
    table.loc[spot, "legal_source"] = "Treaty"
    (fault,) = rule_faults(table, CLUBS["club"])
    assert "not known, yet with a source" in fault


def test_faults_of_instruments_are_all_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    table = INSTRUMENTS.drop(columns="purpose").replace(
        {"instrument": {"talks": "talk"}, "state": {"declared": "planned"}}
    )
    monkeypatch.setattr(club_rules, "read_assumed", lambda _: table)
    with pytest.raises(DataError) as caught:
        club_instruments_table(CLUBS)
    assert caught.value.code == "ORE-DAT-162"
    assert "unknown instrument 'talk'. did you mean 'talks'?" in caught.value.what
    assert "unknown state 'planned'" in caught.value.what
    assert instrument_faults(INSTRUMENTS, [*CLUBS["club"], "HANSE"]) == ["HANSE: no instrument"]


def test_members_that_the_compiled_list_lacks_are_added_and_named_as_such() -> None:
    listed = pd.DataFrame(
        {"club": ["C"], "country": ["NOR"], "since": [1990], "until": [float("nan")]}
    ).assign(basis="reported", confidence="high", seen="seen", source="s")
    additions = pd.DataFrame({"club": ["D"], "country": ["CHL"], "since": [2001], "until": [""]})
    table = clubs.with_additions(
        listed, additions.assign(confidence="low", seen="seen", source="own list", note="")
    )
    assert list(table["country"]) == ["NOR", "CHL"]
    assert table["until"].isna().all()
    assert table["source"].iloc[1] == "assumed/club_additions: own list"
    assert list(clubs.with_additions(listed, additions.head(0))["country"]) == ["NOR"]
