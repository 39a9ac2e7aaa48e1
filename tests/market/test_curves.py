"""Curves: slopes that are true slopes, bounds, and hand-worked values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.market.small import sectors

from oreacle.market.curves import DemandCurve, SupplyCurve, soft_minimum

SUPPLY = SupplyCurve(elasticity=0.3, floor=float(np.log(0.15)), rho=6.0)
DEMAND = DemandCurve(
    elasticity=np.full(7, 0.1),
    log_choke=np.log([6.0, 8.0, 20.0, 40.0, 6.0, 6.0, 6.0]),
    width=0.15,
    shares=sectors(other=0.7, defence_aerospace=0.3),
)
log_prices = st.floats(-1.5, 3.5)


def test_base_price_gives_base_output_and_base_use() -> None:
    output, _ = SUPPLY.output(np.array([80.0]), np.array([100.0]), np.array([0.0]))
    use, _ = DEMAND.total(np.array([50.0]), np.array([0.0]))
    assert output[0] == pytest.approx(80.0, rel=1e-12)
    assert use[0] == pytest.approx(50.0, rel=1e-12)


def test_the_soft_minimum_by_hand() -> None:
    output, _ = soft_minimum(np.array([1.0]), np.array([2.0]), np.array([np.log(2.0)]), 1.0)
    assert output[0] == pytest.approx(1.0 / ((1.0 - 0.5) / 2.0 + 0.5))


@given(log_prices)
def test_output_rises_within_capacity_and_its_slope_is_true(price: float) -> None:
    slack, capacity = np.array([80.0]), np.array([100.0])
    here, slope = SUPPLY.output(slack, capacity, np.array([price]))
    step = 1e-6
    up, _ = SUPPLY.output(slack, capacity, np.array([price + step]))
    down, _ = SUPPLY.output(slack, capacity, np.array([price - step]))
    assert 0.0 < here[0] < 100.0 * 1.1
    assert slope[0] >= 0.0
    assert slope[0] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-4, abs=1e-4)


@given(st.floats(-1.0, 3.6))
def test_use_falls_and_its_slope_is_true(price: float) -> None:
    chokes = DEMAND.log_choke[DEMAND.shares > 0]
    if np.abs(chokes - price).min() < 1e-4:
        return
    scale = np.array([50.0])
    _, slope = DEMAND.total(scale, np.array([price]))
    step = 1e-6
    up, _ = DEMAND.total(scale, np.array([price + step]))
    down, _ = DEMAND.total(scale, np.array([price - step]))
    assert slope[0] <= 0.0
    assert slope[0] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-4, abs=1e-4)


def test_nothing_is_made_at_shut_down_and_nothing_is_bought_at_the_choke() -> None:
    output, _ = SUPPLY.output(np.array([80.0]), np.array([100.0]), np.array([SUPPLY.floor]))
    use, _ = DEMAND.total(np.array([50.0]), np.array([DEMAND.highest_choke]))
    assert output[0] == 0.0
    assert use[0] == 0.0


def test_defence_is_served_when_others_have_given_up() -> None:
    by_group, _ = DEMAND.by_group(np.array([50.0]), np.array([np.log(10.0)]))
    assert by_group[0, 6] == 0.0
    assert by_group[0, 3] > 0.5 * 0.3 * 50.0
