"""`backtest events` as a user meets it: rolling origins, and a file of unseen events."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from tests.app.stubs import Shown, command
from tests.forecast.events.made_history import made_tables

from oreacle.engine.acts.classes import CLASS_NAMES
from oreacle.forecasting.events import track_record
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.tables import read_history

Command = Callable[..., Shown]
HEADER = "event_id,date,kind,actors,targets,minerals,stage,summary,source,confidence\n"
ACTS = (
    "a-1,2025-02-04,export_licensing,CHN,WLD,tungsten;indium,refined,Licences,Notice 10,high\n"
    "a-2,2025-03,tariff,USA,CHN,graphite,refined,Duties,Order,high\n"
    "a-3,2025-05-01,bilateral_mou,JPN;AUS,,lithium,all,Memorandum,Release,high\n"
)
EARLIER = "b-1,2024-11-05,export_ban,COD,WLD,cobalt,all,Old,Gazette,high\n"
LATER = "c-1,2025-08-01,export_ban,COD,WLD,cobalt,all,New,Gazette,high\n"


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    monkeypatch.delenv("OREACLE_DATA", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    yield from command(monkeypatch, capsys, tmp_path)


@pytest.fixture
def rolled(run: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the command over a made history and three origins."""
    monkeypatch.setattr(track_record, "origins_of", lambda _data=None: range(2015, 2018))
    monkeypatch.setattr(track_record, "read_history", lambda _data=None: made_tables())
    return run


def written(folder: Path, *rows: str, header: str = HEADER) -> str:
    path = folder / "unseen.csv"
    path.write_text(header + "".join(rows), encoding="utf-8")
    return str(path)


@cache
def embedded() -> dict[str, pd.DataFrame]:
    return dict(read_history(None))


def widest(text: str) -> int:
    return max(len(line) for line in text.splitlines())


def flat(text: str) -> str:
    return " ".join(text.split())


def test_unknown_windows_are_refused(run: Command) -> None:
    shown = run("backtest", "events", "--windows", "recent", "--json")
    assert shown.code == 2
    error = json.loads(shown.out)["error"]
    assert error["code"] == "ORE-APP-014"
    assert "'recent'" in error["what"]
    for words in ("late", "early", "all"):
        assert words in error["fix"]


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_days_without_a_file_are_refused(run: Command, option: str) -> None:
    shown = run("backtest", "events", option, "2025-01-01")
    assert shown.code == 2
    assert "ORE-APP-014" in shown.err
    assert "belong to --events" in shown.err


@pytest.mark.parametrize(
    "days",
    [
        ("--from", "2024-06-01"),
        ("--from", "2025-03-01", "--to", "2025-02-01"),
        ("--from", "2025-02-30"),
        ("--to", "soon"),
    ],
)
def test_a_window_that_is_no_test_is_refused(
    run: Command, tmp_path: Path, days: tuple[str, ...]
) -> None:
    shown = run("backtest", "events", "--events", written(tmp_path, ACTS), *days, "--json")
    assert shown.code == 2
    assert json.loads(shown.out)["error"]["code"] == "ORE-RUN-130"


def test_a_file_of_the_time_of_the_fit_is_refused(run: Command, tmp_path: Path) -> None:
    shown = run("backtest", "events", "--events", written(tmp_path, EARLIER))
    assert shown.code == 2
    assert "ORE-RUN-130" in shown.err


def test_a_bad_file_names_every_fault_at_once(run: Command, tmp_path: Path) -> None:
    bad = (
        "x-1,2025-02-31,export_ban,CHN,WLD,tungsten,ore,S,T,high\n",
        "x-2,2025-03-01,export_stop,CHN,WLD,tungsten,ore,S,T,high\n",
        "x-3,2025-03-01,export_ban,CHN,WLD,tungstn,ore,S,T,high\n",
        "x-3,2025-03-02,export_ban,XQZ,WLD,tungsten,ore,S,,high\n",
    )
    shown = run("backtest", "events", "--events", written(tmp_path, *bad), "--json")
    assert shown.code == 2
    assert json.loads(shown.out)["error"]["code"].startswith("ORE-DAT-")
    for told in ("2025-02-31", "export_stop", "tungstn", "XQZ", "x-3", "source"):
        assert told in shown.err, told
    assert shown.files == ("unseen.csv",)


def test_a_file_without_rows_or_without_a_column_is_refused(run: Command, tmp_path: Path) -> None:
    assert run("backtest", "events", "--events", written(tmp_path)).code == 2
    header = HEADER.replace("kind,", "")
    shown = run("backtest", "events", "--events", written(tmp_path, ACTS, header=header))
    assert shown.code == 2
    assert "kind" in shown.err
    assert run("backtest", "events", "--events", "nowhere.csv").code == 2


def test_rolling_origins_in_text(rolled: Command) -> None:
    shown = rolled("backtest", "events", "-q")
    assert shown.code == 0
    assert widest(shown.out) <= 80
    text = flat(shown.out)
    for part in ("In short", "Where it loses", "Rate only", "windows that close after 2014"):
        assert part in text
    assert "WTO dispute" in text
    assert "Wto" not in text
    assert shown.err == ""
    assert shown.files == ()


def test_rolling_origins_as_json_and_the_bar_counts_them(rolled: Command) -> None:
    shown = rolled("backtest", "events", "--windows", "all", "--json")
    assert shown.code == 0
    record = json.loads(shown.out)
    assert record["windows"] == "all"
    assert {row["event_class"] for row in record["classes"]} == {*CLASS_NAMES, LINKS}
    # Acts are known to the year after the last origin: no window of five years is over by then.
    assert {row["horizon"] for row in record["classes"]} == {1, 3}
    one = next(row for row in record["classes"] if row["horizon"] == 1)
    assert (one["first_origin"], one["last_origin"], one["origins"]) == (2015, 2017, 3)
    assert "3/3" in shown.err


def test_frozen_scores_of_a_part_of_a_year_in_text(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "oreacle.forecasting.events.tables.read_history", lambda _d=None: embedded()
    )
    path = written(tmp_path, ACTS, LATER)
    shown = run("backtest", "events", "--events", path, "--to", "2025-06-30")
    assert shown.code == 0
    assert widest(shown.out) <= 80
    text = flat(shown.out)
    assert "nothing after 2024-12-31" in text
    assert "from 2025-01-01 to 2025-06-30" in text
    assert "3 events of the file lie in the window; 3 units acted" in text
    assert "no forecast is about: 1 outside the window." in text
    assert "China, tungsten" in text
    assert re.search(r"(United States -> China|Japan with Australia)", text)
    assert "nan" not in text
    order = [text.index(words) for words in ("Mandate or seizure", "WTO dispute", "Club")]
    assert order == sorted(order)


def test_frozen_scores_as_json_hold_every_unit_and_its_outcome(
    run: Command, tmp_path: Path
) -> None:
    path = written(tmp_path, ACTS, LATER)
    half, whole = (
        json.loads(run("backtest", "events", "--events", path, "--to", to, "--json").out)
        for to in ("2025-06-30", "2025-12-31")
    )
    assert (half["from"], half["to"], half["events"]) == ("2025-01-01", "2025-06-30", 3)
    assert half["uncounted"] == [{"event_class": "", "reason": "outside the window", "count": 1}]
    assert (whole["events"], whole["uncounted"]) == (4, [])
    acted = {(r["event_class"], r["unit"]) for r in half["forecasts"] if r["outcome"]}
    assert acted == {
        ("restriction", "CHN"),
        (LINKS, "CHN;tungsten"),
        (LINKS, "CHN;indium"),
        ("trade_barrier", "USA;CHN"),
        ("agreement", "JPN;AUS"),
    }
    for row in half["classes"]:
        chances = [r["model"] for r in half["forecasts"] if r["event_class"] == row["event_class"]]
        assert row["expected"] == pytest.approx(sum(chances))
        assert row["units"] == len(chances)
        assert row["verdict"] == "rate only"
    for one, two in zip(half["forecasts"], whole["forecasts"], strict=True):
        assert (one["event_class"], one["unit"]) == (two["event_class"], two["unit"])
        assert 0.0 < one["model"] < two["model"] < 1.0
