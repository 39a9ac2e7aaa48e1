"""How long the leverage matrix takes, how many cases it clears, and how many fail.

Run: python benchmarks/leverage.py [--threads 2]
Wall time from a loaded world: each mineral alone, then all, both variants (with ways round, and
following the tonnes), by place and by owner.
"""

from __future__ import annotations

import argparse
import time

from oreacle.market.leverage.matrix import leverage, leverage_all
from oreacle.world.load import load_world


def main() -> None:
    """Print times, cases and failures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    world = load_world()
    leverage(world, "gallium")  # reads the tables that are read but once
    for mineral in world.mineral_names:
        start = time.perf_counter()
        table = leverage(world, mineral, threads=threads)
        spent = time.perf_counter() - start
        print(f"{mineral:20s}{spent:7.2f} s {table.attrs['cases']:6d} cases", end="")
        print(f" {table.attrs['failed']} failed")
    for by in ("place", "owner"):
        start = time.perf_counter()
        table = leverage_all(world, by=by, threads=threads)
        spent = time.perf_counter() - start
        print(f"all by {by:13s}{spent:7.2f} s {table.attrs['cases']:6d} cases", end="")
        print(f" {table.attrs['failed']} failed")


if __name__ == "__main__":
    main()
