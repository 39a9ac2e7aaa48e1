"""Embedded tables on clubs, conditions, routes and ties are complete and say how they are known."""

from __future__ import annotations

import pytest

from oreacle.data.institutions.clubs import refuse_overlaps
from oreacle.data.institutions.jurisdictions import LEVELS, names_later_year
from oreacle.data.readers.provenance import SEEN_WORDS
from oreacle.data.schema import table_spec
from oreacle.data.store import read_table, table_path

TABLES = (
    "clubs",
    "club_members",
    "club_rules",
    "club_instruments",
    "jurisdictions",
    "hazards",
    "stockpiles",
    "chokepoints",
    "chokepoint_events",
    "corridors",
    "gateways",
    "freight_quotes",
    "disruption_events",
    "disruption_rates",
    "contiguity_ties",
    "rivalries",
    "country_risk_news",
    "democracy",
    "policy_crosscheck",
    "natural_experiments",
    "lithium_deposits",
)
MOST_BYTES = 700_000


@pytest.mark.parametrize("name", TABLES)
def test_marks_of_provenance_are_among_the_four_words(name: str) -> None:
    table = read_table(name)
    assert len(table) > 0
    if "seen" in table_spec(name).column_names:
        assert set(table["seen"]) <= set(SEEN_WORDS)
    if "confidence" in table_spec(name).column_names:
        assert set(table["confidence"]) <= {"high", "medium", "low"}


@pytest.mark.parametrize("name", TABLES)
def test_no_row_is_about_a_year_after_the_last_one_covered(name: str) -> None:
    table = read_table(name)
    for column in {"year", "since", "until", "register_year", "year_to"} & set(table.columns):
        years = table[column].astype("string").str.slice(0, 4).dropna()
        assert years[years != ""].max() <= "2024", column


def test_the_tables_together_stay_small() -> None:
    assert sum(table_path(name).stat().st_size for name in TABLES) < MOST_BYTES


def test_spells_of_a_country_in_a_club_do_not_overlap() -> None:
    refuse_overlaps(read_table("club_members"))


def test_every_pair_of_explicit_countries_has_flags_and_guinea_no_false_rival() -> None:
    pairs, distances = read_table("contiguity_ties"), read_table("distances")
    assert len(pairs) == len(distances)
    assert "GAB" not in set(read_table("rivalries")["country_a"])


def test_levels_are_classes_and_no_text_names_a_later_year() -> None:
    table = read_table("hazards")
    assert set(table["level"]) - {""} <= set(LEVELS)
    assert not table["text"].map(names_later_year).any()


def test_fields_without_a_licence_are_not_embedded() -> None:
    fields = set(read_table("jurisdictions")["field"])
    left_out = {"moodys_rating", "global_peace_index", "nd_gain_index", "ease_of_doing_business"}
    assert not fields & left_out


def test_gaps_that_the_sources_show_as_zero_are_not_in_the_tables() -> None:
    table = read_table("jurisdictions").set_index(["country", "field"])
    for key in (("GRL", "corporate_tax_rate"), ("ESP", "royalty_lithium_rate")):
        assert key not in table.index
    assert table.loc[("CHN", "royalty_lithium_rate"), "basis"] == "estimated"
    assert table.loc[("NER", "corporate_tax_rate"), "confidence"] == "low"


def test_one_field_has_one_unit_apart_from_royalties() -> None:
    table = read_table("jurisdictions")
    table = table[~table["field"].str.startswith("royalty")]
    assert table.groupby("field")["unit"].nunique().max() == 1


def test_the_nickel_ban_of_2014_is_in_both_registers() -> None:
    table = read_table("policy_crosscheck").set_index("case")
    row = table.loc["R017"]
    assert (row["status"], row["event_id"]) == ("both", "idn_ore_ban_2014")


def test_a_news_mean_is_that_of_twelve_months_and_below_one_hundred() -> None:
    table = read_table("country_risk_news")
    assert (table["months"] == 12).all()
    risk = table.set_index(["country", "year"])["news_risk"]
    assert risk["UKR", 2022] > 5 * risk["UKR", 2012]
