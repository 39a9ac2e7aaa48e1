"""Measure what the documentation claims about a forecast run.

Run: python benchmarks/reach.py [--members 100] [--workers 2]
Prints import and help time, base-year error, run time, and whether every market solved with
every price below its choke.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from oreacle.forecasting.run import forecast
from oreacle.market.balance import evaluate
from oreacle.market.clear import market
from oreacle.market.kernel import solve
from oreacle.world.load import load_world


def command_seconds(*arguments: str) -> float:
    """Return the median wall time of a command over five warm runs [s]."""
    times = []
    for _ in range(6):
        start = time.perf_counter()
        subprocess.run(arguments, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def base_year_error() -> tuple[float, float]:
    """Return the largest flow error over throughput, and the largest log price, at base [1]."""
    world = load_world()
    worst_flow, worst_price = 0.0, 0.0
    for name, chain in world.chains.items():
        problem = market(world, name)
        prices = solve(problem).prices
        balance = evaluate(problem, prices)
        gaps = (
            np.abs(balance.ore.flow[0] - chain.ore_flow).max(),
            np.abs(balance.metal.flow[0] - chain.refined_flow).max(),
        )
        worst_flow = max(worst_flow, *(float(gap) / chain.throughput for gap in gaps))
        parts = (prices.mine, prices.gate, prices.refined, prices.delivered)
        worst_price = max(worst_price, *(float(np.abs(part).max()) for part in parts))
    return worst_flow, worst_price


def main() -> None:
    """Print one line per claim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    python = sys.executable
    bare = command_seconds(python, "-c", "pass")
    print(
        f"import oreacle, over bare python: "
        f"{command_seconds(python, '-c', 'import oreacle') - bare:.3f} s"
    )
    print(
        f"oreacle --help: {command_seconds(str(Path(python).with_name('oreacle')), '--help'):.2f} s"
    )
    flow, price = base_year_error()
    print(f"base year: largest flow error {flow:.1e} of throughput, largest log price {price:.1e}")
    start = time.perf_counter()
    run = forecast(members=options.members, workers=options.workers)
    seconds = time.perf_counter() - start
    solved = run.arrays["solved"].to_numpy()
    print(f"forecast, {options.members} members on {options.workers} workers: {seconds:.1f} s")
    print(f"markets solved to their tolerance: {int(solved.sum())} of {solved.size}")
    highest = {
        name: float(np.exp(market(load_world(), name).demand_curve.highest_choke))
        for name in load_world().mineral_names
    }
    delivered = run.arrays["price_delivered"]
    over = [name for name in highest if float(delivered.sel(mineral=name).max()) > highest[name]]
    print(f"minerals with a mean delivered price above the highest choke: {over or 'none'}")


if __name__ == "__main__":
    main()
