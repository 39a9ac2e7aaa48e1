"""Features of links: which minerals and stages a restriction covers.

Does      Makes the feature array of the scope of a restriction.
Units     In each definition.
Method    Pure functions of `FeatureInputs`.
Assumes   Links not at risk may have missing features.
Not here  Whether the actor restricts at all: see `.actor_features`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.acts.actor_features import SMALLEST_SHARE, price_signal, refining_gap
from oreacle.engine.acts.classes import SCOPE_TERMS
from oreacle.engine.acts.feature import Feature, FeatureBook, stacked
from oreacle.engine.acts.risk import output_share
from oreacle.engine.inputs import FeatureInputs


def _share(book: FeatureBook) -> np.ndarray:
    return output_share(book.inputs)


def _concentration(book: FeatureBook, _act: str) -> np.ndarray:
    return np.asarray((_share(book) ** 2).sum(axis=-3, keepdims=True))


def _gap(book: FeatureBook, _act: str) -> np.ndarray:
    gap = refining_gap(book.inputs)
    return np.stack([gap, np.zeros_like(gap)], axis=-1)


LINK_FEATURES = {
    "log_share": Feature(
        "log of the share of world output, at least 0.002",
        "large share of this supply",
        "small share of this supply",
        True,
        lambda book, _act: np.log(np.maximum(_share(book), SMALLEST_SHARE)),
    ),
    "concentration": Feature(
        "Herfindahl index of the stage [1]",
        "concentrated market",
        "spread market",
        True,
        _concentration,
    ),
    "price_change_1": Feature(
        "log price change over one year, bounded at 1.5",
        "price rose last year",
        "price fell last year",
        True,
        lambda book, _act: price_signal(book.inputs.market.price_change_1)[:, None, :, None],
    ),
    "price_change_3": Feature(
        "log price change over three years, bounded at 1.5",
        "price rose over three years",
        "price fell over three years",
        True,
        lambda book, _act: price_signal(book.inputs.market.price_change_3)[:, None, :, None],
    ),
    "link_refining_gap": Feature(
        "mined less refined share of the mineral, at least 0, on ore links [1]",
        "mines more of it than it refines",
        "refines what it mines of it",
        True,
        _gap,
    ),
    "past_own": Feature(
        "log of 1 + faded count of own restrictions of the mineral",
        "restricted this mineral before",
        "has not restricted this mineral lately",
        False,
        lambda book, _act: np.log1p(book.inputs.memory.links.sum(axis=-1, keepdims=True)),
    ),
    "by_product": Feature(
        "1 if the mineral is mostly a by-product",
        "by-product",
        "mined for itself",
        True,
        lambda book, _act: book.inputs.by_product[None, None, :, None].astype(float),
    ),
    "refined_link": Feature(
        "1 for refined product, 0 for ore",
        "refined product",
        "ore",
        False,
        lambda _book, _act: np.array([0.0, 1.0])[None, None, None, :],
    ),
}
"""Features of links, by name."""


def scope_features(inputs: FeatureInputs) -> np.ndarray:
    """Return the features of a link, shape (member, actor, mineral, link, term)."""
    return stacked(scope_columns(inputs))


def scope_columns(inputs: FeatureInputs) -> list[np.ndarray]:
    """Return the features of links one by one, each in the smallest shape that broadcasts."""
    book = FeatureBook(inputs, {})
    return [np.asarray(LINK_FEATURES[term].compute(book, "")) for term in SCOPE_TERMS]


def scope_offset(at_risk: np.ndarray) -> np.ndarray:
    """Return the offset of a scope, shape (member, actor, 1, 1) [log-odds].

    Minus the log of the number of links at risk: an actor with many links does not cover more of
    them for that reason alone.
    """
    count = at_risk.sum(axis=(-2, -1), keepdims=True)
    return np.asarray(-np.log(np.maximum(count, 1)))
