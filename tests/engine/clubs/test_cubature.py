"""A few draws for all: exact where there are few, never a negative weight, honest on the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oreacle.engine.clubs.cubature import FEWEST_DRAWS, STEP, choose_draws

figures = arrays(float, (7, 10), elements=st.floats(-1e3, 1e3, allow_subnormal=False))
OUT = np.arange(7) >= 5


def weights(count: int) -> np.ndarray:
    return np.arange(1.0, count + 1.0) / (count * (count + 1.0) / 2.0)


def factors(draws: int, clubs: int, rank: int) -> np.ndarray:
    """Return gains of clubs that vary over the draws in a few ways only."""
    rng = np.random.default_rng(5)
    return np.asarray(rng.random((clubs, rank)) @ rng.random((rank, draws)))


@given(figures)
def test_weights_are_never_negative_and_draws_stand_once(gain: np.ndarray) -> None:
    found = choose_draws(gain, weights(10), OUT, tolerance=0.0)
    assert (found.weight > 0.0).all()
    assert np.unique(found.draws).size == found.draws.size <= 10


@given(figures)
def test_the_printed_error_is_the_largest_gap_to_what_was_kept_out(gain: np.ndarray) -> None:
    found = choose_draws(gain, weights(10), OUT, tolerance=0.0)
    gaps = gain[OUT][:, found.draws] @ found.weight - gain[OUT] @ weights(10)
    assert found.error == pytest.approx(np.abs(gaps).max(), abs=1e-9)


def test_all_draws_are_exact_where_there_are_few() -> None:
    gain = np.random.default_rng(1).normal(size=(40, 6))
    found = choose_draws(gain, weights(6), np.arange(40) >= 30, tolerance=1e-12)
    assert found.draws.size == 6
    assert found.weight[np.argsort(found.draws)] == pytest.approx(weights(6))
    assert found.error < 1e-9


def test_gains_of_few_kinds_need_few_draws() -> None:
    gain = factors(draws=200, clubs=60, rank=5)
    found = choose_draws(gain, weights(200), np.arange(60) >= 45, tolerance=1e-8)
    assert found.error <= 1e-8
    assert found.draws.size <= FEWEST_DRAWS + 2 * STEP
    every = gain[:, found.draws] @ found.weight
    assert every == pytest.approx(gain @ weights(200), abs=1e-7)


def test_a_draw_is_taken_for_what_those_before_it_do_not_explain() -> None:
    # Three kinds of draws, thirty equal ones each: one of each kind is enough.
    rng = np.random.default_rng(8)
    gain = np.repeat(rng.random((40, 3)), 30, axis=1)
    weight = np.repeat([0.8, 0.15, 0.05], 30) / 30.0
    found = choose_draws(gain, weight, np.arange(40) >= 30, tolerance=1e-9, most=FEWEST_DRAWS)
    assert found.error <= 1e-9
    assert set((found.draws // 30).tolist()) == {0, 1, 2}
    assert found.draws.size <= FEWEST_DRAWS


def test_what_draws_share_is_kept_by_the_sum_of_weights() -> None:
    gain = factors(draws=100, clubs=40, rank=4)
    found = choose_draws(gain, weights(100), np.arange(40) >= 30, tolerance=1e-9)
    assert found.weight.sum() == pytest.approx(1.0, abs=1e-6)


def test_no_more_draws_are_taken_than_are_allowed() -> None:
    gain = np.random.default_rng(2).normal(size=(80, 60))
    found = choose_draws(gain, weights(60), np.arange(80) >= 60, tolerance=0.0, most=10)
    assert found.draws.size <= 10
    assert found.error > 0.0


def test_clubs_that_gain_nothing_anywhere_get_a_draw_of_weight_one() -> None:
    found = choose_draws(np.zeros((7, 10)), weights(10), OUT, tolerance=0.0)
    assert found.error == 0.0
    assert found.weight.sum() == pytest.approx(1.0)
