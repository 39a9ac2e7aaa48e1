"""The embedded world: it closes, is reproduced, and says what an expert expects."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from oreacle.core.errors import DataError, ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.carriage import planner_of
from oreacle.market.clear import clear, market
from oreacle.market.kernel import solve
from oreacle.market.policies import CapacityLoss, ExportBan, LiftMeasure
from oreacle.world.load import load_world
from oreacle.world.routing.routes_of_world import mineral_routes

WORLD = load_world()
MINERALS = WORLD.mineral_names


def test_all_minerals_of_the_model_are_there() -> None:
    assert len(MINERALS) == 32
    assert 80 <= len(WORLD.countries) <= 120
    assert "EU" in WORLD.territory.actors
    assert len(WORLD.territory.members("EU")) == 27


@pytest.mark.parametrize("mineral", MINERALS)
def test_the_base_year_is_reproduced(mineral: str) -> None:
    chain = WORLD.chain(mineral)
    problem = market(WORLD, mineral)
    prices = solve(problem).prices
    balance = evaluate(problem, prices)
    assert np.abs(balance.ore.flow[0] - chain.ore_flow).max() <= 1e-9 * chain.throughput
    assert np.abs(balance.metal.flow[0] - chain.refined_flow).max() <= 1e-9 * chain.throughput
    assert np.abs(prices.delivered).max() <= 1e-9


@pytest.mark.parametrize("mineral", MINERALS)
def test_a_full_ban_by_the_largest_refiner_clears_below_the_choke(mineral: str) -> None:
    leader = next(c for c in WORLD.chain(mineral).shares("refined") if c != "ROW")
    outcome = clear(
        WORLD,
        mineral,
        [ExportBan(WORLD.territory.actor_of[leader], mineral, enforcement=1.0, link="refined")],
    )
    choke = np.exp(market(WORLD, mineral).demand_curve.highest_choke)
    change = outcome.prices["delivered_change"].to_series().dropna()
    assert outcome.certificate.is_solved
    assert change.max() + 1.0 <= choke * (1 + 1e-9)
    assert change.max() > 0.0


@pytest.mark.parametrize(
    ("mineral", "stage", "country", "low", "high"),
    [
        ("gallium", "refined", "CHN", 0.95, 1.0),
        ("rare_earths_light", "refined", "CHN", 0.85, 0.95),
        ("rare_earths_heavy", "refined", "CHN", 0.9, 1.0),
        ("cobalt", "mined", "COD", 0.7, 0.8),
        ("nickel", "mined", "IDN", 0.55, 0.65),
        ("niobium", "refined", "BRA", 0.85, 0.95),
        ("platinum", "mined", "ZAF", 0.65, 0.75),
        ("lithium", "mined", "AUS", 0.3, 0.45),
    ],
)
def test_leaders_are_those_that_an_expert_expects(
    mineral: str, stage: str, country: str, low: float, high: float
) -> None:
    shares = WORLD.chain(mineral).shares(stage)
    assert next(iter(shares)) == country
    assert low <= shares[country] <= high


def test_lifting_indonesias_ore_ban_brings_its_exports_back() -> None:
    measure = next(
        m for m in WORLD.base_measures if (m.actor, m.mineral, m.link) == ("IDN", "nickel", "ore")
    )
    base = market(WORLD, "nickel")
    desk = PolicyDesk(WORLD.chain("nickel"), WORLD.territory, WORLD.measures)
    lifted = desk.apply(base, [LiftMeasure(measure.measure_id, "nickel")])
    row = base.miners.index("IDN")
    column = base.refiners.index("CHN")
    before = evaluate(base, solve(base).prices).ore.flow[0, row, column]
    prices = solve(lifted).prices
    after = evaluate(lifted, prices).ore.flow[0, row, column]
    assert after > 1.1 * before
    assert prices.mine[0, row] > 0.02
    assert prices.gate[0, base.refiners.index("IDN")] > 0.0


def test_an_unknown_mineral_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as caught:
        WORLD.chain("galium")
    assert caught.value.code == "ORE-SCN-002"
    assert "gallium" in caught.value.fix


def test_a_missing_folder_of_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="ORE-DAT-002"):
        load_world(tmp_path / "nowhere")


def test_a_chain_that_does_not_close_is_refused() -> None:
    chain = WORLD.chain("tin")
    with pytest.raises(DataError, match="ORE-DAT-021"):
        replace(chain, mined=chain.mined * 1.01)


def test_prices_that_fall_along_the_chain_are_refused() -> None:
    with pytest.raises(DataError, match="ORE-DAT-022"):
        replace(WORLD.chain("tin"), price_gate=1e9)


@pytest.mark.parametrize(
    ("mineral", "stage", "country"),
    [
        ("gallium", "mined", "CHN"),
        ("rare_earths_heavy", "refined", "CHN"),
        ("bismuth", "mined", "KOR"),
    ],
)
def test_a_complete_outage_clears_and_its_place_makes_nothing(
    mineral: str, stage: str, country: str
) -> None:
    outcome = clear(WORLD, mineral, [CapacityLoss(country, mineral, stage, 1.0)])
    assert outcome.certificate.is_solved
    assert float(outcome.quantities[stage].sel(country=country)) == 0.0
    assert float(outcome.shortage["total"].sum()) > 0.0


def test_a_pickled_world_leaves_its_route_plans_behind_and_makes_them_again() -> None:
    planner = planner_of(WORLD, "tin")
    assert planner is not None
    cost = planner.base("ore").cost
    again = pickle.loads(pickle.dumps(WORLD))
    assert again.route_plans == {}
    assert np.array_equal(mineral_routes(again, "tin", "ore").cost, cost, equal_nan=True)
