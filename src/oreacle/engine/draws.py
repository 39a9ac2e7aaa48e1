"""Random numbers of one year, drawn by member and purpose.

Does      Draws the same set of numbers for a member whatever happens in its path.
Units     Uniform on [0, 1) or standard normal.
Method    One child stream per member and purpose; sizes depend on the axes alone, so switching
          one mechanism off does not shift the draws of another.
Assumes   Purposes are numbered once and for all below.
Not here  The seeds: see `oreacle.core.streams`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.streams import member_stream
from oreacle.engine.acts.classes import ACTOR, CLASS_NAMES, CLASSES
from oreacle.engine.setting import Setting

DEMAND, CAPACITY, RESTRICTIONS, LIFTING, FIRST_CLASS = 0, 1, 2, 3, 5
ACT_PURPOSE = {name: FIRST_CLASS + at for at, name in enumerate(CLASS_NAMES)}
"""One stream per class, for its acts and its level: a class that is added at the end, or left out,
shifts the draws of no other."""
PURPOSES = (DEMAND, CAPACITY, RESTRICTIONS, LIFTING, *ACT_PURPOSE.values())


@dataclass(frozen=True)
class Draws:
    """Numbers of one year for a block, shapes (member, ...).

    Attributes
    ----------
    shock
        Standard normal, shape (member, mineral).
    mine_drift, mine_lead, plant_drift, plant_lead
        Standard normal by mineral, each of shape (member, node).
    acts
        Uniform by class, shape (member, actor) or (member, first, second).
    level
        Standard normal by class, shape (member,).
    scope, instrument, target
        Uniform, shape (member, actor, mineral, link).
    lift
        Uniform, shape (member, actor, mineral, link).
    told
        Uniform, shape (member, actor): whether a restriction covers a link at risk.
    """

    shock: np.ndarray
    mine_drift: tuple[np.ndarray, ...]
    mine_lead: tuple[np.ndarray, ...]
    plant_drift: tuple[np.ndarray, ...]
    plant_lead: tuple[np.ndarray, ...]
    acts: Mapping[str, np.ndarray]
    level: Mapping[str, np.ndarray]
    scope: np.ndarray
    instrument: np.ndarray
    target: np.ndarray
    lift: np.ndarray
    told: np.ndarray


class Streams:
    """The streams of a block of members.

    Parameters
    ----------
    seed
        Root seed of the run.
    members
        Numbers of the members.
    """

    def __init__(self, seed: int, members: Sequence[int]) -> None:
        self._streams = {
            purpose: [member_stream(seed, member, purpose=purpose) for member in members]
            for purpose in PURPOSES
        }

    def year(self, setting: Setting) -> Draws:
        """Return the numbers of the next year."""
        minerals, actors = len(setting.space.minerals), len(setting.acting)
        cells = (actors, minerals, 2)
        mines = [len(chain.miners) for chain in setting.world.chains.values()]
        plants = [len(chain.refiners) for chain in setting.world.chains.values()]
        normal = self._normal(CAPACITY, 2 * (sum(mines) + sum(plants)))
        parts = iter(_cut(normal, [*mines, *plants, *mines, *plants]))
        drift_mines, drift_plants, lead_mines, lead_plants = (
            tuple(next(parts) for _ in sizes) for sizes in (mines, plants, mines, plants)
        )
        return Draws(
            shock=self._normal(DEMAND, minerals),
            mine_drift=drift_mines,
            mine_lead=lead_mines,
            plant_drift=drift_plants,
            plant_lead=lead_plants,
            acts={
                name: self._uniform(ACT_PURPOSE[name], _shape(setting, name))
                for name in setting.levels
            },
            level={name: self._normal(ACT_PURPOSE[name], 1)[:, 0] for name in setting.levels},
            scope=self._uniform(RESTRICTIONS, cells),
            instrument=self._uniform(RESTRICTIONS, cells),
            target=self._uniform(RESTRICTIONS, cells),
            lift=self._uniform(LIFTING, cells),
            told=self._uniform(RESTRICTIONS, (actors,)),
        )

    def _normal(self, purpose: int, size: int) -> np.ndarray:
        return np.stack([stream.standard_normal(size) for stream in self._streams[purpose]])

    def _uniform(self, purpose: int, shape: tuple[int, ...]) -> np.ndarray:
        return np.stack([stream.random(shape) for stream in self._streams[purpose]])


def _shape(setting: Setting, name: str) -> tuple[int, ...]:
    """Return the shape of the units of a class."""
    unit, actors = CLASSES[name].unit, len(setting.acting)
    return (actors,) if unit == ACTOR else (len(setting.first[unit]), actors)


def _cut(values: np.ndarray, sizes: Sequence[int]) -> list[np.ndarray]:
    return np.split(values, np.cumsum(sizes)[:-1], axis=1)
