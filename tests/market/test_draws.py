"""Draws of parameters: inside their ranges, each from a stream of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.small_world import small_world

from oreacle.core.errors import MarketError
from oreacle.market.balance import evaluate, imbalance, node_scale
from oreacle.market.clear import market
from oreacle.market.draws import (
    BAN_ENFORCEMENT,
    ENFORCEMENT,
    check_count,
    draw_parameters,
    drawn_policies,
    drawn_world,
    is_open,
    parameter_ranges,
    quantile,
)
from oreacle.market.policies import ExportBan, ExportQuota
from oreacle.market.problem import base_prices
from oreacle.world.responsiveness import UncertainParameter

WORLD = small_world()
RANGES = parameter_ranges(WORLD, "cobalt")


def made_up(value: float, low: float, high: float, basis: str = "assumed") -> UncertainParameter:
    return UncertainParameter("x", value, low, high, "1", basis, "made up")


@given(st.floats(0.01, 10.0), st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(0.0, 1.0))
def test_an_assumed_parameter_stays_in_its_range(
    value: float, down: float, up: float, at: float
) -> None:
    one = made_up(value, value * np.exp(-down), value * np.exp(up))
    found = float(quantile(one, np.array([at]))[0])
    assert one.low * (1.0 - 1e-9) <= found <= one.high * (1.0 + 1e-9)


def test_an_assumed_parameter_is_likeliest_at_its_value() -> None:
    """The mode: equal steps of probability are closest together there."""
    one = made_up(4.0, 2.0, 12.0)
    steps = np.diff(np.log(quantile(one, np.linspace(0.0, 1.0, 2001))))
    at = float(quantile(one, np.array([(np.argmin(steps) + 0.5) / 2000]))[0])
    assert at == pytest.approx(4.0, rel=0.01)


def test_an_estimate_has_its_band_as_5_and_95_per_cent_points() -> None:
    one = made_up(4.0, 3.0, 9.0, "estimated")
    assert quantile(one, np.array([0.05, 0.5, 0.95])) == pytest.approx([3.0, 4.0, 9.0])


def test_a_range_that_starts_at_zero_is_drawn_in_levels() -> None:
    one = made_up(0.0, 0.0, 0.3)
    assert quantile(one, np.array([0.0, 0.75, 1.0])) == pytest.approx([0.0, 0.15, 0.3])


def test_no_width_no_doubt() -> None:
    assert np.all(quantile(made_up(4.0, 4.0, 4.0), np.array([0.0, 0.3, 1.0])) == 4.0)


def test_a_draw_is_the_same_however_many_others_there_are() -> None:
    few, many = draw_parameters(RANGES, 20, 7), draw_parameters(RANGES, 60, 7)
    for name, values in few.items():
        assert np.array_equal(values, many[name][:20])
    assert not np.array_equal(
        few["scrap_elasticity"], draw_parameters(RANGES, 20, 8)["scrap_elasticity"]
    )


def test_chokes_move_together_and_the_others_alone() -> None:
    drawn = draw_parameters(RANGES, 400, 1)
    steel, defence = drawn["choke_multiple_steel"], drawn["choke_multiple_defence_aerospace"]
    assert np.array_equal(np.argsort(steel), np.argsort(defence))
    assert abs(np.corrcoef(steel, drawn["scrap_elasticity"])[0, 1]) < 0.2


def test_every_parameter_of_the_market_has_a_range_that_holds_its_value() -> None:
    names = {one.name for one in RANGES}
    assert {"ore_substitution", "leak_cost", "choke_multiple_steel", "demand_elasticity"} <= names
    for one in RANGES:
        assert one.low <= one.value <= one.high
        assert one.unit
        assert one.source


@pytest.mark.parametrize("count", [1, 19, -1, 10_001, 2.0, True, "200"])
def test_numbers_of_draws_that_make_no_interval_are_refused(count: object) -> None:
    with pytest.raises(MarketError) as error:
        check_count(count)
    assert error.value.code == "ORE-MKT-020"


def test_each_draw_reproduces_the_base_year() -> None:
    drawn = draw_parameters(RANGES, 20, 3)
    for k in range(20):
        world = drawn_world(WORLD, "cobalt", {name: float(v[k]) for name, v in drawn.items()})
        problem = market(world, "cobalt")
        balance = evaluate(problem, base_prices(problem))
        assert imbalance(balance, node_scale(problem))[0] <= 1e-12
        assert world.parameters != WORLD.parameters


def test_only_a_strength_that_nobody_stated_is_drawn() -> None:
    left, said = ExportBan("CHN", "cobalt"), ExportBan("CHN", "cobalt", enforcement=0.6)
    quota = ExportQuota("CHN", "cobalt", 0.5)
    values = {ENFORCEMENT: 0.85}
    assert left.enforcement == BAN_ENFORCEMENT.value
    one, two, three = drawn_policies([left, said, quota], values)
    assert isinstance(one, ExportBan)
    assert one.enforcement == 0.85
    assert (two, three) == (said, quota)
    assert is_open(left)
