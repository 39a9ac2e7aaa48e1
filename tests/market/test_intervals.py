"""Intervals of a what-if: they hold the central value, and only draws make them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from tests.app.small_world import small_world

from oreacle.core.errors import MarketError
from oreacle.market import clear as clearing
from oreacle.market import sampled
from oreacle.market.clear import clear
from oreacle.market.draws import (
    draw_parameters,
    drawn_policies,
    drawn_world,
    parameter_ranges,
)
from oreacle.market.intervals import bounds
from oreacle.market.kernel import Solution, solve
from oreacle.market.outcome import Outcome
from oreacle.market.policies import CapacityLoss, ExportBan, Policy
from oreacle.market.problem import Prices, Problem
from oreacle.world.responsiveness import UncertainParameter
from oreacle.world.snapshot import World

WORLD = small_world()
BAN: list[Policy] = [ExportBan("COD", "cobalt")]
TABLES = (
    "prices",
    "flows",
    "quantities",
    "shortage",
    "welfare",
    "owned",
    "trade_costs",
    "gdp_at_risk",
    "routes",
)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return clear(WORLD, "cobalt", BAN, draws=60, seed=5)


@pytest.mark.parametrize("table", TABLES)
def test_an_interval_holds_the_central_value(outcome: Outcome, table: str) -> None:
    central, ends = getattr(outcome, table), outcome.interval(table)
    for name in central.data_vars:
        low, high = (ends[name].sel(bound=end).to_numpy() for end in ("low", "high"))
        value = central[name].to_numpy()
        known = ~np.isnan(value)
        assert np.all(low[known] <= value[known])
        assert np.all(value[known] <= high[known])
        assert ends[name].attrs == central[name].attrs


def test_intervals_have_width_where_the_answer_is_in_doubt(outcome: Outcome) -> None:
    ends = outcome.interval("prices")["delivered"]
    assert bool((ends.sel(bound="high") > ends.sel(bound="low")).any())


@pytest.mark.parametrize("table", TABLES)
def test_draws_change_intervals_and_nothing_else(outcome: Outcome, table: str) -> None:
    xr.testing.assert_equal(getattr(outcome, table), getattr(clear(WORLD, "cobalt", BAN), table))


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(outcome: Outcome) -> None:
    assert outcome.draws is not None
    again = clear(WORLD, "cobalt", BAN, draws=60, seed=5).draws
    other = clear(WORLD, "cobalt", BAN, draws=60, seed=6).draws
    assert again is not None
    assert other is not None
    for name in outcome.prices.data_vars:
        first = outcome.draws.tables.prices[name].to_numpy()
        assert first.tobytes() == again.tables.prices[name].to_numpy().tobytes()
    assert not outcome.draws.tables.prices.equals(other.tables.prices)


def test_a_draw_does_not_depend_on_its_batch(outcome: Outcome) -> None:
    """Clearing one drawn world alone gives what the batch gave."""
    assert outcome.draws is not None
    values = {str(name): float(v[3]) for name, v in outcome.draws.parameters.data_vars.items()}
    alone = clear(drawn_world(WORLD, "cobalt", values), "cobalt", drawn_policies(BAN, values))
    drawn = outcome.draws.tables.prices["delivered"].isel(draw=3)
    assert np.allclose(alone.prices["delivered"], drawn, rtol=1e-6, equal_nan=True)


def test_without_width_an_interval_is_its_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def narrow(world: World, mineral: str) -> tuple[UncertainParameter, ...]:
        ranges = parameter_ranges(world, mineral)
        return tuple(replace(one, low=one.value, high=one.value) for one in ranges)

    monkeypatch.setattr(clearing, "parameter_ranges", narrow)
    found = clear(WORLD, "cobalt", BAN, draws=20)
    for table in ("prices", "welfare"):
        ends = found.interval(table)
        for name, values in getattr(found, table).data_vars.items():
            for bound in ("low", "high"):
                end = ends[name].sel(bound=bound).to_numpy()
                assert np.allclose(end, values, rtol=1e-7, atol=1e-3, equal_nan=True)


def test_a_stated_enforcement_is_not_drawn() -> None:
    """With all of a flow stopped in every draw, what is left does not vary."""
    drawn = clear(WORLD, "cobalt", BAN, draws=20).interval("flows")
    fixed = clear(WORLD, "cobalt", BAN, draws=20, fixed=True).interval("flows")
    stated = [ExportBan("COD", "cobalt", enforcement=0.9)]
    said = clear(WORLD, "cobalt", stated, draws=20).interval("flows")

    def width(ends: xr.Dataset) -> float:
        flow = ends["ore"].sel(ore_exporter="COD", ore_importer="CHN")
        return float(flow.sel(bound="high") - flow.sel(bound="low"))

    assert width(drawn) > 0.0
    assert width(fixed) == pytest.approx(0.0, abs=1e-9)
    assert width(said) == pytest.approx(0.0, abs=1e-9)


def test_more_draws_narrow_the_noise_of_an_end() -> None:
    ranges = parameter_ranges(WORLD, "cobalt")

    def noise(count: int) -> float:
        ends = [
            bounds(np.array(3.0), draw_parameters(ranges, count, seed)["ore_substitution"])[1]
            for seed in range(12)
        ]
        return float(np.std(ends))

    assert noise(1000) < 0.5 * noise(40)


def test_draws_that_do_not_solve_are_counted_and_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(problem: Problem, start: Prices | None = None) -> Solution:
        found = solve(problem, start)
        solved = found.solved.copy()
        if solved.size == 20:  # the draws, cleared apart from the central case
            solved[[4, 9]] = False
        return replace(found, solved=solved)

    monkeypatch.setattr(sampled, "solve", fails)
    draws = clear(WORLD, "cobalt", BAN, draws=20).draws
    assert draws is not None
    assert (draws.asked, draws.failed) == (20, 2)
    assert draws.tables.prices.sizes["draw"] == draws.parameters.sizes["draw"] == 18


def test_totals_hold_in_every_draw(outcome: Outcome) -> None:
    assert outcome.draws is not None
    located = outcome.draws.tables.welfare["total"].sum("country")
    mine = outcome.draws.tables.owned["total"].sum("actor")
    assert np.allclose(located, mine, rtol=1e-10)
    parts = outcome.draws.tables.welfare.drop_vars("total").to_array().sum(["variable", "country"])
    assert np.allclose(located, parts, rtol=1e-10)


def test_intervals_of_an_outcome_without_draws_are_refused() -> None:
    found = clear(WORLD, "cobalt", [CapacityLoss("COD", "cobalt", "mined", 0.3)])
    with pytest.raises(MarketError) as error:
        found.interval("prices")
    assert error.value.code == "ORE-MKT-021"
