"""Laws of the market that hold whatever the numbers: balances, money, order and symmetry."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market.random_markets import (
    calm_market,
    dense_chain,
    drawn_names,
    extreme_market,
    full_market,
    random_entrepots,
)
from tests.market.small import PARAMETERS, own_territory

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import Balance, evaluate
from oreacle.market.calibrate import base_problem
from oreacle.market.clear import market
from oreacle.market.groups import writable
from oreacle.market.kernel import Solution, priced, solve
from oreacle.market.money import dollar_prices, link_money, money_gap, support_cost
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    Policy,
)
from oreacle.market.problem import Problem
from oreacle.world.chain import Chain
from oreacle.world.load import load_world

seeds = st.integers(0, 2_000)
checked = st.integers(0, 209)
"""Seeds whose markets are known to have a solution: the root finder finds it too."""
shares = st.floats(0.01, 1.0)
SIZE = (5, 3, 6)
SLACK = 1e-8
"""Log prices and shares of throughput below which two answers are one."""


def drawn(seed: int) -> tuple[Chain, Problem, PolicyDesk]:
    """Return a market with scrap, freight and indirect ways, and its desk."""
    rng = np.random.default_rng(seed)
    chain = dense_chain(rng, SIZE, scrap=True)
    territory = own_territory(*drawn_names(chain))
    problem = base_problem(chain, PARAMETERS, territory, entrepots=random_entrepots(rng, chain))
    return chain, problem, PolicyDesk(chain, territory)


def cleared(problem: Problem) -> tuple[Problem, Solution, Balance]:
    solution = solve(problem)
    assert solution.solved.all()
    settled = priced(problem, solution)
    return settled, solution, evaluate(settled, solution.prices)


def applied(desk: PolicyDesk, problem: Problem, *policies: Policy) -> Problem:
    """Return the market under those of the policies that touch something."""
    for policy in policies:
        try:
            problem = desk.apply(problem, [policy])
        except ScenarioError as refusal:
            assert refusal.code == "ORE-SCN-007"  # noqa: PT017 - any other one is a fault
    return problem


def any_market(seed: int) -> Problem:
    return (calm_market, extreme_market, full_market)[seed % 3](seed)


@given(checked)
@settings(max_examples=20, deadline=None)
def test_every_tonne_that_enters_leaves(seed: int) -> None:
    problem, _, balance = cleared(any_market(seed))
    enters = (
        balance.output.sum()
        + balance.scrap.sum()
        + np.sum(balance.ore_release)
        + np.sum(balance.metal_release)
    )
    assert abs(enters - balance.use.sum()) <= SLACK * problem.world
    for state in (balance.ore, balance.metal):
        by_way = state.direct.sum() + state.way_flow.sum()
        assert abs(state.flow.sum() - by_way) <= SLACK * problem.world


@given(checked)
@settings(max_examples=20, deadline=None)
def test_what_users_pay_is_what_somebody_earns_or_loses(seed: int) -> None:
    problem, solution, balance = cleared(any_market(seed))
    assert money_gap(problem, solution.prices, balance)[0] <= 1e-8


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_taxes_and_tariffs_paid_are_taxes_and_tariffs_collected(seed: int) -> None:
    """What buyers pay above the price at the tail, counted link by link from the cost alone."""
    problem, solution, balance = cleared(writable_charges(seed))
    mine, gate, refined, delivered = dollar_prices(problem, solution.prices)
    for terms, state, tail, origin, head in (
        (problem.ore, balance.ore, solution.prices.mine, mine, gate),
        (problem.refined, balance.metal, solution.prices.refined, refined, delivered),
    ):
        money = link_money(terms, state, tail, head)
        paid = (state.flow * (head[:, None, :] - origin[:, :, None])).sum()
        to_states = money.charge.sum() + money.tariff.sum()
        to_others = (money.freight + money.licence + money.leak + money.rent).sum()
        assert to_states > 0.0
        assert paid == pytest.approx(to_states + to_others, rel=1e-9)
        direct = (terms.delivered_cost(tail)[0] - origin[:, :, None] - terms.freight) * state.direct
        if terms.ways is None:
            expected = direct.sum() - money.licence.sum()
            assert to_states == pytest.approx(expected, rel=1e-9)


def writable_charges(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    problem = writable(drawn(seed)[1])
    for terms in (problem.ore, problem.refined):
        terms.export_rate[:] = rng.uniform(0.0, 0.3, terms.export_rate.shape)
        terms.export_specific[:] = rng.uniform(0.0, 50.0, terms.export_rate.shape)
        terms.tariff_rate[:] = rng.uniform(0.0, 0.3, terms.export_rate.shape)
        terms.licence_rate[:] = rng.uniform(0.0, 0.1, terms.export_rate.shape)
    return problem


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_support_is_what_producers_get_above_the_market_price(seed: int) -> None:
    problem = writable(drawn(seed)[1])
    assert problem.support is not None
    problem.support.mine_bonus[:] = 25.0
    settled, solution, balance = cleared(problem)
    paid, plants = support_cost(settled, solution.prices, balance)
    assert paid == pytest.approx(25.0 * balance.output, rel=1e-9)
    assert (plants == 0.0).all()


def with_more(problem: Problem, names: tuple[str, str], place: int, more: float) -> Problem:
    """Return the market with one place's output at base prices and its capacity raised."""
    grown = writable(problem)
    for name in names:
        array = getattr(grown, name)
        array[:, place % array.shape[1]] *= 1.0 + more
    return grown


@given(seeds, st.sampled_from(("mine_slack", "recycled")), st.integers(0, 4), shares)
@settings(max_examples=30, deadline=None)
def test_more_capacity_of_mines_or_scrap_never_raises_a_price_anywhere(
    seed: int, name: str, place: int, more: float
) -> None:
    _, problem, desk = drawn(seed)
    names = (name, {"mine_slack": "mine_capacity"}.get(name, "recycled_capacity"))
    less = applied(desk, problem, ExportBan("R00", "testium", ("U01",), 0.7))
    before, after = solve(less).prices, solve(with_more(less, names, place, more)).prices
    for part, first in zip(after.parts, before.parts, strict=True):
        assert (part <= first + SLACK).all()


@given(seeds, st.integers(0, 2), shares)
@settings(max_examples=20, deadline=None)
def test_more_capacity_to_refine_never_raises_the_margin_there(
    seed: int, place: int, more: float
) -> None:
    """It buys ore and sells metal: prices elsewhere may go either way, its own margin may not."""
    _, less, _ = drawn(seed)
    margins = []
    for problem in (less, with_more(less, ("refinery_slack", "refinery_capacity"), place, more)):
        _, gate, refined, _ = dollar_prices(problem, solve(problem).prices)
        margins.append((refined - gate)[0, place])
    assert margins[1] <= margins[0] * (1.0 + SLACK)


@given(seeds, shares, shares)
@settings(max_examples=25, deadline=None)
def test_a_tighter_limit_never_helps_the_one_it_aims_at(seed: int, one: float, two: float) -> None:
    """One target: of several, one may gain by the ore that the others' loss sets free."""
    _, problem, desk = drawn(seed)
    prices, uses = [], []
    for strength in sorted((one, two)):
        ban = ExportBan("R00", "testium", ("U00",), strength, "refined")
        settled, solution, balance = cleared(applied(desk, problem, ban))
        aimed = settled.users.index("U00")
        prices.append(solution.prices.delivered[0, aimed])
        uses.append(balance.use[0, aimed])
    assert prices[1] >= prices[0] - SLACK
    assert uses[1] <= uses[0] + SLACK * problem.world


@given(seeds, shares, shares)
@settings(max_examples=15, deadline=None)
def test_a_tighter_quota_never_lowers_what_those_who_lose_by_it_pay(
    seed: int, one: float, two: float
) -> None:
    """On the mean, weighted by what each loses: a user who loses little may gain by freed ore."""
    _, problem, desk = drawn(seed)
    prices, flows = [], []
    for allowed in sorted((one, two), reverse=True):
        quota = ExportQuota("R01", "testium", allowed, "refined")
        settled, solution, balance = cleared(applied(desk, problem, quota))
        prices.append(solution.prices.delivered[0])
        flows.append(balance.metal.flow[0, settled.refiners.index("R01")])
    lost = np.maximum(flows[0] - flows[1], 0.0)
    assert (lost * (prices[1] - prices[0])).sum() >= -SLACK * problem.world


@given(seeds)
@settings(max_examples=5, deadline=None)
def test_policies_in_a_slot_commute(seed: int) -> None:
    _, problem, desk = drawn(seed)
    rates = (
        ExportTax("R00", "testium", 0.3),
        ExportLicensing("R00", "testium", 0.2, ("U01",)),
        ExportTax("R00", "testium", 0.1, ("U01", "U02")),
    )
    limits = (
        ExportBan("M00", "testium", (), 0.5, "ore"),
        ExportBan("M00", "testium", ("R00",), 0.9, "ore"),
        ExportQuota("M00", "testium", 0.4, "ore"),
    )
    losses = (
        CapacityLoss("M01", "testium", "mined", 0.3),
        CapacityLoss("M01", "testium", "mined", 0.5),
    )
    for slot in (rates, limits, losses):
        answers = [solve(applied(desk, problem, *order)).prices for order in permutations(slot)]
        for other in answers[1:]:
            for part, same in zip(answers[0].parts, other.parts, strict=True):
                assert np.abs(part - same).max() <= SLACK


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_without_policies_the_year_is_the_base_year(seed: int) -> None:
    chain, problem, _ = drawn(seed)
    _, solution, balance = cleared(problem)
    assert max(np.abs(part).max() for part in solution.prices.parts) <= 1e-9
    assert np.abs(balance.ore.flow[0] - chain.ore_flow).max() <= 1e-9 * chain.throughput
    assert np.abs(balance.metal.flow[0] - chain.refined_flow).max() <= 1e-9 * chain.throughput


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_enforcement_0_changes_nothing(seed: int) -> None:
    """Of a ban on everyone: caps at base flows hold nobody down while prices stay at base."""
    _, problem, desk = drawn(seed)
    fresh = writable(problem)
    desk.put_in_force(fresh, [ExportBan("R00", "testium", (), 0.0, link="refined")], slice(None))
    for part in solve(fresh).prices.parts:
        assert np.abs(part).max() <= 1e-9


WORLD = load_world()


@pytest.mark.parametrize("mineral", WORLD.mineral_names)
def test_a_ban_leaves_at_most_what_its_enforcement_lets_through(mineral: str) -> None:
    """On direct ways of every market; what leaks goes by named ways, or by other origins."""
    chain, enforcement = WORLD.chain(mineral), 0.9
    desk = PolicyDesk(chain, WORLD.territory, WORLD.measures)
    tested = 0
    for stage, link in (("mined", "ore"), ("refined", "refined")):
        leader = next(place for place in chain.shares(stage) if place != "ROW")
        actor = WORLD.territory.actor_of[leader]
        for targets in ((), ("USA",), ("JPN", "EU")):
            base = market(WORLD, mineral)
            ban = ExportBan(actor, mineral, targets, enforcement, link)
            case = applied(desk, base, ban)
            if case is base:
                continue
            _, _, balance = cleared(case)
            terms, state = (
                (base.ore, balance.ore) if link == "ore" else (base.refined, balance.metal)
            )
            tails = chain.miners if link == "ore" else chain.refiners
            heads = chain.refiners if link == "ore" else chain.users
            aimed = tuple(WORLD.territory.acting(name) for name in targets)
            hit = WORLD.territory.hit(tails, heads, actor, aimed)
            allowed = (1.0 - enforcement) * terms.reference[0][hit]
            assert (state.direct[0][hit] <= allowed * (1.0 + 1e-12)).all()
            tested += int(hit.sum())
    assert tested or chain.is_integrated


def test_a_law_that_fails_is_seen() -> None:
    """More demand raises prices: were it more capacity, the law above would not hold."""
    _, problem, _ = drawn(3)
    grown = replace(problem, demand=problem.demand * 1.1)
    assert (solve(grown).prices.delivered > solve(problem).prices.delivered).all()
