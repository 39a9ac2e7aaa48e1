"""The level of acts fades to its long-run mean, keeps its spread, and has no trend."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.relations.levels import LevelPath

LEVELS = st.floats(-3.0, 3.0)
PERSISTENCE = st.floats(0.0, 0.99)


def test_a_level_fades_back_to_the_long_run_one() -> None:
    path = LevelPath(last=-1.2, persistence=0.5, spread=0.2)
    assert [path.offset(step) for step in (0, 1, 2)] == pytest.approx([-1.2, -0.6, -0.3])


@given(LEVELS, PERSISTENCE)
def test_without_spread_a_path_is_the_expected_one(last: float, persistence: float) -> None:
    path = LevelPath(last, persistence, 0.0)
    level = np.full(3, last)
    for step in range(1, 6):
        level = path.next(level, np.array([-5.0, 0.0, 5.0]))
        np.testing.assert_allclose(level, path.offset(step), atol=1e-12)


@given(LEVELS, PERSISTENCE, st.floats(0.01, 2.0))
def test_the_expected_level_never_leaves_the_way_back(
    last: float, persistence: float, spread: float
) -> None:
    ahead = np.array([LevelPath(last, persistence, spread).offset(k) for k in range(30)])
    assert (np.diff(np.abs(ahead)) <= 1e-12).all()
    assert (ahead * last >= 0.0).all()


@pytest.mark.parametrize("persistence", [0.0, 0.6, 0.95])
def test_levels_keep_their_spread_over_the_years_and_have_no_trend(persistence: float) -> None:
    path = LevelPath(last=0.0, persistence=persistence, spread=0.7)
    rng = np.random.default_rng(1)
    level = 0.7 * rng.standard_normal(20_000)
    for _ in range(15):
        level = path.next(level, rng.standard_normal(20_000))
    assert level.std() == pytest.approx(0.7, rel=0.03)
    assert level.mean() == pytest.approx(0.0, abs=0.03)


def test_a_year_worked_by_hand() -> None:
    path = LevelPath(last=0.0, persistence=0.6, spread=2.0)
    # 0.6 x 1.5 + 2 x 0.8 x (-0.5), since the root of 1 - 0.36 is 0.8.
    assert float(path.next(np.array(1.5), np.array(-0.5))) == pytest.approx(0.1)
