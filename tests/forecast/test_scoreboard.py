"""The scoreboard on forecasts whose truth is known."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from tests.forecast.made_forecasts import made_forecasts

from oreacle.core.errors import RunError
from oreacle.forecasting.scoring.best_two import FIRST_TWO, with_best_two
from oreacle.forecasting.scoring.class_score import (
    BETTER,
    NOT_WORSE,
    RATE_ONLY,
    WORSE,
    ClassScore,
    verdict_of,
)
from oreacle.forecasting.scoring.forecasts import (
    BASELINES,
    BEST_TWO,
    FORECASTERS,
    SINGLE_BASELINES,
    checked_forecasts,
)
from oreacle.forecasting.scoring.resampling import Estimate
from oreacle.forecasting.scoring.scoreboard import FEWEST_EVENTS, score_table, scoreboard


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return pd.concat(
        [
            made_forecasts("good", level=-3.2, spread=1.7, seed=1),
            made_forecasts("bad", noise=2.5, stretch=1.5, seed=2),
            made_forecasts("rare", level=-8.0, seed=3),
        ],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def scores(made: pd.DataFrame) -> dict[tuple[str, int], ClassScore]:
    return {(one.event_class, one.horizon): one for one in scoreboard(made, draws=500)}


def test_every_class_and_horizon_is_scored_in_order(
    scores: dict[tuple[str, int], ClassScore],
) -> None:
    assert list(scores) == [(name, h) for name in ("bad", "good", "rare") for h in (1, 3, 5)]


def test_the_one_who_knows_is_better_and_calibrated(
    scores: dict[tuple[str, int], ClassScore],
) -> None:
    for horizon in (1, 3, 5):
        one = scores["good", horizon]
        assert one.verdict == BETTER
        assert one.slope.low < 1.0 < one.slope.high
        assert one.expected_over_observed.low < 1.0 < one.expected_over_observed.high
        assert one.market_gain.value > 0.0
        assert one.precision20 == one.precision20_best  # all but climatology rank alike
        assert one.lift > 2.0


def test_the_one_who_exaggerates_is_worse_with_a_slope_below_one(
    scores: dict[tuple[str, int], ClassScore],
) -> None:
    for horizon in (1, 3, 5):
        assert scores["bad", horizon].verdict == WORSE
        assert scores["bad", horizon].slope.high < 1.0


def test_few_events_give_points_without_intervals_and_no_verdict(
    scores: dict[tuple[str, int], ClassScore],
) -> None:
    one = scores["rare", 1]
    assert one.events < FEWEST_EVENTS
    assert one.verdict == RATE_ONLY
    assert str(one.events) in one.reason
    assert np.isfinite(one.gain_best.value)
    for part in (one.gain_best, one.gain_climatology, one.expected_over_observed, one.slope):
        assert not part.known


def test_the_best_baseline_leaves_the_model_the_least_gain(
    made: pd.DataFrame, scores: dict[tuple[str, int], ClassScore]
) -> None:
    for one in scores.values():
        assert one.bits[one.best_baseline] == max(one.bits[name] for name in BASELINES)
        per_unit = one.bits["model"] - one.bits[one.best_baseline]
        assert one.gain_best.value == pytest.approx(per_unit * one.units / one.events)


def test_only_windows_that_close_after_the_choice_year_are_the_headline(
    made: pd.DataFrame, scores: dict[tuple[str, int], ClassScore]
) -> None:
    for horizon in (1, 3, 5):
        one = scores["good", horizon]
        assert (one.first_origin, one.last_origin) == (2015 - horizon, 2024 - horizon)
    early = {o.horizon: o for o in scoreboard(made, windows="early", draws=50) if o.events}
    assert early[1].last_origin == 2013
    every = {o.horizon: o for o in scoreboard(made, windows="all", draws=50)}
    assert every[1].origins == 16


def test_the_order_of_rows_and_other_classes_change_nothing(made: pd.DataFrame) -> None:
    part = made[made["event_class"] == "good"]
    mixed = made.sample(frac=1.0, random_state=1)
    alone = {one.horizon: one for one in scoreboard(part, draws=100)}
    among = {o.horizon: o for o in scoreboard(mixed, draws=100) if o.event_class == "good"}
    assert repr(alone) == repr(among)


def test_other_names_of_units_and_actors_change_nothing(made: pd.DataFrame) -> None:
    part = made[(made["event_class"] == "good") & (made["horizon"] == 3)]
    renamed = part.assign(unit="x" + part["unit"], actor="x" + part["actor"])
    assert repr(scoreboard(part, draws=100)) == repr(scoreboard(renamed, draws=100))
    turned = part.assign(actor=part["actor"].map(lambda name: f"{99 - int(name[1:])}"))
    one, other = scoreboard(part)[0], scoreboard(turned)[0]
    assert other.gain_best.value == one.gain_best.value
    assert other.gain_best.low == pytest.approx(one.gain_best.low, abs=0.1)


def test_equal_forecasters_are_not_worse_for_sure(made: pd.DataFrame) -> None:
    part = made[(made["event_class"] == "good") & (made["horizon"] == 5)]
    same = part.assign(**dict.fromkeys(FORECASTERS, part["model"]))
    one = scoreboard(same, draws=50)[0]
    assert one.gain_best == one.market_gain == Estimate(0.0, 0.0, 0.0)
    assert one.verdict == NOT_WORSE


def test_scores_by_hand() -> None:
    rows = [
        {"origin": origin, "unit": unit, "actor": unit, "outcome": outcome, "model": chance}
        for origin, unit, outcome, chance in (
            (2015, "A", 1, 0.5),
            (2015, "B", 0, 0.5),
            (2016, "A", 0, 0.25),
            (2016, "B", 1, 0.25),
        )
    ]
    table = pd.DataFrame(rows).assign(event_class="c", horizon=1)
    table = table.assign(**dict.fromkeys(FORECASTERS[1:], 0.125))
    one = scoreboard(table)[0]
    assert one.bits["climatology"] == pytest.approx((-6.0 + 2 * np.log2(0.875)) / 4)
    assert one.gain_best.value == pytest.approx(
        (-1 - 1 + np.log2(0.75) - 2 + 6 - 2 * np.log2(0.875)) / 2
    )
    assert one.expected_over_observed.value == pytest.approx(0.75)
    assert (one.precision20, one.lift) == (0.5, 1.0)
    assert one.best_baseline == "climatology"


def test_a_class_in_which_nothing_happened_has_no_gain_per_event(made: pd.DataFrame) -> None:
    part = made[(made["event_class"] == "rare") & (made["horizon"] == 1)]
    one = scoreboard(part.assign(outcome=0))[0]
    assert np.isnan([one.gain_best.value, one.lift, one.slope.value]).all()
    assert one.verdict == RATE_ONLY


def test_one_actor_and_few_origins_give_no_verdict(made: pd.DataFrame) -> None:
    part = made[(made["event_class"] == "good") & (made["horizon"] == 5)]
    assert scoreboard(part.assign(actor="A"))[0].reason == "one actor"
    short = part[part["origin"] > 2014]
    assert "separate windows" in scoreboard(short)[0].reason


@pytest.mark.parametrize(
    ("gain", "verdict"),
    [
        (Estimate(1.0, 0.1, 2.0), BETTER),
        (Estimate(1.0, -0.1, 2.0), NOT_WORSE),
        (Estimate(-0.1, -1.0, 2.0), WORSE),
        (Estimate(-0.1, -1.0, -0.05), WORSE),
        (Estimate(1.0), RATE_ONLY),
    ],
)
def test_verdicts(gain: Estimate, verdict: str) -> None:
    assert verdict_of(gain) == verdict


def test_the_table_holds_every_figure_in_one_row_a_class(
    scores: dict[tuple[str, int], ClassScore],
) -> None:
    table = score_table(tuple(scores.values()))
    assert len(table) == len(scores)
    one = scores["good", 3]
    row = table[(table["event_class"] == "good") & (table["horizon"] == 3)].iloc[0]
    assert row["gain_best_low"] == one.gain_best.low
    assert row["bits_unit_frequency"] == one.bits["unit_frequency"]


def test_best_two_uses_only_windows_that_had_closed(made: pd.DataFrame) -> None:
    part = made[made["event_class"] == "good"].drop(columns=BEST_TWO)
    found = with_best_two(part)
    for _, rows in found.groupby(["horizon", "origin"]):
        horizon, origin = rows["horizon"].iloc[0], rows["origin"].iloc[0]
        closed = found[(found["horizon"] == horizon) & (found["origin"] + horizon <= origin)]
        names = list(FIRST_TWO)
        if len(closed):
            happened = closed["outcome"] == 1
            bits = {
                name: np.log(np.where(happened, closed[name], 1 - closed[name])).sum()
                for name in SINGLE_BASELINES
            }
            names = sorted(bits, key=lambda name: -bits[name])[:2]
        np.testing.assert_allclose(rows[BEST_TWO], rows[names].mean(axis=1))


def test_later_outcomes_do_not_move_best_two(made: pd.DataFrame) -> None:
    part = made[(made["event_class"] == "good") & (made["horizon"] == 3)].drop(columns=BEST_TWO)
    turned = part.assign(
        outcome=part["outcome"].where(part["origin"] + 3 <= 2016, 1 - part["outcome"])
    )
    one, other = with_best_two(part), with_best_two(turned)
    early = one["origin"] <= 2016
    np.testing.assert_array_equal(one.loc[early, BEST_TWO], other.loc[early, BEST_TWO])
    assert (one.loc[~early, BEST_TWO] != other.loc[~early, BEST_TWO]).any()


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 0.0, 1.0, 1.2])
def test_a_probability_that_cannot_be_scored_is_refused(made: pd.DataFrame, wrong: float) -> None:
    made = made.copy()
    made.loc[7, "persistence"] = wrong
    with pytest.raises(RunError) as caught:
        scoreboard(made)
    assert caught.value.code == "ORE-RUN-121"
    assert "'persistence'" in caught.value.what
    assert str(made.loc[7, "unit"]) in caught.value.what


def test_a_unit_that_stands_twice_is_refused(made: pd.DataFrame) -> None:
    with pytest.raises(RunError) as caught:
        scoreboard(pd.concat([made, made.iloc[[5]]]))
    assert caught.value.code == "ORE-RUN-123"


@pytest.mark.parametrize("wrong", [np.nan, 2])
def test_an_outcome_that_is_not_known_is_refused(made: pd.DataFrame, wrong: float) -> None:
    with pytest.raises(RunError) as caught:
        scoreboard(
            made.assign(outcome=made["outcome"].astype(float).where(made["origin"] < 2020, wrong))
        )
    assert caught.value.code == "ORE-RUN-122"


def test_a_window_that_is_not_over_is_refused(made: pd.DataFrame) -> None:
    assert len(checked_forecasts(made, known_to=2024)) == len(made)
    with pytest.raises(RunError) as caught:
        scoreboard(made, known_to=2023)
    assert caught.value.code == "ORE-RUN-122"


def test_missing_columns_labels_rows_and_windows_are_refused(made: pd.DataFrame) -> None:
    gap = made.assign(actor=made["actor"].where(made["origin"] != 2015))
    for wrong in (made.drop(columns="no_market"), made.iloc[:0], gap):
        with pytest.raises(RunError) as caught:
            scoreboard(wrong)
        assert caught.value.code == "ORE-RUN-120"
    for rows, windows in ((made, "recent"), (made[made["origin"] > 2014], "early")):
        with pytest.raises(RunError) as caught:
            scoreboard(rows, windows=windows)
        assert caught.value.code == "ORE-RUN-120"


def test_thousands_of_rows_are_scored_in_about_a_second(made: pd.DataFrame) -> None:
    one = made[(made["event_class"] == "good") & (made["horizon"] == 3)]
    many = pd.concat([one.assign(unit=one["unit"] + f";{copy}") for copy in range(3)])
    start = time.perf_counter()
    score = scoreboard(many)[0]
    assert score.units > 4000
    assert time.perf_counter() - start < 3.0
