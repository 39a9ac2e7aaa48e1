"""The backtest: what is fitted on what, windows of drift, no look ahead, honest scores."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from tests.market.small_cases import tables

from oreacle.core.errors import RunError
from oreacle.forecasting.market_backtest import (
    Backtest,
    announced_remaining,
    median_interval,
    run_backtest,
)
from oreacle.forecasting.market_models import EQUILIBRIUM_DRIFT, MODELS, points_of, predictions
from oreacle.forecasting.market_windows import DriftFit, Window, fit_drift, trade_windows
from oreacle.market.case_rules import PERSISTENT, Drift
from oreacle.market.cases import CaseOutcome, MarketCase, case_outcomes, market_cases

DRIFT = DriftFit(Drift(0.3, 0.5, 0.1), 0.95, 9, np.array([-0.3, 0.0, 0.3]))


def sample() -> tuple[tuple[MarketCase, ...], dict[str, CaseOutcome]]:
    made = [
        tables(case=f"{kind}-{year}", kind=kind, year=year, remaining=remaining)
        for kind, year, remaining in (
            ("export_ban", 2008, 0.1),
            ("export_tax", 2009, 0.6),
            ("mine_closure", 2010, 0.0),
            ("export_ban", 2017, 0.3),
            ("lifting", 2019, 1.4),
        )
    ]
    joined = {name: pd.concat([one[name] for one in made], ignore_index=True) for name in made[0]}
    cases = market_cases(joined)
    return cases, case_outcomes(joined, cases)


@functools.cache
def backtest() -> Backtest:
    return run_backtest(*sample(), DRIFT)


def test_only_early_cases_are_fitted_on() -> None:
    assert [one.fitted for one in backtest().results] == [True, True, True, False, False]


def test_outcomes_of_later_cases_change_no_fit_and_no_prediction() -> None:
    cases, outcomes = sample()
    turned = {
        name: CaseOutcome(one.shares[::-1].copy(), one.newcomers, one.unit_value_change)
        if "2017" in name or "2019" in name
        else one
        for name, one in outcomes.items()
    }
    other = run_backtest(cases, turned, DRIFT)
    for model in MODELS:
        assert other.fits[model].point == backtest().fits[model].point
        assert np.array_equal(other.fits[model].again, backtest().fits[model].again)
    assert other.main == backtest().main
    assert [r.price for r in other.results] == [r.price for r in backtest().results]
    assert [r.models for r in other.results[:3]] == [r.models for r in backtest().results[:3]]
    assert [r.models for r in other.results[3:]] != [r.models for r in backtest().results[3:]]


def test_skill_is_one_less_the_ratio_to_the_rule_that_was_best() -> None:
    one = backtest().results[3]
    best = min(error.world for error in one.naive.values())
    assert one.skill("median") == pytest.approx(1.0 - one.models["median"].world / best)


def test_intervals_hold_the_chosen_point_or_its_neighbours() -> None:
    for one in backtest().results:
        for model in MODELS:
            assert one.low[model] <= one.high[model]
        assert one.price_low < one.price < one.price_high


def test_the_announced_mode_never_sees_the_volume() -> None:
    cases, outcomes = sample()
    moved = [
        MarketCase(**{**vars(one), "remaining": 0.9}) if one.year == 2017 else one for one in cases
    ]
    other = run_backtest(moved, outcomes, DRIFT)
    assert other.results[3].announced == backtest().results[3].announced
    assert other.results[3].models != backtest().results[3].models


def test_a_case_never_draws_from_itself_and_classes_stay_apart() -> None:
    cases, _ = sample()
    early = cases[:3]
    assert announced_remaining(cases[0], early) == (0.0,)
    assert announced_remaining(cases[3], early) == (0.0, 0.1)
    assert announced_remaining(cases[1], early) == (0.0, 0.25, 0.5)  # no other tax: assumed
    assert max(announced_remaining(cases[4], early)) < 1.0


def test_lessons_from_elsewhere_give_the_same_as_from_the_same_file() -> None:
    cases, outcomes = sample()
    other = run_backtest(cases[3:], outcomes, DRIFT, lessons=(cases, outcomes))
    assert other.results == backtest().results[3:]


def test_too_few_early_cases_are_refused() -> None:
    with pytest.raises(RunError, match="ORE-RUN-090"):
        run_backtest(*sample(), DRIFT, fit_before=2009)


def test_without_drift_both_markets_are_one() -> None:
    case = sample()[0][0]
    found = predictions(case, PERSISTENT)
    assert np.array_equal(found["equilibrium"], found[EQUILIBRIUM_DRIFT])
    assert {len(found[m]) for m in MODELS} == {len(points_of(m)) for m in MODELS}


def test_the_interval_of_a_median_by_hand() -> None:
    middle, low, high = median_interval([-1.0, -1.0, 0.0, 1.0, 1.0, float("nan")])
    assert (low, middle, high) == (-1.0, 0.0, 1.0)


def trade(rows: list[tuple[str, str, int, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["exporter", "importer", "year", "value_kusd"])
    return frame.assign(hs="260400", quantity_t=frame["value_kusd"] * 2.0)


def test_windows_end_before_the_stated_year_and_leave_cases_out() -> None:
    years = range(1995, 2016)
    table = trade([("AAA", "PPP", y, 5.0) for y in years] + [("BBB", "PPP", y, 5.0) for y in years])
    found = trade_windows(table, 2010)
    assert [w.year for w in found] == [2007, 2004, 2001, 1998]
    assert all(w.unit_value_move == pytest.approx(0.0) for w in found)
    left = trade_windows(table, 2010, [("260400", 2005)])
    assert [w.year for w in left] == [2001, 1998]  # 2005 lies in the windows of 2007 and 2004


def test_small_countries_are_pooled_by_the_base_alone() -> None:
    rows = [("AAA", "PPP", y, 1000.0) for y in range(1996, 2001)]
    rows += [("LIT", "PPP", y, 1.0 if y < 1999 else 500.0) for y in range(1996, 2001)]
    rows += [("SML", "PPP", y, 1.0) for y in range(1996, 2001)]
    window = trade_windows(trade(rows), 2001)[0]
    assert window.before.shape == (3, 2)  # A, and the two small ones as one


def test_drift_is_found_where_the_last_year_is_all_that_counts() -> None:
    one = np.array([[0.9, 0.1], [0.7, 0.3], [0.4, 0.6]])
    window = Window("260400", 2000, one, np.stack([one[-1]] * 2), 0.1)
    fit = fit_drift([window])
    assert fit.drift.weight == 0.1
    assert fit.ratio < 0.5


def test_a_handful_of_cases_has_no_interval() -> None:
    # One case resampled is itself each time: an interval of no width would read as certainty.
    middle, low, high = median_interval([0.4, -0.2, 0.1, 0.0])
    assert middle == pytest.approx(0.05)
    assert np.isnan([low, high]).all()
    assert np.isfinite(median_interval([0.4, -0.2, 0.1, 0.0, 0.3])).all()
