"""How long the compiled kernel takes on the markets of a forecast, beside the numpy kernel.

Run: python benchmarks/compiled_kernel.py [--members 100] [--until 2028] [--last 1]
Runs one block, keeps what the engine asks its kernel to clear in the last years, and clears each
batch by both, the one first in turn. Times are of this process on one thread; other work on the
machine stretches both alike, so that their ratio counts. Needs the extra `fast`.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.engine import block, markets
from oreacle.engine.setting import make_setting
from oreacle.forecasting.preset import baseline
from oreacle.market import kernel
from oreacle.market.balance import evaluate, imbalance, node_scale
from oreacle.market.compiled import kinds
from oreacle.market.problem import Prices, Problem

NOTHING = 1e-6
"""Tonnes over node size that count as no trade [1]."""
LABELS = {False: "numpy", True: kinds.best_kernel()}


@dataclass
class Sums:
    """What one kernel took and reached over all batches."""

    seconds: float = 0.0
    slow: int = 0
    unsolved: int = 0
    steps: int = 0
    worst: float = 0.0


def captured(members: int, until: int, last: int) -> list[tuple[Problem, Prices | None]]:
    """Return the batches of the last years of a run."""
    found: list[tuple[Problem, Prices | None]] = []
    plain = markets.solve

    def keeping(
        problem: Problem, start: Prices | None = None, **how: bool | float
    ) -> kernel.Solution:
        found.append((problem, start))
        return plain(problem, start, **how)  # type: ignore[arg-type]

    setting = replace(make_setting(replace(baseline(), until=until)), kernel=kinds.best_kernel())
    markets.solve = keeping
    try:
        block.run_block(setting, np.arange(members), 1)
    finally:
        markets.solve = plain
    return found[-round(len(found) * last / len(setting.years)) :]


def gap(problem: Problem, one: kernel.Solution, other: kernel.Solution) -> float:
    """Return the largest difference of log prices where something is traded."""
    balance, scale = evaluate(problem, one.prices), node_scale(problem)
    made = balance.throughput + balance.scrap
    places = (
        balance.output > NOTHING * scale.mine,
        balance.throughput > NOTHING * scale.refinery,
        made > NOTHING * scale.refinery,
        balance.use > NOTHING * scale.user,
    )
    both = one.solved & other.solved
    return max(
        float(np.abs(a - b)[both][held[both]].max(initial=0.0))
        for a, b, held in zip(one.prices.parts, other.prices.parts, places, strict=True)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--until", type=int, default=2028)
    parser.add_argument("--last", type=int, default=1, help="years that are measured")
    asked = parser.parse_args()
    if kinds.best_kernel() == kinds.NUMPY:
        parser.error('numba is missing: pip install "oreacle[fast]"')
    began, used = time.perf_counter(), time.process_time()
    kept = kinds.is_kept()
    kinds.make_ready()
    took = time.perf_counter() - began, time.process_time() - used
    print(f"{'loading' if kept else 'compiling'}: {took[0]:.1f} s, {took[1]:.1f} s of this process")
    sums, widest, cases = {way: Sums() for way in LABELS}, 0.0, 0
    with threadpool_limits(limits=1):
        for number, (problem, start) in enumerate(captured(*vars(asked).values())):
            cases += problem.size
            found = {}
            for way in (number % 2 == 0, number % 2 != 0):
                first = time.process_time()
                found[way] = kernel.solve(
                    problem, start, tolerance=markets.TOLERANCE, level=True, compiled=way
                )
                one = sums[way]
                one.seconds += time.process_time() - first
                one.slow += int(found[way].slow.sum())
                one.unsolved += int((~found[way].solved).sum())
                one.steps += int(found[way].iterations.sum())
                reached = imbalance(evaluate(problem, found[way].prices), node_scale(problem))
                one.worst = max(one.worst, float(reached[found[way].solved].max(initial=0.0)))
            widest = max(widest, gap(problem, found[False], found[True]))
    print(f"{cases} cases; largest difference of log prices where there is trade {widest:.1e}")
    for way, name in LABELS.items():
        one = sums[way]
        took = f"{1e3 * one.seconds / cases:6.3f} ms a case, {one.steps / cases:4.1f} steps"
        left = f"{one.slow} by slow solvers, {one.unsolved} unsolved"
        print(f"{name:22s} {took}, {left}, residual {one.worst:.1e}")
    print(f"ratio {sums[False].seconds / sums[True].seconds:.2f}")


if __name__ == "__main__":
    main()
