"""Governments restrict: the measures that follow from acts that were drawn.

Does      Starts measures on the links that an act covers, and ends old ones.
Units     Strength as in the register [1].
Method    Act -> scope -> marks (MODEL: decisions of states).
Assumes   Marks do not depend on who acts.
Not here  Probabilities and draws of acts: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.engine.act_chances import Acts
from oreacle.engine.draws import Draws
from oreacle.engine.liftings import Liftings, lifted
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
    liftings: Liftings | None = None,
) -> tuple[tuple[tuple[ActiveMeasure, ...], ...], tuple[frozenset[str], ...]]:
    """Return forecast measures and register rows in force after liftings and new acts.

    Parameters
    ----------
    ending
        Factor on the hazard that a measure of an actor ends, shape (member, actor) on the axis of
        actors that act [1]; None for one.
    liftings
        Acts of lifting and rulings that end measures; None if they end none.
    """
    forecast, register = [], []
    rows = {m.measure_id: m for m in setting.register}
    ends = _Ends.of(setting, draws, ending)
    held = [
        (
            *state.measures[member],
            *(m for name, m in rows.items() if name in state.in_force[member]),
        )
        for member in range(len(started))
    ]
    count, rest = (None, None) if liftings is None else liftings.ends(ends.sums(held))
    for member, new in enumerate(started):
        factor = None if rest is None else rest[member]
        standing = [m for m in held[member] if not ends.by_itself(m, member, factor)]
        if count is not None and count[member].any():
            standing = ends.without_lifted(standing, member, count[member])
        active = [m for m in standing if not m.measure_id]
        for measure in new:
            active = tightened(active, measure)
        forecast.append(tuple(active))
        register.append(frozenset(m.measure_id for m in standing if m.measure_id))
    return tuple(forecast), tuple(register)


@dataclass(frozen=True)
class _Ends:
    """Draws and hazards by which measures end."""

    draws: np.ndarray
    ending: np.ndarray | None
    actor: Mapping[str, int]
    mineral: Mapping[str, int]
    rate: Mapping[tuple[str, str], float]

    @staticmethod
    def of(setting: Setting, draws: Draws, ending: np.ndarray | None) -> _Ends:
        marks = setting.marks
        return _Ends(
            draws.lift,
            ending,
            {name: k for k, name in enumerate(setting.space.actors)},
            {name: k for k, name in enumerate(setting.space.minerals)},
            {
                (kind, link): marks.hazard(kind, link)
                for kind in marks.instruments
                for link in LINKS
            },
        )

    def _draw(self, measure: ActiveMeasure, member: int) -> float:
        link = LINKS.index(measure.link)
        return float(
            self.draws[member, self.actor[measure.actor], self.mineral[measure.mineral], link]
        )

    def sums(self, held: Sequence[Sequence[ActiveMeasure]]) -> np.ndarray:
        """Return the sum of hazards by member and actor [1/yr]."""
        total = np.zeros((len(held), self.draws.shape[1]))
        for member, measures in enumerate(held):
            for measure in measures:
                total[member, self.actor[measure.actor]] += self.rate[
                    measure.instrument, measure.link
                ]
        return total

    def by_itself(self, measure: ActiveMeasure, member: int, rest: np.ndarray | None) -> bool:
        """Return True if a measure ends without an act of lifting."""
        hazard, actor = self.rate[measure.instrument, measure.link], self.actor[measure.actor]
        if rest is not None:
            hazard *= float(rest[actor])
        if self.ending is not None:
            # A factor on the hazard of a year, kept a probability.
            hazard = 1.0 - (1.0 - hazard) ** float(self.ending[member, actor])
        return self._draw(measure, member) < hazard

    def without_lifted(
        self, standing: Sequence[ActiveMeasure], member: int, count: np.ndarray
    ) -> list[ActiveMeasure]:
        """Return measures but for those that acts of lifting and rulings end."""
        gone: set[int] = set()
        for actor in np.flatnonzero(count):
            own = [k for k, m in enumerate(standing) if self.actor[m.actor] == actor]
            picked = lifted(
                [standing[k] for k in own],
                int(count[actor]),
                lambda m: self._draw(m, member) / self.rate[m.instrument, m.link],
            )
            gone |= {own[k] for k in picked}
        return [m for k, m in enumerate(standing) if k not in gone]
