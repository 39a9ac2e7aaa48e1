"""The command `scenario`: presets, one scenario in words and JSON, checks, overlays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oreacle.app.cli import main
from oreacle.scenario.presets import preset_names


def test_without_a_name_it_lists_every_preset_with_its_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["scenario"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in preset_names())
    assert "two degrees" in shown
    assert main(["scenario", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["presets"]
    assert [one["name"] for one in listed] == list(preset_names())


def test_it_shows_a_joined_scenario_and_how_it_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "gallium-ban", "--overlay", "net-zero"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("gallium-ban-net-zero: ")
    assert "Demand follows NZE, not STEPS." in shown
    assert "from 2027 to 2029" in shown
    assert main(["scenario", "gallium-ban", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["files"] == ["baseline", "gallium-ban"]
    assert record["scenario"]["policies"][0]["actor"] == "CHN"


def test_the_baseline_is_told_to_be_the_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "baseline"]) == 0
    assert "It is the baseline." in capsys.readouterr().out


def test_a_check_says_that_there_is_no_fault_or_names_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scenario", "gallium-ban", "--check"]) == 0
    assert "no fault" in capsys.readouterr().out
    path = tmp_path / "mine.yaml"
    path.write_text("oreacle: 1\nname: mine\nextends: baseline\nuntil: soon\noff: [x]\n")
    assert main(["scenario", str(path), "--check", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "ORE-SCN-011"
    assert "until" in error["what"]
    assert "off[0]" in error["what"]


def test_entries_of_a_preset_that_a_shorter_run_never_reaches_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("oreacle: 1\nname: mine\nextends: baseline\nuntil: 2028\n")
    for extra in ((), ("--check",)):
        assert main(["scenario", str(path), "--overlay", "climate-stress", *extra]) == 0
        shown = capsys.readouterr().out
        assert shown.count("starts in 2030, after the last year of the run, 2028") == 3
        assert "shock_rates[3] (climate-stress, line " in shown


def test_an_entry_that_touches_nothing_is_refused_as_by_a_forecast(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "oreacle: 1\nname: mine\nextends: baseline\n"
        "shocks: [{cause: war, place: JPN, mineral: uranium, loss: 0.5, from: 2027}]\n"
    )
    for command in ("scenario", "forecast"):
        assert main([command, str(path)]) == 2
        assert "ORE-SCN-076" in capsys.readouterr().err


def test_a_forecast_takes_overlays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "runs")
    assert main(["forecast", "baseline", "--overlay", "nowhere", "--out", out]) == 2
    assert "ORE-SCN-001" in capsys.readouterr().err
    assert not Path(out).exists()


def test_it_lists_what_parameters_can_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "--parameters"]) == 0
    assert "oversupply" in capsys.readouterr().out
    assert main(["scenario", "--parameters", "--json"]) == 0
    assert {"mechanisms", "parameters"} == set(json.loads(capsys.readouterr().out))
