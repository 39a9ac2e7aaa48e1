"""`world country` and `world check` on the embedded world."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.app.stubs import Shown, command

from oreacle.app.check_records import check_record
from oreacle.app.country_records import country_record
from oreacle.app.world_check import TOP, check_text
from oreacle.world import checks
from oreacle.world.load import load_world

Command = Callable[..., Shown]
WORLD = load_world()


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    yield from command(monkeypatch, capsys, tmp_path)


def test_chile_leads_in_mined_copper_and_its_measures_and_clubs_are_listed() -> None:
    record = country_record(WORLD, "CHL")
    first = next(row for row in record["supply"] if row["mineral"] == "copper")
    assert (first["stage"], first["rank"]) == ("mined", 1)
    assert first["percent"] == pytest.approx(24, abs=1)
    assert "OECD" in record["clubs"]
    assert {fact["field"] for fact in record["conditions"]} >= {"corporate_tax_rate"}


def test_what_china_owns_abroad_says_how_it_is_known() -> None:
    rows = {
        (r["mineral"], r["stage"], r["country"]): r for r in country_record(WORLD, "CHN")["owns"]
    }
    assert rows["cobalt", "mined", "COD"]["measure"] == "control"
    assert rows["rare_earths_heavy", "mined", "MMR"]["basis"] == "assumed"
    assert not any(country == "CHN" for _, _, country in rows)


def test_a_bloc_adds_its_members_up_and_a_member_makes_no_rules_of_its_own(run: Command) -> None:
    whole = country_record(WORLD, "EU")
    part = country_record(WORLD, "FRA")
    share = {(r["mineral"], r["stage"]): r["percent"] for r in whole["supply"]}
    assert len(whole["members"]) == 27
    assert all(r["percent"] <= share[r["mineral"], r["stage"]] + 0.1 for r in part["supply"])
    assert "export rules are made by EU" in run("world", "country", "FRA").out


def test_a_ban_on_the_united_states_is_shown_as_aimed_at_it() -> None:
    aimed = {row["measure_id"] for row in country_record(WORLD, "USA")["aimed_at_it"]}
    assert "chn_usa_ban_ga_ge_sb_2024.gallium.refined" in aimed


def test_an_unknown_country_is_refused_with_exit_code_2(run: Command) -> None:
    shown = run("world", "country", "CHX")
    assert shown.code == 2
    assert "ORE-" in shown.err
    assert shown.out == ""


def test_sources_stand_in_the_table_when_asked_for(run: Command) -> None:
    assert "confidence" not in run("world", "country", "CHN").out
    assert "confidence" in run("world", "country", "CHN", "--sources").out


def test_the_embedded_world_is_clean_and_says_what_it_assumes(run: Command) -> None:
    shown = run("world", "check")
    assert shown.code == 0
    assert "clean: every matrix closes" in shown.out
    for words in ("No trade data on refined links", "publishers differ", "Sourced owners"):
        assert words in shown.out
    record = json.loads(run("world", "check", "--json").out)
    assert record["faults"] == []
    assert record["largest_miss"] <= 1e-9
    assert {row["table"] for row in record["assumptions"]} >= {"market_parameters", "recycling"}


def test_lists_are_cut_and_shown_whole_on_request() -> None:
    record = check_record(WORLD)
    short, full = check_text(record, TOP), check_text(record, None)
    assert f"({TOP} of {len(record['rivals'])}" in short
    assert len(full.splitlines()) > len(short.splitlines())


def test_a_matrix_that_does_not_close_is_a_fault() -> None:
    chain = WORLD.chain("tin")
    flow = np.array(chain.ore_flow)
    flow[0, 0] *= 1.01
    bent = replace(chain)
    object.__setattr__(bent, "ore_flow", flow)
    world = replace(WORLD, chains={**WORLD.chains, "tin": bent})
    open_ones = [row.mineral for row in checks.balances(world) if not row.is_closed]
    assert open_ones == ["tin"]
    assert check_record(world)["faults"][0].startswith("tin: ore misses by")


def test_a_rival_is_a_larger_producer_on_whom_publishers_differ_by_a_quarter() -> None:
    found = checks.rivals(WORLD)
    assert {(r.mineral, r.country) for r in found} >= {("antimony", "RUS"), ("antimony", "MMR")}
    for rival in found:
        share = WORLD.chain(rival.mineral).shares(rival.stage)[rival.country]
        assert share >= checks.LEAST_SHARE
        assert max(rival.ratio, 1 / rival.ratio) >= checks.LEAST_RATIO


def test_tonnes_of_a_country_are_those_of_its_minerals() -> None:
    nodes = WORLD.table("nodes").set_index(["mineral", "stage", "country"])["quantity_t"]
    shown = country_record(WORLD, "COD")["supply"]
    assert shown
    for row in shown:
        assert row["quantity_t"] == nodes[row["mineral"], row["stage"], "COD"]


def test_holdings_of_a_bloc_are_not_said_to_be_the_members_own(run: Command) -> None:
    assert "by owners of EU, not of the country alone" in run("world", "country", "DEU").out
    assert "not of the country alone" not in run("world", "country", "EU").out
