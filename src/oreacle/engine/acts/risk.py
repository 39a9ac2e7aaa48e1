"""Who can act: units that are not at risk have probability exactly 0.

Does      Says which actors, links and pairs can take an act of a class.
Units     Shares of world output or imports [1].
Method    From what is known: 0.5 % of world output of a stage, or any past measure.
Assumes   A mineral and stage without a known vector says nothing: it puts nobody at risk.
Not here  How likely they are: see `.actor_features` and its neighbours.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.acts.classes import (
    CLASSES,
    DYAD,
    HOLDER,
    PAIR,
    PARTNER,
    RIVALRY,
    SUPPLIER,
    TRADER,
    EventClass,
)
from oreacle.engine.inputs import FeatureInputs

RISK_SHARE = 0.005
"""Share of world output, or of world imports, from which an actor can act [1]."""
DEMAND_SHARE = 0.02
"""Mean share of world imports from which an actor is on the demand side [1]."""
SMALLEST_MEMORY = 1e-3
"""Faded count below which a past act no longer puts a unit at risk [1]."""
SMALLEST_HOLDING = 0.05
"""Faded count of an actor's measures above which it has something to lift [1]."""


def known_share(share: np.ndarray) -> np.ndarray:
    """Return shares with unknown vectors at 0: they can put nobody at risk."""
    return np.where(np.isnan(share), 0.0, share)


def output_share(inputs: FeatureInputs) -> np.ndarray:
    """Return shares of world output, unknown vectors at 0, (member, actor, mineral, stage) [1]."""
    return inputs.once("output_share", lambda one: known_share(one.market.share))


def largest_share(inputs: FeatureInputs) -> np.ndarray:
    """Return the largest share of world output of an actor, shape (member, actor) [1]."""
    return inputs.once("largest_share", lambda one: output_share(one).max(axis=(-2, -1)))


def links_at_risk(inputs: FeatureInputs) -> np.ndarray:
    """Return which links an actor can restrict, shape (member, actor, mineral, link) of bool.

    It must supply at least 0.5 % of the world, or something if it restricted the link before;
    integrated minerals have no ore link.
    """
    return inputs.once("links_at_risk", _links_at_risk)


def _links_at_risk(inputs: FeatureInputs) -> np.ndarray:
    share = output_share(inputs)
    before = (inputs.memory.links > 0.0) & (share > 0.0)
    risk = (share >= RISK_SHARE) | before
    traded = np.stack([inputs.traded_ore > 0, np.ones(len(inputs.minerals), dtype=bool)], axis=-1)
    return np.asarray(risk & traded)


def suppliers(inputs: FeatureInputs) -> np.ndarray:
    """Return which actors can restrict anything, shape (member, actor) of bool."""
    return inputs.once("suppliers", lambda one: np.asarray(links_at_risk(one).any(axis=(-2, -1))))


def import_weight(inputs: FeatureInputs) -> np.ndarray:
    """Return the mean share of world imports over known mineral-stages, shape (member, actor)."""
    return inputs.once("import_weight", _import_weight)


def _import_weight(inputs: FeatureInputs) -> np.ndarray:
    share = inputs.market.import_share
    known = np.isfinite(share).any(axis=-3, keepdims=True)
    count = np.maximum(known.sum(axis=(-2, -1)), 1)
    return np.asarray(known_share(share).sum(axis=(-2, -1)) / count)


def traders(inputs: FeatureInputs) -> np.ndarray:
    """Return who supplies or buys 0.5 % of the world, shape (member, actor) of bool."""
    return np.asarray(suppliers(inputs) | (import_weight(inputs) >= RISK_SHARE))


def first_parties(inputs: FeatureInputs) -> dict[str, np.ndarray]:
    """Return the positions of first parties in any member, by unit.

    Pairs have a demand-side actor; an imposer is one, or took an act of a dyadic class before.
    """
    buys = import_weight(inputs) >= DEMAND_SHARE
    took = np.zeros_like(buys)
    for name, event_class in CLASSES.items():
        if event_class.unit == DYAD:
            took = took | (inputs.memory.acts[name].sum(axis=-1) > SMALLEST_MEMORY)
    return {
        PAIR: np.flatnonzero(buys.any(axis=0)),
        DYAD: np.flatnonzero((buys | took).any(axis=0)),
    }


def at_risk(
    inputs: FeatureInputs, event_class: EventClass, first: dict[str, np.ndarray]
) -> np.ndarray:
    """Return which units can take an act of the class.

    Shape (member, actor), or (member, first, second) for pairs and dyads, of bool.
    """
    if event_class.at_risk == SUPPLIER:
        past = inputs.memory.acts[event_class.name] > SMALLEST_MEMORY
        held = largest_share(inputs) > 0.0
        return np.asarray(suppliers(inputs) | (past & held))
    if event_class.at_risk == TRADER:
        past = inputs.memory.acts[event_class.name] > SMALLEST_MEMORY
        return np.asarray(traders(inputs) | past)
    if event_class.at_risk == HOLDER:
        return np.asarray(inputs.memory.by_actor(RIVALRY) > SMALLEST_HOLDING)
    if event_class.at_risk == PARTNER:
        return _pairs(inputs, event_class.name, first[PAIR])
    return _dyads(inputs, event_class.name, first[DYAD])


def _pairs(inputs: FeatureInputs, name: str, demand: np.ndarray) -> np.ndarray:
    """Return pairs: the partner supplies 0.5 % of something, or acted with anyone before.

    Of two demand-side actors only the larger importer has the pair as its own, and it is enough
    that either of them supplies.
    """
    weight = import_weight(inputs)
    before = inputs.memory.acts[name].sum(axis=-1) > SMALLEST_MEMORY
    partner = suppliers(inputs) | before
    own = weight[:, demand]
    buyer = own >= DEMAND_SHARE
    buys = (weight >= DEMAND_SHARE)[:, None, :]
    larger = buys & (weight[:, None, :] > own[..., None])
    either = partner[:, None, :] | (buys & suppliers(inputs)[:, demand, None])
    other = np.arange(len(inputs.actors))[None, :] != demand[:, None]
    return np.asarray(buyer[..., None] & either & ~larger & other)


def _dyads(inputs: FeatureInputs, name: str, imposers: np.ndarray) -> np.ndarray:
    """Return dyads: the imposer buys 2 % or imposed before, the target trades or was hit."""
    past = inputs.memory.acts[name]
    can = (import_weight(inputs) >= DEMAND_SHARE) | (past.sum(axis=-1) > SMALLEST_MEMORY)
    hit = traders(inputs) | (past.sum(axis=-2) > SMALLEST_MEMORY)
    other = np.arange(len(inputs.actors))[None, :] != imposers[:, None]
    return np.asarray(can[:, imposers, None] & hit[:, None, :] & other)
