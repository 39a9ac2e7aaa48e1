from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.base.balance import balance, balance_sparse

weights = st.lists(st.floats(0.05, 10.0), min_size=2, max_size=6)


@settings(max_examples=40, deadline=None)
@given(weights, weights, st.integers(0, 2**31))
def test_a_balanced_matrix_has_both_margins(
    rows: list[float], columns: list[float], seed: int
) -> None:
    supply = np.array(rows) / sum(rows)
    demand = np.array(columns) / sum(columns)
    prior = np.random.default_rng(seed).uniform(0.01, 1.0, (len(rows), len(columns)))
    made = balance(prior, supply, demand)
    assert made.converged
    assert np.allclose(made.matrix.sum(axis=1), supply, rtol=1e-11)
    assert np.allclose(made.matrix.sum(axis=0), demand, rtol=1e-11)


def test_balancing_keeps_odds_ratios_of_the_prior() -> None:
    prior = np.array([[4.0, 1.0], [1.0, 2.0]])
    matrix = balance(prior, np.array([3.0, 2.0]), np.array([2.5, 2.5])).matrix
    odds = matrix[0, 0] * matrix[1, 1] / (matrix[0, 1] * matrix[1, 0])
    assert odds == pytest.approx(8.0)


def test_a_zero_stays_zero() -> None:
    prior = np.array([[1.0, 0.0], [1.0, 1.0]])
    made = balance(prior, np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    assert made.matrix[0, 1] == 0.0
    assert made.matrix[0, 0] == pytest.approx(1.0)


def test_an_infeasible_pattern_is_said_and_not_hidden() -> None:
    prior = np.array([[1.0, 0.0], [1.0, 0.0]])
    made = balance(prior, np.array([1.0, 1.0]), np.array([1.0, 1.0]), rounds=50)
    assert not made.converged
    with pytest.raises(DataError) as caught:
        balance_sparse(
            prior,
            np.array([1.0, 1.0]),
            np.array([1.0, 1.0]),
            least_share=1e-9,
            place="unobtainium ore",
            rounds=50,
        )
    assert caught.value.code == "ORE-DAT-046"
    assert "unobtainium ore" in caught.value.what


def test_margins_with_different_sums_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        balance(np.ones((2, 2)), np.array([1.0, 1.0]), np.array([1.0, 2.0]))
    assert caught.value.code == "ORE-DAT-045"


def test_negligible_cells_are_dropped_before_the_last_balancing() -> None:
    prior = np.array([[1.0, 1e-14], [1.0, 1.0]])
    supply, demand = np.array([1.0, 1.0]), np.array([1.5, 0.5])
    matrix = balance_sparse(prior, supply, demand, least_share=1e-9, place="test")
    assert matrix[0, 1] == 0.0
    assert np.allclose(matrix.sum(axis=1), supply, rtol=1e-12)
