"""Features of acts: what they are made of, and one definition of each.

Does      Holds a feature with its definition and words, and computes the features of a class.
Units     As each definition says; the models standardise.
Method    Pure functions of `FeatureInputs`, cached for one year in a `FeatureBook`: the same code
          makes history rows (one member) and simulated rows (many members).
Assumes   Publication lags are applied by who fills the inputs.
Not here  The features themselves: see `.actor_features`, `.pair_features`, `.link_features`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from oreacle.core.errors import RelationsError
from oreacle.engine.inputs import FeatureInputs

OWN, OTHER = "own.", "other."


@dataclass(frozen=True)
class Feature:
    """One feature.

    Attributes
    ----------
    definition
        What it is, with its unit.
    high, low
        Words for a unit above and below the mean of the fitting rows.
    is_market
        True if it comes from output, trade or prices.
    compute
        Takes the book and the name of the class; returns shape (member, actor) or, for pairs,
        an array that broadcasts to (member, first, second).
    of_class
        True if it depends on the class (its own past acts).
    """

    definition: str
    high: str
    low: str
    is_market: bool
    compute: Callable[[FeatureBook, str], np.ndarray]
    of_class: bool = False


@dataclass(frozen=True)
class FeatureBook:
    """Features of one year, each computed once.

    Attributes
    ----------
    inputs
        What is known.
    first
        Positions of the first parties of pairs and dyads, by unit.
    """

    inputs: FeatureInputs
    first: Mapping[str, np.ndarray]
    _done: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)

    def actor(self, name: str, event_class: str = "") -> np.ndarray:
        """Return a feature of actors, shape (member, actor)."""
        from oreacle.engine.acts.actor_features import ACTOR_FEATURES

        return self._once(name, event_class, ACTOR_FEATURES)

    def pair(self, name: str, event_class: str, unit: str) -> np.ndarray:
        """Return a feature of pairs, shape (member, first, second) or one that broadcasts."""
        from oreacle.engine.acts.pair_features import PAIR_FEATURES

        if name.startswith(OWN):
            whole = self.actor(name.removeprefix(OWN), event_class)
            return np.asarray(whole[:, self.first[unit], None])
        if name.startswith(OTHER):
            return np.asarray(self.actor(name.removeprefix(OTHER), event_class)[:, None, :])
        whole = self._once(name, event_class, PAIR_FEATURES)
        return np.asarray(whole[:, self.first[unit], :])

    def _once(self, name: str, event_class: str, known: Mapping[str, Feature]) -> np.ndarray:
        if name not in known:
            raise RelationsError(
                "ORE-REL-041",
                f"there is no feature '{name}'.",
                why="the terms of a class must be defined.",
                fix=f"define it beside {', '.join(sorted(known)[:3])}, or correct the class.",
            )
        key = (name, event_class if known[name].of_class else "")
        if key not in self._done:
            self._done[key] = np.asarray(known[name].compute(self, event_class), dtype=float)
        return self._done[key]


def stacked(columns: list[np.ndarray]) -> np.ndarray:
    """Return features side by side on a last axis, broadcast to one shape."""
    return np.stack(np.broadcast_arrays(*columns), axis=-1)
