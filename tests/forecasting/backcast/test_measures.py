"""Scores and skill: laws, values by hand, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.forecasting.backcast.measures import (
    crps_ensemble,
    crps_normal,
    interval_score,
    pit_counts,
    pit_ensemble,
)
from oreacle.forecasting.backcast.skill import NOT_TOLD_APART, skill

numbers = st.floats(-10.0, 10.0)


@given(st.lists(numbers, min_size=2, max_size=12), numbers, numbers)
def test_crps_moves_with_forecast_and_observation(
    members: list[float], seen: float, shift: float
) -> None:
    values = np.array(members)
    here, there = crps_ensemble(values, seen), crps_ensemble(values + shift, seen + shift)
    assert there == pytest.approx(here, abs=1e-9)


def test_fair_crps_is_unbiased_for_the_distribution_that_few_members_stand_for() -> None:
    rng = np.random.default_rng(1)
    small = np.mean([crps_ensemble(rng.standard_normal(4), 0.7) for _ in range(20_000)])
    assert small == pytest.approx(crps_normal(0.0, 1.0, 0.7), abs=0.01)


def test_crps_of_three_members_by_hand() -> None:
    # Errors 1, 0, 2: mean 1. Pairs 1, 3, 2 both ways: 12 over 2 x 3 x 2.
    assert crps_ensemble(np.array([0.0, 1.0, 3.0]), 1.0) == pytest.approx(1.0 - 12.0 / 12.0)


def test_crps_of_a_normal_agrees_with_its_integral() -> None:
    from scipy.special import ndtr

    grid = np.linspace(-12.0, 12.0, 200_001)
    below = ndtr((grid - 0.3) / 1.7)
    integral = float((((below - (grid >= 1.1)) ** 2).sum()) * (grid[1] - grid[0]))
    assert crps_normal(0.3, 1.7, 1.1) == pytest.approx(integral, abs=1e-4)


def test_a_point_is_scored_by_its_absolute_error() -> None:
    assert crps_normal(0.0, 0.0, -0.4) == pytest.approx(0.4)


@given(numbers, st.floats(0.0, 5.0), numbers)
def test_an_interval_never_scores_below_its_width(low: float, width: float, seen: float) -> None:
    assert interval_score(low, low + width, seen) >= width - 1e-9


def test_a_miss_costs_ten_times_its_distance() -> None:
    assert interval_score(-1.0, 1.0, -1.5) == pytest.approx(2.0 + 5.0)


def test_pit_of_ties_is_in_the_middle_and_the_histogram_counts_all() -> None:
    assert pit_ensemble(np.array([1.0, 1.0, 1.0]), 1.0) == pytest.approx(0.5)
    assert pit_counts(np.array([0.0, 0.999, 1.0, 0.35])).tolist() == [1, 0, 0, 1, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    "score",
    [
        lambda: crps_ensemble(np.array([1.0]), 0.0),
        lambda: crps_ensemble(np.array([1.0, np.nan]), 0.0),
        lambda: crps_normal(0.0, -1.0, 0.0),
        lambda: interval_score(1.0, 0.0, 0.5),
        lambda: pit_counts(np.array([1.2])),
    ],
)
def test_what_cannot_be_scored_is_refused(score: object) -> None:
    with pytest.raises(DataError) as caught:
        score()  # type: ignore[operator]
    assert caught.value.code == "ORE-RUN-181"


@settings(max_examples=20)
@given(st.integers(5, 12), st.integers(0, 1000))
def test_skill_against_oneself_is_nothing(minerals: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.random(minerals * 3) + 0.1
    names = np.repeat([f"m{k}" for k in range(minerals)], 3)
    found = skill(score, score, names, rng=rng)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    assert found.verdict == NOT_TOLD_APART


def test_one_mineral_that_wins_alone_is_no_skill() -> None:
    names = np.array(list("abcdef"))
    ours = np.array([0.1, 1.0, 1.0, 1.0, 1.0, 1.0])
    found = skill(ours, np.ones(6), names, rng=np.random.default_rng(3))
    assert found.value == pytest.approx(0.15)
    assert found.low <= 0.0
    assert found.verdict == NOT_TOLD_APART


def test_resampling_keeps_the_windows_of_a_mineral_together() -> None:
    rng = np.random.default_rng(5)
    own = rng.random(8)
    names = np.repeat([f"m{k}" for k in range(8)], 10)
    together = skill(np.repeat(own, 10), np.ones(80), names, rng=np.random.default_rng(0))
    apart = skill(
        np.repeat(own, 10), np.ones(80), np.arange(80).astype(str), rng=np.random.default_rng(0)
    )
    assert together.high - together.low > 2.0 * (apart.high - apart.low)


def test_a_skill_too_small_to_matter_is_not_told_apart() -> None:
    names = np.array(list("abcdef"))
    found = skill(np.full(6, 0.999), np.ones(6), names, rng=np.random.default_rng(0))
    assert found.low > 0.0
    assert found.verdict == NOT_TOLD_APART


def test_few_minerals_have_no_interval_and_no_verdict() -> None:
    found = skill(np.full(4, 0.5), np.ones(4), np.array(list("abcd")), rng=np.random.default_rng(0))
    assert np.isnan(found.low)
    assert found.verdict == NOT_TOLD_APART


def test_a_skill_without_pairs_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        skill(np.array([]), np.array([]), np.array([]), rng=np.random.default_rng(0))
    assert caught.value.code == "ORE-RUN-182"
