"""Simulate one member and tell its history.

Does      Runs one member with a trace and turns each year into a record.
Units     As in `oreacle.forecasting.histories.records`.
Method    The member has the random streams that it has in a run with the same seed, and its markets
          are cleared by the kernel that a run would have here.
Assumes   Members of a block are summed together in a run and alone here: figures agree to their
          last bits, and draws that do not fall just beside a probability agree.
Not here  Ensembles: see `oreacle.forecasting.run`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle import __version__
from oreacle.core.errors import RunError
from oreacle.core.streams import check_seed
from oreacle.engine.block import simulated
from oreacle.engine.ensemble import MOST_MEMBERS
from oreacle.engine.kernels import best_kernel, make_ready
from oreacle.engine.setting import Setting, make_setting
from oreacle.engine.state import YearRecord
from oreacle.forecasting.histories.acts import acts_told, effects_told, measure_words
from oreacle.forecasting.histories.markets import cancelled_moves, price_moves, shortages
from oreacle.forecasting.histories.records import MemberHistory, NoteTold, YearTold
from oreacle.scenario.scenario import Scenario

MOST_NOTES = 14
"""Notes of mechanisms told in a year."""


def member_history(
    scenario: Scenario,
    *,
    member: int = 0,
    seed: int = 1,
    data: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> MemberHistory:
    """Return the history of one member.

    Parameters
    ----------
    scenario
        The scenario.
    member
        Number of the member in a run, from 0.
    seed
        Root seed.
    data
        Folder of tables, None for the embedded ones.
    progress
        Called with years done and years in all.

    Raises
    ------
    RunError
        ORE-RUN-001 on a bad number of the member.
    ScenarioError
        ORE-SCN-010 on a bad seed.
    """
    check_member(member)
    setting = replace(make_setting(scenario, data), kernel=best_kernel())
    make_ready(setting.kernel)
    years: list[YearTold] = []
    before: YearRecord | None = None
    with threadpool_limits(limits=1):
        path = simulated(setting, np.array([member]), check_seed(seed), traced=True)
        for year, record in zip(setting.years, path, strict=True):
            years.append(_told(setting, int(year), record, before))
            before = record
            if progress is not None:
                progress(len(years), len(setting.years))
    return MemberHistory(
        scenario.name, seed, member, __version__, setting.world.base_year, tuple(years)
    )


def check_member(member: int) -> None:
    """Refuse what is no number of a member: ORE-RUN-001."""
    if type(member) is not int or not 0 <= member < MOST_MEMBERS:
        raise RunError(
            "ORE-RUN-001",
            f"member {member!r} is no whole number from 0 to {MOST_MEMBERS - 1:,}.",
            why="the random streams of a member are derived from its number.",
            fix="give a number such as --member 7.",
        )


def _told(setting: Setting, year: int, record: YearRecord, before: YearRecord | None) -> YearTold:
    minerals = setting.space.minerals
    return YearTold(
        year=year,
        acts=acts_told(setting, record),
        effects=effects_told(setting, record),
        ended=tuple(f"{m.actor}: {measure_words(m)}" for m in record.ended),
        moves=price_moves(setting, record, before),
        notes=_notes(record),
        in_force=int(record.in_force[0]),
        barriers=_count(record, "barriers_on_trade", "barriers_mandates"),
        blocks=_count(record, "barriers_blocks"),
        shortages=shortages(setting, record),
        unsolved=tuple(minerals[k] for k in np.flatnonzero(~record.solved[0])),
        cancelled=cancelled_moves(setting, record, before),
    )


def _count(record: YearRecord, *figures: str) -> int | None:
    """Return the sum of recorded figures; None if their mechanism is off."""
    if any(name not in record.figures for name in figures):
        return None
    return int(sum(record.figures[name].values[0] for name in figures))


def _notes(record: YearRecord) -> tuple[NoteTold, ...]:
    ranked = sorted(record.notes, key=lambda note: -note.weight)[:MOST_NOTES]
    return tuple(NoteTold(n.mechanism, n.actor, n.mineral, n.what, n.why, n.effect) for n in ranked)
