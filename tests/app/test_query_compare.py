"""The commands `query` and `compare` on stored runs: data to stdout, one exit code per fault."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from oreacle.app.cli import main
from oreacle.app.output import pace_words
from oreacle.forecasting.run import forecast
from oreacle.market.policies import ExportBan
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

SHORT = Scenario("short", "One year.", "STEPS", 2025)
BAN = ScheduledPolicy(ExportBan("CHN", "gallium"), 2025)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    forecast(SHORT, members=2, seed=5, out=folder / "one")
    forecast(replace(SHORT, name="ban", policies=(BAN,)), members=2, seed=5, out=folder / "two")
    forecast(SHORT, members=2, seed=6, out=folder / "other")
    return folder


def test_a_query_is_answered_as_text_and_as_json(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("duckdb")
    text = "select member, in_force from measures order by member"
    assert main(["query", str(runs / "one"), text]) == 0
    shown = capsys.readouterr()
    assert shown.out.split()[:3] == ["member", "in_force", "0"]
    assert shown.err == ""
    assert main(["query", str(runs / "one"), text, "--json", "--limit", "1"]) == 0
    shown = capsys.readouterr()
    found = json.loads(shown.out)
    assert found["columns"] == ["member", "in_force"]
    assert [row["member"] for row in found["rows"]] == [0]
    assert found["has_more"]
    assert "more than 1 rows" in shown.err


@pytest.mark.parametrize("text", ["selec 1", "drop table prices", "select * from read_csv('x')"])
def test_a_wrong_query_exits_2(runs: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    assert main(["query", str(runs / "one"), text]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("ORE-RUN-16")


def test_runs_are_compared_and_unlike_ones_refused(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(runs / "one"), str(runs / "two"), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    price = max((row for row in rows if row["quantity"] == "price"), key=lambda row: row["mean"])
    assert price["item"] == "gallium"
    assert main(["compare", str(runs / "one"), str(runs / "two")]) == 0
    assert "gallium" in capsys.readouterr().out
    assert main(["compare", str(runs / "one"), str(runs / "other")]) == 2
    assert "seed 5 and 6" in capsys.readouterr().err


def test_a_finished_run_is_shown_when_it_is_gone_on_with(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forecast", "--resume", str(runs / "one"), "--json", "--workers", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["outlook"]["seed"] == 5


@pytest.mark.parametrize(
    ("made", "left", "seconds", "words"),
    [
        (0, 10, 1.0, ""),
        (10, 0, 5.0, "2 members/s, 0:00 left"),
        (25, 3600, 50.0, "0.5 members/s, 2:00:00 left"),
    ],
)
def test_the_pace_is_the_mean_since_the_start(
    made: int, left: int, seconds: float, words: str
) -> None:
    assert pace_words("members", made, left, seconds) == words
