"""Features of agreements between a demand-side actor and a partner.

Does      Derives the demand side, says which pairs can agree, and makes the feature array of
          `agreement_act`.
Units     As each term says below; the model standardises.
Method    Pure functions of `FeatureInputs`, on a block of demand-side actors.
Assumes   A pair of two demand-side actors is one unit: the larger importer is its demand side.
Not here  Clubs of three or more: they are not bilateral acts.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.features import SMALLEST_SHARE, known_share, restriction_at_risk
from oreacle.engine.inputs import FeatureInputs

DEMAND_SHARE = 0.02
"""Mean share of world imports from which an actor is on the demand side [1]."""
LARGEST_LEAD = 1.0
"""Bound of how far past agreements set demand sides apart [log]: the range seen in history."""
SMALLEST_MEMORY = 1e-3
"""Decayed count below which a past agreement no longer puts a partner at risk."""

AGREEMENT_TERMS = (
    "demand_log_gdp",
    "partner_log_share",
    "top_supplier_share",
    "partner_alternative",
    "ideal_distance",
    "log_distance",
    "alliance",
    "trade_agreement",
    "partner_stability",
    "pair_agreements",
    "demand_agreements",
    "restricted_supply",
)
"""demand_log_gdp: log of the share of world GDP. partner_log_share: log of the partner's largest
share of world output. top_supplier_share: share of the largest supplier in the demand side's
imports. partner_alternative: root of the partner's mean share where it is not the leader, weighted
by what the demand side imports and by the leader's share. ideal_distance: between ideal points.
log_distance: log km. alliance, trade_agreement: 0 to 1. partner_stability: WGI. pair_agreements:
log of 1 + decayed count of the pair. demand_agreements: the same of the demand side with others,
less its mean over the demand side and bounded, so that a wave of agreements does not feed the
next.
restricted_supply: share of world supply held by others that restricted that mineral and link
lately, weighted by what the demand side imports."""


def import_weight(inputs: FeatureInputs) -> np.ndarray:
    """Return the mean share of world imports over known mineral-stages, shape (member, actor)."""
    share = inputs.market.import_share
    known = np.isfinite(share).any(axis=-3, keepdims=True)
    count = np.maximum(known.sum(axis=(-2, -1)), 1)
    return np.asarray(known_share(share).sum(axis=(-2, -1)) / count)


def demand_side(inputs: FeatureInputs) -> np.ndarray:
    """Return the positions of actors on the demand side in any member, shape (demand,)."""
    return np.flatnonzero((import_weight(inputs) >= DEMAND_SHARE).any(axis=0))


def agreement_at_risk(inputs: FeatureInputs, demand: np.ndarray) -> np.ndarray:
    """Return which pairs can agree, shape (member, demand, partner) of bool.

    The partner supplies at least 0.5 % of something, or has agreed before; of two demand-side
    actors only the larger importer has the pair as its own.
    """
    weight = import_weight(inputs)
    before = inputs.memory.pair_acts.sum(axis=-1) > SMALLEST_MEMORY
    partner = restriction_at_risk(inputs) | before
    own = weight[:, demand]
    buyer = own >= DEMAND_SHARE
    rival = (weight >= DEMAND_SHARE)[:, None, :] & (weight[:, None, :] > own[..., None])
    other = np.arange(len(inputs.actors))[None, :] != demand[:, None]
    return np.asarray(buyer[..., None] & partner[:, None, :] & ~rival & other)


def top_supplier_share(inputs: FeatureInputs, demand: np.ndarray) -> np.ndarray:
    """Return the share of the largest supplier in imports, shape (member, demand) [1].

    Missing for an actor without imports.
    """
    value = inputs.ties.trade_value[:, demand, :]
    total = value.sum(axis=-1)
    return np.where(total > 0.0, value.max(axis=-1) / np.where(total > 0.0, total, 1.0), np.nan)


def import_needs(inputs: FeatureInputs, demand: np.ndarray) -> np.ndarray:
    """Return how the demand side's import shares spread over mineral-stages, summing to 1.

    Shape (member, demand, mineral, stage) [1].
    """
    bought = known_share(inputs.market.import_share)[:, demand]
    total = bought.sum(axis=(-2, -1), keepdims=True)
    return np.asarray(bought / np.where(total > 0.0, total, 1.0))


def agreement_features(inputs: FeatureInputs, demand: np.ndarray) -> np.ndarray:
    """Return the features of a pair, shape (member, demand, partner, term).

    Terms as `AGREEMENT_TERMS`; pairs not at risk may have missing features.
    """
    actor, ties, memory = inputs.actor, inputs.ties, inputs.memory
    largest = known_share(inputs.market.share).max(axis=(-2, -1))
    pair = memory.pair_acts[:, demand, :]
    active = np.log1p(pair.sum(axis=-1, keepdims=True) - pair)
    point = actor.ideal_point
    columns = (
        actor.log_gdp[:, demand, None],
        np.log(np.maximum(largest, SMALLEST_SHARE))[:, None, :],
        top_supplier_share(inputs, demand)[..., None],
        partner_alternative(inputs, demand),
        np.abs(point[:, demand, None] - point[:, None, :]),
        ties.log_distance[None, demand, :],
        ties.alliance[:, demand, :],
        ties.trade_agreement[:, demand, :],
        actor.stability[:, None, :],
        np.log1p(pair),
        np.clip(active - active.mean(axis=-2, keepdims=True), -LARGEST_LEAD, LARGEST_LEAD),
        restricted_supply(inputs, demand)[..., None],
    )
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def partner_alternative(inputs: FeatureInputs, demand: np.ndarray) -> np.ndarray:
    """Return how far a partner could stand in for leading suppliers, (member, demand, partner).

    Root of the partner's mean share of world output over mineral-stages in which it is not the
    leader, weighted by the demand side's imports and by the share of the leader.
    """
    share = known_share(inputs.market.share)
    leader = share.max(axis=1, keepdims=True)
    second = np.where(share < leader, share, 0.0) * leader
    need, other = _paired(import_needs(inputs, demand), second)
    return np.asarray(np.sqrt(np.einsum("mdks,mpks->mdp", need, other)))


def restricted_supply(inputs: FeatureInputs, demand: np.ndarray) -> np.ndarray:
    """Return the share of what it imports that others restricted lately, (member, demand).

    Mean over mineral-stages, weighted by the demand side's imports, of the share of world supply
    held by other actors with a recent restriction on the link, which counts at most once.
    """
    recent = np.minimum(inputs.memory.link_acts, 1.0)
    share, recent = _paired(known_share(inputs.market.share), recent)
    held = share * recent
    need, total = _paired(import_needs(inputs, demand), held.sum(axis=1))
    others = _paired(total[:, None], held[:, demand])
    return np.asarray((need * (others[0] - others[1])).sum(axis=(-2, -1)))


def _paired(one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both with the longer of their member axes."""
    members = max(len(one), len(two))
    return (
        np.broadcast_to(one, (members, *one.shape[1:])),
        np.broadcast_to(two, (members, *two.shape[1:])),
    )
