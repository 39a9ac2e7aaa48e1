"""Memory of past acts, by class, fading from year to year.

Does      Holds faded counts of acts and lets them fade by a year.
Units     Faded counts of years with an act [1].
Method    Exponential fading with one half-life.
Assumes   One half-life for all classes: windows that close by 2014 do not tell 3 years from 10.
Not here  Coding of acts: see `oreacle.engine.acts.coding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from oreacle.engine.acts.classes import ACTOR, CLASSES, EVENT_CLASSES

HALF_LIFE = 5.0
"""Half-life of past acts [yr]: a prior, not identified on windows that close by 2014."""
LINKS = 2
"""Links of a chain: ore and refined product."""


@dataclass(frozen=True)
class Memory:
    """Past acts, faded.

    Attributes
    ----------
    acts
        By class: shape (member, actor), or (member, first, second) over all actors for pairs
        (symmetric) and dyads (imposer first).
    links
        Restrictions by link, shape (member, actor, mineral, link).
    """

    acts: Mapping[str, np.ndarray]
    links: np.ndarray

    def dyads(self, sign: str) -> np.ndarray:
        """Return faded acts between two parties of one sign, shape (member, actor, actor)."""
        found = [
            array
            for name, array in self.acts.items()
            if CLASSES[name].sign == sign and CLASSES[name].unit != ACTOR
        ]
        return np.asarray(np.sum(found, axis=0))

    def by_actor(self, sign: str) -> np.ndarray:
        """Return faded acts that an actor took, of one sign, shape (member, actor).

        An act of a pair counts for both parties, one on a target for its imposer.
        """
        found = [
            array if CLASSES[name].unit == ACTOR else array.sum(axis=-1)
            for name, array in self.acts.items()
            if CLASSES[name].sign == sign
        ]
        return np.asarray(np.sum(found, axis=0))


def empty_memory(actors: int, minerals: int, *, members: int = 1) -> Memory:
    """Return a memory without acts."""
    return Memory(
        {
            one.name: np.zeros((members, *((actors,) if one.unit == ACTOR else (actors, actors))))
            for one in EVENT_CLASSES
        },
        np.zeros((members, actors, minerals, LINKS)),
    )


def advance(memory: Memory, acts: Mapping[str, np.ndarray], links: np.ndarray) -> Memory:
    """Return the memory a year later, with the acts of the year that ends.

    Parameters
    ----------
    memory
        As it stood at the start of the year.
    acts
        1 where a unit acted, by class, shapes as in `Memory`; pairs symmetric.
    links : ndarray (member, actor, mineral, link)
        1 where a restriction covers the link.
    """
    kept = 0.5 ** (1.0 / HALF_LIFE)
    return Memory(
        {name: memory.acts[name] * kept + acts[name] for name in memory.acts},
        memory.links * kept + links,
    )
