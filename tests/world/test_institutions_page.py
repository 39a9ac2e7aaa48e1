"""The page on clubs, conditions, routes and ties shows what the program answers."""

from __future__ import annotations

import doctest

from tests.architecture.source import PROJECT

from oreacle.data.store import read_table

PAGE = PROJECT / "docs" / "institutions.md"


def test_every_example_of_the_page_gives_what_it_shows() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted > 20
    assert result.failed == 0


def test_the_counts_of_the_crosscheck_on_the_page_are_those_of_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for status, count in read_table("policy_crosscheck")["status"].value_counts().items():
        assert f"| {status} | {count} |" in text


def test_the_counts_of_rows_on_the_page_are_those_of_the_tables() -> None:
    text = PAGE.read_text(encoding="utf-8")
    counts = {
        "clubs": "27 clubs",
        "club_members": "339 spells",
        "club_rules": "189 rules",
        "club_instruments": "45 instruments",
        "chokepoints": "25 passages",
        "chokepoint_events": "34 events",
        "corridors": "70 corridors",
        "gateways": "249 ports",
        "freight_quotes": "88 quotations",
        "disruption_events": "142 events",
        "disruption_rates": "28 causes",
        "rivalries": "47 strategic",
        "natural_experiments": "27 dated",
        "lithium_deposits": "160 deposits",
    }
    for name, words in counts.items():
        assert words in text
        assert words.split()[0] == str(len(read_table(name))), name
