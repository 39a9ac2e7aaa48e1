"""Time and size of the event models: fit, track record, and a year of a run.

Run `python benchmarks/event_models.py`; it takes about two minutes on an idle core.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.engine.act_chances import (
    chances,
    draw_acts,
    expected_levels,
    known_inputs,
    remembered,
)
from oreacle.engine.acts.memory import Memory, advance
from oreacle.engine.draws import Streams
from oreacle.engine.relations_ahead import after_acts, scored
from oreacle.engine.setting import Setting, make_setting
from oreacle.engine.state import first_state
from oreacle.forecasting.events.tables import fit_events, read_history
from oreacle.forecasting.events.track_record import backtest_events
from oreacle.forecasting.preset import baseline
from oreacle.forecasting.scoring.scoreboard import scoreboard

MEMBERS = 25
REPEATS = 20


def timed(what: str, run: Callable[[], object], *, repeats: int = 1, per: float = 1.0) -> None:
    """Print the median time of a call, divided by `per`."""
    spans = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        spans.append(time.perf_counter() - start)
    print(f"{what}: {np.median(spans) / per:.3f}")


def a_year(setting: Setting) -> None:
    """Print what a year of a block costs, by part, in ms per member."""
    draw = np.arange(MEMBERS)
    state = first_state(setting, draw)
    wide = Memory(
        {name: np.repeat(array, MEMBERS, axis=0) for name, array in state.memory.acts.items()},
        np.repeat(state.memory.links, MEMBERS, axis=0),
    )
    levels = expected_levels(setting, 0, draw)
    known = known_inputs(setting, state, 0)

    def chance() -> object:
        from dataclasses import replace

        return chances(setting, replace(known, memory=wide), draw, levels)

    found = chance()
    streams = Streams(1, range(MEMBERS))
    acts = draw_acts(found, streams.year(setting))  # type: ignore[arg-type]
    kept = remembered(setting, acts)
    network = after_acts(setting.network, kept, setting.spread)
    per = MEMBERS / 1e3
    timed("probabilities of all classes [ms per member-year]", chance, repeats=REPEATS, per=per)
    timed(
        "memory of all classes [ms per member-year]",
        lambda: advance(wide, kept, acts.link.astype(float)),
        repeats=REPEATS,
        per=per,
    )
    timed(
        "relations after the acts [ms per member-year]",
        lambda: after_acts(setting.network, kept, setting.spread),
        repeats=REPEATS,
        per=per,
    )
    timed(
        "blocs of a year that is asked about [ms per member]",
        lambda: scored(network, 2025),
        repeats=5,
        per=per,
    )


def main() -> None:
    """Print all figures."""
    with threadpool_limits(limits=1):
        a_year(make_setting(baseline(None)))
        tables = read_history()
        timed("fit of ten classes and the scope [s]", lambda: fit_events(tables, 2024))
        found = []
        timed("forecasts at all origins [s]", lambda: found.append(backtest_events()))
        timed("scores of later windows, with intervals [s]", lambda: scoreboard(found[0]))


if __name__ == "__main__":
    main()
