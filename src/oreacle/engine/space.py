"""Index sets of a run: actors, minerals, and where each node of each chain belongs.

Does      Maps the nodes of every chain to positions on the actor axis.
Units     Positions; shares [1].
Method    None.
Assumes   Actors that own no node of any chain are left out, ROW is an actor that never acts.
Not here  What actors know: see `oreacle.engine.inputs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.world.snapshot import World


@dataclass(frozen=True)
class Space:
    """Positions on the actor and mineral axes.

    Attributes
    ----------
    actors, minerals
        Labels.
    mine_actor, plant_actor, user_actor
        Position of each node's actor, by mineral.
    """

    actors: tuple[str, ...]
    minerals: tuple[str, ...]
    mine_actor: tuple[np.ndarray, ...]
    plant_actor: tuple[np.ndarray, ...]
    user_actor: tuple[np.ndarray, ...]

    def actor_shares(
        self, mined: Sequence[np.ndarray], refined: Sequence[np.ndarray]
    ) -> np.ndarray:
        """Return world shares by actor, shape (member, actor, mineral, stage) [1].

        Parameters
        ----------
        mined, refined
            Output by mineral, each of shape (member, node) [t/yr].
        """
        members = mined[0].shape[0]
        share = np.zeros((members, len(self.actors), len(self.minerals), 2))
        for k in range(len(self.minerals)):
            for stage, (output, owner) in enumerate(
                ((mined[k], self.mine_actor[k]), (refined[k], self.plant_actor[k]))
            ):
                total = output.sum(axis=1, keepdims=True)
                np.add.at(share[:, :, k, stage].T, owner, (output / total).T)
        return share

    def by_actor(self, values: np.ndarray, owner: np.ndarray) -> np.ndarray:
        """Return sums over an actor's nodes, shape (member, actor).

        Parameters
        ----------
        values
            Values by node, shape (member, node).
        owner
            Position of each node's actor, shape (node,).
        """
        total = np.zeros((values.shape[0], len(self.actors)))
        np.add.at(total.T, owner, values.T)
        return total


def make_space(world: World, actors: Sequence[str]) -> Space:
    """Return the index sets of a world on a given actor axis."""
    position = {actor: k for k, actor in enumerate(actors)}
    owner = {c: position[a] for c, a in world.territory.actor_of.items() if a in position}
    chains = list(world.chains.values())
    return Space(
        actors=tuple(actors),
        minerals=world.mineral_names,
        mine_actor=tuple(np.array([owner[c] for c in chain.miners]) for chain in chains),
        plant_actor=tuple(np.array([owner[c] for c in chain.refiners]) for chain in chains),
        user_actor=tuple(np.array([owner[c] for c in chain.users]) for chain in chains),
    )
