"""Shares add to one, come from one publisher per vector, and never mix bases."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.history import shares
from oreacle.data.history.shares import (
    KEY,
    base_year_shares,
    combine_shares,
    export_shares,
    output_shares,
)

EXPLICIT = ["AUS", "CHL", "DEU", "FRA", "ZAF"]


def listing(**changes: object) -> pd.DataFrame:
    row: dict[str, object] = {
        "mineral": "manganese",
        "stage": "mined",
        "publisher": "bgs",
        "commodity": "manganese ore",
        "parts": "",
        "first_year": 2000,
        "last_year": 2000,
    }
    return pd.DataFrame([row | changes])


def production(rows: list[tuple[str, str, int, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["country", "part", "year", "quantity"])
    return table.assign(publisher="bgs", commodity="manganese ore")


def as_dict(table: pd.DataFrame) -> dict[str, float]:
    return {
        str(actor): round(float(share), 6)
        for actor, share in zip(table["actor"], table["share"], strict=True)
    }


@given(st.lists(st.floats(0.001, 1e9), min_size=1, max_size=5))
def test_shares_of_a_year_mineral_and_stage_always_add_to_one(tonnes: list[float]) -> None:
    rows = [(EXPLICIT[i], "", 2000, value) for i, value in enumerate(tonnes)]
    table = output_shares(production(rows), listing(), EXPLICIT)
    assert table["share"].sum() == pytest.approx(1.0, abs=1e-12)


def test_members_of_the_union_act_as_one_and_small_countries_are_pooled() -> None:
    rows = [("DEU", "", 2000, 1.0), ("FRA", "", 2000, 2.0), ("AUS", "", 2000, 4.0)]
    rows += [("TGO", "", 2000, 2.0), ("OMN", "", 2000, 1.0), ("CHL", "", 2000, 0.0)]
    table = output_shares(production(rows), listing(), EXPLICIT)
    assert as_dict(table) == {"AUS": 0.4, "EU": 0.3, "ROW": 0.3}
    assert set(table["basis"]) == {"output"}


def test_parts_count_only_where_a_country_does_not_report_the_whole() -> None:
    rows = [
        ("ZAF", "Metallurgical", 2000, 2.0),
        ("ZAF", "Chemical", 2000, 1.0),
        ("AUS", "", 2000, 1.0),
        ("AUS", "Metallurgical", 2000, 9.0),
    ]
    table = output_shares(production(rows), listing(parts="Metallurgical;Chemical"), EXPLICIT)
    assert as_dict(table) == {"AUS": 0.25, "ZAF": 0.75}


def test_a_listed_year_without_figures_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        output_shares(production([("AUS", "", 2000, 1.0)]), listing(last_year=2002), EXPLICIT)
    assert caught.value.code == "ORE-DAT-015"
    assert "2001, 2002" in caught.value.what


def vector(basis: str, year: int, mineral: str = "tin", stage: str = "mined") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": [year, year],
            "mineral": mineral,
            "stage": stage,
            "actor": ["AUS", "CHL"],
            "share": [0.5, 0.5],
            "basis": basis,
        }
    )


def test_output_wins_over_exports_and_each_vector_has_one_basis() -> None:
    table = combine_shares(
        vector("output", 2020),
        vector("output", 2024),
        pd.concat([vector("exports", year) for year in (2019, 2020, 2024)]),
    )
    bases = table.groupby(KEY)["basis"].agg(["nunique", "first"]).reset_index()
    assert set(bases["nunique"]) == {1}
    assert dict(zip(bases["year"], bases["first"], strict=True)) == {
        2019: "exports",
        2020: "output",
        2024: "output",
    }


def test_an_isolated_year_of_output_does_not_interrupt_a_series_of_exports() -> None:
    exports = pd.concat([vector("exports", year) for year in (2022, 2023, 2024)])
    table = combine_shares(vector("output", 2000, "zinc"), vector("output", 2023), exports)
    assert set(table.loc[table["mineral"] == "tin", "basis"]) == {"exports"}


def test_a_base_year_vector_of_an_earlier_year_stands_in_its_own_year_without_trade() -> None:
    table = combine_shares(
        vector("output", 2000, "zinc"),
        vector("output", 2023, "tin", "refined"),
        vector("exports", 2024, "zinc"),
    )
    tin = table[table["mineral"] == "tin"]
    assert set(tin["year"]) == {2023}


def nodes() -> pd.DataFrame:
    rows = [
        ("rare_earths_light", "mined", "AUS", 1.0, 2024, "usgs-mcs-2026"),
        ("rare_earths_light", "mined", "ROW", 3.0, 2024, "usgs-mcs-2026"),
        ("rare_earths_heavy", "mined", "ROW", 9.0, 2024, "ownership-assets"),
        ("gallium", "mined", "DEU", 1.0, 2024, "usgs-mcs-2026"),
        ("gallium", "refined", "DEU", 1.0, 2024, "usgs-mcs-2026"),
        ("tantalum", "refined", "DEU", 1.0, 2023, "cepii-baci"),
        ("tin", "used", "DEU", 1.0, 2024, "x"),
    ]
    names = ["mineral", "stage", "country", "quantity_t", "year", "source"]
    return pd.DataFrame(rows, columns=names)


def test_base_year_nodes_give_output_by_actor_without_export_shares_or_double_stages() -> None:
    actors = {"AUS": "AUS", "DEU": "EU", "ROW": "ROW"}
    table = base_year_shares(nodes(), actors, {"gallium"})
    groups = set(zip(table["mineral"], table["stage"], strict=True))
    assert groups == {
        ("rare_earths_light", "mined"),
        ("rare_earths_heavy", "mined"),
        ("gallium", "refined"),
    }
    heavy = table[table["mineral"] == "rare_earths_heavy"]
    assert as_dict(heavy) == {"AUS": 0.25, "ROW": 0.75}
    assert as_dict(table[table["mineral"] == "gallium"]) == {"EU": 1.0}


def test_export_shares_are_by_value_over_all_codes_of_a_stage() -> None:
    trade = pd.DataFrame(
        {
            "year": 2020,
            "mineral": "lithium",
            "stage": "refined",
            "hs": ["283691", "282520", "283691"],
            "exporter": ["CHL", "CHL", "AUS"],
            "importer": ["AUS", "AUS", "CHL"],
            "value_kusd": [2.0, 1.0, 1.0],
        }
    )
    assert as_dict(export_shares(trade)) == {"AUS": 0.25, "CHL": 0.75}


def test_documented_corrections_are_applied_and_unavailable_figures_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bgs = pd.DataFrame(
        {
            "commodity": "graphite",
            "sub_commodity": "",
            "country": ["BIH", "BIH", "CHN"],
            "year": [2007, 2020, 2007],
            "quantity_t": [393762.0, 3.0, float("nan")],
        }
    )
    wmd = pd.DataFrame({"mineral": ["Tin"], "country": ["CHL"], "year": [2020], "quantity": [1.0]})
    monkeypatch.setattr(shares, "read_bgs_production", lambda _: bgs)
    monkeypatch.setattr(shares, "read_world_mining_data", lambda _: wmd)
    table = shares.read_production(Path())
    assert table[["country", "year"]].to_numpy().tolist() == [["BIH", 2020], ["CHL", 2020]]


def test_the_listing_never_gives_a_mineral_stage_and_year_twice() -> None:
    table = read_assumed("history_output")
    years = [
        (row["mineral"], row["stage"], year)
        for row in table.to_dict("records")
        for year in range(int(row["first_year"]), int(row["last_year"]) + 1)
    ]
    assert len(years) == len(set(years))
    stages = dict(zip(table["mineral"], table["stage"], strict=True))
    for mineral in ("gallium", "germanium", "indium", "tellurium", "vanadium", "niobium"):
        assert stages[mineral] == "refined"
