"""The market clears: laws, a second solver, and what a policy may and may not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.calibrate import base_problem
from oreacle.market.certificate import certify
from oreacle.market.kernel import solve
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    Policy,
)
from oreacle.market.problem import Prices, Problem
from oreacle.world.chain import Chain

seeds = st.integers(0, 10_000)


def setup(seed: int) -> tuple[Chain, Problem, PolicyDesk]:
    chain = random_chain(np.random.default_rng(seed), 6, 4, 8)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    return chain, base_problem(chain, PARAMETERS, territory), PolicyDesk(chain, territory)


def some_policies(rng: np.random.Generator) -> list[Policy]:
    pool: list[Policy] = [
        ExportBan("M00", "testium", enforcement=0.95),
        ExportBan("R00", "testium", ("U01", "U02"), enforcement=1.0),
        ExportQuota("R01", "testium", float(rng.random())),
        ExportQuota("M01", "testium", float(rng.random())),
        ExportTax("R02", "testium", float(rng.random())),
        ExportLicensing("M02", "testium", float(rng.random())),
        CapacityLoss("R03", "testium", "refined", float(rng.random())),
        CapacityLoss("M03", "testium", "mined", float(rng.random())),
    ]
    return [policy for policy in pool if rng.random() < 0.5]


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_the_base_year_is_reproduced_without_a_step(seed: int) -> None:
    chain, problem, _ = setup(seed)
    solution = solve(problem)
    balance = evaluate(problem, solution.prices)
    assert solution.iterations[0] == 0
    assert np.abs(balance.ore.flow[0] - chain.ore_flow).max() <= 1e-9 * chain.throughput
    assert np.abs(balance.metal.flow[0] - chain.refined_flow).max() <= 1e-9 * chain.throughput


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_any_mix_of_policies_clears_to_its_certificate_below_every_choke(seed: int) -> None:
    _, problem, desk = setup(seed)
    case = desk.apply(problem, some_policies(np.random.default_rng(seed)))
    solution = solve(case)
    certificate = certify(case, solution, 0)
    assert certificate.is_solved
    assert certificate.complementarity <= 1e-12
    assert certificate.money_gap <= 1e-8
    assert solution.prices.delivered.max() <= case.demand_curve.highest_choke


def independent_residuals(problem: Problem, flat: np.ndarray) -> np.ndarray:
    """Balances written out with loops, for tariffs and caps on single links only."""
    nm, nr, nk = len(problem.miners), len(problem.refiners), len(problem.users)
    p, v, r, w = np.split(flat, [nm, nm + nr, nm + 2 * nr])
    out = np.zeros(nm + 2 * nr + nk)
    for terms, tail, head, tail_at, head_at in (
        (problem.ore, p, v, 0, nm),
        (problem.refined, r, w, nm + nr, nm + 2 * nr),
    ):
        for i in range(tail.size):
            for j in range(head.size):
                origin = (
                    terms.tail_price
                    * np.exp(tail[i])
                    * (1 + terms.export_rate[0, i, j] + terms.licence_rate[0, i, j])
                )
                cost = (origin + terms.freight[0, i, j]) * (1 + terms.tariff_rate[0, i, j])
                relative = np.log(cost / terms.base_cost[i, j])
                wish = terms.strength[0, i, j] * np.exp(terms.substitution * (head[j] - relative))
                flow = min(wish, terms.cap[0, i, j])
                out[tail_at + i] -= flow
                out[head_at + j] += flow
    mines, _ = problem.mine_curve.output(problem.mine_slack, problem.mine_capacity, p[None])
    margin = problem.price_refined * np.exp(r) - problem.price_gate * np.exp(v)
    plants, _ = problem.refinery_curve.output(
        problem.refinery_slack, problem.refinery_capacity, margin[None] / problem.base_margin - 1
    )
    use, _ = problem.demand_curve.total(problem.demand, w[None])
    out[:nm] += mines[0]
    out[nm : nm + nr] -= plants[0]
    out[nm + nr : nm + 2 * nr] += plants[0]
    out[nm + 2 * nr :] -= use[0]
    return out


@pytest.mark.parametrize("seed", range(8))
def test_prices_agree_with_an_independent_root_finder(seed: int) -> None:
    _, problem, desk = setup(seed)
    policies: list[Policy] = [
        ExportTax("R01", "testium", 0.5),
        ExportBan("R00", "testium", ("U01",), enforcement=0.8),
        CapacityLoss("M01", "testium", "mined", 0.4),
    ]
    case = desk.apply(problem, policies)
    ours = solve(case).prices
    flat = np.concatenate([ours.mine[0], ours.gate[0], ours.refined[0], ours.delivered[0]])
    start = flat + 0.02 * np.random.default_rng(seed).standard_normal(flat.size)
    found = root(lambda x: independent_residuals(case, x), start, method="hybr", tol=1e-13)
    assert np.abs(independent_residuals(case, flat)).max() <= 1e-8 * case.world
    assert np.abs(found.x - flat).max() <= 1e-5


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_several_starts_find_one_answer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, problem, desk = setup(seed)
    case = desk.apply(problem, some_policies(rng))
    one = solve(case)
    start = Prices(
        *(
            part + rng.normal(0.0, 0.3, part.shape)
            for part in (
                one.prices.mine,
                one.prices.gate,
                one.prices.refined,
                np.minimum(one.prices.delivered, 1.0),
            )
        )
    )
    other = solve(case, start)
    assert other.solved[0]
    assert np.abs(other.prices.delivered - one.prices.delivered).max() <= 1e-6


@given(seeds, st.floats(1e-6, 1.0), st.floats(1e-6, 1.0))
@settings(max_examples=30, deadline=None)
def test_a_tighter_ban_never_lowers_the_targets_price(seed: int, one: float, two: float) -> None:
    _, problem, desk = setup(seed)
    loose, tight = sorted((one, two))
    prices = [
        solve(
            desk.apply(problem, [ExportBan("R00", "testium", ("U00",), enforcement=enforcement)])
        ).prices.delivered[0, 0]
        for enforcement in (loose, tight)
    ]
    assert prices[1] >= prices[0] - 1e-9


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_more_supply_never_raises_a_price(seed: int) -> None:
    _, problem, desk = setup(seed)
    before = solve(problem).prices
    after = solve(desk.apply(problem, [CapacityLoss("M00", "testium", "mined", 0.5)])).prices
    assert (after.delivered >= before.delivered - 1e-9).all()
    assert (after.mine >= before.mine - 1e-9).all()


def test_a_batch_gives_each_case_the_prices_it_has_alone() -> None:
    chain, single, desk = setup(3)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    batch = base_problem(chain, PARAMETERS, territory, size=3)
    policies = [ExportTax("R00", "testium", 0.3)]
    batch = desk.apply(batch, policies, case=1)
    together = solve(batch).prices.delivered
    alone = solve(desk.apply(single, policies)).prices.delivered
    assert np.abs(together[1] - alone[0]).max() <= 1e-9
    assert np.abs(together[[0, 2]]).max() <= 1e-12


def test_a_stronger_ban_binds_and_quotas_share_what_is_allowed() -> None:
    chain, problem, desk = setup(5)
    case = desk.apply(problem, [ExportQuota("R00", "testium", 0.5)])
    balance = evaluate(case, solve(case).prices)
    abroad = balance.metal.flow[0, 0].sum()
    assert abroad == pytest.approx(0.5 * chain.refined_flow[0].sum(), rel=1e-9)
