"""The way of a pair's tonnes leg by leg, for display.

Does      Splits each stream of a pair into inland legs, sea, land or air, with passages.
Units     USD per tonne as shipped; days; km; shares [1].
Method    Legs as the plan chose them. Passages in the order of their distance from the port of
          loading, which is not always the order in which a ship meets them.
Assumes   Money on goods under way belongs to no leg: it is told apart.
Not here  The choice: see `oreacle.world.routing.plan`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.data.routing.contraction import great_circle_km
from oreacle.world.routing.book import RouteNetwork
from oreacle.world.routing.changes import BASE, RouteChanges
from oreacle.world.routing.crossing import Ends
from oreacle.world.routing.gates import Gate
from oreacle.world.routing.offers import ends_of
from oreacle.world.routing.route_plan import RoutePlan
from oreacle.world.routing.routes_of_world import mineral_routes

if TYPE_CHECKING:
    from oreacle.world.snapshot import World

SEA, INLAND, LAND, AIR = "sea", "inland", "land", "air"


@dataclass(frozen=True)
class RouteLeg:
    """One leg: its ends, means, km, days, cost [USD per tonne as shipped] and passages."""

    start: str
    end: str
    mode: str
    km: float
    days: float
    cost: float
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class RouteStream:
    """Tonnes of a pair that take one way.

    Attributes
    ----------
    share
        Of the tonnes of the pair [1].
    is_open
        False if no way is left.
    cost, money
        All of it, and the part that is the cost of money on goods under way [USD/t as shipped];
        infinite if no way is left.
    days, km
        Time [day] and length [km].
    corridors
        Corridors by land that it takes.
    legs
        In order.
    """

    share: float
    is_open: bool
    cost: float
    money: float
    days: float
    km: float
    corridors: tuple[str, ...]
    legs: tuple[RouteLeg, ...]


def itinerary(
    world: World,
    mineral: str,
    link: str,
    exporter: str,
    importer: str,
    changes: RouteChanges = BASE,
) -> tuple[RouteStream, ...]:
    """Return the streams of a pair, the largest first.

    Parameters
    ----------
    world
        The world snapshot.
    mineral, link
        Slug, and ``ore`` or ``refined``.
    exporter, importer
        Country codes of the pair.
    changes
        What is closed, opened or enlarged.

    Raises
    ------
    DataError
        ORE-DAT-136 if the chain has no such exporter or importer; ORE-DAT-133 or 134 as the plan.

    Examples
    --------
    >>> from oreacle.world.load import load_world
    >>> streams = itinerary(load_world(), "copper", "ore", "CHL", "JPN")
    >>> [leg.mode for leg in streams[0].legs]
    ['inland', 'sea', 'inland']
    """
    plan = mineral_routes(world, mineral, link, changes)
    row, column = _place(plan.exporters, exporter, plan), _place(plan.importers, importer, plan)
    if plan.exporters[row] == plan.importers[column]:
        raise DataError(
            "ORE-DAT-136",
            f"{exporter} is both ends of the trade.",
            why="ways are known between countries, not inside one.",
            fix="name two countries.",
        )
    shares = plan.streams.share[row, :, column]
    slots = [k for k in np.argsort(-shares, kind="stable").tolist() if shares[k] > 0.0]
    network = world.route_network
    ends = ends_of(network, plan.cargo, plan.exporters, plan.importers)
    return tuple(_stream(network, plan, ends, changes, (row, slot, column)) for slot in slots)


def _place(codes: tuple[str, ...], code: str, plan: RoutePlan) -> int:
    if code in codes:
        return codes.index(code)
    side = "sends" if codes is plan.exporters else "takes"
    raise DataError(
        "ORE-DAT-136",
        f"no {plan.link} of {plan.mineral} in the chain that {code} {side}.",
        why="there is no trade whose way could be shown.",
        fix=f"{suggestion(code, codes)} Known are: {', '.join(codes)}.".strip(),
    )


def _stream(
    network: RouteNetwork,
    plan: RoutePlan,
    ends: Ends,
    changes: RouteChanges,
    at: tuple[int, int, int],
) -> RouteStream:
    streams = plan.streams
    share, cost = float(streams.share[at]), float(streams.cost[at])
    option = int(streams.option[at])
    if option < 0:
        return RouteStream(share, False, np.inf, np.inf, np.inf, np.inf, (), ())
    row, _, column = at
    names = plan.exporters[row], plan.importers[column]
    by_land = streams.share.shape[1] - 2
    days, km = float(streams.days[at]), float(streams.km[at])
    corridors: tuple[str, ...] = ()
    if option < by_land:
        out, into = ends.out[row][option], ends.into[column][int(streams.import_gate[at])]
        corridors = tuple(dict.fromkeys((*out.corridors, *into.corridors)))
        passages = network.sea.names(int(streams.through[at]))
        legs = _sea_legs(network, plan, changes, (out, into), names, passages)
    elif option == by_land:
        land = network.land_ways(changes)
        pair = int(ends.tails[row]), int(ends.heads[column])
        corridors = land.corridors.get(pair, ())
        price = float(land.cost[pair]) + network.costs["land_loading"]
        by = " by ".join([names[1], ", ".join(land.hosts[pair])]) if land.hosts[pair] else names[1]
        legs = (RouteLeg(names[0], by, LAND, km, days, price),)
    else:
        legs = (RouteLeg(*names, AIR, km, days, network.costs["air_fixed"]),)
    money = cost - sum(leg.cost for leg in legs)
    return RouteStream(share, True, cost, money, days, km, corridors, legs)


def _sea_legs(
    network: RouteNetwork,
    plan: RoutePlan,
    changes: RouteChanges,
    gates: tuple[Gate, Gate],
    names: tuple[str, str],
    passages: tuple[str, ...],
) -> tuple[RouteLeg, ...]:
    out, into = gates
    vessel, costs = plan.cargo.vessel, network.costs
    ways = network.sea_ways(changes, vessel)
    km = float(ways.km[out.port, into.port])
    price = float(costs.sea_cost(ways.weight[out.port, into.port], vessel))
    days = float(costs.sea_days(ways.km[out.port, into.port], vessel))
    lat, lon = network.sea.ports[out.port]
    here = np.array([lon, lat])

    def far(name: str) -> float:
        place = network.passage_places[name]
        return float(great_circle_km(here, np.array([place]))[0])

    ordered = tuple(sorted(passages, key=far))
    return (
        RouteLeg(names[0], out.name, INLAND, out.km, out.days, out.cost),
        RouteLeg(out.name, into.name, SEA, km, days, price, ordered),
        RouteLeg(into.name, names[1], INLAND, into.km, into.days, into.cost),
    )
