"""Baselines, trends and forms: what is fitted on the records up to an origin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.forecasting.backcast.baselines import (
    PRIOR_HALF_LIFE,
    mean_reversion,
    random_walk,
    shrunken_persistence,
)
from oreacle.forecasting.backcast.known import (
    PRIOR_GROWTH,
    PRIOR_GROWTH_ERROR,
    Trend,
    pooled_volatilities,
    price_gap,
    trend_of,
    volatilities,
)
from oreacle.forecasting.backcast.score_tables import in_windows
from oreacle.forecasting.backcast.use_paths import conditional_use, trend_use
from oreacle.forecasting.backcast.variants import NAMES, blended, chosen

PRIOR = 0.5 ** (1.0 / PRIOR_HALF_LIFE)


@given(st.floats(0.01, 1.0), st.integers(1, 5))
def test_a_random_walk_spreads_with_the_root_of_time(volatility: float, years: int) -> None:
    one, many = random_walk(volatility, 1), random_walk(volatility, years)
    assert many.deviation == pytest.approx(one.deviation * years**0.5)
    assert many.mean == 0.0


def test_persistence_of_gaps_is_shrunk_to_the_prior_by_hand() -> None:
    series = np.array([1.0, -1.0] * 4)
    # Mean 0; products of neighbours -7, squares of the earlier 7: estimate -1, weight 7 of 27.
    assert shrunken_persistence(series) == pytest.approx(max(0.0, (-7.0 + 20.0 * PRIOR) / 27.0))


def test_a_high_price_is_foreseen_to_fall_but_not_below_its_mean() -> None:
    series = np.array([0.0, 0.1, -0.1, 0.05, 0.0, -0.05, 0.0, 1.0])
    falls = [mean_reversion(series, 0.2, h).mean for h in (1, 3, 5)]
    assert 0.0 > falls[0] > falls[1] > falls[2] > -(1.0 - series.mean())
    assert mean_reversion(series, 0.2, 5).deviation < random_walk(0.2, 5).deviation


def test_a_series_with_a_gap_says_nothing_of_reversion() -> None:
    with pytest.raises(DataError) as caught:
        mean_reversion(np.array([0.0, np.nan, *[0.0] * 8]), 0.2, 1)
    assert caught.value.code == "ORE-RUN-183"


def test_a_trend_without_records_is_the_prior_and_a_steady_one_is_believed() -> None:
    assert trend_of(np.array([])) == Trend(PRIOR_GROWTH, PRIOR_GROWTH_ERROR, 0)
    steady = trend_of(0.08 + 0.001 * np.arange(-4, 5))
    assert steady.growth == pytest.approx(0.08, abs=0.001)
    wild = trend_of(np.array([2.4, -2.4, 0.6, -0.5, 0.4, -0.3, 0.9, -1.1]))
    assert wild.growth == pytest.approx(PRIOR_GROWTH, abs=0.01)
    assert steady.error < wild.error <= PRIOR_GROWTH_ERROR


def test_the_gap_is_that_over_ten_years() -> None:
    assert price_gap(np.array([100.0, *np.zeros(9), 2.0])) == pytest.approx(1.8)


def test_a_mineral_without_prices_has_the_median_volatility_and_pooling_draws_halfway() -> None:
    rng = np.random.default_rng(2)
    steps = {"a": 0.1, "b": 0.2, "c": 0.4}
    prices = pd.DataFrame({k: np.exp(np.cumsum(s * rng.standard_normal(20))) for k, s in
                           steps.items()})  # fmt: skip
    own = volatilities(prices, ["a", "b", "c", "d"])
    pooled = pooled_volatilities(prices, ["a", "b", "c", "d"])
    assert own["d"] == own["b"]
    assert pooled["d"] == pytest.approx(pooled["b"])
    deviation = float(np.diff(np.log(prices["a"])).std(ddof=1))
    assert pooled["a"] == pytest.approx((deviation * pooled["b"]) ** 0.5)


def test_prices_of_a_few_years_have_no_volatility() -> None:
    with pytest.raises(DataError) as caught:
        volatilities(pd.DataFrame({"a": [1.0, 2.0, 3.0]}), ["a"])
    assert caught.value.code == "ORE-RUN-185"


def test_investors_expect_the_trend_whatever_comes() -> None:
    trend = Trend(0.05, 0.01, 10)
    drawn = trend_use(trend, np.array([0.0, 2.0]))
    came = conditional_use(np.array([1.0, 0.5, np.nan, np.nan, np.nan, np.nan]), trend, 2)
    np.testing.assert_allclose(drawn.expected, came.expected)
    assert drawn.actual[1, 5] == pytest.approx(np.exp(5 * 0.07))
    assert came.actual[0, 2] == pytest.approx(0.5 * np.exp(0.05))


def test_half_of_a_blend_is_a_random_walk() -> None:
    assert blended(np.zeros(4), np.ones(4)).tolist() == [0.0, 0.0, 1.0, 1.0]


def scores(good_early: str, good_late: str) -> pd.DataFrame:
    rows = [
        (name, origin, 1, 0.1 if name == (good_early if origin < 2014 else good_late) else 0.2)
        for name in NAMES
        for origin in (2005, 2013, 2015)
    ]
    return pd.DataFrame(rows, columns=["forecast", "origin", "horizon", "crps"])


def test_later_scores_do_not_choose() -> None:
    assert chosen(scores(NAMES[2], NAMES[0])) == NAMES[2]


def test_forms_scored_on_other_windows_are_not_compared() -> None:
    with pytest.raises(DataError) as caught:
        chosen(scores(NAMES[0], NAMES[0]).iloc[1:])
    assert caught.value.code == "ORE-RUN-186"


def test_every_window_is_early_between_or_late_and_never_two_of_them() -> None:
    rows = pd.DataFrame([(o, h) for o in range(2005, 2020, 2) for h in (1, 3, 5)],
                        columns=["origin", "horizon"])  # fmt: skip
    parts = [in_windows(rows, name) for name in ("late", "early", "between")]
    assert sorted(pd.concat(parts).index) == sorted(in_windows(rows, "all").index)
    assert (parts[1].sum(axis=1) <= 2014).all()
    assert (parts[0]["origin"] >= 2015).all()
