"""Time of the leverage matrix: every actor by every actor, one mineral and all.

Run: python benchmarks/leverage.py
"""

from __future__ import annotations

import statistics
import time

from oreacle.market.leverage.matrix import leverage, leverage_all
from oreacle.world.load import load_world

ROUNDS = 3


def main() -> None:
    world = load_world()
    leverage(world, "gallium")
    total = 0.0
    print(f"{'mineral':20} {'cases':>6} {'failed':>6} {'s':>7}")
    for mineral in world.mineral_names:
        start = time.perf_counter()
        table = leverage(world, mineral, threads=2)
        spent = time.perf_counter() - start
        total += spent
        print(f"{mineral:20} {table.attrs['cases']:6d} {table.attrs['failed']:6d} {spent:7.2f}")
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        table = leverage_all(world, threads=2)
        times.append(time.perf_counter() - start)
    print(f"one by one {total:.1f} s; all {statistics.median(times):.1f} s (median of {ROUNDS}), ")
    print(f"{table.attrs['cases']} cases, {table.attrs['failed']} failed")


if __name__ == "__main__":
    main()
