"""The audit finds what it should, to the tonne, and nothing in extreme scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.engine.real import setting
from tests.market.small import PARAMETERS, chain, own_territory, random_chain
from tests.market.traders import market
from threadpoolctl import threadpool_limits

from oreacle.engine.audit import (
    KINDS,
    MARKET_KINDS,
    STATE_KIND,
    TOLERANCE,
    Audit,
    Seen,
    carried,
    market_breaches,
    record_breach,
    state_breach,
    stock_breaches,
)
from oreacle.engine.block import simulated
from oreacle.engine.markets import Cleared, clear_year
from oreacle.engine.setting import Setting
from oreacle.engine.state import State, first_state
from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import Balance, evaluate
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import Solution
from oreacle.market.kernel import solve as real_solve
from oreacle.market.policies import (
    Certification,
    ExportBan,
    ExportQuota,
    Policy,
    StockBuild,
    StockRelease,
)
from oreacle.market.problem import Problem, base_prices
from oreacle.market.stocks import no_stocks
from oreacle.scenario.assumptions import ActOdds, Span
from oreacle.scenario.scenario import ScheduledPolicy

ONE = chain(np.array([[100.0]]), np.array([[100.0]]), (("MIN",), ("REF",), ("USE",)))
"""One mine, one plant, one user: 100 t at 600, 650, 1000 and 1020 USD/t."""
MARKET = base_problem(ONE, PARAMETERS, own_territory(("MIN",), ("REF",), ("USE",)), size=1)
PRICES = base_prices(MARKET)
BALANCE = evaluate(MARKET, PRICES)
ACTS = ("restriction", "trade_barrier", "investment_block", "control", "dispute")


def found(
    problem: Problem = MARKET, balance: Balance = BALANCE, delivered: float = 0.0
) -> dict[str, float]:
    """Breaches above rounding, by kind."""
    prices = replace(PRICES, delivered=np.array([[delivered]]))
    breaches = market_breaches(problem, prices, balance)
    return {kind: float(size[0]) for kind, size in breaches.items() if size[0] > 1e-9}


def off_by(tonnes: float, name: str) -> Balance:
    """The base year with more or less of one flow."""
    changed: dict[str, Any] = {name: getattr(BALANCE, name) + tonnes}
    return replace(BALANCE, **changed)


def test_the_base_year_has_no_breach() -> None:
    assert found() == {}
    assert set(market_breaches(MARKET, PRICES, BALANCE)) == set(MARKET_KINDS)


@pytest.mark.parametrize(
    ("flow", "tonnes", "expected"),
    [
        # 99 t are mined and 100 t shipped: 600 USD of 102,000 have no earner.
        (
            "output",
            -1.0,
            {"mined = ore shipped": 1 / 99, "whole chain": 1 / 100, "money": 600 / 102_000},
        ),
        # 99 of 100 t of ore are refined: the margin of one tonne is missing.
        (
            "throughput",
            -1.0,
            {
                "ore received = ore refined": 1 / 99,
                "refined = metal shipped": 1 / 99,
                "money": 350 / 102_000,
            },
        ),
        # A tonne from scrap that nobody ships.
        (
            "scrap",
            1.0,
            {
                "refined = metal shipped": 1 / 101,
                "whole chain": 1 / 100,
                "above capacity": 1.0 / 1e-4,
                "money": 1000 / 102_000,
            },
        ),
        # A tonne is used that nobody delivered: 1,020 of 103,020 USD.
        (
            "use",
            1.0,
            {"metal received = metal used": 1 / 101, "whole chain": 1 / 101, "money": 1 / 101},
        ),
    ],
)
def test_a_tonne_that_is_lost_or_made_up_is_found(
    flow: str, tonnes: float, expected: dict[str, float]
) -> None:
    assert found(balance=off_by(tonnes, flow)) == pytest.approx(expected)


def test_a_loss_at_one_node_is_not_hidden_by_a_gain_at_another() -> None:
    wide = random_chain(np.random.default_rng(3), 4, 3, 5)
    market = base_problem(wide, PARAMETERS, own_territory(wide.miners, wide.refiners, wide.users))
    now = evaluate(market, base_prices(market))
    moved = replace(now, output=now.output + np.array([[1.0, -1.0, 0.0, 0.0]]) * 1e-3)
    breaches = market_breaches(market, base_prices(market), moved)
    assert breaches["whole chain"][0] < 1e-12
    assert breaches["mined = ore shipped"][0] == pytest.approx(2e-3 / now.output.sum())


def test_what_goes_through_others_counts_where_it_starts_and_ends() -> None:
    terms = market().refined
    state = evaluate(market(), base_prices(market())).metal
    assert terms.ways is not None
    assert state.way_flow.sum() > 0.0
    leaving, arriving = carried(terms, state)
    np.testing.assert_allclose(leaving, state.flow.sum(axis=2))
    np.testing.assert_allclose(arriving, state.flow.sum(axis=1))


def test_negative_tonnes_and_stocks_are_found() -> None:
    stocks = no_stocks(1, 1, 1, 3.0)
    assert found(replace(MARKET, stocks=stocks)) == {}
    short = replace(MARKET, stocks=replace(stocks, metal=np.array([[-2.0]])))
    assert found(short) == pytest.approx({"negative tonnes": 0.02})
    assert found(balance=off_by(-1.0, "scrap"))["negative tonnes"] == pytest.approx(0.01)


def test_more_from_a_stock_than_it_holds_is_found() -> None:
    stocks = replace(no_stocks(1, 1, 1, 3.0), metal=np.array([[4.0]]))
    drawn = replace(BALANCE, metal_release=np.array([[5.0]]))
    breaches = found(replace(MARKET, stocks=stocks), drawn)
    assert breaches["negative tonnes"] == pytest.approx(0.01)
    assert breaches["metal received = metal used"] == pytest.approx(0.05)


def test_a_price_above_its_choke_is_found() -> None:
    choke = float(MARKET.demand_curve.highest_choke)
    assert "price above choke" not in found(delivered=choke)
    assert found(delivered=choke + np.log(1.1))["price above choke"] == pytest.approx(0.1)


def test_a_flow_above_its_cap_and_output_above_what_plants_can_make_are_found() -> None:
    capped = replace(MARKET, ore=replace(MARKET.ore, cap=np.array([[[99.0]]])))
    assert found(capped) == pytest.approx({"above cap or quota": 0.01})
    # Plants reach K / (1 - e^-3) at high prices: no breach at 100 t, one above it.
    reach = 1.0 - np.exp(-3.0)
    ample = replace(MARKET, refinery_capacity=np.array([[100.0 * reach]]))
    assert found(ample) == {}
    small = replace(MARKET, refinery_capacity=np.array([[80.0 * reach]]))
    assert found(small) == pytest.approx({"above capacity": 0.25})


def test_what_is_no_number_counts_as_an_infinite_breach() -> None:
    lost = replace(BALANCE, use=np.array([[np.nan]]))
    assert found(balance=lost)["metal received = metal used"] == np.inf
    assert found(balance=lost)["negative tonnes"] == np.inf


def seen(solved: bool = True) -> Seen:
    return Seen(MARKET, PRICES, BALANCE, np.array([solved]))


def kept() -> Cleared:
    return clear_year(
        MARKET, PolicyDesk(ONE, own_territory(("MIN",), ("REF",), ("USE",))), [[]], [[]], None
    )


def test_a_record_that_differs_from_the_market_is_found() -> None:
    year = kept()
    assert record_breach(year, seen())[0] < 1e-12
    assert record_breach(replace(year, used=year.used + 1.0), seen())[0] == pytest.approx(0.01)
    unsolved = replace(year, solved=np.array([False]))
    assert record_breach(unsolved, seen(solved=False))[0] == np.inf


def test_a_stock_that_loses_a_tonne_between_years_is_found() -> None:
    held = [np.array([[10.0]])] * 3
    short = [np.array([[9.0]])] * 3
    assert [float(gap[0]) for gap in stock_breaches(held, held, seen(), 1.0)] == [0.0, 0.0]
    # A tonne of ore and one of metal; one of a state.
    gaps = stock_breaches(held, short, seen(), 1.0)
    assert [float(gap[0]) for gap in gaps] == pytest.approx([0.02, 0.01])
    # Use grows by a tenth, and private stocks with it.
    grown = [np.array([[11.0]]), np.array([[11.0]]), np.array([[10.0]])]
    assert max(float(gap[0]) for gap in stock_breaches(held, grown, seen(), 1.1)) < 1e-15


def test_a_negative_capacity_is_found() -> None:
    state = first_state(setting(), np.zeros(2, dtype=int))
    assert state_breach(state, 2).tolist() == [0.0, 0.0]
    level = state.mines[3].level.copy()
    level[1, 0] = -0.5
    bad = (*state.mines[:3], replace(state.mines[3], level=level), *state.mines[4:])
    assert state_breach(replace(state, mines=bad), 2).tolist() == [0.0, 0.5]


def extreme(**changes: Any) -> Setting:  # noqa: ANN401 - fields of a scenario
    """The short baseline under other assumptions."""
    return replace(setting(), scenario=replace(setting().scenario, **changes))


def audited(chosen: Setting) -> Audit:
    """Three members to 2027."""
    audit = Audit(chosen, np.arange(3))
    with threadpool_limits(limits=1):
        for _ in simulated(chosen, audit.numbers, 1, watch=audit):
            pass
    return audit


@cache
def hostile() -> Setting:
    """Everybody acts against everybody, and a scenario orders stocks and closes links."""
    odds = tuple(ActOdds(act, 30.0, Span(2025)) for act in ACTS)
    orders: tuple[Policy, ...] = (
        ExportBan("CHN", "gallium", enforcement=1.0),
        ExportQuota("IDN", "nickel", 0.3, "refined"),
        StockRelease("CHN", "copper", tonnes=100_000.0),
        StockBuild("USA", "cobalt", 2_000.0),
    )
    return extreme(odds=odds, policies=tuple(ScheduledPolicy(one, 2026) for one in orders))


def test_extreme_scenarios_pass() -> None:
    disasters = extreme(parameters=(("shocks.rate", 10.0), ("passages.rate", 10.0)))
    for chosen in (disasters, hostile()):
        audit = audited(chosen)
        assert audit.passes(), {k: b for k, b in audit.worst.items() if b.size > TOLERANCE}
        assert audit.member_years == 9
        assert audit.markets == 9 * len(chosen.space.minerals)
        assert audit.failed_members == 0
        assert set(audit.worst) == set(KINDS)


def test_a_regime_of_certificates_passes() -> None:
    regime = Certification("cobalt", ("COD",), ("EU", "USA"), share=0.3, cost=1000.0)
    chosen = extreme(policies=(ScheduledPolicy(regime, 2025),))
    audit = Audit(chosen, np.arange(2))
    with threadpool_limits(limits=1):
        next(simulated(chosen, audit.numbers, 1, watch=audit))
    assert audit.passes(), {k: b for k, b in audit.worst.items() if b.size > TOLERANCE}


def test_a_watch_changes_nothing() -> None:
    chosen, numbers = setting(), np.arange(2)
    with threadpool_limits(limits=1):
        plain = next(simulated(chosen, numbers, 1))
        watched = next(simulated(chosen, numbers, 1, watch=Audit(chosen, numbers)))
    np.testing.assert_array_equal(plain.price_delivered, watched.price_delivered)
    np.testing.assert_array_equal(plain.loss, watched.loss)


def test_a_market_that_fails_is_counted_and_not_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def fails_once(problem: Problem, *rest: object, **more: object) -> Solution:
        solution = real_solve(problem, *rest, **more)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) > 1:
            return solution
        solution.prices.mine[1] += 1.0
        left = np.where(np.arange(2) == 1, 1.0, solution.residual)
        return replace(solution, solved=left <= 1e-10, residual=left)

    monkeypatch.setattr("oreacle.engine.markets.solve", fails_once)
    audit = Audit(setting(), np.array([4, 7]))
    with threadpool_limits(limits=1):
        next(simulated(setting(), audit.numbers, 1, watch=audit))
    assert [(member, year) for member, year, _ in audit.failures] == [(7, 2025)]
    assert audit.failed_members == 1
    assert audit.passes()


class Tampering(Audit):
    """An audit to which the last member is shown with a negative plant."""

    def year(self, before: State, after: State, cleared: Sequence[Cleared]) -> None:
        level = after.plants[0].level.copy()
        level[-1, 0] = -0.25
        plants = (replace(after.plants[0], level=level), *after.plants[1:])
        super().year(before, replace(after, plants=plants), cleared)


def test_a_breach_says_where_and_when() -> None:
    audit = Tampering(setting(), np.array([4, 7]))
    with threadpool_limits(limits=1):
        next(simulated(setting(), audit.numbers, 1, watch=audit))
    worst = audit.worst[STATE_KIND]
    assert (worst.size, worst.member, worst.year) == (0.25, 7, 2025)
    assert not audit.passes()
    assert audit.passes(but=(STATE_KIND,))
