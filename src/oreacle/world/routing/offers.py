"""Options of the pairs of one mineral and kind of link, and the plans made of them.

Does      Costs every way that a pair could take, and keeps what closures do not touch.
Units     USD per tonne as shipped; days; km; shares [1].
Method    By each gate of the exporter with the cheapest gate of the importer, by land, by air. A
          closure only takes ways away: options that use nothing of what closes stay as they were,
          and only the others are sought anew.
Assumes   See `oreacle.world.routing.plan`.
Not here  The network: see `oreacle.world.routing.book`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from oreacle.world.routing.changes import Cargo, RouteChanges
from oreacle.world.routing.crossing import Ends, crossed
from oreacle.world.routing.gates import EXPORT, IMPORT, Gate, most_share, serving
from oreacle.world.routing.land import LandWays
from oreacle.world.routing.plan import Options, Streams, filled, mean_of, rerouted
from oreacle.world.routing.route_plan import Crossed, RoutePlan

if TYPE_CHECKING:
    from oreacle.world.routing.book import RouteNetwork

KEPT_PLANS = 8
"""Plans without closures that are kept for each mineral and kind of link."""
Entries = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Exporter, gate and importer of each option."""


@dataclass(frozen=True)
class _Start:
    """Options and streams before a closure."""

    options: Options
    streams: Streams
    land: LandWays
    plan: RoutePlan


class Offers:
    """Options of the pairs of a plan.

    Parameters
    ----------
    network
        Ways and costs.
    cargo
        What travels.
    exporters, importers
        Country codes.
    """

    def __init__(
        self,
        network: RouteNetwork,
        cargo: Cargo,
        exporters: tuple[str, ...],
        importers: tuple[str, ...],
    ) -> None:
        self._network, self._cargo = network, cargo
        self._ends = ends_of(network, cargo, exporters, importers)
        self._out, self._into = _Table.of(self._ends.out), _Table.of(self._ends.into)
        self._widest = self._out.port.shape[1]
        self._shape = (len(exporters), self._widest + 2, len(importers))
        self._home = np.equal.outer(np.array(exporters), np.array(importers))
        has_place = [t.is_gate.any(axis=1) for t in (self._out, self._into)]
        self._known = np.logical_and.outer(
            has_place[0] | (self._ends.tails >= 0), has_place[1] | (self._ends.heads >= 0)
        )
        self._starts: dict[RouteChanges, _Start] = {}

    def plan(self, changes: RouteChanges) -> RoutePlan:
        """Return the plan under changes."""
        start = self._start(changes.improvements)
        if not changes.closed:
            return start.plan
        land = self._network.land_ways(changes)
        touched = self._touched(start, changes, land)
        pairs = np.nonzero(touched.any(axis=1))
        if not len(pairs[0]):
            return start.plan
        after = self._after(start, changes, land, touched, pairs)
        base = start.plan
        values = {}
        for name in ("cost", "days", "km"):
            part = mean_of(after, getattr(after, name))[:, 0]
            values[name] = getattr(base, name).copy()
            values[name][pairs] = part * (self._cargo.shipped if name == "cost" else 1.0)
        reachable = base.reachable.copy()
        reachable[pairs] = (after.share * (after.option >= 0)).sum(axis=1)[:, 0]
        return replace(
            base,
            **values,
            reachable=reachable,
            _streams=partial(_patched, start.streams, after, pairs),
            _crossed=self._crossing(land),
        )

    def _start(self, better: RouteChanges) -> _Start:
        if better not in self._starts:
            if len(self._starts) >= KEPT_PLANS:
                self._starts.pop(next(iter(self._starts)))
            options = self._options(better)
            streams = filled(options)
            land = self._network.land_ways(better)
            self._starts[better] = _Start(options, streams, land, self._planned(streams, land))
        return self._starts[better]

    def _planned(self, streams: Streams, land: LandWays) -> RoutePlan:
        is_known = self._known | self._home
        reachable = (streams.share * (streams.option >= 0)).sum(axis=1)
        ends = self._ends
        return RoutePlan(
            cargo=self._cargo,
            exporters=ends.exporters,
            importers=ends.importers,
            is_known=is_known,
            cost=_settled(
                mean_of(streams, streams.cost) * self._cargo.shipped, is_known, self._home
            ),
            days=_settled(mean_of(streams, streams.days), is_known, self._home),
            km=_settled(mean_of(streams, streams.km), is_known, self._home),
            reachable=np.where(is_known, np.where(self._home, 1.0, reachable), np.nan),
            _streams=lambda: streams,
            _crossed=self._crossing(land),
        )

    def _crossing(self, land: LandWays) -> partial[Crossed]:
        return partial(crossed, ends=self._ends, land=land, passages=self._network.sea.passages)

    def _options(self, changes: RouteChanges) -> Options:
        """Return all options under changes: by each gate of the exporter, by land, by air."""
        cost, days, km = (np.full(self._shape, np.inf) for _ in range(3))
        through = np.zeros(self._shape, dtype=np.int64)
        gate, most = np.full(self._shape, -1, dtype=np.int64), np.ones(self._shape)
        rows, slots = np.nonzero(self._out.is_gate)
        count = self._shape[2]
        entries = (
            np.repeat(rows, count),
            np.repeat(slots, count),
            np.tile(np.arange(count), len(rows)),
        )
        found = self._by_sea(changes, entries)
        for target, values in zip((cost, days, km, through, gate), found, strict=True):
            target[entries] = values
        self._by_land(self._network.land_ways(changes), (cost, days, km, most))
        self._by_air((cost, days, km))
        capacity = self._network.capacities(changes)
        for row, gates in enumerate(self._ends.out):
            most[row, : len(gates)] = most_share(gates, capacity, self._network.load)[:, None]
        return Options(cost, days, km, through, gate, most)

    def _by_sea(self, changes: RouteChanges, entries: Entries) -> tuple[np.ndarray, ...]:
        """Return cost, days, km, passages and importer's gate of options by sea."""
        rows, slots, columns = entries
        network, vessel = self._network, self._cargo.vessel
        ways, out, into = network.sea_ways(changes, vessel), self._out, self._into
        at = out.port[rows, slots][:, None], into.port[columns]
        sea_km, weight = ways.km[at], ways.weight[at]
        by_land = out.days[rows, slots][:, None] + into.days[columns]
        days = network.costs.sea_days(sea_km, vessel) + by_land
        cost = network.costs.sea_cost(weight, vessel)
        cost += out.cost[rows, slots][:, None] + into.cost[columns]
        # Charged on the weight by which ways are chosen: else a closure could make a way cheaper.
        waited = network.costs.sea_days(weight, vessel) + by_land
        cost += network.costs.money(waited, self._cargo.value)
        is_open = into.is_open(network, changes)[columns]
        is_open = is_open & out.is_open(network, changes)[rows, slots][:, None]
        cost[~is_open] = np.inf
        if not cost.size:
            empty = np.zeros(len(rows))
            return empty + np.inf, empty, empty, empty.astype(np.int64), empty.astype(np.int64)
        best = np.argmin(cost, axis=1)
        pick = np.arange(len(rows)), best
        km = sea_km[pick] + out.km[rows, slots] + into.km[columns, best]
        return cost[pick], days[pick], km, ways.through[at][pick], best

    def _by_land(self, land: LandWays, into: tuple[np.ndarray, ...]) -> None:
        tails, heads = self._ends.tails, self._ends.heads
        is_placed = np.logical_and.outer(tails >= 0, heads >= 0)
        at = np.ix_(tails, heads)
        costs = self._network.costs
        cost = land.cost[at] + costs["land_loading"]
        cost = cost + costs.money(land.days[at], self._cargo.value)
        cost = np.where(is_placed, cost, np.inf)
        most = np.where(land.is_through_rail[at], costs["through_rail_share"], 1.0)
        for target, values in zip(into, (cost, land.days[at], land.km[at], most), strict=True):
            target[:, self._widest] = values

    def _by_air(self, into: tuple[np.ndarray, ...]) -> None:
        costs, value = self._network.costs, self._cargo.value
        if value < costs["air_least_value"]:
            return
        days = np.full(self._known.shape, costs["air_days"])
        cost = costs["air_fixed"] + costs.money(days, value)
        for target, values in zip(into, (cost, days, np.zeros(cost.shape)), strict=True):
            target[:, self._widest + 1] = np.where(self._known, values, np.inf)

    def _touched(self, start: _Start, changes: RouteChanges, land: LandWays) -> np.ndarray:
        """Return True for options that use what closes, shape (exporter, option, importer)."""
        network, options = self._network, start.options
        touched = (options.through & network.sea.bits(changes.closed)) > 0
        shut_out = self._out.is_gate & ~self._out.is_open(network, changes)
        touched[:, : self._widest] |= shut_out[:, :, None]
        shut_in = self._into.is_gate & ~self._into.is_open(network, changes)
        if shut_in.any():
            gate = np.maximum(options.import_gate, 0)
            column = np.arange(self._shape[2])
            touched |= shut_in[column, gate] & (options.import_gate >= 0)
        touched &= np.isfinite(options.cost)
        if land is not start.land:
            at = np.ix_(self._ends.tails, self._ends.heads)
            touched[:, self._widest] |= land.cost[at] != start.land.cost[at]
        return np.asarray(touched & (self._known & ~self._home)[:, None, :])

    def _after(
        self,
        start: _Start,
        changes: RouteChanges,
        land: LandWays,
        touched: np.ndarray,
        pairs: tuple[np.ndarray, ...],
    ) -> Streams:
        """Return the streams of touched pairs, shape (pair, option, 1)."""
        tails, heads = pairs
        part = Options(*(values[tails, :, heads][..., None] for values in _fields(start.options)))
        row, slot = np.nonzero(touched[tails, : self._widest, heads])
        found = self._by_sea(changes, (tails[row], slot, heads[row]))
        for target, values in zip(_fields(part), found, strict=False):
            target[row, slot, 0] = values
        if land is not start.land:
            whole = [np.full(self._shape, np.inf) for _ in range(4)]
            self._by_land(land, tuple(whole))
            for target, source in zip((part.cost, part.days, part.km), whole, strict=False):
                target[:, self._widest, 0] = source[tails, self._widest, heads]
        before = Streams(*(values[tails, :, heads][..., None] for values in _fields(start.streams)))
        return rerouted(before, part)


def ends_of(
    network: RouteNetwork,
    cargo: Cargo,
    exporters: tuple[str, ...],
    importers: tuple[str, ...],
) -> Ends:
    """Return the gates that serve a cargo, by exporter and importer."""
    at = {country: k for k, country in enumerate(network.countries)}
    gates = network.gates
    return Ends(
        exporters,
        importers,
        tuple(serving(gates.get(c, ()), cargo.mineral, EXPORT) for c in exporters),
        tuple(serving(gates.get(c, ()), cargo.mineral, IMPORT) for c in importers),
        np.array([at.get(c, -1) for c in exporters], dtype=np.int64),
        np.array([at.get(c, -1) for c in importers], dtype=np.int64),
    )


@dataclass(frozen=True)
class _Table:
    """Gates of countries as arrays of shape (country, gate), padded with none."""

    is_gate: np.ndarray
    port: np.ndarray
    cost: np.ndarray
    days: np.ndarray
    km: np.ndarray
    places: dict[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, gates: tuple[tuple[Gate, ...], ...]) -> _Table:
        """Return the table of gates by country."""
        shape = len(gates), max((len(found) for found in gates), default=0)
        legs = [np.zeros(shape) for _ in range(3)]
        port = np.zeros(shape, dtype=np.int64)
        table = cls(np.zeros(shape, dtype=bool), port, legs[0], legs[1], legs[2], {})
        for row, found in enumerate(gates):
            for slot, gate in enumerate(found):
                table.is_gate[row, slot], table.port[row, slot] = True, gate.port
                table.cost[row, slot], table.days[row, slot] = gate.cost, gate.days
                table.km[row, slot] = gate.km
                table.places.setdefault(gate.gateway, []).append((row, slot))
        return table

    def is_open(self, network: RouteNetwork, changes: RouteChanges) -> np.ndarray:
        """Return True for gates that are there and not shut."""
        is_open = self.is_gate.copy()
        for name in network.shut_gateways(changes):
            for row, slot in self.places.get(name, ()):
                is_open[row, slot] = False
        return is_open


def _fields(record: Options | Streams) -> tuple[np.ndarray, ...]:
    if isinstance(record, Options):
        return (
            record.cost,
            record.days,
            record.km,
            record.through,
            record.import_gate,
            record.most,
        )
    return (
        record.share,
        record.option,
        record.cost,
        record.days,
        record.km,
        record.through,
        record.import_gate,
    )


def _patched(base: Streams, after: Streams, pairs: tuple[np.ndarray, ...]) -> Streams:
    """Return streams with those of some pairs put in place."""
    tails, heads = pairs
    whole = [values.copy() for values in _fields(base)]
    for target, values in zip(whole, _fields(after), strict=True):
        target[tails, :, heads] = values[..., 0]
    return Streams(*whole)


def _settled(values: np.ndarray, is_known: np.ndarray, home: np.ndarray) -> np.ndarray:
    return np.where(home, 0.0, np.where(is_known, values, np.nan))
