"""Laws and refusals of the cluster bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import RelationsError
from oreacle.relations.bootstrap import bootstrap_draws, cluster_weights


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(0, 5), min_size=6, max_size=40))
def test_weights_are_constant_in_a_cluster_and_sum_to_the_rows(seed: int, tail: list[int]) -> None:
    labels = np.array([0, 1, *tail])
    weights = cluster_weights([labels], rng=np.random.default_rng(seed))
    assert weights.sum() == pytest.approx(len(labels))
    for label in np.unique(labels):
        assert np.ptp(weights[labels == label]) == 0.0


def test_the_same_generator_gives_the_same_draws() -> None:
    values, labels = np.arange(12.0), np.repeat([0, 1, 2], 4)
    runs = [
        bootstrap_draws(
            lambda weights: np.array([np.average(values, weights=weights)]),
            [labels],
            draws=5,
            rng=np.random.default_rng(3),
        )
        for _ in range(2)
    ]
    np.testing.assert_array_equal(runs[0], runs[1])


def test_the_spread_of_a_mean_is_near_the_standard_error_of_cluster_means() -> None:
    rng = np.random.default_rng(5)
    labels = np.repeat(np.arange(60), 5)
    values = rng.normal(size=60)[labels]
    draws = bootstrap_draws(
        lambda weights: np.array([np.average(values, weights=weights)]),
        [labels],
        draws=2000,
        rng=rng,
    )
    expected = values[::5].std() / np.sqrt(60)
    assert draws.std() == pytest.approx(expected, rel=0.1)


def test_one_cluster_is_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        cluster_weights([np.zeros(4)], rng=np.random.default_rng(0))
    assert caught.value.code == "ORE-REL-006"
