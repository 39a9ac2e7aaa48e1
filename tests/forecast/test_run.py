"""Runs: stored and opened again unchanged, never overwritten, never shown with other tables."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import oreacle
from oreacle.core.errors import RunError, ScenarioError
from oreacle.data.store import TABLES_DIRECTORY
from oreacle.engine.acts.classes import ACTOR, CLASS_NAMES, CLASSES
from oreacle.forecasting.preset import chosen_scenario
from oreacle.forecasting.run import Run, data_checksum, forecast, open_run
from oreacle.market.policies import ExportBan
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

SHORT = Scenario("short", "Two years.", "STEPS", 2026)


@cache
def run() -> Run:
    return forecast(SHORT, members=4, seed=5)


def test_a_stored_run_opens_unchanged_and_says_the_same(tmp_path: Path) -> None:
    stored = forecast(SHORT, members=4, seed=5, out=tmp_path / "run")
    again = open_run(tmp_path / "run")
    assert again.arrays.equals(run().arrays)
    assert again.outlook().as_dict() == stored.outlook().as_dict() == run().outlook().as_dict()
    assert len(again.events) == len(run().events)


def test_saving_later_gives_the_same_run(tmp_path: Path) -> None:
    run().save(tmp_path / "later")
    assert open_run(tmp_path / "later").arrays.equals(run().arrays)


def test_a_run_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(RunError, match="ORE-RUN-007"):
        forecast(SHORT, members=1, out=tmp_path / "run")


def test_a_scenario_is_taken_as_object_name_text_path_or_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("oreacle: 1\nname: mine\ndemand_scenario: STEPS\nuntil: 2026\n", "utf-8")
    for given in (str(file), file):
        assert chosen_scenario(given) == replace(SHORT, name="mine", description="")
    assert chosen_scenario(SHORT) is SHORT
    assert chosen_scenario("baseline") == chosen_scenario(None)
    made = forecast(str(file), members=4, seed=5)
    assert made.arrays.equals(run().arrays)
    with pytest.raises(ScenarioError, match="ORE-SCN-001"):
        forecast("baselin", members=1)


def test_folders_may_be_given_as_text(tmp_path: Path) -> None:
    tables = str(TABLES_DIRECTORY)
    made = forecast(SHORT, members=4, seed=5, out=str(tmp_path / "one"), data=tables)
    again = made.save(str(tmp_path / "two"))
    assert (made.folder, again.folder) == (tmp_path / "one", tmp_path / "two")
    for name in ("one", "two"):
        opened = open_run(str(tmp_path / name), tables)
        assert opened.arrays.equals(run().arrays)
        assert (opened.folder, opened.data) == (tmp_path / name, TABLES_DIRECTORY)


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    run().save(tmp_path / "run")
    (tmp_path / "run" / "run.json").unlink()
    with pytest.raises(RunError, match="ORE-RUN-004"):
        open_run(tmp_path / "run")


def test_a_damaged_block_is_refused_and_named(tmp_path: Path) -> None:
    run().save(tmp_path / "run")
    block = tmp_path / "run" / "block-0000.nc"
    block.write_bytes(block.read_bytes()[:2000])
    with pytest.raises(RunError) as caught:
        open_run(tmp_path / "run")
    assert caught.value.code == "ORE-RUN-005"
    assert "block-0000.nc" in caught.value.what


def test_a_damaged_record_is_refused(tmp_path: Path) -> None:
    run().save(tmp_path / "run")
    (tmp_path / "run" / "run.json").write_text("{")
    with pytest.raises(RunError, match="ORE-RUN-005"):
        open_run(tmp_path / "run")


def test_a_run_is_not_shown_with_other_tables(tmp_path: Path) -> None:
    shutil.copytree(TABLES_DIRECTORY, tmp_path / "tables")
    same = replace(run(), data=tmp_path / "tables")
    assert same.outlook().as_dict() == run().outlook().as_dict()
    minerals = tmp_path / "tables" / "minerals.csv"
    minerals.write_text(minerals.read_text().replace("Gallium", "Galium"))
    with pytest.raises(RunError, match="ORE-RUN-006"):
        same.outlook()


def test_two_sets_of_tables_never_share_a_checksum(tmp_path: Path) -> None:
    shutil.copytree(TABLES_DIRECTORY, tmp_path / "tables")
    sums = {data_checksum(None), data_checksum(tmp_path / "tables")}
    assert len(sums) == 1
    paths = sorted((tmp_path / "tables").iterdir())
    for path in paths:
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        sums.add(data_checksum(tmp_path / "tables"))
        path.write_bytes(before)
    assert len(sums) == 1 + len(paths)


def test_a_run_that_cannot_be_written_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_path: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    whole = forecast(SHORT, members=1)
    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(RunError, match="ORE-RUN-003"):
        whole.save(tmp_path / "run")
    with pytest.raises(RunError, match="ORE-RUN-003"):
        forecast(SHORT, members=1, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None])
def test_sizes_and_seeds_that_are_no_whole_numbers_are_refused(wrong: int) -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-010"):
        forecast(SHORT, members=1, seed=wrong)
    with pytest.raises(RunError, match="ORE-RUN-001"):
        forecast(SHORT, members=wrong)


def test_the_record_holds_what_is_needed_to_repeat_the_run(tmp_path: Path) -> None:
    run().save(tmp_path / "run")
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (record["seed"], record["members"], record["failed"]) == (5, 4, 0)
    assert record["scenario"]["name"] == "short"
    assert len(record["data_sha256"]) == 64
    assert sorted(record["files"]) == ["block-0000.nc", "events-0000.csv"]


def test_a_scenario_whose_policy_touches_nothing_is_refused() -> None:
    idle = replace(SHORT, policies=(ScheduledPolicy(ExportBan("IDN", "gallium"), 2025),))
    with pytest.raises(ScenarioError, match="ORE-SCN-007"):
        forecast(idle, members=1)


def test_the_outlook_is_within_its_bounds() -> None:
    outlook = run().outlook()
    acts = (outlook.restrictions, outlook.restricted_minerals, outlook.agreements, outlook.others)
    for event in (event for part in acts for event in part):
        assert all(0.0 <= p <= 1.0 for p in (*event.probability, *event.base_rate))
        assert list(event.probability) == sorted(event.probability)
        assert all(low <= high for low, high in zip(event.low, event.high, strict=True))
    for mineral in outlook.minerals:
        bands = np.array([mineral.price_low, mineral.price_mid, mineral.price_high])
        assert (np.diff(bands, axis=0) >= 0).all()
        assert 0.0 < mineral.refined_hhi <= 1.0
    assert {m.mineral: m.refined_leader for m in outlook.minerals}["gallium"] == "CHN"


def test_other_classes_are_shown_with_their_parties_base_rates_and_reasons() -> None:
    others = run().outlook().others
    assert {event.kind for event in others} == set(CLASS_NAMES) - {"restriction", "agreement"}
    for event in others:
        assert bool(event.partner) == (CLASSES[event.kind].unit != ACTOR)
        assert event.partner != event.actor
        assert event.mineral == event.link == ""
        assert 0.0 < event.probability[0] < 1.0
        assert 0.0 < event.base_rate[0] < 1.0
        assert event.drivers
        terms = {driver.term for driver in event.drivers if not driver.term.startswith("effect.")}
        assert terms <= set(CLASSES[event.kind].terms)
    for kind in set(CLASS_NAMES) - {"restriction", "agreement"}:
        (*_, horizon) = others[0].horizons
        assert horizon == 2
        chances = [event.probability[-1] for event in others if event.kind == kind]
        assert chances == sorted(chances, reverse=True)
        assert len(chances) == 5


def test_equal_base_rates_and_different_positions_give_different_probabilities() -> None:
    events = run().outlook().restricted_minerals
    equal: dict[tuple[float, ...], set[tuple[float, ...]]] = {}
    for event in events:
        equal.setdefault(event.base_rate, set()).add(event.probability)
    assert any(len(group) > 1 for group in equal.values())


def test_the_function_is_not_shadowed_by_the_package_that_holds_it() -> None:
    assert oreacle.forecast is forecast
