"""Carriage of each pair of countries, from the routes of the base year.

Does      Gives links and ways their own freight, and plans routes anew where some are closed.
Units     USD per chain tonne; shares [1].
Method    The base route plan of `oreacle.world.routing`, scaled so that the mean over the tonnes
          of a link is the chain's freight: the price ladder of the chain holds. What a closure
          adds is not scaled.
Assumes   A chain made by hand has no routes: all its pairs keep the chain's one number. So do pairs
          with the rest of the world, which has no place, and pairs without a route in the base
          plan, which are faults of the data if they traded: see `unrouted_trade`.
Not here  The network: see `oreacle.world.routing`; what a closure does: `oreacle.market.apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.world.chain import Chain
from oreacle.world.routing.changes import RouteChanges
from oreacle.world.routing.route_plan import RoutePlan
from oreacle.world.routing.routes_of_world import mineral_routes
from oreacle.world.snapshot import World

BASE = RouteChanges()


@dataclass(frozen=True)
class Carriage:
    """Carriage on the links of one kind in the base year.

    Attributes
    ----------
    exporters, importers
        Countries in the order of the link's arrays.
    cost
        Carriage, shape (exporter, importer) [USD/t]; NaN where no route is known, 0 at home.
    """

    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    cost: np.ndarray

    @cached_property
    def _at(self) -> tuple[dict[str, int], dict[str, int]]:
        return _places(self.exporters), _places(self.importers)

    def by_link(self, freight: float) -> np.ndarray:
        """Return carriage by link, with the chain's one number where no route is known [USD/t].

        Parameters
        ----------
        freight
            Freight of a link that crosses a border [USD/t].
        """
        abroad = np.not_equal.outer(np.array(self.exporters), np.array(self.importers))
        return np.asarray(np.where(np.isnan(self.cost), freight * abroad, self.cost))

    def leg(self, origin: str, destination: str, freight: float) -> float:
        """Return carriage of one leg of an indirect way [USD/t].

        The chain's one number where the leg is not a link of the chain or has no route.
        """
        row, column = self._at
        if origin == destination:
            return 0.0
        if origin not in row or destination not in column:
            return freight
        known = float(self.cost[row[origin], column[destination]])
        return freight if np.isnan(known) else known


@dataclass(frozen=True)
class Planner:
    """The routes of one mineral, in the base year and under changes.

    Attributes
    ----------
    chain
        The mineral's chain.
    plan
        Returns the plan of a kind of link (``ore`` or ``refined``) under changes. Raises DataError
        ORE-DAT-133 or 134 if an id is unknown or nothing hangs on it.
    """

    chain: Chain
    plan: Callable[[str, RouteChanges], RoutePlan]

    def base(self, link: str) -> RoutePlan:
        """Return the plan of the base year on one kind of link."""
        return self.plan(link, BASE)

    def carriage(self, link: str) -> Carriage:
        """Return the carriage of the base year on one kind of link."""
        plan, chain = self.base(link), self.chain
        known = np.isfinite(plan.cost) & (plan.reachable > 0.0)
        cost = np.where(known, plan.cost, 0.0)
        tonnes = np.where(cost > 0.0, chain.flow(link), 0.0)
        paid = float((tonnes * cost).sum())
        freight = chain.freight_ore if link == "ore" else chain.freight_refined
        scale = freight * float(tonnes.sum()) / paid if paid > 0.0 else 1.0
        return Carriage(plan.exporters, plan.importers, np.where(known, cost * scale, np.nan))


def planner_of(world: World, mineral: str) -> Planner | None:
    """Return the routes of a mineral; None for a chain made by hand, which has none.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    """
    chain, kept = world.chain(mineral), world.route_plans

    def plan(link: str, changes: RouteChanges) -> RoutePlan:
        key = mineral, link, changes
        if key not in kept:
            kept[key] = mineral_routes(world, mineral, link, changes)
        return kept[key]

    return None if chain.responsiveness is None else Planner(chain, plan)


def carriages(planner: Planner | None) -> Mapping[str, Carriage]:
    """Return the carriage of each kind of link; empty without routes."""
    return {} if planner is None else {link: planner.carriage(link) for link in LINKS}


def unrouted_trade(world: World, mineral: str) -> list[tuple[str, str, str, float]]:
    """Return pairs that traded in the base year and have no route: faults of the route data.

    Returns
    -------
    list
        Link, exporter, importer and base flow [t/yr], the largest first.
    """
    planner = planner_of(world, mineral)
    if planner is None:
        return []
    found = []
    chain = world.chain(mineral)
    for link in LINKS:
        flow, carriage = chain.flow(link), planner.carriage(link)
        found += [
            (link, carriage.exporters[i], carriage.importers[k], float(flow[i, k]))
            for i, k in np.argwhere(
                planner.base(link).is_known & np.isnan(carriage.cost) & (flow > 0.0)
            )
        ]
    return sorted(found, key=lambda row: -row[3])


def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: k for k, name in enumerate(names)}
