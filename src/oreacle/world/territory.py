"""Which actor a country belongs to, and which links a measure touches.

Does      Maps countries to trade actors and marks links that leave a customs territory.
Units     Boolean arrays.
Method    A measure on exports applies to what leaves the actor's territory.
Assumes   Membership of the base year.
Not here  Membership over time: see `oreacle.world.institutions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import EVERYONE, suggestion


@dataclass(frozen=True)
class Territory:
    """Countries and the actors that decide for them.

    Attributes
    ----------
    actor_of
        Actor by country code.
    """

    actor_of: Mapping[str, str]

    @property
    def actors(self) -> tuple[str, ...]:
        """All actors, in alphabetical order."""
        return tuple(sorted(set(self.actor_of.values())))

    def members(self, actor: str) -> tuple[str, ...]:
        """Return the countries of an actor, in alphabetical order."""
        return tuple(sorted(c for c, a in self.actor_of.items() if a == actor))

    def resolve(self, name: str) -> str:
        """Return the actor meant by `name`: an actor, or a country of one.

        Raises
        ------
        ScenarioError
            ORE-SCN-003 if neither is known.
        """
        upper = name.upper()
        if upper in self.actors:
            return upper
        if upper in self.actor_of:
            return self.actor_of[upper]
        known = [*self.actors, *self.actor_of]
        raise ScenarioError(
            "ORE-SCN-003",
            f"unknown actor or country '{name}'.",
            why="the measure would touch nobody.",
            fix=f"{suggestion(upper, known)} `oreacle world info` lists all.".strip(),
        )

    def acting(self, name: str) -> str:
        """Return the actor of that name, which can impose a measure or be aimed at.

        Raises
        ------
        ScenarioError
            ORE-SCN-003 if it is unknown, ORE-SCN-015 if it is a member of a bloc.
        """
        actor = self.resolve(name)
        if actor != name.upper():
            raise ScenarioError(
                "ORE-SCN-015",
                f"'{name}' is in the trade actor {actor}.",
                why=f"export rules are made by {actor} and aimed at {actor}, not at one member.",
                fix=f"write {actor} for all its members.",
            )
        return actor

    def is_outside(self, tails: Sequence[str], heads: Sequence[str]) -> np.ndarray:
        """Return True where a link leaves the exporter's territory, shape (tail, head)."""
        exporter = np.array([self.actor_of[c] for c in tails])
        importer = np.array([self.actor_of[c] for c in heads])
        return np.asarray(np.not_equal.outer(exporter, importer))

    def hit(
        self, tails: Sequence[str], heads: Sequence[str], actor: str, targets: Sequence[str]
    ) -> np.ndarray:
        """Return True where a measure of `actor` on exports to `targets` bites, (tail, head)."""
        exporter = np.array([self.actor_of[c] == actor for c in tails])
        everyone = not targets or EVERYONE in targets
        importer = np.array([everyone or self.actor_of[c] in targets for c in heads])
        return np.asarray(np.logical_and.outer(exporter, importer) & self.is_outside(tails, heads))
