"""Places of mines and plants of all minerals on one axis, for mechanisms that speak of countries.

Does      Gives the countries with a mine or plant, where each chain's nodes are among them, what
          is known of them, and the value of projects under way there.
Units     USD for values; facts as in their tables.
Method    None.
Assumes   The rest of the world is a place about which nothing is known: NaN, never zero.
Not here  What follows from it: see the mechanisms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.mechanisms.cells import producing_countries
from oreacle.engine.mechanisms.contract import MINED
from oreacle.engine.setting import Setting
from oreacle.engine.state import State


@dataclass(frozen=True)
class Places:
    """Countries with a mine or plant of any mineral.

    Attributes
    ----------
    countries
        Codes, in alphabetical order.
    actor
        Position of each one's actor, shape (place,).
    nodes
        Position among the places of each mine and of each plant, by mineral: pairs of shapes
        (mine,) and (plant,).
    worth
        Yearly output of base capacity at base prices, of mines at the mine price and of plants
        at the margin, by mineral, as `nodes` [USD/yr].
    """

    countries: tuple[str, ...]
    actor: np.ndarray
    nodes: tuple[tuple[np.ndarray, np.ndarray], ...]
    worth: tuple[tuple[np.ndarray, np.ndarray], ...]

    def gathered(self, values: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """Return sums by place of values by node, shape (member, place).

        Parameters
        ----------
        values
            Pairs of arrays of mines and plants, each of shape (member, node), by mineral.
        """
        total = np.zeros((len(self.countries), values[0][0].shape[0]))
        for pair, nodes in zip(values, self.nodes, strict=True):
            for value, node in zip(pair, nodes, strict=True):
                # A country is a node of a stage once: no position comes twice.
                total[node] += value.T
        return np.asarray(total.T)

    def under_way(self, state: State) -> np.ndarray:
        """Return the yearly output of projects in the queue, shape (member, place) [USD/yr]."""
        return self.gathered(self.projects(state))

    def projects(self, state: State) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the same by mine and by plant, (member, node) each, by mineral [USD/yr]."""
        return [
            (mines.queue.sum(axis=2) * worth[0], plants.queue.sum(axis=2) * worth[1])
            for mines, plants, worth in zip(state.mines, state.plants, self.worth, strict=True)
        ]

    def standing(self, state: State, stage: int = MINED) -> np.ndarray:
        """Return the yearly output of capacity of a stage, shape (member, place) [USD/yr]."""
        fleets = state.mines if stage == MINED else state.plants
        total = np.zeros((len(self.countries), fleets[0].level.shape[0]))
        for fleet, worth, nodes in zip(fleets, self.worth, self.nodes, strict=True):
            total[nodes[stage]] += (fleet.level * worth[stage]).T
        return np.asarray(total.T)


def make_places(setting: Setting) -> Places:
    """Return the places of a run."""
    world, space = setting.world, setting.space
    chains = list(world.chains.values())
    countries = producing_countries(world)
    position = {country: k for k, country in enumerate(countries)}
    actors = {actor: k for k, actor in enumerate(space.actors)}
    rest = actors[REST_OF_WORLD]
    owner = world.territory.actor_of
    return Places(
        countries,
        np.array([actors.get(owner.get(country, ""), rest) for country in countries]),
        tuple(
            (
                np.array([position[c] for c in chain.miners], dtype=int),
                np.array([position[c] for c in chain.refiners], dtype=int),
            )
            for chain in chains
        ),
        tuple(
            (
                chain.mined * chain.price_mine,
                chain.refined * max(chain.price_refined - chain.price_gate, 0.0),
            )
            for chain in chains
        ),
    )


def known_facts(places: Places, fact: Callable[[str], float | None]) -> np.ndarray:
    """Return a figure by place, NaN where nothing is known, shape (place,).

    Parameters
    ----------
    fact
        Gives the figure of a country, or None.
    """
    found = [None if c == REST_OF_WORLD else fact(c) for c in places.countries]
    return np.array([np.nan if value is None else float(value) for value in found])


def acts_at(places: Places, acts: np.ndarray) -> np.ndarray:
    """Return acts of actors at their places, shape (member, place).

    Parameters
    ----------
    acts
        By actor that acts, shape (member, actor); the rest of the world never does.
    """
    whole = np.concatenate([acts, np.zeros_like(acts[:, :1])], axis=1)
    return np.asarray(whole[:, places.actor])
