"""A supplier that is short serves its allies first.

Does      Finds the cap on a supplier's exports to others at which its allies get what they got
          before, and clears the market with it.
Units     Shares of exports at base prices [1]; t/yr.
Method    A tighter cap on others leaves more for allies: what they get from the supplier rises as
          the cap falls, so that the loosest cap that restores it is found by bisection. If even a
          full stop of others does not, others get nothing and that is said.
Assumes   Allies pay the market price; the supplier takes what the priority costs it.
Not here  Sharing among users: see `oreacle.market.stress.sharing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.clear import clear
from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.market.policies.export import ExportQuota
from oreacle.world.snapshot import World

TOLERANCE = 1e-3
ROUNDS = 14
"""Halvings of the cap: a ten-thousandth of exports at base prices."""


@dataclass(frozen=True)
class Priority:
    """A market in which a supplier serves allies first.

    Attributes
    ----------
    supplier, allies, others
        Actors.
    allowed
        Cap on exports to each of the others, over base [1].
    before, without, with_priority
        What allies get from the supplier in the base year, with the shock, and with the shock and
        the priority [t/yr].
    outcome
        The market with the priority.
    plain
        The market with the shock alone.
    """

    supplier: str
    allies: tuple[str, ...]
    others: tuple[str, ...]
    allowed: float
    before: float
    without: float
    with_priority: float
    outcome: Outcome
    plain: Outcome

    @property
    def is_restored(self) -> bool:
        """True if allies get what they got before."""
        return self.with_priority >= self.before * (1.0 - TOLERANCE)


def serve_allies_first(
    world: World,
    mineral: str,
    policies: Sequence[Policy],
    supplier: str,
    allies: Sequence[str],
) -> Priority:
    """Return the market in which a supplier cuts others until its allies get what they got.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    policies
        The shock, on this mineral.
    supplier
        Actor whose exports are ordered.
    allies
        Actors that come first.

    Raises
    ------
    MarketError
        ORE-MKT-063 if the supplier sells nothing to allies or to others, or sells allies no less
        under the shock.
    ScenarioError
        As `oreacle.market.clear.clear`.
    """
    acting = world.territory.acting(supplier)
    first = tuple(dict.fromkeys(world.territory.acting(name) for name in allies))
    plain = clear(world, mineral, policies)
    before, now = sold(world, plain, acting, first, is_base=True), sold(world, plain, acting, first)
    buyers = _buyers(world, mineral, acting)
    others = tuple(name for name in buyers if name not in first)
    if before <= 0.0 or not others or now >= before:
        raise MarketError(
            "ORE-MKT-063",
            f"{acting} sells {', '.join(first)} {before:.3g} t of {mineral} in the base year and "
            f"{now:.3g} t under the shock; {len(others)} others buy from it.",
            why="there is no loss of allies that others could bear.",
            fix="name a supplier that is short, and allies that buy from it.",
        )
    low, high = 0.0, 1.0
    best = _with_cap(world, mineral, policies, acting, others, low)
    for _ in range(ROUNDS):
        middle = 0.5 * (low + high)
        tried = _with_cap(world, mineral, policies, acting, others, middle)
        if sold(world, tried, acting, first) >= before:
            low, best = middle, tried
        else:
            high = middle
    got = sold(world, best, acting, first)
    return Priority(acting, first, others, low, before, now, got, best, plain)


def sold(
    world: World, outcome: Outcome, supplier: str, targets: Sequence[str], *, is_base: bool = False
) -> float:
    """Return what a supplier sells to targets, ore and refined, all ways [t/yr]."""
    actor_of, total = world.territory.actor_of, 0.0
    for link in ("ore", "refined"):
        flow = outcome.flows[link]
        if is_base:
            flow = flow - outcome.flows[f"{link}_change"]
        tails = [actor_of[str(c)] == supplier for c in flow[f"{link}_exporter"].values]
        heads = [actor_of[str(c)] in targets for c in flow[f"{link}_importer"].values]
        total += float(flow.to_numpy()[np.ix_(tails, heads)].sum())
    return total


def _buyers(world: World, mineral: str, supplier: str) -> list[str]:
    """Return actors that buy from a supplier in the base year, in ABC order."""
    chain, actor_of = world.chain(mineral), world.territory.actor_of
    found = set()
    for tails, heads, flow in (
        (chain.miners, chain.refiners, chain.ore_flow),
        (chain.refiners, chain.users, chain.refined_flow),
    ):
        own = [actor_of[c] == supplier for c in tails]
        found |= {actor_of[c] for c, x in zip(heads, flow[own].sum(axis=0), strict=True) if x > 0}
    return sorted(found - {supplier})


def _with_cap(
    world: World,
    mineral: str,
    policies: Sequence[Policy],
    supplier: str,
    others: tuple[str, ...],
    allowed: float,
) -> Outcome:
    quota = ExportQuota(supplier, mineral, allowed, targets=others)
    return clear(world, mineral, [*policies, quota])
