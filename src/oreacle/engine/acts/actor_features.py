"""Features of actors: what they supply, buy, vote and did.

Does      Defines the features of acts of one actor, and of either party of a pair.
Units     In each definition.
Method    Pure functions of `FeatureInputs`.
Assumes   Features of actors not at risk may be missing.
Not here  Features of pairs: see `.pair_features`; of links: `.link_features`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.acts.classes import RIVALRY
from oreacle.engine.acts.feature import Feature, FeatureBook
from oreacle.engine.acts.risk import import_weight, known_share, largest_share, output_share
from oreacle.engine.inputs import FeatureInputs

LARGE_SHARE = 0.10
"""Share from which a mineral and stage counts as a stronghold [1]."""
SMALLEST_SHARE = 0.002
"""Floor of shares before a log is taken [1]: below it a share is noise of the sources."""
SMALLEST_WEIGHT = 1e-3
"""Floor of the import weight before a log is taken [1]."""
LARGEST_PRICE_CHANGE = 1.5
"""Bound of log price changes [1]: unit values of thin trade jump for other reasons."""


def price_signal(change: np.ndarray) -> np.ndarray:
    """Return log price changes within their bound; a price that nobody published is no signal.

    Gallium, germanium, indium, silicon, magnesium and beryllium have no series before 2020 to
    2022; in simulated years every price is known.
    """
    bounded = np.clip(change, -LARGEST_PRICE_CHANGE, LARGEST_PRICE_CHANGE)
    return np.where(np.isfinite(change), bounded, 0.0)


def refining_gap(inputs: FeatureInputs) -> np.ndarray:
    """Return mined less refined share where both are known, shape (member, actor, mineral) [1].

    Floored at 0; 0 for integrated minerals: ore that is not traded cannot be kept for a refinery.
    """
    gap = inputs.market.share[..., 0] - inputs.market.share[..., 1]
    gap = np.where(np.isnan(gap), 0.0, np.maximum(gap, 0.0))
    return np.asarray(gap * (inputs.traded_ore > 0))


def price_momentum(inputs: FeatureInputs) -> np.ndarray:
    """Return the share-weighted 3-year price change of what an actor supplies, (member, actor).

    Over minerals with a known price; 0, no signal, if there is none.
    """
    weight = output_share(inputs).sum(axis=-1)
    change = inputs.market.price_change_3[:, None, :]
    known = weight * np.isfinite(change)
    moved = (known * price_signal(change)).sum(axis=-1)
    return np.asarray(moved / np.maximum(known.sum(axis=-1), np.finfo(float).tiny))


def mean_distance(inputs: FeatureInputs, *, of_customers: bool) -> np.ndarray:
    """Return the ideal-point distance from the mean customer or supplier, (member, actor) [1].

    Weighted by value; an actor without recorded trade faces the world's mean importer
    (exporter).
    """
    point = inputs.actor.ideal_point
    value = inputs.ties.trade_value
    value = value if of_customers else np.swapaxes(value, 1, 2)
    value = np.where(np.isfinite(point)[..., :, None], value, 0.0)
    known_point = np.where(np.isfinite(point), point, 0.0)
    traded, all_others = value.sum(axis=-2), value.sum(axis=-1)
    tiny = np.finfo(float).tiny
    world = (all_others * known_point).sum(axis=-1, keepdims=True) / np.maximum(
        all_others.sum(axis=-1, keepdims=True), tiny
    )
    mean = np.einsum("mij,mi->mj", *_same_members(value, known_point))
    mean = np.where(traded > 0.0, mean / np.where(traded > 0.0, traded, 1.0), world)
    return np.asarray(np.abs(point - mean))


def customer_distance(inputs: FeatureInputs) -> np.ndarray:
    """Return the ideal-point distance from the mean customer, shape (member, actor) [1]."""
    return mean_distance(inputs, of_customers=True)


def supplier_distance(inputs: FeatureInputs) -> np.ndarray:
    """Return the ideal-point distance from the mean supplier, shape (member, actor) [1]."""
    return mean_distance(inputs, of_customers=False)


def dependence(inputs: FeatureInputs) -> np.ndarray:
    """Return the share of an importer's imports by exporter, shape (member, importer, exporter).

    Modelled minerals by value; 0 for an actor without recorded imports.
    """
    return inputs.once_for_ties("dependence", _dependence)


def _dependence(inputs: FeatureInputs) -> np.ndarray:
    value = inputs.ties.trade_value
    total = value.sum(axis=-1, keepdims=True)
    return np.asarray(value / np.where(total > 0.0, total, 1.0))


def customer_dependence(inputs: FeatureInputs) -> np.ndarray:
    """Return how much its customers depend on an exporter, shape (member, actor) [1].

    Mean share of the exporter in their imports, weighted by what they buy from it.
    """
    value, share = inputs.ties.trade_value, dependence(inputs)
    sold = value.sum(axis=-2)
    return np.asarray((share * value).sum(axis=-2) / np.where(sold > 0.0, sold, 1.0))


def top_supplier(inputs: FeatureInputs) -> np.ndarray:
    """Return the share of the largest supplier in imports, (member, actor); NaN without any."""
    any_trade = inputs.ties.trade_value.sum(axis=-1) > 0.0
    return np.where(any_trade, dependence(inputs).max(axis=-1), np.nan)


def import_needs(inputs: FeatureInputs) -> np.ndarray:
    """Return how import shares spread over mineral-stages, (member, actor, mineral, stage)."""
    bought = known_share(inputs.market.import_share)
    total = bought.sum(axis=(-2, -1), keepdims=True)
    return np.asarray(bought / np.where(total > 0.0, total, 1.0))


def restricted_supply(inputs: FeatureInputs) -> np.ndarray:
    """Return the share of what it imports that others restricted lately, (member, actor) [1].

    Mean over mineral-stages, weighted by the actor's imports, of the share of world supply
    held by other actors with a recent restriction on the link, which counts at most once.
    """
    recent = np.minimum(inputs.memory.links, 1.0)
    share, recent = _same_members(output_share(inputs), recent)
    held = share * recent
    need, held = _same_members(import_needs(inputs), held)
    return np.asarray((need * (held.sum(axis=1, keepdims=True) - held)).sum(axis=(-2, -1)))


def _largest_share(book: FeatureBook, _act: str) -> np.ndarray:
    largest = np.clip(largest_share(book.inputs), SMALLEST_SHARE, 1.0 - SMALLEST_SHARE)
    return np.asarray(np.log(largest / (1.0 - largest)))


def _strongholds(book: FeatureBook, _act: str) -> np.ndarray:
    return np.asarray(np.sqrt((output_share(book.inputs) >= LARGE_SHARE).sum(axis=(-2, -1))))


def _own_acts(book: FeatureBook, act: str) -> np.ndarray:
    return np.asarray(np.log1p(book.inputs.memory.acts[act]))


def _import_weight(book: FeatureBook, _act: str) -> np.ndarray:
    return np.asarray(np.log(np.maximum(import_weight(book.inputs), SMALLEST_WEIGHT)))


def _same_members(*arrays: np.ndarray) -> list[np.ndarray]:
    """Return arrays whose member axes all have the longest length."""
    members = max(len(array) for array in arrays)
    return [np.broadcast_to(array, (members, *array.shape[1:])) for array in arrays]


ACTOR_FEATURES = {
    "largest_share": Feature(
        "logit of the largest share of world output over minerals and stages, within 0.002 and "
        "0.998",
        "dominates a supply",
        "holds no dominant supply",
        True,
        _largest_share,
    ),
    "strongholds": Feature(
        "root of the number of mineral-stages with a share of 10 % or more",
        "strong in many minerals",
        "strong in few minerals",
        True,
        _strongholds,
    ),
    "refining_gap": Feature(
        "largest mined less refined share over minerals, at least 0 [1]",
        "larger in mining than in refining of a mineral",
        "refines what it mines",
        True,
        lambda book, _act: refining_gap(book.inputs).max(axis=-1),
    ),
    "price_momentum": Feature(
        "log price change over three years, bounded at 1.5, mean over the minerals supplied, "
        "weighted by share",
        "prices of its minerals rose",
        "prices of its minerals fell",
        True,
        lambda book, _act: price_momentum(book.inputs),
    ),
    "customer_distance": Feature(
        "ideal-point distance from the mean customer, weighted by sales",
        "votes unlike its customers",
        "votes like its customers",
        False,
        lambda book, _act: book.inputs.once_for_ties("customer_distance", customer_distance),
    ),
    "customer_dependence": Feature(
        "mean share of the actor in its customers' imports of modelled minerals, weighted by "
        "sales [1]: leverage by trade",
        "its customers depend on it",
        "its customers buy elsewhere, too",
        True,
        lambda book, _act: book.inputs.once_for_ties("customer_dependence", customer_dependence),
    ),
    "supplier_distance": Feature(
        "ideal-point distance from the mean supplier, weighted by purchases",
        "votes unlike its suppliers",
        "votes like its suppliers",
        False,
        lambda book, _act: book.inputs.once_for_ties("supplier_distance", supplier_distance),
    ),
    "import_weight": Feature(
        "log of the mean share of world imports over mineral-stages, at least 0.001",
        "large importer",
        "small importer",
        True,
        _import_weight,
    ),
    "top_supplier": Feature(
        "share of the largest supplier in imports of modelled minerals [1]",
        "leans on one supplier",
        "buys from many",
        True,
        lambda book, _act: book.inputs.once_for_ties("top_supplier", top_supplier),
    ),
    "restricted_supply": Feature(
        "share of world supply held by others that restricted lately, weighted by what the actor "
        "imports [1]",
        "supplies it buys were restricted",
        "supplies it buys were not restricted",
        True,
        lambda book, _act: restricted_supply(book.inputs),
    ),
    "stability": Feature(
        "political stability [WGI units]",
        "politically stable",
        "politically unstable",
        False,
        lambda book, _act: book.inputs.actor.stability,
    ),
    "log_gdp": Feature(
        "log of the share of world gross product",
        "large economy",
        "small economy",
        False,
        lambda book, _act: book.inputs.actor.log_gdp,
    ),
    "own_acts": Feature(
        "log of 1 + faded count of own years with an act of the class",
        "did so before",
        "has not done so lately",
        False,
        _own_acts,
        of_class=True,
    ),
    "restrictions": Feature(
        "log of 1 + faded count of own years with an export restriction",
        "restricted exports before",
        "has not restricted exports lately",
        False,
        lambda book, _act: np.log1p(book.inputs.memory.acts["restriction"]),
    ),
    "rivalry_acts": Feature(
        "log of 1 + faded count of own acts of rivalry, all classes",
        "took many measures lately",
        "took few measures lately",
        False,
        lambda book, _act: np.log1p(book.inputs.memory.by_actor(RIVALRY)),
    ),
}
"""Features of actors, by name."""
