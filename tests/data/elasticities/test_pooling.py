"""Prior and estimates are weighed by precision: limits, a hand-worked case and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.elasticities.instruments import Averaged
from oreacle.data.elasticities.pooling import INVERSE, NINETY, log_spread, pooled

SPREAD = log_spread(1.5, 6.0)


def test_without_data_the_prior_and_its_interval_come_back() -> None:
    for result in pooled([3.0, 0.1], SPREAD, [None, None]):
        assert result.value in (pytest.approx(3.0), pytest.approx(0.1))
        assert result.high / result.low == pytest.approx(4.0, rel=0.03)


def test_a_precise_estimate_outweighs_the_prior_and_a_vague_one_does_not() -> None:
    sharp = pooled([3.0], SPREAD, [Averaged(4.5, 0.01, 100)])[0]
    vague = pooled([3.0], SPREAD, [Averaged(4.5, 100.0, 100)])[0]
    assert sharp.value == pytest.approx(4.5, rel=0.02)
    assert vague.value == pytest.approx(3.0, rel=0.01)


def test_one_estimate_is_weighed_as_the_normal_formula_says() -> None:
    # In logs, prior sd w, estimate sd e = se / value: shift w^2 / (w^2 + e^2).
    # Narrow, so that a normal in levels is one in logs.
    width, error = 0.08, 0.05
    result = pooled([3.0], width, [Averaged(3.15, 3.15 * error, 100)])[0]
    share = width**2 / (width**2 + error**2)
    assert np.log(result.value / 3.0) == pytest.approx(share * np.log(1.05), rel=0.2)
    spread = np.log(result.high / result.low) / (2 * NINETY)
    assert spread == pytest.approx(width * np.sqrt(1 - share), rel=0.1)


def test_estimates_of_others_move_a_mineral_without_its_own_part_of_the_way() -> None:
    data = [Averaged(6.0, 0.3, 100)] * 6
    own, bare = (pooled([3.0] * 7, SPREAD, [*data, None])[k] for k in (0, 6))
    assert own.value == pytest.approx(6.0, rel=0.05)
    assert 3.5 < bare.value < own.value
    assert bare.high / bare.low > own.high / own.low


def test_a_shared_bias_keeps_the_level_at_the_prior_and_the_order_of_minerals() -> None:
    data = [Averaged(1 / 12, 0.01, 100), Averaged(1 / 6, 0.01, 100), Averaged(1 / 9, 0.01, 100)]
    free = pooled([3.0] * 3, SPREAD, data, scale=INVERSE)
    biased = pooled([3.0] * 3, SPREAD, data, scale=INVERSE, bias=2.0)
    assert np.mean([r.value for r in biased]) < 5.0 < np.mean([r.value for r in free])
    assert biased[0].value > biased[2].value > biased[1].value


@given(st.floats(-0.5, 2.0), st.floats(0.02, 2.0), st.floats(0.0, 2.0))
@settings(max_examples=25, deadline=None)
def test_values_are_positive_and_inside_their_interval(
    estimate: float, error: float, bias: float
) -> None:
    for scale in ("level", INVERSE):
        data = [Averaged(estimate, error, 10), None]
        for result in pooled([0.2, 3.0], SPREAD, data, scale=scale, bias=bias):
            assert 0 < result.low < result.value < result.high < np.inf


def test_priors_that_are_not_positive_are_refused() -> None:
    for priors, spread in (([0.0], 0.4), ([1.0], 0.0), ([1.0, 2.0], 0.4)):
        with pytest.raises(DataError, match="ORE-DAT-122"):
            pooled(priors, spread, [None])
