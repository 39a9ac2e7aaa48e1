"""From yearly probabilities to horizons: agreement with frequencies, bounds, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.forecasting.probabilities import hazard, question_horizons, within_horizons


def constant(p: float, members: int, years: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.full((members, years, 1), p)
    return chance, np.random.default_rng(seed).random(chance.shape) < chance


@given(st.floats(0.0, 1.0), st.integers(0, 1000))
def test_a_constant_probability_gives_the_textbook_answer(p: float, seed: int) -> None:
    answer = within_horizons(*constant(p, 20, 6, seed))
    expected = [1 - (1 - p) ** h for h in answer.horizons]
    assert answer.mean[:, 0] == pytest.approx(expected, abs=1e-12)


def test_the_answer_is_what_the_share_of_members_with_an_act_tends_to() -> None:
    rng = np.random.default_rng(0)
    members, years = 40_000, 5
    chance = np.repeat(rng.beta(1.0, 4.0, (members, 1, 1)), years, axis=1)
    drawn = rng.random(chance.shape) < chance
    frequency = drawn.any(axis=1).mean()
    assert within_horizons(chance, drawn).mean[-1, 0] == pytest.approx(frequency, abs=0.01)


def test_only_members_without_an_act_count() -> None:
    chance = np.array([[[0.5], [0.9]], [[0.5], [0.1]]])
    drawn = np.array([[[True], [False]], [[False], [False]]])
    assert hazard(chance, drawn)[:, 0].tolist() == [0.5, 0.1]


def test_what_nobody_can_do_has_probability_zero() -> None:
    answer = within_horizons(np.zeros((3, 4, 2)), np.zeros((3, 4, 2), dtype=bool))
    assert (answer.mean == 0).all()
    assert (answer.high == 0).all()


def test_bands_hold_the_quantiles_of_paths() -> None:
    chance = np.linspace(0.0, 1.0, 11)[:, None, None] * np.ones((11, 1, 1))
    answer = within_horizons(chance, np.zeros(chance.shape, dtype=bool))
    assert answer.low[0, 0] == pytest.approx(0.1)
    assert answer.high[0, 0] == pytest.approx(0.9)


def test_horizons_end_with_the_run() -> None:
    assert question_horizons(16) == (1, 3, 5, 16)
    assert question_horizons(3) == (1, 3)
    assert question_horizons(1) == (1,)
