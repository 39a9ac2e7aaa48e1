"""Where the time of a forecast goes: core-milliseconds per member and year, part by part.

Run: python benchmarks/engine_parts.py [--members 100] [--until 2030] [--repeat 1] [--mechanisms]
Runs one block in this process with one numerical thread, with a clock round each part of a year.
Time in a part that another one calls counts for the inner one alone, so that the parts add up.
It is time of this process (`time.process_time`), which other work on the machine stretches
through shared caches and cores: repeat it, and compare runs of the same hour only. Of several
repeats the fastest is shown. `--mechanisms` tells the mechanisms apart.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.engine import block, markets, store, year
from oreacle.engine.draws import Streams
from oreacle.engine.kernels import best_kernel, make_ready
from oreacle.engine.mechanisms import machinery
from oreacle.engine.mechanisms.table import MECHANISMS
from oreacle.engine.setting import Setting, make_setting
from oreacle.forecasting.preset import baseline
from oreacle.market import kernel
from oreacle.market.apply import PolicyDesk

PARTS: tuple[tuple[str, tuple[tuple[Any, str], ...]], ...] = (
    ("chances of acts", ((year, "known_inputs"), (year, "chances"), (year, "next_levels"))),
    ("random numbers", ((Streams, "year"), (machinery.MechanismStreams, "year"))),
    (
        "acts and measures",
        (
            (year, "draw_acts"),
            (year, "remembered"),
            (year, "new_measures"),
            (year, "measures_after"),
            (year, "standing_policies"),
        ),
    ),
    ("which policies bite", ((year, "_biting"), (PolicyDesk, "bites"))),
    ("growth of markets", ((year, "grown"), (year, "pressed"), (year, "host_room"))),
    ("applying policies", ((markets, "_with"),)),
    ("start of a solve", ((kernel, "levelled"), (kernel, "made_ready"))),
    ("clearing: Newton", ((kernel, "iterate"),)),
    (
        "clearing: slow solvers",
        ((kernel, "_run_damped"), (kernel, "_restart"), (kernel, "_rescue")),
    ),
    ("clearing: other", ((markets, "solve"),)),
    ("losses and sums", ((markets, "consumer_loss"), (markets, "_summed"))),
    ("investing", ((year, "_invest"),)),
    ("network", ((year, "after_acts"), (year, "scored"))),
    ("recording", ((year, "record_of"), (year, "price_effects"), (block, "_arrays"))),
    ("events", ((block, "_events"),)),
    ("base markets", ((block, "make_desks"),)),
    ("writing", ((store, "write_block"),)),
)
HOOKS = ("start", "attitudes", "conditions", "investment", "advance", "record")
"""What a year asks of each mechanism."""
REST = "everything else"


class Clock:
    """Time of the process by part, each moment counted once."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._open: list[str] = [REST]
        self._since = time.process_time()

    def _tick(self) -> None:
        now = time.process_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    def reset(self) -> None:
        """Forget what was measured."""
        self.spent.clear()
        self._since = time.process_time()

    def stop(self) -> dict[str, float]:
        """Return seconds by part so far."""
        self._tick()
        return dict(self.spent)

    def timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        """Return the function with its time booked on a part."""

        @wraps(function)
        def run(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - stands for any function
            self._tick()
            self._open.append(part)
            try:
                return function(*arguments, **named)
            finally:
                self._tick()
                self._open.pop()

        return run


def put_on(clock: Clock, *, by_mechanism: bool) -> None:
    """Put the clock round all parts of this process."""
    for part, places in PARTS:
        for owner, name in places:
            setattr(owner, name, clock.timed(getattr(owner, name), part))
    for mechanism in MECHANISMS:
        part = f"mechanism: {mechanism.name}" if by_mechanism else "mechanisms"
        for hook in HOOKS:
            held = getattr(mechanism, hook)
            if held is not None:
                # A mechanism is a frozen record of its hooks: only a clock may change it.
                object.__setattr__(mechanism, hook, clock.timed(held, part))


def measure(setting: Setting, members: int, clock: Clock) -> dict[str, float]:
    """Return milliseconds per member and year of one block, by part."""
    clock.reset()
    with tempfile.TemporaryDirectory() as folder:
        result = block.run_block(setting, np.arange(members), 1)
        store.write_block(Path(folder), 0, result)
    spent = clock.stop()
    unit = 1e3 / members / len(setting.years)
    return {part: seconds * unit for part, seconds in spent.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=block.BLOCK_SIZE)
    parser.add_argument("--until", type=int, default=2030)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--mechanisms", action="store_true")
    options = parser.parse_args()
    setting = replace(make_setting(replace(baseline(), until=options.until)), kernel=best_kernel())
    make_ready(setting.kernel)
    clock = Clock()
    put_on(clock, by_mechanism=options.mechanisms)
    with threadpool_limits(limits=1):
        runs = [measure(setting, options.members, clock) for _ in range(options.repeat)]
    best = min(runs, key=lambda run: sum(run.values()))
    whole = sum(best.values())
    print(f"{options.members} members, {len(setting.years)} years, best of {options.repeat}")
    for part, spent in sorted(best.items(), key=lambda item: -item[1]):
        print(f"{part:34s} {spent:8.2f} ms {spent / whole:6.1%}")
    print(f"{'all':34s} {whole:8.2f} ms")


if __name__ == "__main__":
    main()
