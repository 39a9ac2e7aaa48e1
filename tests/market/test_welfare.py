"""Welfare: its sum is what use is worth less what resources cost, and nobody's dollar is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from tests.market.books import compare
from tests.market.small import own_territory

from oreacle.market.certification import Certification
from oreacle.market.comparison import Comparison, State
from oreacle.market.groups import writable
from oreacle.market.incomes import Gap, costs, incomes, price_gaps, stock_gain
from oreacle.market.money import dollar_prices
from oreacle.market.nodes import bound_price
from oreacle.market.owners import Owners, located_owners
from oreacle.market.policies import CapacityLoss, ExportBan, ExportLicensing, ExportTax, Policy
from oreacle.market.problem import Problem
from oreacle.market.stocks import private_release
from oreacle.market.welfare import owned, sourced_share, trade_costs, welfare

MEASURES: dict[str, list[Policy]] = {
    "ban": [ExportBan("R00", "testium", ("U00",), 0.9, "refined")],
    "tax": [ExportTax("R00", "testium", 0.4)],
    "licence": [ExportLicensing("R01", "testium", 0.3)],
    "loss": [CapacityLoss("M00", "testium", "mined", 0.5)],
    "several": [
        ExportTax("M01", "testium", 0.2, (), "ore"),
        ExportBan("R00", "testium", (), 0.7, "refined"),
    ],
}


def total(comparison: Comparison) -> float:
    return float(welfare(comparison)["total"].sum())


def resources(state: State, before: tuple[Gap, Gap]) -> float:
    """Return the cost of mining, refining, recycling, stocks and trade, by the supply side alone.

    Receipts less profit: what producers spend; and what trade uses up.
    """
    problem, prices, balance = state.problem, state.prices, state.balance
    mine, gate, refined, delivered = dollar_prices(problem, prices)
    parts = incomes(state, before)
    gained = sum(
        float(values.sum())
        for name in ("mines", "refineries", "scrap", "stocks", "support")
        for _, values in parts[name]
    )
    received = (
        (mine * balance.output).sum()
        + ((refined - gate) * balance.throughput).sum()
        + (refined * balance.scrap).sum()
        + (gate * balance.ore_release).sum()
        + (delivered * balance.metal_release).sum()
    )
    regime, certified = problem.certification, 0.0
    if regime is not None:
        certified = _certificates(state, regime)
    used_up = sum(
        float(values.sum()) for pieces in costs(state, before).values() for _, values in pieces
    )
    return float(received - gained + used_up + certified)


def _certificates(state: State, regime: Certification) -> float:
    """Return what mines receive for certificates, and what these cost, fraud included."""
    problem = state.problem
    price = problem.price_mine * np.exp(state.prices.mine)

    def output(gain: np.ndarray) -> np.ndarray:
        seen = np.log((price + gain) / problem.price_mine)
        return problem.mine_curve.output(problem.mine_slack, problem.mine_capacity, seen)[0]

    sold = regime.certified * output(regime.mine_gain)
    false = regime.fraud((1.0 - regime.certified) * output(0.0 * price), problem.price_mine)
    received = (regime.mine_gain * sold).sum()
    spent = (regime.cost * sold * regime.selling(problem.price_mine)).sum()
    return float(received + spent + (regime.fraud_cost * false).sum())


def resource_change(comparison: Comparison) -> float:
    """Return the change of what resources cost."""
    before = price_gaps(comparison.then)
    return resources(comparison.now, before) - resources(comparison.then, before)


def worth(comparison: Comparison) -> float:
    """Return the change of what use is worth: the area under inverse demand, by quadrature."""
    problem = comparison.now.problem
    first, last = comparison.then.prices.delivered[0], comparison.now.prices.delivered[0]
    regime, bound, held = problem.certification, np.zeros_like(first), last
    if regime is not None:
        bound, held = regime.bound[0], bound_price(problem, regime, last[None])[0]

    def marginal(price: float, user: int) -> float:
        at = np.zeros((1, len(problem.users)))
        at[0, user] = price
        _, slope = problem.demand_curve.total(problem.demand, at)
        return float(problem.price_delivered * np.exp(price) * slope[0, user])

    def area(ends: np.ndarray) -> np.ndarray:
        pairs = enumerate(zip(first, ends, strict=True))
        return np.array(
            [quad(marginal, *pair, args=(k,), epsabs=1e-9, limit=200)[0] for k, pair in pairs]
        )

    return float(((1.0 - bound) * area(last) + bound * area(held)).sum())


@pytest.mark.parametrize("name", MEASURES)
def test_gains_and_losses_sum_to_worth_of_use_less_resources(name: str) -> None:
    comparison = compare(MEASURES[name])
    spent = float(abs(comparison.now.problem.demand.sum() * 1000.0))
    expected = worth(comparison) - resource_change(comparison)
    assert total(comparison) == pytest.approx(expected, abs=1e-7 * spent)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(MEASURES)), st.booleans())
def test_every_restriction_costs_the_world(seed: int, name: str, ways: bool) -> None:
    """Without a measure in the reference, what one gains others lose, and more."""
    comparison = compare(MEASURES[name], seed, ways=ways)
    assert total(comparison) <= 1e-9 * comparison.now.problem.demand.sum() * 1000.0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(MEASURES)), st.booleans())
def test_located_and_owned_totals_are_the_sum_of_their_parts(
    seed: int, name: str, ways: bool
) -> None:
    comparison = compare(MEASURES[name], seed, ways=ways)
    located = welfare(comparison)
    territory = own_territory(*_places(comparison.now.problem))
    mine = owned(located, _foreign_owners(territory.actors))
    scale = float(sum(np.abs(located[part]).sum() for part in located.data_vars))
    for table in (located, mine):
        parts = sum(float(table[part].sum()) for part in table.data_vars if part != "total")
        assert parts == pytest.approx(float(table["total"].sum()), abs=1e-12 * scale)
    assert float(mine["total"].sum()) == pytest.approx(total(comparison), abs=1e-12 * scale)


def test_foreign_owners_move_profit_and_nothing_else() -> None:
    comparison = compare(MEASURES["tax"])
    located = welfare(comparison)
    actors = own_territory(*_places(comparison.now.problem)).actors
    mine = owned(located, _foreign_owners(actors)).isel(draw=0)
    home = owned(located, located_owners(own_territory(*_places(comparison.now.problem))))
    profit = located["mines"].isel(draw=0).sum()
    assert float(mine["mines"].sel(actor="U04")) == pytest.approx(0.5 * float(profit))
    assert float(home["mines"].isel(draw=0).sel(actor="M01")) == pytest.approx(
        float(located["mines"].isel(draw=0).sel(country="M01"))
    )
    for kind in ("users", "export_taxes", "margins"):
        at = home[kind].isel(draw=0).reindex(actor=mine["actor"], fill_value=0.0)
        assert np.allclose(at, mine[kind])


def test_sourced_owners_are_weighed_by_the_profit_that_moves() -> None:
    comparison = compare(MEASURES["tax"])
    located = welfare(comparison)
    share = sourced_share(located, _foreign_owners(tuple(located["country"].values)))
    mines = float(np.abs(located["mines"]).sum())
    plants = float(np.abs(located["refineries"]).sum())
    assert share[0] == pytest.approx(0.5 * mines / (mines + plants))
    assert np.isnan(sourced_share(welfare(compare([])), _foreign_owners(("M00",)))[0])


def test_a_tax_by_hand_on_one_link() -> None:
    comparison = compare(MEASURES["tax"])
    now = comparison.now
    price = now.problem.price_refined * np.exp(now.prices.refined[0, 0])
    abroad = now.balance.metal.flow[0, 0].sum()
    found = welfare(comparison)["export_taxes"].isel(draw=0).sel(country="R00")
    assert float(found) == pytest.approx(0.4 * price * abroad, rel=1e-12)


def test_without_policies_nothing_changes() -> None:
    located = welfare(compare([]))
    assert float(np.abs(located).max().to_array().max()) == 0.0


def test_a_country_without_the_stage_is_missing_and_not_zero() -> None:
    located = welfare(compare(MEASURES["tax"])).isel(draw=0)
    assert np.isnan(float(located["mines"].sel(country="U03")))
    assert not np.isnan(float(located["users"].sel(country="U03")))


def test_licensing_is_used_up_and_in_nobodys_income() -> None:
    comparison = compare(MEASURES["licence"], ways=False)
    assert float(np.abs(welfare(comparison)["export_taxes"]).sum()) == 0.0
    assert float(trade_costs(comparison)["licensing"].sum()) > 0.0
    assert total(comparison) < 0.0


def test_a_way_pays_its_entrepot() -> None:
    """By hand: tonnes through U01 times the growth of their gap between price and cost."""
    comparison = compare(MEASURES["ban"])
    gaps = []
    for state in (comparison.now, comparison.then):
        terms = state.problem.refined
        assert terms.ways is not None
        cost, _ = terms.ways.delivered_cost(terms.origin_price(state.prices.refined))
        price = state.problem.price_delivered * np.exp(state.prices.delivered)
        gaps.append(price[0, terms.ways.head] - cost[0])
    ways = comparison.now.problem.refined.ways
    assert ways is not None
    earned = comparison.now.balance.metal.way_flow[0] * (gaps[0] - gaps[1])
    through = np.array([via == "U01" for via in ways.via])
    table = welfare(comparison).isel(draw=0).sel(country="U01")
    assert float(table["rents"] + table["margins"]) == pytest.approx(float(earned[through].sum()))


def test_a_way_that_stops_leaves_no_gain_behind() -> None:
    """Ways cost two freights and are used all the same: ending them must not count as income."""
    all_ways = compare([ExportBan("R00", "testium", (), 1.0, "refined")])
    table = welfare(all_ways).isel(draw=0)
    flow = all_ways.now.balance.metal
    ways = all_ways.now.problem.refined.ways
    assert ways is not None
    started = np.array([all_ways.now.problem.refiners[k] == "R00" for k in ways.tail])
    assert float(flow.way_flow[0, started].sum()) == pytest.approx(0.0, abs=1e-9)
    only = welfare(compare([ExportBan("R00", "testium", (), 1.0, "refined")], ways=False))
    scale = float(np.abs(table["users"]).sum())
    assert float(np.abs(table["total"] - only["total"].isel(draw=0)).max()) <= 0.05 * scale


def test_support_is_paid_by_the_state_and_reaches_the_mine() -> None:
    def supported(problem: Problem) -> Problem:
        case = writable(problem)
        assert case.support is not None
        case.support.mine_bonus[:, 0] = 100.0
        return case

    comparison = compare([], change=supported)
    table = welfare(comparison).isel(draw=0)
    output = comparison.now.balance.output[0, 0]
    assert float(table["support"].sel(country="M00")) == pytest.approx(-100.0 * output)
    assert float(table["mines"].sel(country="M00")) > 0.0
    expected = worth(comparison) - resource_change(comparison)
    assert float(table["total"].sum()) == pytest.approx(expected, abs=1e-6 * 100.0 * output)


@pytest.mark.parametrize(
    ("mines", "users", "fraud"),
    [(2, 3, 0.0), (1, 2, 0.5), (4, 1, 0.0)],
    ids=["scarce", "fraud", "premium below cost"],
)
def test_certificates_lose_no_dollar(mines: int, users: int, fraud: float) -> None:
    def certified(problem: Problem) -> Problem:
        case = writable(problem)
        regime = case.certification
        assert regime is not None
        regime.certified[:, :mines] = 1.0
        regime.bound[:, :users] = 1.0
        regime.cost[:] = 20.0
        regime.fraud_share[:] = fraud
        regime.fraud_cost[:] = 50.0
        return case

    comparison = compare([], change=certified)
    regime = comparison.now.problem.certification
    assert regime is not None
    assert float(regime.premium[0, 0]) > 0.0
    expected = worth(comparison) - resource_change(comparison)
    spent = float(comparison.now.problem.demand.sum() * 1000.0)
    assert total(comparison) == pytest.approx(expected, abs=1e-6 * spent)


def test_the_gain_of_a_stock_is_the_area_over_its_release() -> None:
    held = np.array([10.0])

    def release(price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return private_release(held, 0.5, price)

    for price in (0.6, -0.4):
        area = quad(lambda x: float(release(np.array([x]))[0][0]) * np.exp(x), 0.0, price)[0]
        assert stock_gain(release, np.array([price]))[0] == pytest.approx(area, rel=1e-9)
        assert area > 0.0


def test_stocks_gain_where_prices_leave_base() -> None:
    def stocked(problem: Problem) -> Problem:
        case = writable(problem)
        assert case.stocks is not None
        case.stocks.metal[:] = 5.0
        case.stocks.release[:, 1] = 3.0
        return case

    comparison = compare(MEASURES["loss"], change=stocked)
    expected = worth(comparison) - resource_change(comparison)
    spent = float(comparison.now.problem.demand.sum() * 1000.0)
    assert total(comparison) == pytest.approx(expected, abs=1e-7 * spent)
    assert float(welfare(comparison)["stocks"].sum()) != 0.0
    idle = compare(MEASURES["loss"], change=lambda case: replace(case, stocks=None))
    assert float(welfare(idle)["stocks"].sum()) == 0.0


def _places(problem: Problem) -> tuple[tuple[str, ...], ...]:
    return problem.miners, problem.refiners, problem.users


def _foreign_owners(actors: tuple[str, ...]) -> Owners:
    """Return owners in which half of every mine belongs to U04, with a source."""
    names = tuple(sorted({*actors, "ROW", "U04"}))
    mines = [name for name in names if name.startswith("M")]
    share = pd.DataFrame(0.0, index=mines, columns=list(names))
    for mine in mines:
        share.loc[mine, mine] = 0.5
        share.loc[mine, "U04"] = 0.5
    return Owners(
        names, {"mined": share}, {"mined": pd.Series(0.5, index=mines)}, {n: n for n in names}
    )
