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

import numpy as np

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.world.routes import Corridor
from oreacle.world.routing.costs import TOO_SHALLOW, RouteCosts
from oreacle.world.routing.gates import EXPORT, IMPORT, Gate, most_share, serving
from oreacle.world.routing.land import LandLink, LandWays, land_ways
from oreacle.world.routing.plan import (
    Options,
    Streams,
    filled,
    mean_of,
    rerouted,
    share_with,
)
from oreacle.world.routing.sea import SHUT_IN_BASE, SeaNetwork, SeaWays

BUILT = "operating", "suspended"
"""Classes of corridors that carry goods in the base year; what is suspended did for a part."""
TERRITORIAL = {
    "suez": "EGY",
    "panama": "PAN",
    "bosporus": "TUR",
    "dardanelles": "TUR",
    "kiel": "DEU",
    "nsr": "RUS",
    "kerch": "RUS",
}
"""Passages that a state can close by its own law, with the state; the others are straits with a
right of transit, or open sea."""


@dataclass(frozen=True)
class RouteChanges:
    """What differs from the routes of the base year.

    Attributes
    ----------
    closed
        Ids of passages, corridors and gateways that carry nothing.
    opened
        Corridors that are not built yet, and passages that are shut in the base year.
    capacity
        Corridors and their capacity for all goods, instead of the table's [t/yr].
    """

    closed: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    capacity: tuple[tuple[str, float], ...] = ()

    @property
    def is_improved(self) -> bool:
        """True if anything is opened or given another capacity."""
        return bool(self.opened or self.capacity)


BASE = RouteChanges()


@dataclass(frozen=True)
class Cargo:
    """How a mineral travels on one kind of link.

    Attributes
    ----------
    mineral, link
        Slug, and ``ore`` or ``refined``.
    vessel
        ``bulk`` or ``container``.
    shipped
        Tonnes as shipped over chain tonnes [1].
    value
        Worth of a tonne as shipped [USD/t].
    """

    mineral: str
    link: str
    vessel: str
    shipped: float
    value: float


@dataclass(frozen=True)
class RoutePlan:
    """Routes of one mineral and kind of link.

    Attributes
    ----------
    cargo
        What travels.
    exporters, importers
        Country codes.
    is_known
        Whether the routes of a pair are known, shape (exporter, importer): those of the rest of
        the world are not. Where False every figure is missing.
    cost
        Mean over the tonnes that have a way, shape (exporter, importer) [USD per chain tonne];
        0 inside a country; infinite if no tonne has a way.
    days, km
        Time [day] and length [km], the same way.
    reachable
        Share of the tonnes of a pair that have a way [1].
    passages, through
        Ids, and shares of a pair's tonnes through each, shape (exporter, importer, passage) [1].
    corridors, along
        The same for corridors.
    hosts, across
        The same for territories of third countries: ports, land and canals.
    streams
        What takes which way.
    """

    cargo: Cargo
    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    is_known: np.ndarray
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
    streams: Streams


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
    load: Mapping[str, float] = field(default_factory=dict)
    _sea_kept: dict[tuple[frozenset[str], str], SeaWays] = field(default_factory=dict, repr=False)
    _land_kept: dict[frozenset[str], LandWays] = field(default_factory=dict, repr=False)

    def check(self, changes: RouteChanges) -> None:
        """Refuse names that are no passage, corridor or gateway.

        Raises
        ------
        DataError
            ORE-DAT-133 on an unknown name; ORE-DAT-134 if nothing hangs on a corridor.
        """
        gateways = {gate.gateway for gates in self.gates.values() for gate in gates}
        used = {name for gates in self.gates.values() for g in gates for name in g.corridors}
        used |= {link.corridor for link in self.links if link.corridor}
        known = {*self.passage_names, *self.corridors, *gateways}
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
            if name in self.corridors and name not in used:
                raise DataError(
                    "ORE-DAT-134",
                    f"no gateway and no way by land hangs on corridor '{name}'.",
                    why="the answer would be 'nothing changes', for the wrong reason.",
                    fix=f"take one of {', '.join(sorted(used))}.",
                )

    def sea_ways(self, changes: RouteChanges, vessel: str) -> SeaWays:
        """Return the ways by sea under changes."""
        shut = (SHUT_IN_BASE | changes.closed | TOO_SHALLOW[vessel]) - changes.opened
        key = frozenset(shut & set(self.sea.passages)), vessel
        if key not in self._sea_kept:
            self._sea_kept[key] = self.sea.ways(key[0], self.costs.toll_km(vessel))
        return self._sea_kept[key]

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
        better = RouteChanges(opened=changes.opened, capacity=changes.capacity)
        offers = _Offers(self, cargo, tuple(exporters), tuple(importers))
        streams = filled(offers.options(better))
        if changes.closed:
            streams = rerouted(streams, offers.options(changes))
        return offers.plan(streams, self.land_ways(changes))


class _Offers:
    """Options of the pairs of a plan."""

    def __init__(
        self,
        network: RouteNetwork,
        cargo: Cargo,
        exporters: tuple[str, ...],
        importers: tuple[str, ...],
    ) -> None:
        self._network, self._cargo = network, cargo
        self._exporters, self._importers = exporters, importers
        mineral = cargo.mineral
        gates = network.gates
        self._out = [serving(gates.get(c, ()), mineral, EXPORT) for c in exporters]
        self._into = [serving(gates.get(c, ()), mineral, IMPORT) for c in importers]
        self._widest = max((len(found) for found in self._out), default=0)
        self._at = {country: k for k, country in enumerate(network.countries)}

    def options(self, changes: RouteChanges) -> Options:
        """Return all options under changes: by each gate of the exporter, by land, by air."""
        shape = (len(self._exporters), self._widest + 2, len(self._importers))
        cost, days = np.full(shape, np.inf), np.full(shape, np.inf)
        km, through = np.full(shape, np.inf), np.zeros(shape, dtype=np.int64)
        gate, most = np.full(shape, -1, dtype=np.int64), np.ones(shape)
        self._by_sea(changes, (cost, days, km, through, gate))
        self._by_land(changes, (cost, days, km, most))
        self._by_air((cost, days, km))
        capacity = self._capacities(changes)
        for row, gates in enumerate(self._out):
            room = most_share(gates, capacity, self._network.load)
            most[row, : len(gates)] = room[:, None]
        return Options(cost, days, km, through, gate, most)

    def _capacities(self, changes: RouteChanges) -> dict[str, float]:
        known = {
            name: corridor.capacity_t
            for name, corridor in self._network.corridors.items()
            if corridor.capacity_t is not None
        }
        return {**known, **dict(changes.capacity)}

    def _by_sea(self, changes: RouteChanges, into: tuple[np.ndarray, ...]) -> None:
        network, vessel = self._network, self._cargo.vessel
        ways = network.sea_ways(changes, vessel)
        out = [(row, k, g) for row, gates in enumerate(self._out) for k, g in enumerate(gates)]
        if not out:
            return
        rows, slots = np.array([(row, k) for row, k, _ in out]).T
        ports = np.array([g.port for _, _, g in out])
        leg = np.array([(g.cost, g.days, g.km) for _, _, g in out])
        shut = np.array([self._is_shut(g, changes) for _, _, g in out])
        for column, gates in enumerate(self._into):
            if not gates:
                continue
            ends = np.array([g.port for g in gates])
            end = np.array([(g.cost, g.days, g.km) for g in gates])
            at = ports[:, None], ends[None, :]
            days = network.costs.sea_days(ways.km[at], vessel) + leg[:, 1:2] + end[:, 1]
            cost = network.costs.sea_cost(ways.weight[at], vessel) + leg[:, :1] + end[:, 0]
            cost = cost + network.costs.money(days, self._cargo.value)
            cost[:, [self._is_shut(g, changes) for g in gates]] = np.inf
            cost[shut] = np.inf
            best = np.argmin(cost, axis=1)
            pick = np.arange(len(ports)), best
            km = ways.km[at] + leg[:, 2:] + end[:, 2]
            for target, values in zip(into, (cost, days, km, ways.through[at], None), strict=True):
                target[rows, slots, column] = best if values is None else values[pick]

    def _is_shut(self, gate: Gate, changes: RouteChanges) -> bool:
        if changes.closed & {gate.gateway, *gate.corridors}:
            return True
        unbuilt = [
            name
            for name in gate.corridors
            if self._network.corridors[name].status_class not in BUILT
        ]
        return bool(set(unbuilt) - changes.opened)

    def _by_land(self, changes: RouteChanges, into: tuple[np.ndarray, ...]) -> None:
        land = self._network.land_ways(changes)
        rows = [k for k, name in enumerate(self._exporters) if name in self._at]
        columns = [k for k, name in enumerate(self._importers) if name in self._at]
        tails = [self._at[self._exporters[k]] for k in rows]
        heads = [self._at[self._importers[k]] for k in columns]
        at = np.ix_(tails, heads)
        cost = land.cost[at] + self._network.costs["land_loading"]
        cost = cost + self._network.costs.money(land.days[at], self._cargo.value)
        most = np.where(land.is_through_rail[at], self._network.costs["through_rail_share"], 1.0)
        for target, values in zip(into, (cost, land.days[at], land.km[at], most), strict=True):
            target[np.ix_(rows, [self._widest], columns)] = values[:, None, :]

    def _by_air(self, into: tuple[np.ndarray, ...]) -> None:
        costs, value = self._network.costs, self._cargo.value
        if value < costs["air_least_value"]:
            return
        known = np.logical_and.outer(*self._known())
        days = np.full(known.shape, costs["air_days"])
        cost = costs["air_fixed"] + costs.money(days, value)
        for target, values in zip(into, (cost, days, np.zeros(known.shape)), strict=True):
            target[:, self._widest + 1] = np.where(known, values, np.inf)

    def _known(self) -> tuple[list[bool], list[bool]]:
        """Return whether exporters and importers have a place on the network."""
        return (
            [bool(g) or c in self._at for g, c in zip(self._out, self._exporters, strict=True)],
            [bool(g) or c in self._at for g, c in zip(self._into, self._importers, strict=True)],
        )

    def plan(self, streams: Streams, land: LandWays) -> RoutePlan:
        """Return streams as a plan."""
        home = np.equal.outer(np.array(self._exporters), np.array(self._importers))
        is_known = np.logical_and.outer(*self._known()) | home
        is_open = streams.option >= 0
        reachable = (streams.share * is_open).sum(axis=1)
        sea = self._network.sea
        through = share_with(streams, range(len(sea.passages)))
        corridors, along, hosts, across = self._crossed(streams, land, through)
        shipped = self._cargo.shipped
        return RoutePlan(
            cargo=self._cargo,
            exporters=self._exporters,
            importers=self._importers,
            is_known=is_known,
            cost=_settled(mean_of(streams, streams.cost) * shipped, is_known, home),
            days=_settled(mean_of(streams, streams.days), is_known, home),
            km=_settled(mean_of(streams, streams.km), is_known, home),
            reachable=np.where(is_known, np.where(home, 1.0, reachable), np.nan),
            passages=sea.passages,
            through=np.where(home[..., None], 0.0, through),
            corridors=corridors,
            along=np.where(home[..., None], 0.0, along),
            hosts=hosts,
            across=np.where(home[..., None], 0.0, across),
            streams=streams,
        )

    def _crossed(
        self, streams: Streams, land: LandWays, through: np.ndarray
    ) -> tuple[tuple[str, ...], np.ndarray, tuple[str, ...], np.ndarray]:
        """Return corridors and territories with the shares of tonnes along and across them."""
        shape = through.shape[:2]
        along: dict[str, np.ndarray] = {}
        across: dict[str, np.ndarray] = {}
        for tail, slot, head in np.argwhere((streams.share > 0) & (streams.option >= 0)).tolist():
            option = int(streams.option[tail, slot, head])
            ends = {self._exporters[tail], self._importers[head]}
            corridors, hosts = self._marks(tail, option, head, land)
            if (entry := int(streams.import_gate[tail, slot, head])) >= 0:
                hosts.add(self._into[head][entry].host)
                corridors.update(self._into[head][entry].corridors)
            bits = int(streams.through[tail, slot, head])
            hosts |= {TERRITORIAL[p] for p in self._network.sea.names(bits) if p in TERRITORIAL}
            for names, target in ((corridors, along), (hosts - ends, across)):
                for name in names:
                    share = target.setdefault(name, np.zeros(shape))
                    share[tail, head] += streams.share[tail, slot, head]
        return *_stacked(along, shape), *_stacked(across, shape)

    def _marks(
        self, tail: int, option: int, head: int, land: LandWays
    ) -> tuple[set[str], set[str]]:
        """Return corridors used and territories crossed by an option, ends included."""
        if option > self._widest:
            return set(), set()
        if option == self._widest:
            pair = self._at[self._exporters[tail]], self._at[self._importers[head]]
            return set(land.corridors.get(pair, ())), set(land.hosts.get(pair, ()))
        gate = self._out[tail][option]
        return set(gate.corridors), {gate.host}


def _settled(values: np.ndarray, is_known: np.ndarray, home: np.ndarray) -> np.ndarray:
    return np.where(home, 0.0, np.where(is_known, values, np.nan))


def _stacked(
    shares: Mapping[str, np.ndarray], shape: tuple[int, ...]
) -> tuple[tuple[str, ...], np.ndarray]:
    names = tuple(sorted(shares))
    if not names:
        return (), np.zeros((*shape, 0))
    return names, np.stack([shares[name] for name in names], axis=-1)
