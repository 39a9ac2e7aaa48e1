"""Commands: each has help with an example, JSON alone on stdout, and does what it says."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.stubs import Calls, Shown, command, install

from oreacle import __version__
from oreacle.core.errors import RunError

Command = Callable[..., Shown]
COMMANDS = (
    ("forecast",),
    ("report",),
    ("shock",),
    ("power",),
    ("world", "info"),
    ("world", "minerals"),
    ("world", "mineral"),
    ("world", "check"),
    ("world", "exposure"),
    ("data", "sources"),
    ("data", "check"),
    ("data", "build"),
    ("backtest", "market"),
    ("backtest", "nickel"),
    ("explain",),
    ("version",),
)
WITH_JSON = (
    ("forecast", "-n", "3"),
    ("shock", "CHN bans exports of gallium to USA; COD loses 30 % of mined cobalt"),
    ("power", "--mineral", "gallium"),
    ("power", "CHN", "--mineral", "gallium", "--draws", "20"),
    ("power", "--joint", "CHN,USA", "--target", "JPN", "--mineral", "gallium"),
    ("world", "info"),
    ("world", "minerals"),
    ("world", "mineral", "gallium"),
    ("world", "check"),
    ("world", "exposure", "JPN"),
    ("world", "exposure", "EU", "--mineral", "gallium", "--sources"),
    ("explain", "ORE-SCN-002"),
    ("explain",),
    ("version",),
    ("data", "build", "--sources", "."),
)
HELP_SECONDS = 0.5


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    made = Calls()
    install(monkeypatch, made)
    return made


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    calls: Calls,
) -> Iterator[Command]:
    assert not calls.forecasts
    yield from command(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_and_json(
    run: Command, words: tuple[str, ...]
) -> None:
    shown = run(*words, "--help")
    assert shown.code == 0
    assert f"Example: oreacle {' '.join(words)}" in shown.out
    assert "--json" in shown.out


@pytest.mark.parametrize("words", WITH_JSON, ids=" ".join)
def test_json_is_all_that_stands_on_stdout(run: Command, words: tuple[str, ...]) -> None:
    shown = run(*words, "--json")
    assert shown.code == 0, shown.err
    assert isinstance(json.loads(shown.out), dict)


@pytest.mark.parametrize("words", WITH_JSON, ids=" ".join)
def test_without_json_there_is_text_for_people(run: Command, words: tuple[str, ...]) -> None:
    shown = run(*words)
    assert shown.code == 0, shown.err
    assert shown.out.strip()
    assert not shown.out.startswith("{")


def test_forecast_makes_a_run_in_a_new_folder_and_says_where(run: Command, calls: Calls) -> None:
    first = run("forecast", "gallium-ban", "-n", "5", "--seed", "7", "--until", "2030")
    second = run("forecast", "gallium-ban", "-n", "5", "--seed", "7", "--workers", "3")
    assert first.code == second.code == 0
    assert "outlook of gallium-ban to 2030" in first.out
    assert "runs/gallium-ban-s7-n5" in first.err
    assert second.files == (
        "runs/gallium-ban-s7-n5-2/run.json",
        "runs/gallium-ban-s7-n5/run.json",
    )
    assert calls.forecasts[0]["scenario"].until == 2030
    assert calls.forecasts[1]["scenario"].until == 2040
    assert calls.forecasts[0]["workers"] >= 1
    assert calls.forecasts[1]["workers"] == 3


def test_quiet_leaves_stderr_empty(run: Command) -> None:
    assert run("forecast", "-n", "3", "--quiet").err == ""


def test_a_missing_figure_is_null_in_json_and_an_unbounded_one_is_not(run: Command) -> None:
    shown = json.loads(run("forecast", "-n", "3", "--json").out)["outlook"]
    assert shown["expected_restrictions"] is None
    assert shown["measures_end"] == [1.0, 2.0, "inf"]


def test_a_run_with_many_failed_members_is_shown_and_exits_1(run: Command, calls: Calls) -> None:
    calls.failed = 2
    shown = run("forecast", "-n", "3")
    assert shown.code == 1
    assert "outlook of baseline" in shown.out
    assert "2 of 3 members failed" in shown.err


def test_a_run_that_breaks_exits_1_with_its_code(run: Command, calls: Calls) -> None:
    calls.broken = RunError("ORE-RUN-002", "it broke.", why="so.", fix="so.")
    shown = run("forecast", "-n", "3", "--json")
    assert shown.code == 1
    assert "ORE-RUN-002" in shown.err
    assert json.loads(shown.out)["error"]["code"] == "ORE-RUN-002"


def test_report_writes_the_newest_run_unless_one_is_named(run: Command) -> None:
    run("forecast", "-n", "3")
    run("forecast", "net-zero", "-n", "3")
    assert run("report").out.strip() == "runs/net-zero-s1-n3/report.html"
    shown = run("report", "runs/baseline-s1-n3", "--out", "pages/page.html", "--json")
    assert json.loads(shown.out)["report"] == "pages/page.html"
    assert "pages/page.html" in shown.files


def test_flags_say_the_same_as_a_sentence(run: Command) -> None:
    flags = ("--actor", "CHN", "--mineral", "gallium", "--to", "USA,JPN")
    for flag, words in (
        (("--ban",), "CHN bans exports of gallium to USA, JPN with enforcement 95 %"),
        (("--tax", "25 %"), "CHN taxes exports of gallium to USA, JPN by 25 %"),
        (("--license", "0.1"), "CHN licenses exports of gallium to USA, JPN at 10 %"),
    ):
        assert run("shock", *flags, *flag).out.strip() == f"what if {words}"
    limit = run("shock", *flags[:4], "--limit", "60%")
    assert limit.out.strip() == "what if CHN limits exports of gallium to 60 %"
    loss = run("shock", *flags[:4], "--loss", "30%", "--stage", "refined")
    assert loss.out.strip() == "what if CHN loses 30 % of refined gallium"


def test_shock_as_json_has_certificate_units_and_links(run: Command) -> None:
    shown = json.loads(run("shock", "CHN bans exports of gallium to USA", "--json").out)
    market = shown["markets"][0]
    assert market["policies"] == ["CHN bans exports of gallium to USA with enforcement 95 %"]
    assert market["certificate"]["status"] == "solved"
    assert market["prices"]["units"]["refined"] == "USD/t"
    link = next(
        row
        for row in market["flows"]["rows"]
        if (row["link"], row["exporter"], row["importer"]) == ("refined", "CHN", "USA")
    )
    assert link["change"] < 0


def test_shock_as_json_has_an_interval_beside_every_number(run: Command) -> None:
    sentence = "CHN bans exports of gallium to USA; COD loses 30 % of mined cobalt"
    shown = json.loads(run("shock", sentence, "--json", "--draws", "30", "--seed", "4").out)
    assert (shown["draws"], shown["seed"]) == (30, 4)
    assert [market["mineral"] for market in shown["markets"]] == ["gallium", "cobalt"]
    for market in shown["markets"]:
        assert market["intervals"]["failed"] == 0
        assert "scrap_elasticity" in market["intervals"]["parameters"]
        for table in ("prices", "shortage", "welfare", "owned", "gdp_at_risk", "flows", "routes"):
            names = market[table]["units"]
            for row in market[table]["rows"]:
                for name in names:
                    if row[name] is not None:
                        assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]
        total = sum(row["total"] for row in market["welfare"]["rows"])
        owned = sum(row["total"] for row in market["owned"]["rows"])
        assert market["summary"]["welfare"]["value"] == pytest.approx(total)
        assert owned == pytest.approx(total)


def test_shock_without_draws_has_no_intervals(run: Command) -> None:
    sentence = "CHN bans exports of gallium to USA"
    shown = json.loads(run("shock", sentence, "--json", "--draws", "0").out)
    market = shown["markets"][0]
    assert market["intervals"] is None
    assert not [name for name in market["prices"]["rows"][0] if name.endswith("_low")]
    assert market["summary"]["welfare"]["low"] is None


def test_shock_refuses_too_few_draws(run: Command) -> None:
    shown = run("shock", "CHN bans exports of gallium to USA", "--draws", "5")
    assert shown.code == 2
    assert "ORE-MKT-020" in shown.err


def test_a_mineral_is_found_by_its_name_and_shown_with_basis_and_source(run: Command) -> None:
    shown = run("world", "mineral", "Heavy-Rare Earths", "--sources")
    assert shown.code == 0
    assert "reported (high)" in shown.out
    assert "made up" in shown.out
    assert "reported (high)" not in run("world", "mineral", "Heavy-Rare Earths").out


def test_world_commands_say_where_there_is_no_trade_data(run: Command) -> None:
    listed = run("world", "minerals").out
    assert "Grade C, no trade data: gallium (refined)." in listed
    rows = json.loads(run("world", "minerals", "--json").out)["minerals"]
    words = {row["mineral"]: row["trade_data"]["refined"] for row in rows}
    assert words == {
        "gallium": "no trade data",
        "cobalt": "observed",
        "rare_earths_heavy": "observed",
    }
    one = run("world", "mineral", "gallium").out
    assert "trade data: ore A observed, refined C: no trade data" in one
    assert "refined flows across borders, the largest (estimated: no trade data)" in one
    assert "no trade data" not in run("world", "mineral", "cobalt").out
    record = json.loads(run("world", "mineral", "gallium", "--json").out)
    assert record["trade_data"] == {"ore": "observed", "refined": "no trade data"}


def test_shock_as_json_says_what_is_known_of_trade(run: Command) -> None:
    shown = json.loads(run("shock", "CHN bans exports of gallium to USA", "--json").out)
    assert shown["markets"][0]["trade_data"]["refined"] == "no trade data"


def test_version_is_that_of_the_package(run: Command) -> None:
    assert run("version").out.strip() == run("--version").out.strip() == f"oreacle {__version__}"


def test_help_is_quick_and_loads_no_heavy_library() -> None:
    probe = (
        "import sys\nfrom oreacle.app.cli import main\ncode = main(['--help'])\n"
        "heavy = {'numpy', 'pandas', 'xarray', 'scipy', 'pydantic', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
        seconds.append(time.perf_counter() - start)
        assert done.returncode == 0, done.stderr
    assert min(seconds) < HELP_SECONDS
