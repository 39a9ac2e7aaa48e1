"""Routes of minerals between countries, with what closes and opens them.

Does      Says what a plan of routes holds and what may change it.
Units     USD per chain tonne, days, km, shares [1].
Method    None: records.
Assumes   Nothing.
Not here  Effects on markets: see `oreacle.market.apply.routes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import DataError
from oreacle.world.snapshot import World


@dataclass(frozen=True)
class RouteChanges:
    """What differs from the base year: ids closed and opened, capacities of corridors [t/yr]."""

    closed: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    capacity: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class RoutePlan:
    """Routes of one mineral on one kind of link."""

    mineral: str
    link: str
    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    cost: np.ndarray
    days: np.ndarray
    km: np.ndarray
    reachable: np.ndarray
    passages: tuple[str, ...]
    through: np.ndarray
    corridors: tuple[str, ...]
    along: np.ndarray
    hosts: tuple[str, ...]
    across: np.ndarray


def mineral_routes(
    world: World, mineral: str, link: str, changes: RouteChanges = RouteChanges()
) -> RoutePlan:
    """Return the plan of routes of one mineral on one kind of link: one freight for every border."""
    if changes.closed or changes.opened or changes.capacity:
        raise DataError(
            "ORE-DAT-130",
            f"no routes of {mineral} {link}: the network is missing.",
            why="costs by route are not known.",
            fix="build the tables of routes.",
        )
    chain = world.chain(mineral)
    is_ore = link == "ore"
    tails, heads = (chain.miners, chain.refiners) if is_ore else (chain.refiners, chain.users)
    abroad = np.not_equal.outer(np.array(tails), np.array(heads))
    freight = chain.freight_ore if is_ore else chain.freight_refined
    nothing = np.zeros((*abroad.shape, 0))
    cost = freight * abroad
    return RoutePlan(
        mineral,
        link,
        tails,
        heads,
        cost,
        0.0 * cost,
        0.0 * cost,
        np.ones(cost.shape),
        (),
        nothing,
        (),
        nothing,
        (),
        nothing,
    )
