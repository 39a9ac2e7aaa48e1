"""`backtest market` and `backtest nickel` as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.app.stubs import Shown, command
from tests.data.importing.case_files import case_files

from oreacle.app import backtest
from oreacle.forecasting.market_windows import DriftFit
from oreacle.market.case_rules import Drift

Command = Callable[..., Shown]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    monkeypatch.delenv("OREACLE_DATA", raising=False)
    fit = DriftFit(Drift(0.3, 0.5, 0.1), 0.95, 9, np.array([-0.3, 0.0, 0.3]))
    monkeypatch.setattr(backtest, "_drift", lambda *_: fit)
    yield from command(monkeypatch, capsys, tmp_path)


def test_own_cases_are_scored_with_what_the_embedded_ones_taught(
    run: Command, tmp_path: Path
) -> None:
    path = case_files(tmp_path)
    shown = run("backtest", "market", "--cases", str(path), "--json", "-q")
    assert shown.code == 0
    record = json.loads(shown.out)
    assert [one["case"] for one in record["cases"]] == ["A-1"]
    one = record["cases"][0]
    assert not one["fitted"]
    assert one["price_seen"] is None  # no unit value was given
    by_hand = 0.5 * (abs(3 / 17 - 0.2) + abs(4 / 17 - 0.3) + 2 * abs(5 / 17 - 0.25))
    assert one["naive"]["removal"]["world"] == pytest.approx(by_hand)
    assert set(record["fits"]) == set(one["models"])
    text = run("backtest", "market", "--cases", str(path), "-q")
    assert "What was fitted on what" in text.out
    assert "A-1" in text.out


def test_bad_cases_are_refused_before_anything_runs(run: Command, tmp_path: Path) -> None:
    shown = run("backtest", "market", "--cases", str(case_files(tmp_path, unit="kg")), "--json")
    assert shown.code == 2
    assert json.loads(shown.out)["error"]["code"] == "ORE-DAT-110"
    assert "unit: 'kg' is unknown" in shown.err


def test_a_year_without_cases_before_it_is_refused(run: Command) -> None:
    shown = run("backtest", "market", "--fit-before", "1990")
    assert shown.code == 2
    assert "outside 2005 to 2024" in shown.err


def test_too_few_early_cases_are_refused(run: Command) -> None:
    shown = run("backtest", "market", "--fit-before", "2005", "-q")
    assert shown.code == 2
    assert "ORE-RUN-090" in shown.err


def test_nickel_is_shown_beside_what_was_seen(run: Command) -> None:
    shown = run("backtest", "nickel")
    assert shown.code == 0
    assert "LME annual mean +12.4 %" in shown.out
    record = json.loads(run("backtest", "nickel", "--json").out)
    assert record["as described"]["first"]["metal"] < record["as described"]["later"]["metal"]
