"""Measure how workers share a run, and whether its time is linear in members.

Run: python benchmarks/workers.py [--members 200] [--until 2040] [--kind dask]
Prints the time of one worker and of two of the same kind, their ratio, the time of half the
members, and the largest memory of all processes together. Times hold the start of the workers, but
not the setting, which is made before.
`--kind dask` compares clusters of one and two workers, `--kind processes` two processes with one.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from oreacle.engine.executors.choice import chosen_executor
from oreacle.engine.setting import make_setting
from oreacle.forecasting.preset import baseline
from oreacle.forecasting.run import forecast
from oreacle.scenario.names import name_book
from oreacle.scenario.presets import with_last_year
from oreacle.scenario.scenario import Scenario
from oreacle.world.load import load_world

WORKERS: dict[str, tuple[int | str, int | str]] = {
    "dask": ("dask:1", "dask:2"),
    "processes": (1, 2),
}
MIB = 2**20


class Memory:
    """The largest sum of resident memory of this process and its children, sampled [bytes]."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.2):
            total = 0
            for process in (me, *me.children(recursive=True)):
                with suppress(psutil.Error):
                    total += process.memory_info().rss
            self.most = max(self.most, total)


def measured(scenario: Scenario, members: int, workers: int | str) -> tuple[float, float]:
    """Return wall time [s] and largest memory of all processes [MiB] of a stored run."""
    with tempfile.TemporaryDirectory() as parent, Memory() as memory:
        start = time.perf_counter()
        forecast(scenario, members=members, workers=workers, out=Path(parent) / "run")
        return time.perf_counter() - start, memory.most / MIB


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--until", type=int, default=2040)
    parser.add_argument("--kind", choices=sorted(WORKERS), default="dask")
    options = parser.parse_args()
    scenario = with_last_year(baseline(), options.until, name_book(load_world()))
    one, two = WORKERS[options.kind]
    chosen_executor(two)
    make_setting(scenario)  # it is kept: the first run would be the only one to make it
    alone, memory = measured(scenario, options.members, one)
    print(f"{options.members} members, workers {one}: {alone:.1f} s, {memory:.0f} MiB")
    shared, memory = measured(scenario, options.members, two)
    print(f"{options.members} members, workers {two}: {shared:.1f} s, {memory:.0f} MiB")
    print(f"two workers against one: {alone / shared:.2f} times")
    half, _ = measured(scenario, options.members // 2, two)
    print(f"{options.members // 2} members, workers {two}: {half:.1f} s")
    print(f"twice the members: {shared / half:.2f} times the time")


if __name__ == "__main__":
    main()
