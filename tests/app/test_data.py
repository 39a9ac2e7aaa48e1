"""`data` commands on a folder of tables: sources are joined to tables, every fault is named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from tests.app.stubs import Shown, command

from oreacle.app.data_records import write_fitted
from oreacle.core.errors import RelationsError
from oreacle.data.schema import table_names
from oreacle.data.store import TABLES_DIRECTORY, read_table, write_table

Command = Callable[..., Shown]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    row = {"publisher": "A survey", "title": "Facts", "licence": "free", "citation": "Survey 2025"}
    sources = pd.DataFrame([{"source": "survey", **row}, {"source": "other", **row}])
    path = write_table(sources, "sources", tmp_path / "tables")
    entry = {
        "table": "sources",
        "rows": 2,
        "years": "2024",
        "sources": "survey",
        "inputs_sha256": "0",
        "table_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "builder": "0.1.0",
    }
    write_table(pd.DataFrame([entry]), "catalogue", tmp_path / "tables")
    yield from command(monkeypatch, capsys, tmp_path)


def test_sources_name_the_tables_made_from_them(run: Command) -> None:
    shown = json.loads(run("data", "sources", "--data", "tables", "--json").out)["sources"]
    assert {row["source"]: row["tables"] for row in shown} == {"survey": ["sources"], "other": []}
    assert "A survey" in run("data", "sources", "--data", "tables").out


def test_check_lists_every_table_and_exits_1_if_one_is_bad(run: Command) -> None:
    shown = run("data", "check", "--data", "tables", "--json")
    assert shown.code == 1
    tables = {row["table"]: row["faults"] for row in json.loads(shown.out)["tables"]}
    assert list(tables) == list(table_names())
    assert tables["sources"] == []
    assert tables["catalogue"] == []
    assert tables["nodes"][0].startswith("ORE-DAT-002")
    assert "nodes" in shown.err


def test_check_finds_a_table_that_was_edited_by_hand(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "tables" / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("free", "fee"), encoding="utf-8")
    shown = run("data", "check", "--data", "tables", "--json")
    tables = {row["table"]: row["faults"] for row in json.loads(shown.out)["tables"]}
    assert "catalogue" in tables["sources"][0]


def test_a_missing_folder_of_tables_is_bad_input(run: Command) -> None:
    for words in (("world", "info"), ("data", "sources"), ("forecast",)):
        shown = run(*words, "--data", "missing")
        assert shown.code == 2
        assert shown.err.startswith("ORE-DAT-002")
        assert shown.files == ("tables/catalogue.csv", "tables/sources.csv")


def test_fitted_tables_are_named_in_the_catalogue_and_pass_the_check(
    run: Command, tmp_path: Path
) -> None:
    rows = pd.DataFrame(
        {
            "model": ["restriction_act"] * 2,
            "group": ["fixed"] * 2,
            "label": ["intercept", "share"],
            "draw": [0, 0],
            "value": [-2.0, 0.5],
        }
    )
    for _ in range(2):
        write_fitted({"relations_coefficients": rows}, tmp_path / "tables")
    shown = json.loads(run("data", "check", "--data", "tables", "--json").out)["tables"]
    faults = {row["table"]: row["faults"] for row in shown}
    assert faults["relations_coefficients"] == faults["catalogue"] == []


def test_fitting_again_drops_tables_that_no_longer_exist_from_the_catalogue(
    run: Command, tmp_path: Path
) -> None:
    listed = read_table("catalogue", tmp_path / "tables")
    old = listed.assign(table="scores_of_old")
    write_table(pd.concat([listed, old]), "catalogue", tmp_path / "tables")
    write_fitted({}, tmp_path / "tables")
    assert read_table("catalogue", tmp_path / "tables")["table"].tolist() == ["sources"]


@pytest.mark.parametrize("fails", [True, False])
def test_a_build_replaces_all_tables_or_none(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def build(_sources: Path, out: Path, tell: Callable[[str], None]) -> pd.DataFrame:
        tell("building")
        shutil.copytree(tmp_path / "tables", out)
        (out / "sources.csv").rename(out / "sources.csv.gz")
        catalogue = pd.DataFrame()
        catalogue.attrs["like_events"] = ["'a' may be 'b'"]
        return catalogue

    def fit(_folder: Path) -> dict[str, pd.DataFrame]:
        if fails:
            raise RelationsError("ORE-REL-003", "it did not converge.", why="so.", fix="so.")
        return {}

    monkeypatch.setattr("oreacle.data.build.build_tables", build)
    monkeypatch.setattr("oreacle.app.data_records.fit_tables", fit)
    monkeypatch.setattr("oreacle.app.data_records.write_fitted", lambda *_: None)
    shown = run("data", "build", "--sources", ".", "--out", "tables", "--json")
    assert shown.code == (1 if fails else 0)
    if not fails:
        assert json.loads(shown.out)["like_events"] == ["'a' may be 'b'"]
    form = "csv" if fails else "csv.gz"
    assert shown.files == ("tables/catalogue.csv", f"tables/sources.{form}")


def test_a_forecast_on_half_a_set_of_tables_is_refused_before_it_starts(run: Command) -> None:
    shown = run("forecast", "--data", "tables")
    assert shown.code == 2
    assert shown.err.startswith("ORE-DAT-002")
    assert "tables in all" in shown.err
    assert shown.files == ("tables/catalogue.csv", "tables/sources.csv")


@pytest.mark.parametrize("words", [("forecast",), ("shock", "CHN bans exports of gallium")])
def test_tables_that_disagree_with_their_catalogue_are_refused(
    run: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    shutil.copytree(TABLES_DIRECTORY, tmp_path / "own")
    path = tmp_path / "own" / "minerals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Gallium", "Galium"), "utf-8")
    shown = run(*words, "--data", "own")
    assert shown.code == 2
    assert shown.err.startswith("ORE-DAT-005")
    assert "minerals" in shown.err
    assert "oreacle data check" in shown.err
    assert not any(name.startswith("runs") for name in shown.files)


def test_an_own_folder_that_agrees_with_its_catalogue_is_used(run: Command, tmp_path: Path) -> None:
    shutil.copytree(TABLES_DIRECTORY, tmp_path / "own")
    assert run("shock", "CHN bans exports of gallium", "--data", "own").code == 0


def test_build_check_lists_all_inputs_and_exits_2_while_one_is_missing(
    run: Command, tmp_path: Path
) -> None:
    (tmp_path / "downloads" / "facts").mkdir(parents=True)
    (tmp_path / "downloads" / "facts" / "prices.csv").write_text("a\n1\n")
    shown = run("data", "build", "--sources", "downloads", "--check", "--json")
    assert shown.code == 2
    rows = {row["input"]: row for row in json.loads(shown.out)["inputs"]}
    assert rows["facts/prices.csv"]["state"] == "present"
    assert rows["facts/refining.csv"]["state"] == "missing"
    assert "ORE-DAT-011" in rows["facts/refining.csv"]["reason"]
    assert "facts/refining.csv" in shown.err
    assert not (tmp_path / "oreacle-data").exists()
    text = run("data", "build", "--sources", "downloads", "--check")
    assert (text.code, "facts/refining.csv" in text.out) == (2, True)
