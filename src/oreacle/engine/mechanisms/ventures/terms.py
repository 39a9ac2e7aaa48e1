"""Ventures of a run: parameters, what each pair could do together, and the book of ventures.

Does      Holds the assumptions, the sizes of a base year by pair, and ventures as columns.
Units     Tonnes of the chain [t/yr]; shares [1].
Method    A pair is drawn to what the first party needs from abroad and the second has: the
          square root of the value of the first's use, times its share that is bought abroad, times
          the second's share of world output at a stage.
Assumes   Who mines or refines nothing of a mineral today has no venture in it.
Not here  What happens to ventures: see `oreacle.engine.mechanisms.ventures.mechanism`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from oreacle.engine.setting import Setting


@dataclass(frozen=True)
class VentureParameters:
    """Assumptions; reasons stand in the table of assumptions `mechanism_ventures`.

    Attributes
    ----------
    size, size_spread, size_most
        Median output over the first party's use, spread of its log, and largest [1].
    failing, pact_help, pact_fade
        Share that fails [1], factor on its odds with an agreement [1], what is left of that
        after a year [1/yr].
    additional
        Part that would not be built otherwise [1].
    offtake_years, lead_mine, lead_plant
        Years of the contract and until it begins [yr].
    loyalty, pull_most
        Part tied to the first party, largest factor on links [1].
    budget
        Most output of ventures over the first party's use of a mineral [1].
    """

    size: float
    size_spread: float
    size_most: float
    failing: float
    pact_help: float
    pact_fade: float
    additional: float
    offtake_years: float
    lead_mine: float
    lead_plant: float
    loyalty: float
    pull_most: float
    budget: float


@dataclass(frozen=True)
class VentureFacts:
    """Base-year sizes.

    Attributes
    ----------
    first
        Positions of demand-side actors, shape (first,).
    use
        Their use, shape (first, mineral) [t/yr].
    output
        Output by actor and stage, shape (actor, mineral, stage) [t/yr].
    edges
        Cumulated chance of each mineral and stage for a pair, shape (first, actor, mineral x
        stage); 0 throughout where a pair has nothing in common [1].
    """

    first: np.ndarray
    use: np.ndarray
    output: np.ndarray
    edges: np.ndarray


def venture_facts(setting: Setting) -> VentureFacts:
    """Return what pairs could do together."""
    space, chains = setting.space, list(setting.world.chains.values())
    actors, minerals = len(space.actors), len(chains)
    use, made = np.zeros((actors, minerals)), np.zeros((actors, minerals, 2))
    abroad, value = np.zeros((actors, minerals)), np.zeros(minerals)
    for k, chain in enumerate(chains):
        tail, head = space.plant_actor[k], space.user_actor[k]
        np.add.at(use[:, k], head, chain.used)
        np.add.at(made[:, k, 0], space.mine_actor[k], chain.mined)
        np.add.at(made[:, k, 1], tail, chain.refined)
        foreign = np.where(tail[:, None] != head[None, :], chain.refined_flow, 0.0).sum(axis=0)
        np.add.at(abroad[:, k], head, foreign)
        value[k] = chain.price_delivered
    bought = np.divide(abroad, use, out=np.zeros_like(use), where=use > 0.0)
    share = made / np.maximum(made.sum(axis=0, keepdims=True), 1e-300)
    first = setting.demand_actors
    need = np.sqrt(use * value) * bought
    weight = need[first][:, None, :, None] * share[None]
    flat = weight.reshape(first.size, actors, minerals * 2)
    total = flat.sum(axis=2, keepdims=True)
    edges = np.divide(np.cumsum(flat, axis=2), total, out=np.zeros_like(flat), where=total > 0.0)
    return VentureFacts(first, use[first], made, edges)


@dataclass(frozen=True)
class VenturesPiece:
    """Ventures at the start of a year, one row each, and what is left of agreements.

    Attributes
    ----------
    member, first, partner, mineral, stage
        Positions; `first` on the axis of demand-side actors, stage 0 for mines, 1 for plants;
        shape (venture,).
    tonnes
        Output [t/yr].
    since
        Year of announcement.
    built
        False for those that fail.
    pact
        Agreements that have not faded, shape (member, first, actor) [acts].
    """

    member: np.ndarray
    first: np.ndarray
    partner: np.ndarray
    mineral: np.ndarray
    stage: np.ndarray
    tonnes: np.ndarray
    since: np.ndarray
    built: np.ndarray
    pact: np.ndarray

    def of(self, rows: np.ndarray) -> VenturesPiece:
        """Return some ventures, by position or mask, with all agreements."""
        kept = {i.name: getattr(self, i.name)[rows] for i in fields(self) if i.name != "pact"}
        return VenturesPiece(**kept, pact=self.pact)

    def with_more(self, other: VenturesPiece, pact: np.ndarray) -> VenturesPiece:
        """Return these and other ventures, with new agreements."""
        both = {
            i.name: np.concatenate([getattr(self, i.name), getattr(other, i.name)])
            for i in fields(self)
            if i.name != "pact"
        }
        return VenturesPiece(**both, pact=pact)


def no_ventures(members: int, facts: VentureFacts) -> VenturesPiece:
    """Return an empty book."""
    none = np.zeros(0, dtype=np.int64)
    actors = facts.edges.shape[1]
    return VenturesPiece(
        member=none,
        first=none,
        partner=none,
        mineral=none,
        stage=none,
        tonnes=np.zeros(0),
        since=none,
        built=np.zeros(0, dtype=bool),
        pact=np.zeros((members, facts.first.size, actors)),
    )
