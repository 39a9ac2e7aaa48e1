"""The scoreboard of event forecasts in the terminal and as a record."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console
from tests.forecast.made_forecasts import made_forecasts

from oreacle.app.output import plain
from oreacle.forecasting.scoring.class_score import BETTER, NOT_WORSE, RATE_ONLY, WORSE, ClassScore
from oreacle.forecasting.scoring.resampling import Estimate
from oreacle.forecasting.scoring.scoreboard import scoreboard
from oreacle.present.events_text import (
    events_record,
    events_text,
    loss_sentences,
    note_sentences,
    verdict_sentences,
)

Scores = tuple[ClassScore, ...]


@pytest.fixture(scope="module")
def scores() -> Scores:
    made = [
        made_forecasts("export_restriction", level=-3.2, spread=1.7, seed=1),
        made_forecasts("investment_block", noise=2.5, stretch=1.5, seed=2),
        made_forecasts("dispute_filed", level=-8.0, seed=3),
    ]
    return scoreboard(pd.concat(made, ignore_index=True), draws=300)


def printed(scores: Scores, width: int = 80, **options: str) -> str:
    console = Console(file=io.StringIO(), width=width, no_color=True)
    console.print(events_text(scores, **options))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


def one_of(scores: Scores, name: str, horizon: int) -> ClassScore:
    return next(one for one in scores if (one.event_class, one.horizon) == (name, horizon))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(scores: Scores, width: int) -> None:
    assert max(len(line) for line in printed(scores, width).splitlines()) <= width


def test_at_80_columns_every_figure_and_interval_stays_whole(scores: Scores) -> None:
    text = printed(scores)
    for one in scores:
        if one.verdict == RATE_ONLY:
            continue
        for found, sign in (
            (one.gain_best, "+"),
            (one.gain_climatology, "+"),
            (one.market_gain, "+"),
            (one.slope, ""),
        ):
            if max(abs(found.low), abs(found.high)) < 9.9:
                assert f"{found.low:{sign}.2f}..{found.high:{sign}.2f}" in text
        assert f"{one.precision20:.2f}" in text
    assert "export restriction" not in text  # named as words, with a capital
    assert "best two" in text


def test_there_is_one_table_for_each_horizon(scores: Scores) -> None:
    text = printed(scores)
    places = [text.index(f"Within {words}:") for words in ("1 year", "3 years", "5 years")]
    assert places == sorted(places)
    assert places[-1] < text.index("Where it loses") < text.index("Rate only: points")


def test_losses_are_said_for_the_one_who_loses_only(scores: Scores) -> None:
    lines = loss_sentences(scores)
    assert len([line for line in lines if line.startswith("Investment block")]) == 3
    assert not [line for line in lines if line.startswith("Dispute filed")]
    five = next(line for line in lines if line.startswith("Investment block or sanction, 5 years"))
    worst = one_of(scores, "investment_block", 5)
    assert f"loses {-worst.gain_best.value:.3f} bits per event to mean of best two" in five
    assert "clear of zero" in five
    assert "too sure, slope" in five
    assert "too many events expected" in five


def test_a_loss_that_may_be_luck_is_told_and_said_to_be_so(scores: Scores) -> None:
    near = replace(
        one_of(scores, "export_restriction", 3),
        gain_best=Estimate(-0.01, -0.2, 0.2),
        verdict=WORSE,
        best_baseline="climatology",
        gain_climatology=Estimate(-0.01, -0.2, 0.2),
    )
    (line,) = loss_sentences([near])
    assert line.count("loses") == 1
    assert "not told apart from zero" in line


def test_no_loss_and_no_verdict_are_told_apart(scores: Scores) -> None:
    fine = replace(
        one_of(scores, "export_restriction", 3),
        market_gain=Estimate(0.1, 0.0, 0.2),
        slope=Estimate(1.0, 0.9, 1.1),
        expected_over_observed=Estimate(1.0, 0.9, 1.1),
        precision20_best=0.0,
    )
    assert "no loss was found" in loss_sentences([fine])[0]
    assert "enough events" in loss_sentences([one_of(scores, "dispute_filed", 1)])[0]


def test_a_class_without_a_verdict_shows_points_and_why(scores: Scores) -> None:
    one = one_of(scores, "dispute_filed", 5)
    text = flat(printed(scores).partition("Rate only: points")[2])
    assert f"Dispute filed 5 {one.events} " in text
    assert f"{one.gain_climatology.value:+.2f}" in text
    assert f"{one.events} of 30 events" in text


def test_verdicts_are_counted_by_horizon(scores: Scores) -> None:
    first = verdict_sentences(scores)[0]
    assert first.startswith("1 year: 3 classes")
    here = [one.verdict for one in scores if one.horizon == 1]
    for verdict in (BETTER, NOT_WORSE, WORSE, RATE_ONLY):
        assert f"{here.count(verdict)} {verdict}" in first


def test_the_notes_say_what_was_chosen_on_what(scores: Scores) -> None:
    notes = " ".join(note_sentences(scores))
    assert "reported acts only" in notes
    assert "scored are windows that close after 2014" in notes
    for windows in ("early", "all"):
        assert "no test of the model" in flat(printed(scores, windows=windows))


def test_the_record_holds_what_the_text_says(scores: Scores) -> None:
    record = json.loads(json.dumps(plain(events_record(scores)), allow_nan=False))
    assert len(record["classes"]) == len(scores)
    assert record["loses"] == loss_sentences(scores)
    assert [row["event_class"] for row in record["rate_only"]] == ["dispute_filed"] * 3
    one = one_of(scores, "export_restriction", 3)
    found = next(
        row
        for row in record["classes"]
        if (row["event_class"], row["horizon"]) == ("export_restriction", 3)
    )
    assert found["gain_best"] == {
        "value": one.gain_best.value,
        "low": one.gain_best.low,
        "high": one.gain_best.high,
    }
    rare = next(row for row in record["classes"] if row["event_class"] == "dispute_filed")
    assert rare["gain_best"]["low"] is None


def test_a_scoreboard_without_any_verdict_still_prints(scores: Scores) -> None:
    rare = tuple(one for one in scores if one.event_class == "dispute_filed")
    text = printed(rare)
    assert "Within" not in text
    assert "no class has enough events" in text
