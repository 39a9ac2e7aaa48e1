"""Policies on producers, users and stocks, worked by hand."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pytest
from tests.market.traders import METAL, PLANTS, USERS, applied, desk, market

from oreacle.core.errors import ScenarioError
from oreacle.market.groups import writable
from oreacle.market.kernel import solve
from oreacle.market.nodes import mine_output
from oreacle.market.policies import (
    CapacityLoss,
    Certification,
    DemandShift,
    Offtake,
    Policy,
    PriceFloor,
    ProductionSubsidy,
    StockBuild,
    StockRelease,
)
from oreacle.market.problem import Problem

EU1, EU2, USA = (USERS.index(name) for name in ("EU1", "EU2", "USA"))
USE = METAL.sum(axis=0)
Group = TypeVar("Group")


def present(group: Group | None) -> Group:
    assert group is not None
    return group


def intake(problem: Problem, user: int) -> float:
    """Return the sum of a user's link strengths, direct and by ways [t/yr]."""
    ways = present(problem.refined.ways)
    direct = problem.refined.strength[0, :, user].sum()
    return float(direct + ways.strength[0, ways.head == user].sum())


def test_losses_multiply() -> None:
    case = applied(
        CapacityLoss("CHN", "testium", "mined", 0.5), CapacityLoss("AUS", "testium", "mined", 0.2)
    )
    assert case.mine_slack[0] == pytest.approx([0.8 * 50.0, 0.5 * 50.0])


def test_subsidies_add_and_the_highest_floor_holds() -> None:
    case = applied(
        ProductionSubsidy("AUS", "testium", "mined", 100.0),
        ProductionSubsidy("AUS", "testium", "refined", 1.0)
        if "AUS" in PLANTS
        else ProductionSubsidy("JPN", "testium", "refined", 30.0),
        PriceFloor("CHN", "testium", "refined", price=900.0),
        PriceFloor("JPN", "testium", "refined", multiple=1.2),
    )
    support = present(case.support)
    assert support.mine_bonus[0].tolist() == [100.0, 0.0]
    assert support.refinery_bonus[0].tolist() == [0.0, 30.0]
    assert support.refinery_floor[0] == pytest.approx([900.0, 1200.0])
    assert support.mine_floor[0].tolist() == [0.0, 0.0]


def test_a_subsidy_raises_output_of_its_place_and_lowers_the_price() -> None:
    case = applied(ProductionSubsidy("AUS", "testium", "mined", 100.0))
    prices = solve(case).prices
    output, _, _ = mine_output(case, prices.mine)
    assert output[0, 0] > 50.0 > output[0, 1]
    assert (prices.delivered < 0.0).all()


def test_a_floor_below_the_price_changes_nothing() -> None:
    case = applied(PriceFloor("AUS", "testium", "mined", multiple=0.5))
    assert max(float(np.abs(part).max()) for part in solve(case).prices.parts) <= 1e-12


def test_a_release_of_a_bloc_is_split_by_use() -> None:
    release = present(applied(StockRelease("EU", "testium", tonnes=2.6)).stocks).release[0]
    assert release[[EU1, EU2]] == pytest.approx([2.0, 0.6])
    assert release.sum() == pytest.approx(2.6)


def test_days_of_use_are_days_of_use_at_base_prices_after_a_shift_of_demand() -> None:
    days = StockRelease("USA", "testium", days=73.0)
    plain = present(applied(days).stocks).release[0, USA]
    shifted = present(applied(days, DemandShift("testium", 2.0)).stocks).release[0, USA]
    assert (plain, shifted) == pytest.approx((0.2 * 35.0, 0.4 * 35.0))


def test_a_buyer_for_stock_does_not_outbid_every_user() -> None:
    case = applied(StockBuild("USA", "testium", 1000.0, 100.0))
    choke = float(case.demand_curve.highest_choke)
    assert present(case.stocks).purchase_limit[0, USA] == choke < np.log(100.0)
    solution = solve(case)
    assert solution.solved.all()
    assert solution.prices.delivered[0, USA] <= choke


def test_orders_of_a_bloc_and_of_its_member_add_and_the_careful_limit_holds() -> None:
    one, two = StockBuild("EU", "testium", 1.3, 1.5), StockBuild("EU2", "testium", 1.0, 3.0)
    stocks = present(applied(one, two).stocks)
    assert stocks.purchase[0, [EU1, EU2]] == pytest.approx([1.0, 1.3])
    assert np.exp(stocks.purchase_limit[0, [EU1, EU2]]) == pytest.approx([1.5, 1.5])


def test_a_release_lowers_and_a_purchase_raises_the_price() -> None:
    released = solve(applied(StockRelease("USA", "testium", tonnes=3.0))).prices.delivered
    bought = solve(applied(StockBuild("USA", "testium", 3.0))).prices.delivered
    assert released.max() < 0.0 < bought.min()


def test_a_contract_is_a_floor_and_the_other_links_give_way_in_proportion() -> None:
    base, case = market(), applied(Offtake("USA", "JPN", "testium", 9.0))
    before, after = base.refined, case.refined
    assert after.strength[0, 1, USA] == pytest.approx(9.0)
    assert intake(case, USA) == pytest.approx(intake(base, USA))
    # 30 t of China's, direct and by ways, make room for 4 t more from Japan.
    assert after.strength[0, 0, USA] == pytest.approx(before.strength[0, 0, USA] * 26.0 / 30.0)
    ways, old = present(after.ways), present(before.ways)
    to_usa = ways.head == USA
    assert ways.strength[0, to_usa] == pytest.approx(old.strength[0, to_usa] * 26.0 / 30.0)
    assert np.array_equal(np.delete(after.strength, USA, 2), np.delete(before.strength, USA, 2))


def test_a_contract_below_what_flows_changes_nothing() -> None:
    base, case = market(), applied(Offtake("USA", "JPN", "testium", 4.0))
    assert case.refined.strength == pytest.approx(base.refined.strength)


def test_two_contracts_of_a_buyer_both_hold() -> None:
    case = applied(Offtake("USA", "JPN", "testium", 12.0), Offtake("USA", "CHN", "testium", 20.0))
    assert case.refined.strength[0, :, USA] == pytest.approx([20.0, 12.0])
    assert intake(case, USA) == pytest.approx(35.0)


def test_contracts_for_more_than_a_buyer_takes_in_are_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        applied(Offtake("USA", "JPN", "testium", 20.0), Offtake("USA", "CHN", "testium", 20.0))
    assert caught.value.code == "ORE-SCN-025"
    assert "40 t" in caught.value.what
    assert "35 t" in caught.value.fix


def test_in_a_run_contracts_are_cut_to_what_a_buyer_takes_in() -> None:
    case = writable(market())
    both = [Offtake("USA", "JPN", "testium", 20.0), Offtake("USA", "CHN", "testium", 20.0)]
    desk().put_in_force(case, both, slice(None))
    assert case.refined.strength[0, :, USA] == pytest.approx([17.5, 17.5])
    assert intake(case, USA) == pytest.approx(35.0)


def test_a_contract_for_ore_under_a_registered_tax_is_met_at_base_prices() -> None:
    case = applied(Offtake("JPN", "AUS", "testium", 19.0, "ore"))
    flow = case.ore.strength[0, 0, 1]
    cost, _ = case.ore.delivered_cost(np.zeros((1, 2)))
    at_base = flow * (case.ore.base_cost[0, 1] / cost[0, 0, 1]) ** 3.0
    assert at_base == pytest.approx(19.0)


def test_demand_of_a_sector_grows_alone_and_takes_the_users_links_along() -> None:
    shift = DemandShift("testium", 1.5, "USA", "defence_aerospace")
    base, case = market(), applied(shift)
    # Defence uses a fifth: use grows by a tenth, and defence to 0.3 of 1.1.
    assert case.demand[0] == pytest.approx(USE * np.where(np.arange(5) == USA, 1.1, 1.0))
    curve = case.demand_curve
    defence = [k for k, group in enumerate(curve.sectors) if "defence_aerospace" in group]
    assert curve.shares[0, USA, defence] == pytest.approx([0.3 / 1.1])
    assert curve.shares[0, EU1, defence] == pytest.approx([0.2])
    assert intake(case, USA) == pytest.approx(1.1 * intake(base, USA))


@pytest.mark.parametrize(
    ("shifts", "factor"),
    [
        ([DemandShift("testium", 2.0), DemandShift("testium", 3.0, "USA")], 6.0),
        (
            [
                DemandShift("testium", 2.0, "USA", "other"),
                DemandShift("testium", 2.0, "USA", "defence_aerospace"),
            ],
            2.0,
        ),
        ([DemandShift("testium", 0.0, "USA")], 0.0),
    ],
)
def test_factors_multiply_sector_by_sector(shifts: list[Policy], factor: float) -> None:
    case = applied(*shifts)
    assert case.demand[0, USA] == pytest.approx(factor * 35.0)
    assert case.demand_curve.shares.sum(axis=-1) == pytest.approx(1.0)


def test_a_user_that_gives_up_leaves_a_market_that_solves() -> None:
    case = applied(DemandShift("testium", 0.0, "USA"))
    solution = solve(case)
    assert solution.solved.all()
    assert (solution.prices.delivered[0, :USA] < 0.0).all()


def test_a_regime_binds_its_users_to_its_mines_and_may_earn_a_premium() -> None:
    case = applied(
        Certification(
            "testium", ("AUS",), ("EU", "USA"), 0.1, 0.8, 5.0, fraud_share=0.02, fraud_cost=200.0
        )
    )
    regime = present(case.certification)
    assert regime.certified[0].tolist() == [0.1, 0.0]
    assert regime.bound[0] == pytest.approx([0.0, 0.8, 0.8, 0.0, 0.8])
    figures = [float(x[0, 0]) for x in (regime.cost, regime.fraud_share, regime.fraud_cost)]
    assert figures == [5.0, 0.02, 200.0]
    assert solve(case).solved.all()
