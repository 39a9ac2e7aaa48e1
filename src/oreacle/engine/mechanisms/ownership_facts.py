"""Who needs what from abroad, and who owns mines and plants in the base year.

Does      Holds the parameters of purchases, and works out needs, owners and shares of nodes.
Units     Shares of use and output [1].
Method    Need is use that an actor does not make itself; who buys metal abroad needs mines too.
Assumes   Output without a known owner is of the land where it lies.
Not here  Purchases: see `oreacle.engine.mechanisms.ownership`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.setting import Setting
from oreacle.world.chain import Chain

UNKNOWN = "unknown"


@dataclass(frozen=True)
class OwnershipParameters:
    """Parameters of purchases; see `assumed/mechanism_ownership.csv`."""

    deals_per_year: float
    plant_share: float
    stake: float
    asset_size: float
    closed_weight: float
    security_gain: float
    usual_block: float
    block_after_act: float
    act_memory: float
    preference: float
    told_from: float


@dataclass(frozen=True)
class OwnershipFacts:
    """Who needs what, and who owns what in the base year.

    Attributes
    ----------
    need
        Of what an actor does not make itself over world use, shape (mineral, stage, actor) [1].
    owner
        Actors of nodes at the ends of links by mineral: mines, plants, users.
    share
        Share of nodes in world output by mineral: mines and plants [1].
    owned
        Owners of nodes by mineral: mines and plants, each of shape (node, actor) [1].
    control
        Mean over minerals of the mine output that an actor owns, shape (actor,) [1].
    """

    need: np.ndarray
    owner: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    share: tuple[tuple[np.ndarray, np.ndarray], ...]
    owned: tuple[tuple[np.ndarray, np.ndarray], ...]
    control: np.ndarray


def _needs(setting: Setting, mineral: int, chain: Chain) -> np.ndarray:
    space, found = setting.space, []
    for flow, heads, tails in (
        (chain.ore_flow, space.plant_actor[mineral], space.mine_actor[mineral]),
        (chain.refined_flow, space.user_actor[mineral], space.plant_actor[mineral]),
    ):
        abroad = np.where(tails[:, None] != heads[None], flow, 0.0).sum(axis=0)
        need = np.zeros(len(space.actors))
        np.add.at(need, heads, abroad)
        found.append(need / max(float(flow.sum()), 1e-300))
    # Who buys metal abroad needs mines too: its smelters may follow.
    need = np.stack([found[0] + found[1], found[1]])
    need[:, space.actors.index(REST_OF_WORLD)] = 0.0
    return need


def _owned(setting: Setting, mineral: str, stage: str, nodes: Sequence[str]) -> np.ndarray:
    space, actor_of = setting.space, setting.world.territory.actor_of
    actors = {name: k for k, name in enumerate(space.actors)}
    rest = actors[REST_OF_WORLD]
    table = setting.world.ownership.control
    rows = table[(table["mineral"] == mineral) & (table["stage"] == stage)]
    found = np.zeros((len(nodes), len(actors)))
    place = {country: k for k, country in enumerate(nodes)}
    for country, owner, share in zip(
        rows["country"], rows["owner_actor"], rows["share"], strict=True
    ):
        if country in place:
            holder = actor_of.get(country, country) if owner == UNKNOWN else owner
            found[place[country], actors.get(str(holder), rest)] += float(share)
    for country, row in place.items():
        if found[row].sum() <= 0.0:
            found[row, actors.get(actor_of.get(country, ""), rest)] = 1.0
    return found


def make_facts(setting: Setting, _: object) -> OwnershipFacts:
    """Return who needs what, and who owns what."""
    space, chains = setting.space, setting.world.chains
    needs = [_needs(setting, k, chain) for k, chain in enumerate(chains.values())]
    share = tuple(
        (chain.mined / chain.mined.sum(), chain.refined / max(float(chain.refined.sum()), 1e-300))
        for chain in chains.values()
    )
    owned = tuple(
        (
            _owned(setting, name, "mined", chain.miners),
            _owned(setting, name, "refined", chain.refiners),
        )
        for name, chain in chains.items()
    )
    control = np.mean([s[0] @ o[0] for s, o in zip(share, owned, strict=True)], axis=0)
    owner = tuple(zip(space.mine_actor, space.plant_actor, space.user_actor, strict=True))
    return OwnershipFacts(np.stack(needs), owner, share, owned, control)
