"""Governments restrict: the measures that follow from acts that were drawn.

Does      Starts measures on the links that an act covers, and ends old ones.
Units     Strength as in the register [1].
Method    Act -> scope -> marks (MODEL: decisions of states).
Assumes   Marks do not depend on who acts.
Not here  Probabilities and draws of acts: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.engine.act_chances import Acts
from oreacle.engine.draws import Draws
from oreacle.engine.measures import ActiveMeasure, tightened
from oreacle.engine.setting import Setting
from oreacle.engine.state import State


def new_measures(
    setting: Setting, acts: Acts, draws: Draws, year: int
) -> tuple[tuple[ActiveMeasure, ...], ...]:
    """Return the measures that the year's acts start, by member."""
    started: list[list[ActiveMeasure]] = [[] for _ in range(acts.act.shape[0])]
    marks = setting.marks
    for member, actor, mineral, link in np.argwhere(acts.link):
        cell = member, actor, mineral, link
        steps = np.cumsum(marks.probability[link])
        kind = min(int(np.searchsorted(steps, draws.instrument[cell])), steps.size - 1)
        aimed = draws.target[cell] < marks.targeted_share[link, kind]
        rival = int(setting.rival[actor, mineral, link])
        targets = (setting.space.actors[rival],) if aimed and rival >= 0 else ()
        started[member].append(
            ActiveMeasure(
                actor=setting.space.actors[actor],
                mineral=setting.space.minerals[mineral],
                link=LINKS[link],
                instrument=marks.instruments[kind],
                strength=float(marks.strength[link, kind]),
                targets=targets,
                since=year,
            )
        )
    return tuple(tuple(measures) for measures in started)


def measures_after(
    setting: Setting,
    state: State,
    started: tuple[tuple[ActiveMeasure, ...], ...],
    draws: Draws,
    ending: np.ndarray | None = None,
) -> tuple[tuple[tuple[ActiveMeasure, ...], ...], tuple[frozenset[str], ...]]:
    """Return forecast measures and register rows in force after liftings and new acts.

    Parameters
    ----------
    ending
        Factor on the hazard that a measure of an actor ends, shape (member, actor) on the axis of
        actors that act [1]; None for one.
    """
    at = {name: k for k, name in enumerate(setting.space.actors)}
    row = {name: k for k, name in enumerate(setting.space.minerals)}

    def ends(measure: ActiveMeasure, member: int) -> bool:
        cell = at[measure.actor], row[measure.mineral], LINKS.index(measure.link)
        hazard = setting.marks.hazard(measure.instrument, measure.link)
        if ending is not None:
            # A factor on the hazard of a year, kept a probability.
            hazard = 1.0 - (1.0 - hazard) ** float(ending[member, at[measure.actor]])
        return bool(draws.lift[(member, *cell)] < hazard)

    forecast, register = [], []
    for member, new in enumerate(started):
        active = [m for m in state.measures[member] if not ends(m, member)]
        for measure in new:
            active = tightened(active, measure)
        forecast.append(tuple(active))
        standing = state.in_force[member]
        register.append(
            frozenset(
                m.measure_id
                for m in setting.register
                if m.measure_id in standing and not ends(m, member)
            )
        )
    return tuple(forecast), tuple(register)
