"""Absent links and stocks in draws: nodes stay, strengths follow the draw, nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.market.absent import absent_links, balanced_ratio, with_drawn_weights
from oreacle.market.balance import evaluate
from oreacle.market.calibrate_stocks import LEVEL, stock_level, with_stock_level
from oreacle.market.clear import market
from oreacle.market.problem import base_prices
from oreacle.world.load import load_world

WORLD = load_world()
FACTORS = np.array([1.0, 0.5, 8.0])


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_scaled_links_leave_every_node_as_it_was(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flow = rng.lognormal(0.0, 1.5, (5, 6))
    absent = rng.random((5, 6)) < 0.3
    flow = np.where(absent, 0.01 * flow, flow)
    fitted = flow * balanced_ratio(flow, absent, FACTORS)
    for case in fitted:
        assert case.sum(axis=0) == pytest.approx(flow.sum(axis=0), rel=1e-10)
        assert case.sum(axis=1) == pytest.approx(flow.sum(axis=1), rel=1e-10)


def test_two_links_by_hand() -> None:
    """Odds of a 2 x 2 table move by the factor and by nothing else."""
    flow = np.array([[9.0, 1.0], [1.0, 9.0]])
    absent = np.array([[False, True], [False, False]])
    fitted = (flow * balanced_ratio(flow, absent, np.array([4.0])))[0]
    odds = fitted[0, 1] * fitted[1, 0] / (fitted[0, 0] * fitted[1, 1])
    assert odds == pytest.approx(4.0 / 81.0)
    assert fitted.sum(axis=0) == pytest.approx([10.0, 10.0])


def test_no_draw_of_the_weight_changes_nothing() -> None:
    base = market(WORLD, "cobalt", size=3)
    assert with_drawn_weights(WORLD, "cobalt", base, {}) is base
    assert with_stock_level(base, {}) is base


def test_a_drawn_weight_keeps_the_base_year_and_moves_absent_links_most() -> None:
    own = WORLD.chain("cobalt").responsiveness
    assert own is not None
    drawn = {
        "absent_ore_weight": own.absent_ore_weight.value * FACTORS[1:],
        "absent_refined_weight": own.absent_refined_weight.value * FACTORS[1:],
    }
    base = market(WORLD, "cobalt", size=3)
    problem = with_drawn_weights(WORLD, "cobalt", base, drawn)
    balance = evaluate(problem, base_prices(problem))
    for part in (balance.mine, balance.gate, balance.refined, balance.delivered):
        assert np.abs(part).max() <= 1e-9 * problem.world
    mask = absent_links(WORLD, "cobalt")["refined"]
    flow = balance.metal.flow
    assert mask.any()
    assert flow[1][mask].sum() < flow[0][mask].sum() < flow[2][mask].sum()
    assert np.array_equal(flow[0], evaluate(base, base_prices(base)).metal.flow[0])


def test_stocks_scale_by_their_draw_and_case_0_keeps_its_own() -> None:
    (level,) = stock_level(WORLD, "nickel")
    assert level.low < level.value == 1.0 < level.high
    base = market(WORLD, "nickel", size=3)
    scaled = with_stock_level(base, {LEVEL: FACTORS[1:]})
    assert base.stocks is not None
    assert scaled.stocks is not None
    assert scaled.stocks.ore == pytest.approx(base.stocks.ore * FACTORS[:, None])
    assert scaled.stocks.metal == pytest.approx(base.stocks.metal * FACTORS[:, None])
