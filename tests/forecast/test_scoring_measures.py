"""Scores of probabilities: hand-worked values, laws and references."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import rel_entr

from oreacle.core.errors import RelationsError
from oreacle.forecasting.scoring.measures import (
    BIN_EDGES,
    brier_score,
    log_scores,
    precision_among,
    reliability_table,
)
from oreacle.forecasting.scoring.recalibration import calibration, gathered, recalibrated
from oreacle.forecasting.scoring.resampling import (
    Estimate,
    crossed_weights,
    ratio,
    separate_blocks,
    year_widening,
)
from oreacle.relations.logistic import fit_logistic

chances = st.floats(0.001, 0.999)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def calibrated(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = rng(seed)
    chance = 1.0 / (1.0 + np.exp(2.5 - 1.2 * draw.normal(size=rows)))
    return chance, (draw.random(rows) < chance).astype(float)


def test_log_scores_by_hand() -> None:
    scores = log_scores(np.array([0.125, 0.75, 0.25]), np.array([1, 0, 0]))
    assert scores == pytest.approx([-3.0, -2.0, np.log2(0.75)])


@given(chances, chances)
def test_the_true_probability_has_the_best_expected_log_score(true: float, said: float) -> None:
    both = np.array([1, 0])

    def expected(chance: float) -> float:
        return float(log_scores(np.full(2, chance), both) @ [true, 1.0 - true])

    gap = expected(true) - expected(said)
    divergence = rel_entr([true, 1 - true], [said, 1 - said]).sum() / np.log(2.0)
    assert gap == pytest.approx(divergence, abs=1e-9)
    assert gap >= -1e-12


def test_brier_score_by_hand() -> None:
    assert brier_score(np.array([0.8, 0.4]), np.array([1, 0])) == pytest.approx(0.1)


def test_precision_by_hand_at_two_origins() -> None:
    chance = np.array([0.9, 0.5, 0.1, 0.2, 0.8, 0.3])
    outcome = np.array([1, 0, 1, 0, 1, 1])
    found = precision_among(chance, outcome, np.array([1, 1, 1, 2, 2, 2]), count=2)
    assert (found.places, found.hits) == (4, 3.0)
    assert found.random_hits == pytest.approx(4 * 2 / 3)
    assert found.lift == pytest.approx(3 / (8 / 3))


def test_precision_with_ties_is_the_mean_over_all_orders() -> None:
    chance = np.array([0.7, 0.3, 0.3, 0.3, 0.3, 0.1])
    outcome = np.array([0, 1, 1, 0, 0, 1])
    tied = [1, 2, 3, 4]
    picks = [outcome[[0, *pick]].sum() for pick in itertools.combinations(tied, 2)]
    assert precision_among(chance, outcome, np.zeros(6), count=3).hits == pytest.approx(
        np.mean(picks)
    )


@given(st.permutations(range(30)))
def test_precision_does_not_depend_on_the_order_of_rows(order: list[int]) -> None:
    chance = np.round(rng(1).random(30), 1)
    outcome, origin = rng(2).integers(0, 2, 30), np.arange(30) % 2
    one = precision_among(chance, outcome, origin, count=5)
    other = precision_among(chance[order], outcome[order], origin[order], count=5)
    assert one.hits == pytest.approx(other.hits)


def test_equal_forecasts_have_the_lift_of_a_random_pick() -> None:
    outcome = np.array([1, 0, 0, 1, 0, 1.0])
    found = precision_among(np.full(6, 0.2), outcome, np.arange(6) // 3, count=2)
    assert found.lift == pytest.approx(1.0)


def test_lift_is_unknown_where_nothing_happened() -> None:
    assert np.isnan(precision_among(np.array([0.1, 0.2]), np.zeros(2), np.zeros(2)).lift)


@given(st.lists(st.tuples(chances, st.booleans()), min_size=1, max_size=60))
def test_bins_of_reliability_hold_every_row_once(rows: list[tuple[float, bool]]) -> None:
    chance, outcome = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    table = reliability_table(chance, outcome)
    filled = [part for part in table if part.units]
    assert sum(part.units for part in table) == len(rows)
    assert sum(part.units * part.observed for part in filled) == pytest.approx(outcome.sum())
    assert all(part.low <= part.expected + 1e-12 and part.expected < part.high for part in filled)
    assert len(table) == len(BIN_EDGES) - 1


def test_calibration_agrees_with_a_general_optimiser() -> None:
    chance, outcome = calibrated(800, 3)
    odds = np.log(chance / (1.0 - chance))

    def misfit(point: np.ndarray) -> float:
        line = point[0] + point[1] * odds
        return float((np.logaddexp(0.0, line) - outcome * line).sum())

    best = minimize(misfit, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-9})
    slope, intercept = calibration(chance, outcome)
    assert (intercept.value, slope.value) == pytest.approx(tuple(best.x), abs=1e-5)


@given(st.floats(0.3, 3.0), st.floats(-1.0, 1.0))
@settings(max_examples=20, deadline=None)
def test_stretched_log_odds_divide_the_slope(stretch: float, shift: float) -> None:
    chance, outcome = calibrated(400, 4)
    odds = np.log(chance / (1.0 - chance))
    said = 1.0 / (1.0 + np.exp(-(shift + stretch * odds)))
    before, after = calibration(chance, outcome), calibration(said, outcome)
    assert after[0].value == pytest.approx(before[0].value / stretch, rel=1e-5)


def test_a_calibrated_forecaster_has_a_slope_interval_around_one() -> None:
    held = 0
    for seed in range(20):
        chance, outcome = calibrated(1500, seed)
        origin, actor = np.arange(1500) % 10, np.arange(1500) // 10 % 30
        weights = crossed_weights(origin, actor, horizon=1, rng=rng(seed), draws=300)
        slope, intercept = calibration(chance, outcome, weights)
        held += slope.low < 1.0 < slope.high and intercept.low < 0.0 < intercept.high
    assert held >= 18


def test_draws_on_gathered_rows_are_weighted_fits_of_all_rows() -> None:
    chance, outcome = calibrated(2000, 6)
    odds = np.log(chance / (1.0 - chance))
    origin, actor = np.arange(2000) % 10, np.arange(2000) // 10 % 30
    weights = crossed_weights(origin, actor, horizon=3, rng=rng(), draws=4)
    middle, crossed, years = gathered(odds, outcome, weights)
    by_year = weights.origin[:, weights.origin_of]
    by_both = by_year * weights.actor[:, weights.actor_of]
    for parts, rows in ((crossed, by_both), (years, by_year)):
        assert parts[1].sum(axis=1) == pytest.approx(rows @ outcome)
        for found, row in zip(recalibrated(middle, *parts), rows, strict=True):
            fit = fit_logistic(odds[:, None], outcome, penalty=0.0, weights=row)
            assert found == pytest.approx([fit.intercept, fit.slopes[0]], rel=2e-3, abs=6e-3)


def test_an_overconfident_forecaster_has_a_slope_interval_below_one() -> None:
    chance, outcome = calibrated(3000, 5)
    odds = np.log(chance / (1.0 - chance))
    said = 1.0 / (1.0 + np.exp(2.5 - 2.0 * (odds + 2.5)))
    origin, actor = np.arange(3000) % 10, np.arange(3000) // 10 % 30
    weights = crossed_weights(origin, actor, horizon=1, rng=rng(), draws=300)
    assert calibration(said, outcome, weights)[0].high < 1.0


@pytest.mark.parametrize(
    ("chance", "outcome"),
    [
        ([0.2, 0.2, 0.2], [0, 1, 0]),
        ([0.1, 0.2, 0.8], [0, 0, 1]),
        ([0.1, 0.2, 0.8], [0, 0, 0]),
    ],
)
def test_calibration_is_missing_where_it_does_not_exist(
    chance: list[float], outcome: list[int]
) -> None:
    for found in calibration(np.array(chance), np.array(outcome)):
        assert np.isnan([found.value, found.low, found.high]).all()


@given(st.integers(0, 500))
@settings(max_examples=20, deadline=None)
def test_sums_of_cells_are_sums_of_rows(seed: int) -> None:
    draw = rng(seed)
    origin, actor = draw.integers(2010, 2016, 50), draw.integers(0, 5, 50)
    origin[:2], actor[:2] = [2010, 2015], [0, 4]
    weights = crossed_weights(origin, actor, horizon=3, rng=draw, draws=7)
    values = draw.normal(size=50)
    rows = weights.origin[:, weights.origin_of] * weights.actor[:, weights.actor_of]
    np.testing.assert_allclose(weights.sums(values), rows @ values)
    np.testing.assert_allclose(
        weights.year_sums(values), weights.origin[:, weights.origin_of] @ values
    )


def test_weights_of_years_share_as_much_as_windows_overlap() -> None:
    origin, actor = np.repeat(np.arange(2000, 2012), 2), np.tile([0, 1], 12)
    weights = crossed_weights(origin, actor, horizon=3, rng=rng(), draws=40_000).origin
    spread = np.cov(weights.T)
    assert weights.mean() == pytest.approx(1.0, abs=0.01)
    assert spread[4, 4:8] == pytest.approx([1.0, 2 / 3, 1 / 3, 0.0], abs=0.06)


def test_blocks_run_over_years_that_have_no_origin() -> None:
    origin, actor = np.array([2000, 2006, 2012] * 2), np.repeat([0, 1], 3)
    weights = crossed_weights(origin, actor, horizon=3, rng=rng(), draws=40_000).origin
    assert np.corrcoef(weights.T)[0, 1] == pytest.approx(0.0, abs=0.03)
    assert separate_blocks(origin, 3) == pytest.approx(13 / 3)


def test_the_spread_of_independent_years_is_their_standard_error() -> None:
    years = rng(7).normal(size=12)
    origin, actor = np.repeat(np.arange(12), 40), np.tile(np.arange(40), 12)
    weights = crossed_weights(origin, actor, horizon=1, rng=rng(8), draws=20_000)
    crossed = weights.sums(years[origin]) / weights.sums(np.ones(480))
    alone = weights.year_sums(years[origin]) / weights.year_sums(np.ones(480))
    wide = years.mean() + weights.widening * (alone - years.mean())
    assert wide.std() == pytest.approx(years.std(ddof=1) / np.sqrt(12), rel=0.02)
    assert crossed.std() == pytest.approx(alone.std(), rel=0.05)


def test_widening_by_hand() -> None:
    assert year_widening(2.0, 2) == pytest.approx(np.sqrt(3.0 * 2.0 / 1.5))


@pytest.mark.parametrize(("horizon", "least"), [(1, 0.93), (3, 0.88), (5, 0.82)])
def test_intervals_hold_the_truth_about_as_often_as_they_say(horizon: int, least: float) -> None:
    draw = rng(11)
    years, actors, held = 10, 30, 0
    origin, actor = np.repeat(np.arange(years), actors), np.tile(np.arange(actors), years)
    window = np.ones((horizon, 1)) / np.sqrt(horizon)
    for _ in range(200):
        yearly = 0.3 * draw.normal(size=(years + horizon - 1, 1))
        yearly = yearly + draw.normal(size=(years + horizon - 1, actors))
        pairs = zip(range(horizon), window, strict=True)
        overlapping = sum((yearly[k : k + years] * part for k, part in pairs), 0.0)
        values = (overlapping + 0.3 * draw.normal(size=actors)).ravel()
        weights = crossed_weights(origin, actor, horizon=horizon, rng=draw, draws=300)
        found = ratio(values, np.ones(years * actors), weights)
        held += found.low <= 0.0 <= found.high
    assert held / 200 >= least


def test_equal_forecasts_gain_nothing_for_sure() -> None:
    origin, actor = np.repeat(np.arange(10), 5), np.tile(np.arange(5), 10)
    weights = crossed_weights(origin, actor, horizon=3, rng=rng(), draws=100)
    found = ratio(np.zeros(50), rng().integers(0, 2, 50), weights)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_ratio_of_positive_sums_has_a_positive_interval() -> None:
    origin, actor = np.repeat(np.arange(10), 5), np.tile(np.arange(5), 10)
    weights = crossed_weights(origin, actor, horizon=5, rng=rng(), draws=500)
    over = rng(1).exponential(size=50) ** 4
    found = ratio(over, np.ones(50), weights, positive=True)
    assert 0.0 < found.low < found.value < found.high


def test_a_ratio_to_nothing_is_missing() -> None:
    assert not ratio(np.ones(3), np.zeros(3)).known
    assert np.isnan(ratio(np.ones(3), np.zeros(3)).value)
    assert not Estimate(1.0).known


@pytest.mark.parametrize(
    ("origin", "actor", "horizon"),
    [([1, 2, 3, 4], [0, 0, 0, 0], 1), ([1, 2, 3, 4], [0, 1, 0, 1], 3), ([1, 1], [0, 1], 1)],
)
def test_one_cluster_is_refused(origin: list[int], actor: list[int], horizon: int) -> None:
    with pytest.raises(RelationsError) as caught:
        crossed_weights(np.array(origin), np.array(actor), horizon=horizon, rng=rng())
    assert caught.value.code == "ORE-REL-006"
