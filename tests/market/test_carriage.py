"""Carriage by pair: the ladder of prices holds, the base year comes out, faults are listed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.market import small
from tests.market.hand_routes import CARRIAGE, planner
from tests.market.traders import CHAIN, ENTREPOTS, REGISTER, TERRITORY

from oreacle.core.labels import LINKS
from oreacle.market.calibrate import base_problem
from oreacle.market.carriage import (
    Carriage,
    Planner,
    carriages,
    planner_of,
    unrouted_trade,
)
from oreacle.market.certificate import certify
from oreacle.market.clear import market
from oreacle.market.comparison import State
from oreacle.market.kernel import solve
from oreacle.market.money import money_gap
from oreacle.market.problem import Problem
from oreacle.world.load import load_world
from oreacle.world.routing.changes import RouteChanges
from oreacle.world.routing.route_plan import RoutePlan

WORLD = load_world()


def routed(hand: Planner) -> Problem:
    """Return the hand-made market with the carriage of its routes."""
    return base_problem(
        CHAIN, small.PARAMETERS, TERRITORY, REGISTER, entrepots=ENTREPOTS, routed=carriages(hand)
    )


def dearer(hand: Planner, link: str, changes: RouteChanges) -> RoutePlan:
    """Return the plan by hand with metal from China to the United States three times as dear."""
    made = hand.plan(link, changes)
    cost = made.cost.copy()
    if link == "refined":
        cost[0, 4] *= 3.0
    return replace(made, cost=cost)


def test_equal_costs_are_the_one_number() -> None:
    plain = base_problem(CHAIN, small.PARAMETERS, TERRITORY, REGISTER, entrepots=ENTREPOTS)
    same = routed(planner(CHAIN))
    for link in LINKS:
        one, two = getattr(plain, link), getattr(same, link)
        np.testing.assert_allclose(two.freight, one.freight, rtol=1e-12)
        np.testing.assert_allclose(two.ways.freight, one.ways.freight, rtol=1e-12)
        np.testing.assert_allclose(two.strength, one.strength, rtol=1e-12)


def test_a_dear_pair_by_hand_and_the_mean_is_the_freight_of_the_chain() -> None:
    hand = planner(CHAIN)
    other = Planner(CHAIN, lambda link, changes: dearer(hand, link, changes))
    made = routed(other)
    # Abroad go 8 + 2 + 5 + 30 from China and 2 + 1 + 5 + 0 from Japan: 53 t, of them 30 at 3 x.
    scale = 53.0 * CARRIAGE / (23.0 * CARRIAGE + 30.0 * 3.0 * CARRIAGE)
    assert made.refined.freight[0, 0, 4] == pytest.approx(3.0 * CARRIAGE * scale)
    assert made.refined.freight[0, 0, 1] == pytest.approx(CARRIAGE * scale)
    assert made.refined.freight[0, 0, 0] == 0.0
    paid = (CHAIN.refined_flow * made.refined.freight[0]).sum()
    assert paid == pytest.approx(53.0 * CHAIN.freight_refined)
    solution = solve(made)
    assert max(float(np.abs(part).max()) for part in solution.prices.parts) <= 1e-9
    assert certify(made, solution, 0).is_solved
    state = State.of(made, solution, np.array([0]))
    assert float(money_gap(made, state.prices, state.balance)[0]) <= 1e-9


def test_a_way_pays_its_two_legs_and_the_one_number_where_a_leg_is_unknown() -> None:
    table = Carriage(("CHN", "JPN"), ("JPN", "USA"), np.array([[7.0, 11.0], [0.0, np.nan]]))
    assert table.leg("CHN", "JPN", 20.0) == 7.0
    assert table.leg("JPN", "USA", 20.0) == 20.0
    assert table.leg("CAN", "USA", 20.0) == 20.0
    assert table.leg("CAN", "CAN", 20.0) == 0.0


@pytest.mark.parametrize("mineral", WORLD.mineral_names)
def test_the_base_year_of_the_embedded_world_comes_out(mineral: str) -> None:
    made = market(WORLD, mineral)
    assert max(float(np.abs(part).max()) for part in solve(made).prices.parts) <= 1e-9
    chain, hand = WORLD.chain(mineral), planner_of(WORLD, mineral)
    assert hand is not None
    for link in LINKS:
        cost, flow = hand.carriage(link).cost, chain.flow(link)
        abroad = (cost > 0.0) & (flow > 0.0)
        freight = chain.freight_ore if link == "ore" else chain.freight_refined
        assert (flow * cost)[abroad].sum() == pytest.approx(freight * flow[abroad].sum())


def test_every_pair_that_traded_has_a_route() -> None:
    faults = {name: rows for name in WORLD.mineral_names if (rows := unrouted_trade(WORLD, name))}
    assert faults == {}


def test_a_pair_without_a_route_that_traded_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = planner_of(WORLD, "gallium")
    assert real is not None
    flow = WORLD.chain("gallium").refined_flow
    tail, head = (int(k) for k in np.unravel_index(np.argmax(flow), flow.shape))

    def cut(link: str, changes: RouteChanges) -> RoutePlan:
        made = real.plan(link, changes)
        cost, reach = made.cost.copy(), made.reachable.copy()
        if link == "refined":
            cost[tail, head], reach[tail, head] = np.inf, 0.0
        return replace(made, cost=cost, reachable=reach)

    monkeypatch.setattr("oreacle.market.carriage.planner_of", lambda *_: Planner(real.chain, cut))
    found = unrouted_trade(WORLD, "gallium")
    assert [(link, size) for link, _, _, size in found] == [("refined", float(flow[tail, head]))]
