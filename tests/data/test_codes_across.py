"""A code that no table explains is found in every table, with its lines."""

from __future__ import annotations

import pandas as pd
import pytest

from oreacle.data.codes_across import faults_across
from oreacle.data.schema import table_names
from oreacle.data.store import TABLES_DIRECTORY, read_table, tables_of

COUNTRIES = pd.DataFrame({"country": ["CHL", "FRA"], "actor": ["CHL", "EU"]})
MINERALS = pd.DataFrame({"mineral": ["tin"], "price_refined_source": ["a remark"]})
SOURCES = pd.DataFrame({"source": ["usgs-mcs-2026"]})


def faults(name: str, **columns: object) -> list[str]:
    return faults_across({"sources": SOURCES, "minerals": MINERALS, **_two(name, columns)})[name]


def _two(name: str, columns: dict[str, object]) -> dict[str, pd.DataFrame]:
    countries = COUNTRIES.assign(source="usgs-mcs-2026")
    return {"countries": countries, name: pd.DataFrame(columns)}


def test_the_shipped_tables_explain_all_their_codes() -> None:
    tables = {name: read_table(name, TABLES_DIRECTORY) for name in tables_of(TABLES_DIRECTORY)}
    assert {name: found for name, found in faults_across(tables).items() if found} == {}
    assert set(tables) <= set(table_names())


@pytest.mark.parametrize(
    ("name", "columns", "sentence"),
    [
        (
            "gdp",
            {"country": ["CHL", "NO", "NO"]},
            "lines 3, 4: country 'NO' is not in `countries`: write NOR.",
        ),
        ("gdp", {"country": ["EU"]}, "line 2: country 'EU'"),
        ("flows", {"exporter": ["CHN"], "importer": ["CHL"]}, "line 2: exporter 'CHN'"),
        ("history_shares", {"actor": ["PER"]}, "line 2: actor 'PER'"),
        ("register", {"actor": ["CHL"], "targets": ["EU;USA"]}, "line 2: targets 'USA'"),
        ("nodes", {"mineral": ["tin", "tinn"]}, "line 3: mineral 'tinn' is not in `minerals`"),
        ("nodes", {"source": ["nobody-knows"]}, "line 2: source 'nobody-knows'"),
    ],
)
def test_a_strange_code_is_named_with_its_lines(
    name: str, columns: dict[str, object], sentence: str
) -> None:
    full = {"source": "usgs-mcs-2026", **columns} if name == "nodes" else columns
    found = faults(name, **full)
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_a_source_id_without_a_row_is_a_fault_and_free_text_is_not() -> None:
    texts = ["usgs-mcs-2026: metal", "usgs-mcs-1999", "Spot price, one of many", "assumed/nothing"]
    found = faults("nodes", source=texts)
    assert [text.partition(" is not")[0] for text in found] == [
        "line 5: source 'assumed/nothing'",
        "line 3: source 'usgs-mcs-1999'",
    ]


def test_actors_and_the_rest_of_the_world_are_no_strangers() -> None:
    assert faults("history_shares", actor=["EU", "CHL", "ROW"]) == []
    assert faults("register", actor=["EU"], targets=["WLD"]) == []
    assert faults("gdp", country=["ROW"]) == []


def test_many_lines_are_counted_and_a_missing_table_is_not_asked() -> None:
    (fault,) = faults("gdp", country=["XXX"] * 9)
    assert "lines 2, 3, 4, 5, 6 and 4 more" in fault
    assert (
        faults_across({"countries": None, "gdp": pd.DataFrame({"country": ["XXX"]})})["gdp"] == []
    )
