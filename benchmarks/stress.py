"""Does every market clear to its certificate, whatever happens to it?

Run: python benchmarks/stress.py [--states 100000] [--workers 2] [--seed 0]
Draws states of all minerals in turn, half of them without private stocks: demand from a tenth to
tenfold with a shift for each user, capacity of mines and refineries down to zero, and up to ten
bans, quotas, taxes and licences of any strength by exporters of the base year, half of them
absolute. A state counts as cleared if its certificate says so, no delivered price lies above the
highest choke of its user, and each user at its choke is counted as unserved in the outcome. Prints
what failed by kind, with the numbers of the states: `--only 123` draws and clears a single one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.certificate import certify
from oreacle.market.clear import market
from oreacle.market.comparison import Comparison, State
from oreacle.market.groups import lean, writable
from oreacle.market.kernel import Solution, solve
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    Policy,
)
from oreacle.market.problem import Problem
from oreacle.market.shortage import shortage
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

BATCH = 125
"""States of one mineral that are cleared together."""
SHOWN = 20
"""Numbers of failed states that are printed of each kind."""


@cache
def world() -> World:
    return load_world()


@cache
def desk(mineral: str) -> PolicyDesk:
    return PolicyDesk(world().chain(mineral), world().territory, world().measures)


@dataclass
class Tally:
    """What became of the states."""

    states: int = 0
    policies: int = 0
    slow: int = 0
    steps: list[int] = field(default_factory=list)
    at_choke: int = 0
    failed: dict[str, list[int]] = field(default_factory=dict)

    def fail(self, kind: str, state: int) -> None:
        self.failed.setdefault(kind, []).append(state)

    def add(self, other: Tally) -> None:
        self.states += other.states
        self.policies += other.policies
        self.slow += other.slow
        self.steps += other.steps
        self.at_choke += other.at_choke
        for kind, states in other.failed.items():
            self.failed.setdefault(kind, []).extend(states)


def random_policy(rng: np.random.Generator, mineral: str) -> Policy:
    """Return a policy of a random kind by a random place of the chain."""
    chain = world().chain(mineral)
    mined = rng.random() < 0.5
    stage, link = ("mined", "ore") if mined else ("refined", "refined")
    places = chain.miners if mined else chain.refiners
    heads = chain.refiners if mined else chain.users
    place = str(rng.choice(places))
    actor = world().territory.actor_of[place]
    strength = 1.0 if rng.random() < 0.5 else float(rng.uniform(0.01, 0.999))
    aimed = rng.choice(heads, size=int(rng.integers(1, 4)))
    targets = () if rng.random() < 0.5 else tuple({world().territory.actor_of[h] for h in aimed})
    kinds: tuple[Policy, ...] = (
        ExportBan(actor, mineral, targets, strength, link),
        ExportBan(actor, mineral, targets, strength, link),
        ExportQuota(actor, mineral, 1.0 - strength, link),
        ExportTax(actor, mineral, 5.0 * strength, targets, link),
        ExportLicensing(actor, mineral, strength, targets, link),
        CapacityLoss(place, mineral, stage, strength),
    )
    return kinds[int(rng.integers(len(kinds)))]


def drawn(mineral: str, states: list[int], seed: int) -> tuple[Problem, int]:
    """Return the states of one mineral as a batch, and the number of policies in force."""
    base = market(world(), mineral, size=len(states))
    fresh, count = writable(base), 0
    for row, state in enumerate(states):
        rng = np.random.default_rng([seed, state])
        users = base.demand.shape[1]
        if rng.random() < 0.5 and fresh.stocks is not None:
            # Where users hold no stock, a bad state drives them to their choke.
            fresh.stocks.ore[row], fresh.stocks.metal[row] = 0.0, 0.0
        fresh.demand[row] *= 10.0 ** rng.uniform(-1.0, 1.0) * rng.lognormal(0.0, 0.3, users)
        for _ in range(int(rng.integers(0, 11))):
            # A ban on exports that there are none of is refused: nothing to stress.
            with suppress(ScenarioError):
                policy = random_policy(rng, mineral)
                desk(mineral).put_in_force(fresh, [policy], slice(row, row + 1))
                count += 1
    return lean(fresh), count


def cleared(task: tuple[str, list[int], int]) -> Tally:
    """Draw and clear the states of one batch."""
    mineral, states, seed = task
    tally = Tally(states=len(states))
    with threadpool_limits(limits=1):
        problem, tally.policies = drawn(mineral, states, seed)
        solution = solve(problem)
        tally.slow = int(solution.slow.sum())
        tally.steps = solution.iterations.tolist()
        for row, state in enumerate(states):
            certificate = certify(problem, solution, row)
            if not certificate.is_solved:
                tally.fail(f"{certificate.status.value}, {mineral}", state)
        check_chokes(problem, solution, states, tally)
    return tally


def check_chokes(problem: Problem, solution: Solution, states: list[int], tally: Tally) -> None:
    """Check that no price lies above a choke and that users at it are counted as unserved."""
    price = solution.prices.delivered
    choke = np.broadcast_to(problem.demand_curve.highest_choke, price.shape)
    for row in np.flatnonzero((price > choke).any(axis=1)):
        tally.fail(f"price above the choke, {problem.mineral}", states[row])
    at_choke = (price >= choke) & (problem.demand > 0)
    tally.at_choke += int(at_choke.any(axis=1).sum())
    rows = np.flatnonzero(at_choke.any(axis=1))
    if rows.size == 0:
        return
    # The same demand without policies: what users wanted at its prices is what they miss.
    base = market(world(), problem.mineral, size=rows.size)
    reference = replace(base, demand=problem.demand[rows])
    everyone = np.arange(rows.size)
    beside = Comparison(
        State.of(problem, solution, rows), State.of(reference, solve(reference), everyone)
    )
    unserved = shortage(beside)["unserved"].sel(country=list(problem.users)).to_numpy()
    for row, lost in zip(rows, unserved, strict=True):
        if not (lost[at_choke[row]] > 0.0).all():
            tally.fail(f"at the choke but not counted as unserved, {problem.mineral}", states[row])


def tasks(states: int, seed: int) -> list[tuple[str, list[int], int]]:
    """Return batches of states; state n belongs to mineral n modulo their number."""
    names = world().mineral_names
    batches = []
    for number, mineral in enumerate(names):
        own = list(range(number, states, len(names)))
        batches += [(mineral, own[k : k + BATCH], seed) for k in range(0, len(own), BATCH)]
    return batches


def show(tally: Tally, seconds: float) -> None:
    """Print the totals and every kind of failure."""
    failed = Counter({kind: len(found) for kind, found in tally.failed.items()})
    print(
        f"{tally.states} states with {tally.policies} policies in {seconds:.0f} s; "
        f"median of {np.median(tally.steps):.0f} steps, most {max(tally.steps)}; "
        f"{tally.slow} by the slow solver; {tally.at_choke} with users at their choke"
    )
    print(f"failed: {failed.total()}")
    for kind, count in failed.most_common():
        shown = ", ".join(map(str, sorted(tally.failed[kind])[:SHOWN]))
        print(f"  {count:6d}  {kind}: states {shown}")


def main() -> None:
    """Draw, clear and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    start, total = time.perf_counter(), Tally()
    if options.only is not None:
        names = world().mineral_names
        total.add(cleared((names[options.only % len(names)], [options.only], options.seed)))
    else:
        with ProcessPoolExecutor(options.workers) as pool:
            for tally in pool.map(cleared, tasks(options.states, options.seed)):
                total.add(tally)
    show(total, time.perf_counter() - start)


if __name__ == "__main__":
    main()
