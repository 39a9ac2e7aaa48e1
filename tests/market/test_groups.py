"""Optional groups of a market: support, stocks and certificates each do what they should, alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.balance import evaluate, newton_step, node_scale
from oreacle.market.calibrate import base_problem
from oreacle.market.certificate import certify
from oreacle.market.groups import lean, writable
from oreacle.market.kernel import Solution, priced, solve
from oreacle.market.money import money_gap, support_cost
from oreacle.market.problem import Prices, Problem, base_prices
from oreacle.market.stocks import Stocks, private_release

seeds = st.integers(0, 10_000)


def market(seed: int, size: int = 1) -> Problem:
    chain = random_chain(np.random.default_rng(seed), 4, 3, 5)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    return base_problem(chain, PARAMETERS, territory, size=size)


def short_of_ore(problem: Problem, left: float) -> Problem:
    """Return the market with part of its biggest mine's capacity."""
    fresh = writable(problem)
    biggest = int(problem.mine_slack[0].argmax())
    fresh.mine_slack[:, biggest] *= left
    fresh.mine_capacity[:, biggest] *= left
    return fresh


def stocks_of(problem: Problem) -> Stocks:
    assert problem.stocks is not None
    return problem.stocks


def cleared(problem: Problem) -> Solution:
    solution = solve(problem)
    for case in range(problem.size):
        assert certify(problem, solution, case).is_solved
    return solution


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_idle_groups_are_the_market_without_them(seed: int) -> None:
    plain = short_of_ore(market(seed), 0.5)
    bare = cleared(lean(plain))
    full = cleared(plain)
    for part, other in zip(bare.prices.parts, full.prices.parts, strict=True):
        assert part == pytest.approx(other, abs=1e-8)
    assert lean(plain).support is None
    assert lean(plain).stocks is None
    assert lean(plain).certification is None
    assert lean(plain).demand_curve.shares.ndim == 1


def busy(seed: int) -> Problem:
    """Return a market in which every group does something."""
    fresh = short_of_ore(market(seed), 0.6)
    assert fresh.support is not None
    assert fresh.certification is not None
    stocks = stocks_of(fresh)
    stocks.ore[:] = 0.2 * fresh.refinery_slack
    stocks.metal[:] = 0.1 * fresh.demand
    stocks.release[:, 0] = 0.1 * fresh.demand[:, 0]
    stocks.purchase[:, 1] = 0.2 * fresh.demand[:, 1]
    fresh.support.mine_bonus[:, 0] = 50.0
    fresh.support.mine_floor[:, 1] = 700.0
    fresh.support.refinery_bonus[:, 0] = 30.0
    fresh.support.refinery_floor[:, 1] = 1100.0
    fresh.certification.certified[:, 2] = 0.5
    fresh.certification.bound[:, 2] = 0.4
    fresh.certification.fraud_share[:] = 0.02
    fresh.certification.fraud_cost[:] = 20.0
    fresh.ore.export_specific[:, 0, 1:] = 15.0
    fresh.refined.tariff_rate[:, :, 1] = 0.2
    return fresh


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_a_market_with_every_group_clears_and_its_money_closes(seed: int) -> None:
    problem = busy(seed)
    solution = cleared(problem)
    settled = priced(problem, solution)
    balance = evaluate(settled, solution.prices)
    assert money_gap(settled, solution.prices, balance)[0] <= 1e-9
    assert solution.premium[0] >= 0.0
    assert balance.certificates is not None
    gap = float(balance.certificates[0]) / problem.world
    assert gap >= -1e-9
    assert solution.premium[0] == 0.0 or abs(gap) <= 1e-9


def test_newton_uses_true_slopes_with_every_group() -> None:
    """Near a solution a Newton step squares the residual: wrong slopes would not."""
    problem = replace(busy(3), certification=None)
    prices = cleared(problem).prices
    rng = np.random.default_rng(0)
    near = Prices(*(part + 1e-5 * rng.standard_normal(part.shape) for part in prices.parts))
    step = newton_step(problem, evaluate(problem, near), node_scale(problem), np.zeros(1))
    for part, moved, goal in zip(near.parts, step.parts, prices.parts, strict=True):
        assert part + moved == pytest.approx(goal, abs=2e-7)


def test_private_stock_answers_by_hand() -> None:
    flow, slope = private_release(np.array([10.0, 10.0]), 2.0, np.array([0.5, -0.5]))
    assert flow == pytest.approx([10 * (1 - np.exp(-1.0)), -10 * (1 - np.exp(-1.0))])
    assert slope == pytest.approx([20 * np.exp(-1.0)] * 2)


@given(seeds, st.floats(0.05, 0.5))
@settings(max_examples=15, deadline=None)
def test_a_stock_of_ore_softens_a_loss_and_never_gives_more_than_it_holds(
    seed: int, share: float
) -> None:
    bare = short_of_ore(market(seed), 0.3)
    held = short_of_ore(market(seed), 0.3)
    stocks_of(held).ore[:] = share * held.refinery_slack
    without, with_stock = cleared(bare), cleared(held)
    for part, other in zip(with_stock.prices.parts, without.prices.parts, strict=True):
        assert (part <= other + 1e-8).all()
    given_up = np.asarray(evaluate(held, with_stock.prices).ore_release)
    assert (given_up >= -1e-9).all()
    assert (given_up <= stocks_of(held).ore).all()


def test_orders_move_the_price_their_way_and_end_at_their_limit() -> None:
    problem = writable(market(1, size=3))
    stocks = stocks_of(problem)
    stocks.release[1, 0] = 0.3 * problem.demand[1, 0]
    stocks.purchase[2, 0] = 0.3 * problem.demand[2, 0]
    price = cleared(problem).prices.delivered[:, 0]
    assert price[1] < price[0] < price[2]
    dear = np.full((3, problem.demand.shape[1]), float(np.log(2.5)))
    assert (stocks.bought(dear)[0] == 0.0).all()
    assert (stocks.released(dear - 2.0)[0] == 0.0).all()
    assert stocks.released(0.0 * dear)[0][1, 0] == pytest.approx(stocks.release[1, 0], rel=2e-3)
    assert stocks.bought(0.0 * dear)[0][2, 0] == pytest.approx(stocks.purchase[2, 0])


def test_a_guaranteed_price_keeps_output_and_costs_the_gap() -> None:
    problem = writable(market(2))
    assert problem.support is not None
    problem.support.mine_floor[:, 0] = 1.5 * problem.price_mine
    solution = cleared(problem)
    balance = evaluate(problem, solution.prices)
    alone, _ = problem.mine_curve.output(
        problem.mine_slack[:, :1], problem.mine_capacity[:, :1], np.array([[np.log(1.5)]])
    )
    assert balance.output[0, 0] == pytest.approx(alone[0, 0])
    market_price = problem.price_mine * np.exp(solution.prices.mine[0, 0])
    assert market_price < problem.price_mine
    paid, plants = support_cost(problem, solution.prices, balance)
    assert paid[0, 0] == pytest.approx((900.0 - market_price) * balance.output[0, 0])
    assert (paid[0, 1:] == 0.0).all()
    assert (plants == 0.0).all()


def test_a_subsidy_raises_the_output_of_its_place_alone() -> None:
    problem = writable(market(4))
    assert problem.support is not None
    problem.support.refinery_bonus[:, 0] = 100.0
    base = problem.refinery_slack[0]
    made = evaluate(problem, cleared(problem).prices).throughput[0]
    assert made[0] > base[0]
    assert (made[1:] <= base[1:] + 1e-9).all()


def certified(share: float, bound: float, fraud: float = 0.0) -> Problem:
    problem = writable(market(5))
    assert problem.certification is not None
    problem.certification.certified[:] = share
    problem.certification.bound[:] = bound
    problem.certification.fraud_share[:] = fraud
    return problem


def test_the_premium_is_zero_where_certified_supply_abounds() -> None:
    solution = cleared(certified(0.5, 0.2))
    assert solution.premium[0] == 0.0
    for part in solution.prices.parts:
        assert part == pytest.approx(np.zeros_like(part), abs=1e-9)


def test_scarce_certificates_earn_a_premium_that_fraud_lowers() -> None:
    scarce, leaky = cleared(certified(0.2, 0.3)), cleared(certified(0.2, 0.3, fraud=0.05))
    assert scarce.premium[0] > leaky.premium[0] > 0.0


def test_mines_without_certificates_lose_sales_to_certified_ones() -> None:
    problem = certified(0.0, 0.3)
    assert problem.certification is not None
    problem.certification.certified[:, 0] = 1.0
    balance = evaluate(settled := priced(problem, cleared(problem)), cleared(problem).prices)
    assert balance.output[0, 0] > settled.mine_slack[0, 0]
    assert (balance.output[0, 1:] <= settled.mine_slack[0, 1:]).all()


def test_base_prices_solve_a_market_with_its_own_private_stocks() -> None:
    problem = writable(market(6))
    stocks_of(problem).ore[:] = problem.refinery_slack
    stocks_of(problem).metal[:] = problem.demand
    balance = evaluate(problem, base_prices(problem))
    for part in (balance.mine, balance.gate, balance.refined, balance.delivered):
        assert np.abs(part).max() <= 1e-9
