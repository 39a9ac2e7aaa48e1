"""The route network of a world: everything a route plan needs, and the plans.

Does      Collects gates, sea and land ways, costs and corridors, and makes a plan for one mineral
          and kind of link, in the base year or with something closed, opened or enlarged.
Units     Costs USD per chain tonne; days; km; capacities t/yr; shares [1].
Method    See `oreacle.world.routing.plan`. Ways by sea and land are kept for each set of closures.
Assumes   Corridors that are planned or under construction carry nothing until they are opened.
Not here  What a closure does to a market: see `oreacle.market.apply.routes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.world.routes import Corridor
from oreacle.world.routing.changes import BASE, Cargo, RouteChanges
from oreacle.world.routing.costs import TOO_SHALLOW, RouteCosts
from oreacle.world.routing.gates import Gate
from oreacle.world.routing.land import LandLink, LandWays, land_ways
from oreacle.world.routing.offers import Offers
from oreacle.world.routing.route_plan import RoutePlan
from oreacle.world.routing.sea import SHUT_IN_BASE, SeaNetwork, SeaWays

__all__ = ["BASE", "Cargo", "RouteChanges", "RouteNetwork", "RoutePlan"]
BUILT = "operating", "suspended"
"""Classes of corridors that carry goods in the base year; what is suspended did for a part."""
KEPT_CLOSURES = 64
"""Sets of closures whose ways by sea are kept."""


@dataclass
class RouteNetwork:
    """Gates, sea, land, costs and corridors.

    Attributes
    ----------
    sea
        The contracted network of sea lanes.
    gates
        Gates by country.
    countries
        Countries that have gates or neighbours.
    links
        Borders and corridors by land.
    costs
        Cost parameters.
    corridors
        All corridors by id.
    passage_names
        Ids of all passages of the table.
    passage_places
        Longitude and latitude of each passage [degree].
    load
        What the countries that a corridor serves ship of all minerals [t/yr].
    """

    sea: SeaNetwork
    gates: Mapping[str, tuple[Gate, ...]]
    countries: tuple[str, ...]
    links: tuple[LandLink, ...]
    costs: RouteCosts
    corridors: Mapping[str, Corridor]
    passage_names: tuple[str, ...]
    passage_places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    load: Mapping[str, float] = field(default_factory=dict)
    _sea_kept: dict[tuple[frozenset[str], str], SeaWays] = field(default_factory=dict, repr=False)
    _land_kept: dict[frozenset[str], LandWays] = field(default_factory=dict, repr=False)
    _offers_kept: dict[tuple[Cargo, tuple[str, ...], tuple[str, ...]], Offers] = field(
        default_factory=dict, repr=False
    )

    def check(self, changes: RouteChanges) -> None:
        """Refuse names that are no passage, corridor or gateway.

        Raises
        ------
        DataError
            ORE-DAT-133 on an unknown name; ORE-DAT-134 if no route hangs on one.
        """
        used, known = self.served_corridors, self.known_names
        capacities = {name for name, _ in changes.capacity}
        for name in sorted(changes.closed | changes.opened | capacities):
            if name not in known:
                raise DataError(
                    "ORE-DAT-133",
                    f"unknown passage, corridor or gateway '{name}'.",
                    why="no route goes through it.",
                    fix=f"{suggestion(name, sorted(known))} Passages are in the table "
                    "chokepoints, corridors in corridors, gateways in gateways.".strip(),
                )
            is_idle_passage = name in self.passage_names and name not in self.sea.passages
            if is_idle_passage or (name in self.corridors and name not in used):
                raise DataError(
                    "ORE-DAT-134",
                    f"no gateway, sea leg or way by land hangs on '{name}'.",
                    why="the answer would be 'nothing changes', for the wrong reason.",
                    fix=f"take a passage or one of {', '.join(sorted(used))}.",
                )

    def sea_ways(self, changes: RouteChanges, vessel: str) -> SeaWays:
        """Return the ways by sea under changes."""
        passages = set(self.sea.passages)
        free = frozenset(((SHUT_IN_BASE | TOO_SHALLOW[vessel]) - changes.opened) & passages)
        shut = free | (changes.closed & passages)
        if (shut, vessel) not in self._sea_kept:
            base = None
            if shut != free:
                base = self.sea_ways(changes.improvements, vessel)
            if len(self._sea_kept) >= KEPT_CLOSURES:
                self._sea_kept.pop(next(iter(self._sea_kept)))
            self._sea_kept[shut, vessel] = self.sea.ways(shut, self.costs.toll_km(vessel), base)
        return self._sea_kept[shut, vessel]

    def capacities(self, changes: RouteChanges) -> dict[str, float]:
        """Return capacities of corridors for all goods, where known [t/yr]."""
        known: dict[str, float] = {}
        for name, corridor in self.corridors.items():
            amount = corridor.capacity_t
            if name in changes.opened and corridor.planned_capacity_t is not None:
                amount = max(amount or 0.0, corridor.planned_capacity_t)
            if amount is not None:
                known[name] = amount
        return {**known, **dict(changes.capacity)}

    def shut_gateways(self, changes: RouteChanges) -> frozenset[str]:
        """Return the gateways that are closed, or fed by a corridor that is closed or not built."""
        shut = {
            name
            for name, corridor in self.corridors.items()
            if name in changes.closed
            or (corridor.status_class not in BUILT and name not in changes.opened)
        }
        fed = {gateway for name in shut for gateway in self.fed.get(name, ())}
        return frozenset(fed | (changes.closed & self.gateways))

    @cached_property
    def fed(self) -> dict[str, tuple[str, ...]]:
        """Gateways that each corridor feeds."""
        found: dict[str, list[str]] = {}
        for gates in self.gates.values():
            for gate in gates:
                for name in gate.corridors:
                    found.setdefault(name, []).append(gate.gateway)
        return {name: tuple(gateways) for name, gateways in found.items()}

    @cached_property
    def gateways(self) -> frozenset[str]:
        """Ids of all gateways that are ports."""
        return frozenset(gate.gateway for gates in self.gates.values() for gate in gates)

    @cached_property
    def served_corridors(self) -> frozenset[str]:
        """Corridors that feed a gateway or are a way by land."""
        return frozenset({*self.fed, *(link.corridor for link in self.links if link.corridor)})

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Ids of all passages, corridors and gateways."""
        return frozenset({*self.passage_names, *self.corridors, *self.gateways})

    def land_ways(self, changes: RouteChanges) -> LandWays:
        """Return the ways by land under changes."""
        named = {link.corridor for link in self.links if link.corridor}
        unbuilt = {name for name in named if self.corridors[name].status_class not in BUILT}
        closed = frozenset((unbuilt - changes.opened) | (changes.closed & named))
        if closed not in self._land_kept:
            self._land_kept[closed] = land_ways(self.countries, self.links, closed)
        return self._land_kept[closed]

    def plan(
        self,
        cargo: Cargo,
        exporters: Sequence[str],
        importers: Sequence[str],
        changes: RouteChanges = BASE,
    ) -> RoutePlan:
        """Return the routes of a cargo between countries.

        Parameters
        ----------
        cargo
            What travels.
        exporters, importers
            Country codes.
        changes
            What differs from the base year.

        Raises
        ------
        DataError
            ORE-DAT-133 or 134 as `check`.
        """
        self.check(changes)
        key = cargo, tuple(exporters), tuple(importers)
        if key not in self._offers_kept:
            self._offers_kept[key] = Offers(self, *key)
        return self._offers_kept[key].plan(changes)
