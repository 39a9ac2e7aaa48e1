"""Levelling shapes the start alone: what is near balance stays, what is far comes near."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.balance import evaluate, imbalance, node_scale
from oreacle.market.batch import repeated
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import solve
from oreacle.market.levelling import levelled
from oreacle.market.problem import Prices, Problem, base_prices


def market(seed: int, size: int = 1) -> Problem:
    chain = random_chain(np.random.default_rng(seed), 6, 4, 8)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    return base_problem(chain, PARAMETERS, territory, size=size)


def with_accident(problem: Problem, left: float) -> Problem:
    """Return the market with a share of its first mine and first refinery left."""
    mines, plants = np.ones(problem.mine_slack.shape[1]), np.ones(len(problem.refiners))
    mines[0] = plants[0] = left
    return replace(
        problem,
        mine_slack=problem.mine_slack * mines,
        mine_capacity=problem.mine_capacity * mines,
        refinery_slack=problem.refinery_slack * plants,
        refinery_capacity=problem.refinery_capacity * plants,
    )


def residual(problem: Problem, prices: Prices) -> np.ndarray:
    return imbalance(evaluate(problem, prices), node_scale(problem))


@given(st.integers(0, 10_000), st.sampled_from([1e-1, 1e-3, 1e-5]))
@settings(max_examples=15, deadline=None)
def test_a_levelled_start_is_no_worse_and_leads_to_the_same_prices(seed: int, left: float) -> None:
    problem = with_accident(market(seed), left)
    start = base_prices(problem)
    assert residual(problem, levelled(problem, start))[0] <= residual(problem, start)[0]
    plain, level = solve(problem, start), solve(problem, start, level=True)
    assert plain.solved.all()
    assert level.solved.all()
    assert level.prices.delivered == pytest.approx(plain.prices.delivered, abs=1e-6)


def test_a_market_near_balance_keeps_its_start() -> None:
    problem = market(3)
    start = base_prices(problem)
    assert levelled(problem, start) is start


def test_an_accident_is_cleared_in_fewer_steps_from_a_levelled_start() -> None:
    problem = with_accident(market(3), 1e-5)
    plain, level = solve(problem), solve(problem, level=True)
    assert level.iterations[0] < plain.iterations[0]


def test_only_the_case_with_an_accident_moves() -> None:
    calm, hit = market(3, size=2), with_accident(market(3), 1e-4)
    mixed = replace(
        calm,
        mine_slack=np.concatenate([calm.mine_slack[:1], hit.mine_slack]),
        mine_capacity=np.concatenate([calm.mine_capacity[:1], hit.mine_capacity]),
    )
    start = base_prices(mixed)
    moved = levelled(mixed, start)
    assert (moved.mine[0] == 0.0).all()
    assert moved.mine[1, 0] > 0.5
    assert (start.mine == 0.0).all()


def test_a_repeated_market_is_the_market_of_each_case_and_cannot_be_written() -> None:
    one, many = market(5), repeated(market(5), 3)
    assert many.size == 3
    assert (many.ore.strength[2] == one.ore.strength[0]).all()
    assert solve(many).prices.delivered == pytest.approx(np.zeros((3, len(one.users))), abs=1e-9)
    with pytest.raises(ValueError, match="read-only"):
        many.demand[0, 0] = 1.0
