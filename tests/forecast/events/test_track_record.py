"""The track record: scores as a table, and sentences that say losses."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.forecast.events.made_history import made_tables

from oreacle.data.store import read_table
from oreacle.engine.acts.classes import CLASS_NAMES
from oreacle.forecasting.events import track_record
from oreacle.forecasting.events.origins import event_forecasts
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.track_record import class_title, scores_table, skill_lines
from oreacle.forecasting.scoring.class_score import RATE_ONLY
from oreacle.forecasting.scoring.forecasts import ALL, LATE, WINDOWS

ORIGINS = (2008, 2012, 2016, 2019)


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return scores_table(event_forecasts(made_tables(), ORIGINS))


def lines(scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    def read(name: str, data: Path | None) -> pd.DataFrame:
        assert (name, data) == (track_record.TABLE, None)
        return scores

    monkeypatch.setattr(track_record, "read_table", read)
    return dict(skill_lines(None))


def with_verdict(scores: pd.DataFrame, verdict: str, gain: float) -> pd.DataFrame:
    late = (scores["windows"] == LATE) & (scores["event_class"] == "restriction")
    figures = {"gain_best": gain, "gain_best_low": gain - 0.1, "gain_best_high": gain + 0.1}
    values: dict[str, object] = {"verdict": verdict, **figures}
    return scores.assign(**{name: scores[name].mask(late, value) for name, value in values.items()})


def test_every_class_horizon_and_window_has_one_row(scores: pd.DataFrame) -> None:
    keys = ["windows", "event_class", "horizon"]
    assert not scores.duplicated(keys).any()
    assert set(scores["windows"]) == set(WINDOWS)
    assert set(scores["event_class"]) == {*CLASS_NAMES, LINKS}


def test_early_and_late_events_are_all_events(scores: pd.DataFrame) -> None:
    wide = scores.pivot(index=["event_class", "horizon"], columns="windows", values="events")
    assert (wide[LATE] + wide["early"].fillna(0) == wide[ALL]).all()


def test_a_loss_is_said_in_capitals_with_its_size(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines(with_verdict(scores, "worse", -0.37), monkeypatch)["restriction"]
    assert "WORSE than its best baseline" in line
    assert "-0.37 bits an event, -0.47 to -0.27" in line


@pytest.mark.parametrize(
    ("verdict", "words"), [("better", "better than its"), ("not worse", "not clearly above its")]
)
def test_other_verdicts_are_said_as_they_are(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, verdict: str, words: str
) -> None:
    line = lines(with_verdict(scores, verdict, 0.2), monkeypatch)["restriction"]
    assert words in line
    assert "WORSE" not in line


def test_too_few_events_bring_no_verdict_and_still_a_figure(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines(with_verdict(scores, RATE_ONLY, -0.2), monkeypatch)["restriction"]
    assert "too few for a verdict" in line
    assert "-0.20 bits an event over" in line
    assert "better than" not in line


def test_every_line_says_what_features_were_chosen_on(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = lines(scores, monkeypatch)
    assert set(found) == {*CLASS_NAMES, LINKS}
    for name, line in found.items():
        assert line.startswith(class_title(name))
        assert f"since {ORIGINS[0] + 1}, those that features were chosen on included" in line


def test_the_embedded_record_says_each_loss() -> None:
    table = read_table(track_record.TABLE)
    late = table[(table["windows"] == LATE) & (table["horizon"] == 1)]
    said = dict(skill_lines(None))
    assert set(said) == {*CLASS_NAMES, LINKS}
    for row in late.itertuples():
        assert ("WORSE" in said[str(row.event_class)]) == (row.verdict == "worse")
        assert f"{float(str(row.gain_best)):+.2f} bits" in said[str(row.event_class)]
