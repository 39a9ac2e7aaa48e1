"""How long one clearing takes, beside a general convex solver and a plain Newton.

Run: python benchmarks/clearing.py [--repeats 7]
Times are CPU seconds of one thread, the least of a few repeats, so that other work on the machine
counts little; every solve starts cold at base prices. Three tables:

1. One market of 20 mines, 15 refineries and 30 users. Symmetric (ad-valorem wedges alone, which a
   convex potential describes): the kernel, cvxpy with Clarabel (problem built and compiled anew;
   compiled once and solved again for new wedges, which its parameters allow; Clarabel's own time),
   and a plain Newton in vectorised numpy with the full dense Jacobian. Then the full model: dollar
   freight and margins, shut-down, chokes, caps and quotas; and with indirect ways, stocks and
   support.
2. How far the answers lie apart.
3. All embedded minerals after a what-if: demand up by a fifth and a ban on all exports by the
   largest refiner, one after the other, in batches of 25.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.market.random_markets import (
    dense_chain,
    drawn_names,
    random_entrepots,
    symmetric_market,
)
from tests.market.reference.convex import TIGHT, ConvexMarket
from tests.market.reference.plain_newton import solve_plainly
from tests.market.small import PARAMETERS, own_territory

from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.clear import market
from oreacle.market.groups import lean, writable
from oreacle.market.kernel import solve
from oreacle.market.policies import CapacityLoss, ExportBan, ExportQuota, ExportTax
from oreacle.market.problem import Problem
from oreacle.world.load import load_world

SIZE = (20, 15, 30)
SEEDS = range(5)
BATCH = 25


def least_ms(job: Callable[[], object], repeats: int) -> float:
    """Return the least CPU time of a few repeats [ms]."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
    return min(times) * 1e3


def full_case(seed: int, *, rich: bool) -> Problem:
    """Return the full model under a ban, a quota, a tax and a loss; `rich` adds the rest of it."""
    rng = np.random.default_rng(seed)
    chain = dense_chain(rng, SIZE, scrap=True)
    territory = own_territory(*drawn_names(chain))
    entrepots = random_entrepots(rng, chain) if rich else None
    problem = base_problem(chain, PARAMETERS, territory, entrepots=entrepots)
    problem = replace(problem, demand=problem.demand * rng.lognormal(0.0, 0.3, SIZE[2]))
    policies = [
        ExportBan("R00", "testium", (), 0.9, "refined"),
        ExportQuota("M01", "testium", 0.5, "ore"),
        ExportTax("R02", "testium", 0.5, (), "refined"),
        CapacityLoss("M03", "testium", "mined", 0.5),
    ]
    case = writable(PolicyDesk(chain, territory).apply(problem, policies))
    if rich:
        assert case.stocks is not None
        assert case.support is not None
        case.stocks.ore[:] = 0.1 * case.refinery_slack
        case.stocks.metal[:] = 0.1 * case.demand
        case.support.mine_bonus[:, ::3] = 0.05 * case.price_mine
    return lean(case)


def batch_of(problem: Problem, size: int) -> Problem:
    return problem.take(np.zeros(size, dtype=np.int64))


def show(name: str, times: list[float], kernel: list[float] | None = None) -> None:
    """Print the median over markets and its ratio to the kernel."""
    line = f"  {name:58s}{np.median(times):9.2f} ms"
    if kernel is not None:
        ratio = np.median(np.divide(times, kernel))
        line += f"{ratio:9.1f} x"
    print(line)


def one_market(repeats: int) -> None:
    """Time and compare one market of 20 x 15 x 30."""
    markets = [symmetric_market(seed, SIZE) for seed in SEEDS]
    others = [replace(one, demand=one.demand * 1.1) for one in markets]
    kernel = [least_ms(lambda one=one: solve(one), repeats) for one in markets]  # type: ignore[misc]
    print("symmetric market of 20 x 15 x 30, cold, median of five markets")
    show("kernel", kernel)
    batch = [
        least_ms(lambda one=one: solve(batch_of(one, BATCH)), 3) / BATCH  # type: ignore[misc]
        for one in markets
    ]
    show(f"kernel, each of a batch of {BATCH}", batch, kernel)
    plain = [least_ms(lambda one=one: solve_plainly(one), repeats) for one in markets]  # type: ignore[misc]
    show("plain Newton, dense Jacobian, numpy", plain, kernel)
    for name, settings in (("its own tolerances", {}), ("tolerances for six digits", TIGHT)):
        built, again, alone = [], [], []
        for one, other in zip(markets, others, strict=True):
            built.append(
                least_ms(lambda one=one: ConvexMarket(one).solve(**settings), 3)  # type: ignore[misc]  # noqa: B023
            )
            program = ConvexMarket(one)
            program.solve(**settings)

            def resolve(program: ConvexMarket = program, other: Problem = other) -> None:
                program.update(other)
                program.solve(**settings)  # noqa: B023

            again.append(least_ms(resolve, 3))
            alone.append(1e3 * program.program.solver_stats.solve_time)
        show(f"cvxpy and Clarabel, built and solved; {name}", built, kernel)
        show(f"cvxpy and Clarabel, solved again; {name}", again, kernel)
        show(f"Clarabel alone (wall time); {name}", alone, kernel)
    for name, rich in (("full model", False), ("full model with ways, stocks, support", True)):
        full = [_full_ms(seed, rich, repeats) for seed in SEEDS]
        show(f"kernel, {name}", full, kernel)
    distances(markets)


def _full_ms(seed: int, rich: bool, repeats: int) -> float:
    case = full_case(seed, rich=rich)
    assert solve(case).solved.all()
    return least_ms(lambda: solve(case), repeats)


def distances(markets: list[Problem]) -> None:
    """Print the largest gaps of log prices to the kernel."""
    rows: dict[str, list[float]] = {"Clarabel": [], "Clarabel, tight": [], "plain Newton": []}
    for one in markets:
        ours = np.concatenate([part[0] for part in solve(one).prices.parts])
        for name, settings in (("Clarabel", {}), ("Clarabel, tight", TIGHT)):
            found = ConvexMarket(one).solve(**settings)
            theirs = np.concatenate([found.mine, found.gate, found.refined, found.delivered])
            rows[name].append(float(np.abs(theirs - ours).max()))
        rows["plain Newton"].append(float(np.abs(solve_plainly(one) - ours).max()))
    print("largest gap of a log price to the kernel")
    for name, gaps in rows.items():
        print(f"  {name:58s}{max(gaps):9.1e}")


def after_what_if(size: int) -> dict[str, Problem]:
    """Return every mineral's market under the what-if, as a batch."""
    world, found = load_world(), {}
    for name, chain in world.chains.items():
        leader = next(place for place in chain.shares("refined") if place != "ROW")
        desk = PolicyDesk(chain, world.territory, world.measures)
        base = market(world, name, size=size)
        ban = ExportBan(world.territory.actor_of[leader], name)
        found[name] = desk.apply(replace(base, demand=base.demand * 1.2), [ban])
    return found


def all_minerals(repeats: int) -> None:
    """Time all minerals after the what-if."""
    singles, batches = after_what_if(1), after_what_if(BATCH)
    print(f"all {len(singles)} minerals after a what-if")
    print(f"  {'mineral':20s}{'nodes':>12s}{'alone ms':>10s}{'batch ms':>10s}{'steps':>7s}")
    rows = []
    for name, case in singles.items():
        alone = least_ms(lambda case=case: solve(case), repeats)  # type: ignore[misc]
        batch = batches[name]
        each = least_ms(lambda batch=batch: solve(batch), 3) / BATCH  # type: ignore[misc]
        steps = int(solve(case).iterations[0])
        nodes = f"{len(case.miners)}x{len(case.refiners)}x{len(case.users)}"
        print(f"  {name:20s}{nodes:>12s}{alone:10.2f}{each:10.2f}{steps:7d}")
        rows.append((alone, each, steps))
    alone, each, steps = np.sum(rows, axis=0)
    print(f"  {'sum':20s}{'':12s}{alone:10.2f}{each:10.2f}{int(steps):7d}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    with threadpool_limits(limits=1):
        one_market(options.repeats)
        all_minerals(options.repeats)


if __name__ == "__main__":
    main()
