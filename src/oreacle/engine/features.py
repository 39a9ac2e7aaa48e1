"""Features of restrictions: who may act, who is likely to, and on what.

Does      Makes the feature arrays of `restriction_act` and `restriction_scope`.
Units     As each term says below; the models standardise.
Method    Pure functions of `FeatureInputs`; the same code makes history rows (one member) and
          simulated rows (many members).
Assumes   A mineral and stage without a known vector says nothing: it puts nobody at risk.
Not here  Agreements: see `oreacle.engine.features_agreements`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.inputs import FeatureInputs

RISK_SHARE = 0.005
"""Share of world output from which an actor can restrict exports [1]."""
LARGE_SHARE = 0.10
"""Share from which a mineral and stage counts as a stronghold [1]."""
SMALLEST_SHARE = 0.002
"""Floor of shares before a log is taken [1]: below it a share is noise of the sources."""
LARGEST_PRICE_CHANGE = 1.5
"""Bound of log price changes [1]: unit values of thin trade jump for other reasons."""
MOST_WORLD_ACTS = 6
"""Bound of the count of others' restrictions in the last year: above the fitting range of the
early years, more acts must not feed yet more acts."""

RESTRICTION_TERMS = (
    "largest_share",
    "strongholds",
    "refining_gap",
    "price_momentum",
    "stability",
    "customer_distance",
    "own_acts",
    "world_acts",
    "log_gdp",
)
"""largest_share: logit of the largest share over mineral-stages. strongholds: root of the number
of mineral-stages with a share of 10 % or more. refining_gap: largest mined less refined share,
floored at 0. price_momentum: 3-year log price change, mean over the minerals supplied, weighted by
share. stability: WGI. customer_distance: ideal-point distance from the trade-weighted mean
customer. own_acts: log of 1 + decayed count. world_acts: log of 1 + bounded count of other actors
that restricted last year. log_gdp: log of the share of world GDP."""

SCOPE_TERMS = (
    "log_share",
    "concentration",
    "price_change_1",
    "price_change_3",
    "refining_gap",
    "past_own",
    "by_product",
    "refined_link",
)
"""log_share: log share in the link's stage. concentration: Herfindahl index of the stage.
price_change_1, _3: log changes. refining_gap: mined less refined share, floored at 0, on ore links
only. past_own: log of 1 + decayed own acts on the mineral. by_product and refined_link: 0 or 1."""


def known_share(share: np.ndarray) -> np.ndarray:
    """Return shares with unknown vectors at 0: they can put nobody at risk."""
    return np.where(np.isnan(share), 0.0, share)


def links_at_risk(inputs: FeatureInputs) -> np.ndarray:
    """Return which links an actor can restrict, shape (member, actor, mineral, link) of bool.

    It must supply at least 0.5 % of the world, or something if it restricted the link before;
    integrated minerals have no ore link.
    """
    share = known_share(inputs.market.share)
    before = (inputs.memory.link_acts > 0.0) & (share > 0.0)
    risk = (share >= RISK_SHARE) | before
    traded = np.stack([inputs.traded_ore > 0, np.ones(len(inputs.minerals), dtype=bool)], axis=-1)
    return np.asarray(risk & traded)


def restriction_at_risk(inputs: FeatureInputs) -> np.ndarray:
    """Return which actors can restrict anything, shape (member, actor) of bool."""
    return np.asarray(links_at_risk(inputs).any(axis=(-2, -1)))


def restriction_features(inputs: FeatureInputs) -> np.ndarray:
    """Return the features of an act, shape (member, actor, term), terms as `RESTRICTION_TERMS`.

    Features of actors not at risk may be missing.
    """
    share = known_share(inputs.market.share)
    largest = np.clip(share.max(axis=(-2, -1)), SMALLEST_SHARE, 1.0 - SMALLEST_SHARE)
    memory = inputs.memory
    others = memory.last_year.sum(axis=-1, keepdims=True) - memory.last_year
    columns = (
        np.log(largest / (1.0 - largest)),
        np.sqrt((share >= LARGE_SHARE).sum(axis=(-2, -1))),
        refining_gap(inputs).max(axis=-1),
        price_momentum(inputs),
        inputs.actor.stability,
        customer_distance(inputs),
        np.log1p(memory.own_acts),
        np.log1p(np.minimum(others, MOST_WORLD_ACTS)),
        inputs.actor.log_gdp,
    )
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


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
    weight = known_share(inputs.market.share).sum(axis=-1)
    change = inputs.market.price_change_3[:, None, :]
    known = weight * np.isfinite(change)
    moved = (known * price_signal(change)).sum(axis=-1)
    return np.asarray(moved / np.maximum(known.sum(axis=-1), np.finfo(float).tiny))


def price_signal(change: np.ndarray) -> np.ndarray:
    """Return log price changes within their bound; a price that nobody published is no signal.

    Gallium, germanium, indium, silicon, magnesium and beryllium have no series before 2020 to
    2022; in simulated years every price is known.
    """
    bounded = np.clip(change, -LARGEST_PRICE_CHANGE, LARGEST_PRICE_CHANGE)
    return np.where(np.isfinite(change), bounded, 0.0)


def customer_distance(inputs: FeatureInputs) -> np.ndarray:
    """Return the ideal-point distance from the mean customer, shape (member, actor) [1].

    Customers are weighted by what they buy; an exporter without recorded sales faces the
    world's mean importer.
    """
    point = inputs.actor.ideal_point
    value = np.where(np.isfinite(point)[..., :, None], inputs.ties.trade_value, 0.0)
    known_point = np.where(np.isfinite(point), point, 0.0)
    sold = value.sum(axis=-2)
    bought = value.sum(axis=-1)
    world = (bought * known_point).sum(axis=-1, keepdims=True) / np.maximum(
        bought.sum(axis=-1, keepdims=True), np.finfo(float).tiny
    )
    mean = np.einsum("mij,mi->mj", *_same_members(value, known_point))
    mean = np.where(sold > 0.0, mean / np.where(sold > 0.0, sold, 1.0), world)
    return np.asarray(np.abs(point - mean))


def scope_features(inputs: FeatureInputs) -> np.ndarray:
    """Return the features of a link, shape (member, actor, mineral, link, term).

    Terms as `SCOPE_TERMS`; links not at risk may have missing features.
    """
    share = known_share(inputs.market.share)
    gap = refining_gap(inputs)
    past = inputs.memory.link_acts.sum(axis=-1, keepdims=True)
    market = inputs.market
    columns = (
        np.log(np.maximum(share, SMALLEST_SHARE)),
        (share**2).sum(axis=-3, keepdims=True),
        price_signal(market.price_change_1)[:, None, :, None],
        price_signal(market.price_change_3)[:, None, :, None],
        np.stack([gap, np.zeros_like(gap)], axis=-1),
        np.log1p(past),
        inputs.by_product[None, None, :, None].astype(float),
        np.array([0.0, 1.0])[None, None, None, :],
    )
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def scope_offset(at_risk: np.ndarray) -> np.ndarray:
    """Return the offset of a scope, shape (member, actor, 1, 1) [log-odds].

    Minus the log of the number of links at risk: an actor with many links does not cover more of
    them for that reason alone.
    """
    count = at_risk.sum(axis=(-2, -1), keepdims=True)
    return np.asarray(-np.log(np.maximum(count, 1)))


def _same_members(*arrays: np.ndarray) -> list[np.ndarray]:
    """Return arrays whose member axes all have the longest length."""
    members = max(len(array) for array in arrays)
    return [np.broadcast_to(array, (members, *array.shape[1:])) for array in arrays]
