"""Purchases of mines and plants by actors in need, and hosts that block them.

Does      Draws purchases, lets hosts refuse them, and has what is owned go rather to its owner.
Units     Shares of output [1]; deals a year.
Method    Deals come at a stated rate, spread evenly over minerals. The buyer is drawn by need (use
          of what it does not make itself, over the world's) and a scenario's weight of security;
          the target by output outside the buyer's land, where foreigners own much
          already. A host refuses where a block of its on that buyer is in force, else in a stated
          share of cases, more where its acts of the class `investment_block` against that buyer
          are remembered. A stake s multiplies links from the node to the owner's plants or users
          by 1 + h s.
Assumes   Owners of the base year are in base-year links: purchases alone move them. A deal works
          from the year after. Sellers lose in proportion to what they own.
Not here  Acts of governments: see `oreacle.engine.act_chances`; seizures move the cost of capital.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.data.codes import actor_name
from oreacle.engine.acts.classes import DYAD
from oreacle.engine.mechanisms.barriers.piece import BarriersPiece
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    MINED,
    REFINED,
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.ownership_facts import (
    OwnershipFacts,
    OwnershipParameters,
    make_facts,
)
from oreacle.engine.setting import Setting

BLOCK = "investment_block"
MOST_SOLD = 0.95
"""Part of a node that can change hands in a run; the rest stays with its owners [1]."""


@dataclass(frozen=True)
class OwnershipPiece:
    """What has changed hands before a year.

    Attributes
    ----------
    pull
        Factor on links by position of the mineral and stage at their tail, where it is not 1,
        shape (member, tail, head) [1].
    sold
        Part of a node that has changed hands, as `pull`, shape (member, tail) [1].
    control
        Mean over minerals of the mine output that an actor owns, shape (member, actor) [1].
    """

    pull: Mapping[tuple[int, int], np.ndarray]
    sold: Mapping[tuple[int, int], np.ndarray]
    control: np.ndarray


@dataclass(frozen=True)
class Deal:
    """One purchase that is tried.

    Attributes
    ----------
    member, mineral, stage, node, buyer
        Positions.
    stake
        Part of the node's output [1].
    is_blocked
        True if the host refuses.
    """

    member: int
    mineral: int
    stage: int
    node: int
    buyer: int
    stake: float
    is_blocked: bool


def drawn_from(weight: np.ndarray, uniform: float) -> int:
    """Return the position that a uniform number picks by weight; -1 where there is no weight.

    Examples
    --------
    >>> drawn_from(np.array([0.0, 1.0, 3.0]), 0.3), drawn_from(np.zeros(2), 0.3)
    (2, -1)
    """
    total = np.cumsum(weight)
    if not total[-1] > 0.0:
        return -1
    return int(min(np.searchsorted(total, uniform * total[-1], side="right"), weight.size - 1))


def _draws(setting: Setting) -> Mapping[str, DrawShape]:
    shape = (len(setting.space.minerals), 2)
    return {name: DrawShape(UNIFORM, shape) for name in ("buyer", "deal", "screen", "target")}


def _start(moment: Moment) -> OwnershipPiece:
    control = np.repeat(moment.fact(OwnershipFacts).control[None], moment.members, axis=0)
    return OwnershipPiece({}, {}, control)


def _eagerness(moment: Moment) -> np.ndarray:
    """Return the factor on an actor's chance to be the buyer, shape (actor,) [1]."""
    p, space = moment.settings(OwnershipParameters), moment.setting.space
    log = np.zeros(len(space.actors))
    for one in moment.setting.scenario.doctrines:
        if one.span.holds(moment.year) and one.actor in space.actors:
            log[space.actors.index(one.actor)] += p.security_gain * one.security
    return np.asarray(np.exp(log))


def _refuses(moment: Moment, member: int, host: int, buyer: int) -> bool:
    """Return True if acts of the host against the buyer are remembered, those of the year too."""
    p, acting = moment.settings(OwnershipParameters), len(moment.setting.acting)
    if host >= acting or buyer >= acting:
        return False
    memory = moment.state.memory.acts[BLOCK]
    row = memory[member if memory.shape[0] > 1 else 0]
    if row[host, buyer] >= p.act_memory:
        return True
    first = np.flatnonzero(moment.setting.first[DYAD] == host)
    if moment.acts is None or not first.size:
        return False
    return bool(moment.acts.by_class[BLOCK][member, first[0], buyer])


def _walls(moment: Moment) -> np.ndarray | None:
    """Return who has a block on whom in force, shape (member, host, buyer); None for nobody."""
    barriers = moment.other("barriers", BarriersPiece)
    if barriers is None or not len(barriers):
        return None
    return barriers.blocked(moment.members, len(moment.setting.space.actors))


def _refusal(moment: Moment, walls: np.ndarray | None, member: int, host: int, buyer: int) -> float:
    """Return the chance that a host refuses a buyer [1]."""
    p = moment.settings(OwnershipParameters)
    if walls is not None and walls[member, host, buyer]:
        return 1.0
    after = _refuses(moment, member, host, buyer)
    return p.block_after_act if after else p.usual_block


def stakes(share: np.ndarray, p: OwnershipParameters) -> np.ndarray:
    """Return the part of each node's output that a deal is about, shape (node,) [1].

    Parameters
    ----------
    share
        Share of nodes in world output [1].
    p
        Parameters: a stake in one asset, which is a stated part of world output at most.
    """
    asset = np.divide(p.asset_size, share, out=np.ones_like(share), where=share > p.asset_size)
    return np.asarray(p.stake * asset)


def on_offer(
    facts: OwnershipFacts, mineral: int, stage: int, buyer: int, p: OwnershipParameters
) -> np.ndarray:
    """Return the weight of each node as a target of a buyer, shape (node,) [1].

    Output that the buyer does not own, where foreigners own much already: they may there.
    """
    hosts, owned = facts.owner[mineral][stage], facts.owned[mineral][stage]
    abroad = 1.0 - owned[np.arange(hosts.size), hosts]
    weight = facts.share[mineral][stage] * (1.0 - owned[:, buyer])
    return np.asarray(weight * (p.closed_weight + np.maximum(abroad, 0.0)))


def deals_of(moment: Moment) -> list[Deal]:
    """Return the purchases that are tried in the year."""
    facts, p = moment.fact(OwnershipFacts), moment.settings(OwnershipParameters)
    own, drawn = moment.piece(OwnershipPiece), moment.numbers
    parts = np.array([1.0 - p.plant_share, p.plant_share])
    chance = p.deals_per_year * parts / len(facts.owner)
    eager, walls = _eagerness(moment), _walls(moment)
    found = []
    for member, k, stage in np.argwhere(drawn["deal"] < chance).tolist():
        at = (member, k, stage)
        buyer = drawn_from(facts.need[k, stage] * eager, drawn["buyer"][at])
        if buyer < 0:
            continue
        hosts = facts.owner[k][stage]
        size = stakes(facts.share[k][stage], p)
        left = on_offer(facts, k, stage, buyer, p)
        sold = own.sold.get((k, stage))
        if sold is not None:
            left = np.where(sold[member] <= MOST_SOLD - size, left, 0.0)
        node = drawn_from(np.where(hosts == buyer, 0.0, left), drawn["target"][at])
        if node >= 0:
            refusal = _refusal(moment, walls, member, int(hosts[node]), buyer)
            blocked = bool(drawn["screen"][at] < refusal)
            found.append(Deal(member, k, stage, node, buyer, float(size[node]), blocked))
    return found


def _conditions(moment: Moment) -> Mapping[int, Conditions]:
    pull = moment.piece(OwnershipPiece).pull
    return {
        k: Conditions(ore_pull=pull.get((k, MINED)), metal_pull=pull.get((k, REFINED)))
        for k in {mineral for mineral, _ in pull}
    }


def _advance(moment: Moment) -> Advance:
    facts, p = moment.fact(OwnershipFacts), moment.settings(OwnershipParameters)
    own = moment.piece(OwnershipPiece)
    pull, sold, control = dict(own.pull), dict(own.sold), own.control.copy()
    fresh: set[tuple[int, int]] = set()
    for deal in deals_of(moment):
        if deal.is_blocked:
            continue
        key, m = (deal.mineral, deal.stage), deal.member
        heads = facts.owner[deal.mineral][deal.stage + 1]
        share = facts.share[deal.mineral][deal.stage]
        if key not in fresh:
            shape = (moment.members, share.size, heads.size)
            pull[key] = pull[key].copy() if key in pull else np.ones(shape)
            sold[key] = sold[key].copy() if key in sold else np.zeros(shape[:2])
            fresh.add(key)
        pull[key][m, deal.node, heads == deal.buyer] += p.preference * deal.stake
        sold[key][m, deal.node] += deal.stake
        if deal.stage == MINED:
            moved = deal.stake * share[deal.node] / len(facts.owner)
            control[m] -= moved * facts.owned[deal.mineral][MINED][deal.node]
            control[m, deal.buyer] += moved
    return Advance(OwnershipPiece(pull, sold, np.maximum(control, 0.0)))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    made, blocked = np.zeros(moment.members), np.zeros(moment.members)
    for deal in deals_of(moment):
        (blocked if deal.is_blocked else made)[deal.member] += 1.0
    control = moment.piece(OwnershipPiece).control
    return {
        "purchases": Recorded(made, (), "1/yr"),
        "purchases_blocked": Recorded(blocked, (), "1/yr"),
        "mines_controlled": Recorded(control, ("actor",), "1"),
    }


def _tell(moment: Moment) -> Sequence[Note]:
    """Return deals after which a large part of the world is in new hands; others are counted."""
    facts, p = moment.fact(OwnershipFacts), moment.settings(OwnershipParameters)
    sold = moment.piece(OwnershipPiece).sold
    notes: list[Note] = []
    others: dict[int, list[Deal]] = {}
    for deal in deals_of(moment):
        before = sold.get((deal.mineral, deal.stage))
        part = deal.stake + (0.0 if before is None else before[deal.member, deal.node])
        new_hands = part * facts.share[deal.mineral][deal.stage][deal.node]
        if new_hands >= p.told_from:
            notes.append(_note(moment, deal, float(new_hands)))
        else:
            others.setdefault(deal.member, []).append(deal)
    return [*notes, *(_counted(member, deals, p) for member, deals in others.items())]


def _note(moment: Moment, deal: Deal, new_hands: float) -> Note:
    facts, p = moment.fact(OwnershipFacts), moment.settings(OwnershipParameters)
    world, space = moment.setting.world, moment.setting.space
    chain = world.chain(space.minerals[deal.mineral])
    host = (chain.miners, chain.refiners)[deal.stage][deal.node]
    stage = ("mine output", "refining")[deal.stage]
    verb = "is refused" if deal.is_blocked else "buys"
    need = 100.0 * facts.need[deal.mineral, deal.stage, deal.buyer]
    stronger = 100.0 * p.preference * deal.stake
    effect = (
        "nothing changes hands"
        if deal.is_blocked
        else f"links to its own {stronger:.1f} % stronger; {100.0 * new_hands:.1f} % of the "
        f"world's {stage} have been sold there in this run"
    )
    return Note(
        deal.member,
        "ownership",
        space.actors[deal.buyer],
        chain.mineral,
        f"{verb} {100 * deal.stake:.1f} % of the {chain.in_words} of {actor_name(host)}",
        f"it buys {need:.0f} % of world use abroad, as ore or metal",
        effect,
        min(0.3 + 20.0 * new_hands, 2.0),
    )


def _counted(member: int, deals: Sequence[Deal], p: OwnershipParameters) -> Note:
    """Return one line on deals that are too small to be told alone."""
    refused = sum(deal.is_blocked for deal in deals)
    one = len(deals) == 1
    what = f"{len(deals)} {'purchase' if one else 'purchases'} of mines and plants abroad"
    return Note(
        member,
        "ownership",
        "",
        "",
        f"{what}, {refused} of them refused" if refused else what,
        f"each leaves less than {100.0 * p.told_from:g} % of the world in new hands where it is",
        "",
        weight=1.0,  # one line a year, so that a history shows how many there were
    )


OWNERSHIP = Mechanism(
    name="ownership",
    parameters=OwnershipParameters,
    draws=_draws,
    facts=make_facts,
    start=_start,
    conditions=_conditions,
    advance=_advance,
    record=_record,
    tell=_tell,
)
