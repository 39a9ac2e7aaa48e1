"""What is kept of a simulated year: decisions of governments, markets and shares.

Does      Holds what governments decided, and makes the record of a year.
Units     As in `oreacle.engine.state`.
Method    None: sums over nodes of an actor and over the world.
Assumes   Members whose market did not solve have missing values.
Not here  The year itself: see `oreacle.engine.year`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.act_chances import Acts, Chances
from oreacle.engine.capacity import Fleet
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.markets import Cleared
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.setting import Setting
from oreacle.engine.state import State, YearRecord


@dataclass(frozen=True)
class Decided:
    """What governments do in a year.

    Attributes
    ----------
    known
        What they know.
    chance, acts, kept
        Probabilities, what was drawn, and the same on the axes of the memory.
    levels
        Level of each class in the year.
    started, measures, in_force
        Measures that start and that hold, and rows of the register in force, by member.
    """

    known: FeatureInputs
    chance: Chances
    acts: Acts
    kept: Mapping[str, np.ndarray]
    levels: Mapping[str, np.ndarray]
    started: tuple[tuple[ActiveMeasure, ...], ...]
    measures: tuple[tuple[ActiveMeasure, ...], ...]
    in_force: tuple[frozenset[str], ...]


def record_of(
    setting: Setting, before: State, state: State, cleared: Sequence[Cleared], decided: Decided
) -> YearRecord:
    """Return the record of a year.

    Parameters
    ----------
    before, state
        State at the start and at the end of the year.
    cleared
        Markets of the year.
    decided
        What governments did.
    """
    chance, acts, started = decided.chance, decided.acts, decided.started
    space, chains = setting.space, list(setting.world.chains.values())
    shares = state.shares[-1]
    loss = np.stack(
        [space.by_actor(c.loss, space.user_actor[k]) for k, c in enumerate(cleared)], axis=2
    )
    counted = zip(state.measures, state.in_force, strict=True)
    return YearRecord(
        price_delivered=np.stack([c.price_delivered for c in cleared], axis=1),
        price_reference=np.stack([c.price_reference for c in cleared], axis=1),
        shortage=np.stack([c.shortage for c in cleared], axis=1),
        loss=loss,
        output=np.stack([c.supplied for c in cleared], axis=1),
        use=np.stack([c.used.sum(axis=1) for c in cleared], axis=1),
        wanted=np.stack([c.wanted for c in cleared], axis=1),
        mine_capacity=_world_level(before.mines, [c.mined for c in chains]),
        plant_capacity=_world_level(before.plants, [c.refined for c in chains]),
        hhi=(shares**2).sum(axis=1),
        leader=shares.max(axis=1),
        mineral_probability=chance.mineral,
        minerals=np.asarray(acts.link.any(axis=-1)),
        probability=chance.by_class,
        drawn=acts.by_class,
        network=None,
        in_force=np.array([len(a) + len(b) for a, b in counted]),
        solved=np.stack([c.solved for c in cleared], axis=1),
        started=started,
    )


def held_log(cleared: Sequence[Cleared]) -> np.ndarray:
    """Return the log price with new measures over that without, shape (member, mineral)."""
    return np.stack([np.log(c.price_delivered / c.price_reference) for c in cleared], axis=1)


def ended_of(setting: Setting, before: State, decided: Decided) -> tuple[ActiveMeasure, ...]:
    """Return the measures of the first member that end in a year and are not replaced."""
    held = decided.measures[0]
    forecast = [
        measure
        for measure in before.measures[0]
        if measure not in held and all(new.cell != measure.cell for new in decided.started[0])
    ]
    rows = before.in_force[0] - decided.in_force[0]
    return (*forecast, *(m for m in setting.register if m.measure_id in rows))


def _world_level(fleets: Sequence[Fleet], base: Sequence[np.ndarray]) -> np.ndarray:
    """Return world capacity over that of the base year, shape (member, mineral) [1]."""
    levels = [(f.level * b).sum(axis=1) / b.sum() for f, b in zip(fleets, base, strict=True)]
    return np.stack(levels, axis=1)
