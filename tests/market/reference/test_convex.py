"""The kernel against a general convex solver, where the market is the minimum of a potential."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.market.random_markets import Size, symmetric_market
from tests.market.reference.convex import TIGHT, Answer, ConvexMarket

from oreacle.market.balance import evaluate
from oreacle.market.kernel import solve
from oreacle.market.problem import Problem

AGREEMENT = 1e-5
"""Largest gap of log prices [1] and of flows over the world's throughput [1]."""


def gaps(problem: Problem, answer: Answer) -> tuple[float, float]:
    """Return the largest gap of log prices, and of flows over throughput."""
    ours = solve(problem)
    assert ours.solved.all()
    balance = evaluate(problem, ours.prices)
    theirs = answer.mine, answer.gate, answer.refined, answer.delivered
    price = max(
        float(np.abs(there - here[0]).max())
        for there, here in zip(theirs, ours.prices.parts, strict=True)
    )
    flow = max(
        float(np.abs(answer.ore - balance.ore.flow[0]).max()),
        float(np.abs(answer.metal - balance.metal.flow[0]).max()),
    )
    return price, flow / problem.world


def agrees(seed: int, size: Size, *, limits: bool) -> bool:
    problem = symmetric_market(seed, size, limits=limits)
    price, flow = gaps(problem, ConvexMarket(problem).solve(**TIGHT))
    return price <= AGREEMENT and flow <= AGREEMENT


@pytest.mark.parametrize("limits", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_small_markets_agree_with_the_convex_solver(seed: int, limits: bool) -> None:
    assert agrees(seed, (6, 4, 8), limits=limits)


@pytest.mark.parametrize("limits", [False, True])
def test_a_large_market_agrees_with_the_convex_solver(limits: bool) -> None:
    assert agrees(1, (20, 15, 30), limits=limits)


@pytest.mark.slow
@pytest.mark.parametrize("limits", [False, True])
@pytest.mark.parametrize("seed", range(20, 220))
def test_many_markets_agree_with_the_convex_solver(seed: int, limits: bool) -> None:
    sizes: tuple[Size, ...] = ((6, 4, 8), (12, 9, 14), (3, 2, 20), (20, 15, 30))
    assert agrees(seed, sizes[seed % 4], limits=limits)


def test_the_program_can_be_solved_again_for_another_case() -> None:
    first = symmetric_market(3)
    second = replace(
        first,
        demand=first.demand * 1.3,
        refined=replace(first.refined, tariff_rate=first.refined.tariff_rate + 0.2),
    )
    program = ConvexMarket(first)
    program.solve(**TIGHT)
    program.update(second)
    assert max(gaps(second, program.solve(**TIGHT))) <= AGREEMENT


def test_limits_change_what_the_convex_solver_finds() -> None:
    free, held = (symmetric_market(3, limits=limits) for limits in (False, True))
    prices = [ConvexMarket(problem).solve(**TIGHT).delivered for problem in (free, held)]
    assert np.abs(prices[0] - prices[1]).max() > 1e-3


def test_a_market_without_potential_is_refused() -> None:
    problem = symmetric_market(3)
    freight = replace(problem.ore, freight=problem.ore.freight + 1.0)
    with pytest.raises(AssertionError, match="freight in dollars"):
        ConvexMarket(replace(problem, ore=freight))
    margin = replace(problem.refinery_curve, elasticity=0.5)
    with pytest.raises(AssertionError, match="margin in dollars"):
        ConvexMarket(replace(problem, refinery_curve=margin))
