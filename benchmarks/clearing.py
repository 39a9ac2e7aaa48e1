"""How long one clearing takes, alone and in a batch, on every embedded mineral.

Run: python benchmarks/clearing.py
Prints microseconds per clearing (median of five) after a 20 % shift of demand and a full export
ban by the largest refiner, one numerical thread.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.market.apply import PolicyDesk
from oreacle.market.clear import market
from oreacle.market.kernel import solve
from oreacle.market.policies import ExportBan
from oreacle.world.load import load_world

REPEATS = 5
BATCH = 25


def median_us(job: Callable[[], object], cases: int) -> float:
    """Return the median time per case of a few repeats [us]."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        job()
        times.append((time.perf_counter() - start) / cases * 1e6)
    return statistics.median(times)


def main() -> None:
    """Print one row per mineral and the mean."""
    world = load_world()
    rows = []
    print(f"{'mineral':20s}{'nodes':>12s}{'alone us':>10s}{'batch us':>10s}{'steps':>7s}")
    with threadpool_limits(limits=1):
        for name, chain in world.chains.items():
            leader = next(actor for actor in chain.shares("refined") if actor != "ROW")
            actor = world.territory.actor_of[leader]
            desk = PolicyDesk(chain, world.territory, world.measures)
            shifted = []
            for size in (1, BATCH):
                base = market(world, name, size=size)
                case = replace(base, demand=base.demand * np.float64(1.2))
                shifted.append(desk.apply(case, [ExportBan(actor, name)]))
            single, batch = shifted
            alone = median_us(lambda case=single: solve(case), 1)  # type: ignore[misc]
            together = median_us(lambda case=batch: solve(case), BATCH)  # type: ignore[misc]
            steps = int(solve(single).iterations[0])
            nodes = f"{len(chain.miners)}x{len(chain.refiners)}x{len(chain.users)}"
            print(f"{name:20s}{nodes:>12s}{alone:10.0f}{together:10.0f}{steps:7d}")
            rows.append((alone, together))
    alone, together = np.mean(rows, axis=0)
    print(f"{'mean':20s}{'':12s}{alone:10.0f}{together:10.0f}")


if __name__ == "__main__":
    main()
