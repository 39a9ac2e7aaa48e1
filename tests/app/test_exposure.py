"""`world exposure`: tables read sensibly, sentences hold, sources and grades are said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr
from tests.app.stubs import Calls, Shown, command, install

from oreacle.app.exposure_records import exposure_record, overview_record, source_records
from oreacle.data.store import read_table
from oreacle.world.load import load_world

Command = Callable[..., Shown]
WORLD = load_world()


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    install(monkeypatch, Calls())
    yield from command(monkeypatch, capsys, tmp_path)


def test_a_country_sees_all_its_minerals_the_worst_first(run: Command) -> None:
    shown = run("world", "exposure", "Japan")
    assert shown.code == 0
    assert "Exposure of Japan (JPN), base year 2024" in shown.out
    assert "A observed, B partly, C no trade data" in shown.out
    rows = json.loads(run("world", "exposure", "JPN", "--json").out)["minerals"]
    left = [row["left_percent"] for row in rows]
    assert left == sorted(left)
    assert {row["mineral"] for row in rows} == {"gallium", "cobalt", "rare_earths_heavy"}


def test_one_mineral_is_shown_in_full(run: Command) -> None:
    shown = run("world", "exposure", "EU", "--mineral", "Gallium")
    assert shown.code == 0
    for title in (
        "Exposure of European Union (EU) to Gallium",
        "In short",
        "How much comes from abroad",
        "Refined in",
        "Ore mined in",
        "Single points of failure",
        "(N-1), without re-allocation and stocks",
        "Concentration of the world",
        "Supply risk of the European Union",
    ):
        assert title in shown.out


def test_sources_come_when_asked_for(run: Command) -> None:
    plain = run("world", "exposure", "JPN", "--mineral", "gallium")
    with_sources = run("world", "exposure", "JPN", "--mineral", "gallium", "--sources")
    assert "Basis and source" not in plain.out
    assert "Basis and source" in with_sources.out
    assert "world-bank-wgi, 2024" in with_sources.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("XYZ",), "ORE-SCN-003"),
        (("JPN", "--mineral", "galium"), "ORE-SCN-002"),
        (("AUS", "--mineral", "gallium"), "ORE-DAT-088"),
    ],
)
def test_an_unknown_or_pooled_buyer_is_refused(
    run: Command, words: tuple[str, ...], code: str
) -> None:
    shown = run("world", "exposure", *words)
    assert shown.code != 0
    assert code in shown.err


def test_a_buyer_that_no_chain_shows_gets_an_empty_list(run: Command) -> None:
    shown = json.loads(run("world", "exposure", "AUS", "--json").out)
    assert shown["minerals"] == []
    assert shown["not_shown"] == ["gallium", "cobalt", "rare_earths_heavy"]


def test_heavy_rare_earths_of_japan_are_seen_through_to_myanmar() -> None:
    record = exposure_record(WORLD, "rare_earths_heavy", "JPN")
    text = " ".join(record["in_short"])
    assert "China" in text
    assert "mines in Myanmar" in text
    assert record["through"][0]["mined_in"] == "MMR"
    assert record["through"][0]["refined_in"] == "CHN"
    assert sum(row["percent"] for row in record["refined_in"]) == pytest.approx(100, abs=0.5)


def test_a_chain_without_traded_ore_is_said_once() -> None:
    record = exposure_record(WORLD, "gallium", "USA")
    stages = {row["stage"] for part in ("points_of_failure", "coverage") for row in record[part]}
    assert stages == {"refined"}
    assert "mined" not in {row["stage"] for row in record["concentration"]}
    assert "it makes nearly all" in record["in_short"][1]


def test_a_mineral_without_trade_data_says_so() -> None:
    for mineral, is_blind in (("zinc", True), ("copper", False)):
        record = exposure_record(WORLD, mineral, "JPN")
        assert ("no trade data" in record["data"]) == is_blind
        assert any("no trade data" in text for text in record["in_short"]) == is_blind


def test_entrepots_stand_beside_origins() -> None:
    row = {"mineral": "gallium", "link": "refined", "origin": "CHN", "importer": "USA"}
    via = {"via": "CAN", "share": 0.5, "basis": "estimated", "source": "made up"}
    record = exposure_record(WORLD, "gallium", "USA", entrepots=pd.DataFrame([{**row, **via}]))
    sellers: dict[Any, Any] = {(r["seller"], r["origin"]): r["percent"] for r in record["sellers"]}
    assert sellers["CAN", "CHN"] == pytest.approx(sellers["CHN", "CHN"], abs=0.1)
    assert any("By customs it buys most from" in text for text in record["in_short"])
    plain = exposure_record(WORLD, "gallium", "USA")
    assert not any("By customs" in text for text in plain["in_short"])


def test_to_a_member_its_bloc_stands_for_the_other_members() -> None:
    names = {r["place"]: r["name"] for r in exposure_record(WORLD, "tin", "DEU")["refined_in"]}
    assert names["EU"] == "European Union, other members"


def test_owners_stand_beside_countries(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = xr.DataArray([0.7, 0.3], {"actor": ["CHN", "EU"]}, "actor", attrs={"units": "1"})
    monkeypatch.setattr("oreacle.app.exposure_records.owners_of", lambda *_: ({"mined": owner}, {}))
    record = exposure_record(WORLD, "cobalt", "EU")
    rows = [row for row in record["concentration"] if row["counted"] == "owner"]
    assert [(row["stage"], row["leader"], row["hhi"]) for row in rows] == [("mined", "CHN", 0.58)]


def test_the_study_of_the_eu_is_shown_to_the_eu_alone() -> None:
    assert exposure_record(WORLD, "cobalt", "JPN")["eu_supply_risk"] is None
    study = exposure_record(WORLD, "cobalt", "EU")["eu_supply_risk"]
    assert {row["stage"]: row["published"] for row in study} == {
        "extraction": 2.8,
        "processing": 0.5,
    }
    assert {row["verdict"] for row in study} == {"within"}


def test_sources_cover_all_quantities_and_flows() -> None:
    rows = source_records(WORLD, "copper", read_table("nodes"), read_table("flows"))
    sums: dict[str, float] = {}
    for row in rows:
        assert row["basis"]
        assert row["source"]
        sums[row["figure"]] = sums.get(row["figure"], 0.0) + row["percent"]
    assert set(sums) >= {"quantities mined", "quantities used", "flows ore", "flows refined"}
    assert all(total == pytest.approx(100, abs=1) for total in sums.values())


def test_a_bloc_and_its_member_are_both_answered() -> None:
    bloc, member = overview_record(WORLD, "EU"), overview_record(WORLD, "DEU")
    assert bloc["name"] == "European Union"
    assert member["name"] == "Germany"
    assert len(bloc["minerals"]) >= len(member["minerals"]) > 20


def test_withheld_output_of_the_buyer_is_said() -> None:
    said = "Its own mined output is withheld by the source, and not counted here."
    assert said in exposure_record(WORLD, "lithium", "USA")["in_short"]
    assert said not in exposure_record(WORLD, "lithium", "JPN")["in_short"]


def test_a_geopolrisk_figure_that_is_missing_is_none() -> None:
    rows = exposure_record(WORLD, "copper", "USA")["geopolrisk"]
    assert rows
    assert all(row["unscored"] is None or 0.0 <= row["unscored"] <= 1.0 for row in rows)
