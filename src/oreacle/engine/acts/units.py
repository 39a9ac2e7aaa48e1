"""Feature arrays of a class, and every feature by name.

Does      Puts the features of all units of a class side by side.
Units     As the definitions of the features say.
Method    One `FeatureBook` serves all classes of a year.
Assumes   Terms of a class are defined; a wrong one is refused.
Not here  Definitions: see `.actor_features`, `.pair_features` and `.link_features`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.acts.actor_features import ACTOR_FEATURES
from oreacle.engine.acts.classes import ACTOR, EventClass
from oreacle.engine.acts.feature import OTHER, OWN, Feature, FeatureBook, stacked
from oreacle.engine.acts.link_features import LINK_FEATURES
from oreacle.engine.acts.pair_features import PAIR_FEATURES


def class_features(book: FeatureBook, event_class: EventClass) -> np.ndarray:
    """Return the features of all units of a class.

    Shape (member, actor, term), or (member, first, second, term) for pairs and dyads. Features of
    units not at risk may be missing.
    """
    return stacked(class_columns(book, event_class))


def class_columns(book: FeatureBook, event_class: EventClass) -> list[np.ndarray]:
    """Return the features of a class one by one, each in the smallest shape that broadcasts."""
    name, unit = event_class.name, event_class.unit
    if unit == ACTOR:
        return [book.actor(term, name) for term in event_class.terms]
    return [book.pair(term, name, unit) for term in event_class.terms]


def feature_of(term: str) -> Feature:
    """Return the feature that a term of a class stands for."""
    bare = term.removeprefix(OWN).removeprefix(OTHER)
    return {**ACTOR_FEATURES, **PAIR_FEATURES, **LINK_FEATURES}[bare]


def is_market(terms: tuple[str, ...]) -> np.ndarray:
    """Return which terms come from output, trade or prices, shape (term,) of bool."""
    return np.array([feature_of(term).is_market for term in terms])
