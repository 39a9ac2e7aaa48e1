"""Money: surpluses against brute-force integrals, and a tax by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import solve
from oreacle.market.money import consumer_loss, link_money, mine_profit
from oreacle.market.policies import ExportLicensing, ExportTax
from oreacle.market.problem import Prices, Problem


def small_problem() -> tuple[Problem, PolicyDesk]:
    chain = random_chain(np.random.default_rng(4), 4, 3, 5)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    return base_problem(chain, PARAMETERS, territory), PolicyDesk(chain, territory)


def test_consumer_loss_is_the_area_under_demand() -> None:
    problem, _ = small_problem()
    before, after = np.zeros((1, 5)), np.full((1, 5), 0.7)
    loss = consumer_loss(problem, before, after)[0, 0]

    def area(price: float) -> float:
        use, _ = problem.demand_curve.total(problem.demand, np.full((1, 5), price))
        return float(use[0, 0] * problem.price_delivered * np.exp(price))

    assert loss == pytest.approx(quad(area, 0.0, 0.7)[0], rel=1e-9)


def test_mine_profit_is_the_area_over_supply() -> None:
    problem, _ = small_problem()
    price = 0.4
    prices = Prices(np.full((1, 4), price), np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((1, 5)))

    def area(at: float) -> float:
        output, _ = problem.mine_curve.output(
            problem.mine_slack, problem.mine_capacity, np.full((1, 4), at)
        )
        return float(output[0, 0] * problem.price_mine * np.exp(at))

    expected = quad(area, problem.mine_curve.floor, price, epsabs=1e-10)[0]
    assert mine_profit(problem, prices)[0, 0] == pytest.approx(expected, rel=1e-8)


def test_an_export_tax_collects_rate_times_price_times_tonnes() -> None:
    problem, desk = small_problem()
    case = desk.apply(problem, [ExportTax("R00", "testium", 0.25)])
    prices = solve(case).prices
    state = evaluate(case, prices).metal
    delivered = case.price_delivered * np.exp(prices.delivered)
    money = link_money(case.refined, state, prices.refined, delivered)
    expected = 0.25 * case.price_refined * np.exp(prices.refined[0, 0]) * state.flow[0, 0].sum()
    assert money.charge[0, 0].sum() == pytest.approx(expected, rel=1e-12)


def test_without_policies_nobody_gains_or_loses() -> None:
    problem, _ = small_problem()
    still = np.zeros((1, 5))
    assert consumer_loss(problem, still, still).max() == 0.0


def test_licensing_costs_buyers_and_pays_nobody() -> None:
    problem, desk = small_problem()
    licensed = desk.apply(problem, [ExportLicensing("R00", "testium", 0.25)])
    taxed = desk.apply(problem, [ExportTax("R00", "testium", 0.25)])
    one, two = solve(licensed).prices, solve(taxed).prices
    assert np.allclose(one.delivered, two.delivered, atol=1e-12)
    state = evaluate(licensed, one).metal
    delivered = licensed.price_delivered * np.exp(one.delivered)
    money = link_money(licensed.refined, state, one.refined, delivered)
    assert money.charge.max() == 0.0
    assert money.licence[0, 0].sum() > 0.0
