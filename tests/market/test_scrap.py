"""Supply from scrap in the market."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.market.small import PARAMETERS, chain, own_territory

from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.calibrate import LEAST_SPARE, base_problem
from oreacle.market.kernel import solve
from oreacle.market.money import money_gap, scrap_profit
from oreacle.market.policies import CapacityLoss, ExportBan
from oreacle.market.problem import Problem, base_prices
from oreacle.world.chain import Chain

ORE = np.array([[40.0, 0.0], [40.0, 0.0]])
METAL = np.array([[50.0, 30.0], [5.0, 15.0]])
"""BBB takes no ore: what it sells, 20 t, comes from scrap."""


def recycling_chain() -> Chain:
    names = (("AAA", "CCC"), ("AAA", "BBB"), ("AAA", "BBB"))
    return chain(ORE, METAL, names, scrap=True)


def market(here: Chain) -> Problem:
    return base_problem(here, PARAMETERS, own_territory(here.miners, here.refiners, here.users), ())


def test_the_base_year_is_reproduced_with_scrap() -> None:
    problem = market(recycling_chain())
    balance = evaluate(problem, base_prices(problem))
    assert balance.scrap[0].tolist() == [0.0, 20.0]
    assert np.abs(balance.refined).max() == pytest.approx(0.0, abs=1e-12)
    assert float(money_gap(problem, base_prices(problem), balance)[0]) < 1e-12


def test_a_loss_of_mines_draws_more_scrap_and_only_so_far_as_it_can_be_collected() -> None:
    here = recycling_chain()
    desk = PolicyDesk(here, own_territory(here.miners, here.refiners, here.users), ())
    case = desk.apply(market(here), [CapacityLoss("AAA", "testium", stage="mined", share=0.6)])
    solution = solve(case)
    balance = evaluate(case, solution.prices)
    assert solution.solved.all()
    assert 20.0 < balance.scrap[0, 1] < 20.0 / PARAMETERS.refinery_utilisation
    assert scrap_profit(case, solution.prices)[0, 1] > scrap_profit(case, base_prices(case))[0, 1]


def test_scrap_softens_a_loss_of_mines() -> None:
    here = recycling_chain()
    loss = CapacityLoss("AAA", "testium", stage="mined", share=0.6)
    case = PolicyDesk(here, own_territory(here.miners, here.refiners, here.users), ()).apply(
        market(here), [loss]
    )
    stiff = replace(case, scrap_curve=replace(case.scrap_curve, elasticity=0.0))
    prices = [solve(problem).prices.delivered.max() for problem in (case, stiff)]
    assert prices[0] < prices[1]


def test_scrap_that_may_not_leave_and_finds_no_buyer_at_home_stays_uncollected() -> None:
    here = recycling_chain()
    ban = ExportBan("BBB", "testium", enforcement=1.0, link="refined")
    case = PolicyDesk(here, own_territory(here.miners, here.refiners, here.users), ()).apply(
        market(here), [ban]
    )
    solution = solve(case)
    assert solution.solved.all()
    assert evaluate(case, solution.prices).scrap[0, 1] < 20.0


def test_a_country_that_only_recycles_goes_on_selling_when_refineries_elsewhere_stop() -> None:
    here = recycling_chain()
    loss = CapacityLoss("AAA", "testium", stage="refined", share=1.0)
    case = PolicyDesk(here, own_territory(here.miners, here.refiners, here.users), ()).apply(
        market(here), [loss]
    )
    solution = solve(case)
    assert solution.solved.all()
    assert evaluate(case, solution.prices).metal.flow[0, 1].sum() > 0.0


def test_published_capacity_stands_and_the_stated_utilisation_fills_the_gaps() -> None:
    here = replace(recycling_chain(), mine_capacity=np.array([44.0, np.nan]))
    capacity = market(here).mine_capacity[0]
    assert capacity[0] == 44.0
    assert capacity[1] == pytest.approx(40.0 / PARAMETERS.mine_utilisation)


def test_a_published_capacity_below_output_is_taken_as_rounded() -> None:
    here = replace(recycling_chain(), mine_capacity=np.array([39.0, 39.0]))
    assert market(here).mine_capacity[0].tolist() == pytest.approx([40.0 * (1 + LEAST_SPARE)] * 2)
