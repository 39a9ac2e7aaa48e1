"""The kernel against a second writing of its equations and a general root finder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import numpy as np
import pytest
from tests.market.random_markets import calm_market, extreme_market, full_market
from tests.market.reference.equations import ENOUGH, Equations, Root
from threadpoolctl import threadpool_limits

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import Balance, evaluate
from oreacle.market.clear import market
from oreacle.market.kernel import Solution, priced, solve
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    LiftMeasure,
    Policy,
)
from oreacle.market.problem import Problem
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

AGREEMENT = 1e-5
"""Largest gap of log prices [1] and of flows over the world's throughput [1]."""
KINDS = {"calm": calm_market, "extreme": extreme_market, "full": full_market}
MINERALS = load_world().mineral_names
CASES = (
    "base year",
    "ban",
    "ban on one target",
    "quotas",
    "tax and licence",
    "capacity loss",
    "refinery gone",
    "ban, quota and tax",
    "measures lifted",
)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads of the linear algebra library cost more than they give on such small systems."""
    with threadpool_limits(limits=1):
        yield


def largest_gap(problem: Problem, solution: Solution, balance: Balance, found: Root) -> float:
    """Return the largest gap of prices, premium and flows between kernel and root finder."""
    gaps = [abs(found.premium - solution.premium[0]) / problem.price_mine]
    for theirs, ours in zip(found.prices, solution.prices.parts, strict=True):
        live = np.isfinite(theirs)
        gaps.append(np.abs(theirs[live] - ours[0][live]).max(initial=0.0))
    gaps.append(np.abs(found.ore - balance.ore.flow[0]).max() / problem.world)
    gaps.append(np.abs(found.metal - balance.metal.flow[0]).max() / problem.world)
    return float(max(gaps))


def gaps_from(problem: Problem, starts: list[np.ndarray]) -> list[float]:
    """Return the largest gap to the kernel for each start from which a root was found."""
    solution = solve(problem)
    assert solution.solved.all()
    balance = evaluate(priced(problem, solution), solution.prices)
    equations = Equations(problem)
    found = [equations.solve(start) for start in starts]
    return [largest_gap(problem, solution, balance, one) for one in found if one.gap <= ENOUGH]


def unknowns(problem: Problem) -> int:
    return len(problem.miners) + 2 * len(problem.refiners) + len(problem.users)


def check_random(kind: str, seed: int) -> None:
    problem = KINDS[kind](seed)
    rng = np.random.default_rng(seed)
    starts = [np.zeros(unknowns(problem)), rng.normal(0.0, 0.2, unknowns(problem))]
    gaps = gaps_from(problem, starts)
    assert gaps
    assert max(gaps) <= AGREEMENT


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_random_markets_have_the_roots_that_the_kernel_finds(kind: str, seed: int) -> None:
    check_random(kind, seed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10, 210))
def test_many_random_markets_have_the_roots_that_the_kernel_finds(kind: str, seed: int) -> None:
    check_random(kind, seed)


@pytest.mark.parametrize("seed", range(6))
def test_several_starts_find_one_answer(seed: int) -> None:
    """Both solvers: the root finder from spread starts, each time against the kernel's answer."""
    problem = calm_market(seed)
    rng = np.random.default_rng(seed)
    count = unknowns(problem)
    starts = [np.full(count, level) for level in (-0.5, 0.0, 0.5)]
    starts += [rng.normal(0.0, 0.4, count) for _ in range(3)]
    gaps = gaps_from(problem, starts)
    assert len(gaps) >= 4
    assert max(gaps) <= AGREEMENT


@cache
def world() -> World:
    return load_world()


def policies(mineral: str, case: str) -> list[Policy]:
    """Return the policies of a case, by the largest miner and refiner."""
    chain = world().chain(mineral)
    miner, refiner = (
        world().territory.actor_of[next(place for place in chain.shares(stage) if place != "ROW")]
        for stage in ("mined", "refined")
    )
    sets: dict[str, list[Policy]] = {
        "base year": [],
        "ban": [ExportBan(refiner, mineral)],
        "ban on one target": [ExportBan(refiner, mineral, ("USA",), 1.0)],
        "quotas": [
            ExportQuota(refiner, mineral, 0.3, "refined"),
            ExportQuota(miner, mineral, 0.5, "ore"),
        ],
        "tax and licence": [
            ExportTax(refiner, mineral, 1.0),
            ExportLicensing(miner, mineral, 0.3),
        ],
        "capacity loss": [
            CapacityLoss(miner, mineral, "mined", 0.6),
            CapacityLoss(refiner, mineral, "refined", 0.4),
        ],
        "refinery gone": [CapacityLoss(refiner, mineral, "refined", 1.0)],
        "ban, quota and tax": [
            ExportBan(refiner, mineral, (), 0.9, "refined"),
            ExportQuota(miner, mineral, 0.2, "ore"),
            ExportTax(miner, mineral, 0.5, (), "ore"),
        ],
        "measures lifted": [
            LiftMeasure(measure.measure_id, mineral)
            for measure in world().base_measures
            if measure.mineral == mineral
        ],
    }
    return sets[case]


def real_gap(mineral: str, case: str) -> float:
    problem = market(world(), mineral)
    desk = PolicyDesk(world().chain(mineral), world().territory, world().measures)
    for policy in policies(mineral, case):
        # Not every mineral has exports that a policy could touch.
        with suppress(ScenarioError):
            problem = desk.apply(problem, [policy])
    (gap,) = gaps_from(problem, [np.zeros(unknowns(problem))])
    return gap


@pytest.mark.parametrize("number", range(len(MINERALS)))
def test_each_mineral_has_the_root_that_the_kernel_finds(number: int) -> None:
    assert real_gap(MINERALS[number], CASES[number % len(CASES)]) <= AGREEMENT


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mineral", MINERALS)
def test_all_minerals_under_all_policies_have_the_root_that_the_kernel_finds(
    mineral: str, case: str
) -> None:
    assert real_gap(mineral, case) <= AGREEMENT


def test_a_wrong_answer_is_seen() -> None:
    problem = calm_market(1)
    solution = solve(problem)
    balance = evaluate(problem, solution.prices)
    found = Equations(problem).solve(np.zeros(unknowns(problem)))
    solution.prices.gate[0, 0] += 1e-4
    assert largest_gap(problem, solution, balance, found) > AGREEMENT
