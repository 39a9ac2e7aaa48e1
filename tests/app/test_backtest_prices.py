"""`backtest prices` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.stubs import Shown, command

Command = Callable[..., Shown]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    monkeypatch.delenv("OREACLE_DATA", raising=False)
    yield from command(monkeypatch, capsys, tmp_path)


def test_shipped_scores_are_shown_with_losses_and_without_claims_that_the_interval_denies(
    run: Command,
) -> None:
    shown = run("backtest", "prices", "--json")
    assert shown.code == 0
    record = json.loads(shown.out)
    rows = record["prices"]
    assert {row["horizon"] for row in rows} == {1, 3, 5}
    assert len({row["forecast"] for row in rows if row["chosen"]}) == 1
    for row in rows:
        holds_zero = row["crps_skill_low"] <= 0.0 <= row["crps_skill_high"]
        assert not holds_zero or row["crps_verdict"] == "not told apart"
        assert row["first_origin"] >= 2015
    text = run("backtest", "prices")
    assert "not told apart" in text.out
    lost = [row for row in rows if row["crps_verdict"] == "worse"]
    assert lost
    assert f"{100 * lost[0]['crps_skill']:+.0f} %" in text.out


def test_early_windows_show_every_form_that_was_tried(run: Command) -> None:
    from oreacle.forecasting.backcast.variants import NAMES

    record = json.loads(run("backtest", "prices", "--windows", "early", "--json").out)
    assert {row["forecast"] for row in record["prices"]} >= set(NAMES)


@pytest.mark.parametrize("words", [("--windows", "best"), ("--rerun", "--members", "3")])
def test_options_that_would_mislead_are_refused(run: Command, words: tuple[str, ...]) -> None:
    shown = run("backtest", "prices", *words)
    assert shown.code == 2
    assert "ORE-RUN-180" in shown.err
