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

DEMAND_SHARE = 0.03
"""Mean share of world imports from which an actor is on the demand side [1]."""
MOST_SUPPLIER_ACTS = 2.0
"""Bound of the decayed restrictions of the top supplier."""
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
    "top_supplier_acts",
)
"""demand_log_gdp: log of the share of world GDP. partner_log_share: log of the partner's largest
share of world output. top_supplier_share: share of the largest supplier in the demand side's
imports. partner_alternative: root of the partner's mean share, weighted by what the demand side
imports and by the top supplier's share of it (0 if the partner is that supplier). ideal_distance:
between ideal points. log_distance: log km. alliance, trade_agreement: 0 to 1. partner_stability:
WGI. pair_agreements: log of 1 + decayed count of the pair. demand_agreements: the same of the
demand side with others, less its mean over the demand side, so that a wave of agreements does not
feed the next. top_supplier_acts: decayed restrictions of the top supplier, bounded."""


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


def top_supplier(inputs: FeatureInputs, demand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest supplier of each demand-side actor and its share of imports.

    Both of shape (member, demand); the share is missing for an actor without imports.
    """
    value = inputs.ties.trade_value[:, demand, :]
    total = value.sum(axis=-1)
    first = value.argmax(axis=-1)
    largest = np.take_along_axis(value, first[..., None], axis=-1)[..., 0]
    return first, np.where(total > 0.0, largest / np.where(total > 0.0, total, 1.0), np.nan)


def agreement_features(inputs: FeatureInputs, demand: np.ndarray) -> np.ndarray:
    """Return the features of a pair, shape (member, demand, partner, term).

    Terms as `AGREEMENT_TERMS`; pairs not at risk may have missing features.
    """
    first, first_share = top_supplier(inputs, demand)
    actor, ties, memory = inputs.actor, inputs.ties, inputs.memory
    largest = known_share(inputs.market.share).max(axis=(-2, -1))
    pair = memory.pair_acts[:, demand, :]
    active = np.log1p(pair.sum(axis=-1, keepdims=True) - pair)
    point = actor.ideal_point
    acts = np.take_along_axis(*_paired(memory.own_acts, first), axis=-1)
    columns = (
        actor.log_gdp[:, demand, None],
        np.log(np.maximum(largest, SMALLEST_SHARE))[:, None, :],
        first_share[..., None],
        partner_alternative(inputs, demand, first),
        np.abs(point[:, demand, None] - point[:, None, :]),
        ties.log_distance[None, demand, :],
        ties.alliance[:, demand, :],
        ties.trade_agreement[:, demand, :],
        actor.stability[:, None, :],
        np.log1p(pair),
        active - active.mean(axis=-2, keepdims=True),
        np.minimum(acts, MOST_SUPPLIER_ACTS)[..., None],
    )
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def partner_alternative(inputs: FeatureInputs, demand: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return how far a partner could stand in for the top supplier, (member, demand, partner).

    Root of the partner's mean output share over mineral-stages, weighted by the demand side's
    imports and the top supplier's output share.
    """
    share, bought = _paired(
        known_share(inputs.market.share), known_share(inputs.market.import_share)
    )
    flat = share.reshape(*share.shape[:2], -1)
    need = bought.reshape(*bought.shape[:2], -1)[:, demand]
    flat, first = _paired(flat, first)
    leader = np.take_along_axis(flat, first[..., None], axis=1)
    weight = need * leader
    total = weight.sum(axis=-1, keepdims=True)
    mean = np.einsum("mds,mps->mdp", weight, flat) / np.where(total > 0.0, total, 1.0)
    other = np.arange(share.shape[1]) != first[..., None]
    return np.asarray(np.sqrt(mean) * other)


def _paired(one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both with the longer of their member axes."""
    members = max(len(one), len(two))
    return (
        np.broadcast_to(one, (members, *one.shape[1:])),
        np.broadcast_to(two, (members, *two.shape[1:])),
    )
