"""Route plans of a world's minerals: the network from the tables, and cargoes from the chains.

Does      Makes the network once for a folder of tables, and plans for the links of a chain.
Units     As in `oreacle.world.routing.book`.
Method    None beyond it: joins tables.
Assumes   A corridor's load is what the countries with a gateway on it send abroad of all modelled
          minerals in the base year, ore and refined, in tonnes as shipped.
Not here  The choice of routes: see `oreacle.world.routing.plan`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.store import read_table, tables_directory
from oreacle.world.routes import Corridor, load_routes
from oreacle.world.routing.book import RouteNetwork
from oreacle.world.routing.changes import BASE, Cargo, RouteChanges
from oreacle.world.routing.costs import RouteCosts, route_costs
from oreacle.world.routing.gates import PORT, Gate, gate_of, middle
from oreacle.world.routing.land import LandLink
from oreacle.world.routing.route_plan import RoutePlan
from oreacle.world.routing.sea import SeaNetwork, sea_network

if TYPE_CHECKING:
    from oreacle.world.chain import Chain
    from oreacle.world.snapshot import World

CLOSED, CORRIDOR = "closed", "corridor"
PLACE_DIGITS = 3


def route_network(chains: Mapping[str, Chain], directory: Path | None = None) -> RouteNetwork:
    """Return the route network of the tables of a folder, with the loads of some chains.

    Parameters
    ----------
    chains
        Chains by mineral: their trade loads the corridors.
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.
    """
    folder = tables_directory(directory)
    network = _unloaded(folder)
    return RouteNetwork(
        sea=network.sea,
        gates=network.gates,
        countries=network.countries,
        links=network.links,
        costs=network.costs,
        corridors=network.corridors,
        passage_names=network.passage_names,
        passage_places=network.passage_places,
        load=_loads(network, chains, cargo_table(folder)),
        _sea_kept=network._sea_kept,
        _land_kept=network._land_kept,
    )


def cargo_of(world: World, mineral: str, link: str) -> Cargo:
    """Return how a mineral travels on one kind of link.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    """
    chain = world.chain(mineral)
    shipped, vessel = cargo_table(tables_directory(world.directory))[mineral, link]
    price = chain.price_mine if link == "ore" else chain.price_refined
    return Cargo(mineral, link, vessel, shipped, price / shipped)


def mineral_routes(
    world: World, mineral: str, link: str, changes: RouteChanges = BASE
) -> RoutePlan:
    """Return the routes of a mineral's base-year trade on one kind of link.

    Parameters
    ----------
    world
        The world snapshot.
    mineral
        Slug.
    link
        ``ore`` (mines to refineries) or ``refined`` (refineries to users).
    changes
        What is closed, opened or enlarged.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    DataError
        ORE-DAT-133 or 134 if a name of the changes is unknown or carries nothing.

    Examples
    --------
    >>> from oreacle.world.load import load_world
    >>> plan = mineral_routes(load_world(), "aluminium", "refined")
    >>> plan.cost.shape == (len(plan.exporters), len(plan.importers))
    True
    """
    chain = world.chain(mineral)
    ends = (chain.miners, chain.refiners) if link == "ore" else (chain.refiners, chain.users)
    return world.route_network.plan(cargo_of(world, mineral, link), *ends, changes)


@lru_cache(maxsize=4)
def cargo_table(folder: Path) -> dict[tuple[str, str], tuple[float, str]]:
    """Return tonnes as shipped over chain tonnes, and the vessel, by mineral and link."""
    table = read_table("cargoes", folder)
    return {
        (str(row["mineral"]), str(row["link"])): (float(row["shipped"]), str(row["vessel"]))
        for row in table.to_dict("records")
    }


@lru_cache(maxsize=4)
def _unloaded(folder: Path) -> RouteNetwork:
    routes = load_routes(folder)
    costs = route_costs(read_table("route_costs", folder))
    sea = sea_network(read_table("sea_nodes", folder), read_table("sea_legs", folder))
    countries = [str(c) for c in read_table("countries", folder)["country"]]
    return RouteNetwork(
        sea=sea,
        gates=_gates(folder, sea, costs),
        countries=tuple(sorted(c for c in countries if c != REST_OF_WORLD)),
        links=_links(folder, routes.corridors, costs),
        costs=costs,
        corridors=routes.corridors,
        passage_names=tuple(routes.chokepoints),
        passage_places={name: (row.lon, row.lat) for name, row in routes.chokepoints.items()},
    )


def _gates(folder: Path, sea: SeaNetwork, costs: RouteCosts) -> dict[str, tuple[Gate, ...]]:
    fed: dict[str, list[str]] = {}
    crossed: dict[str, list[str]] = {}
    for row in read_table("gateway_corridors", folder).to_dict("records"):
        if row["corridor"]:
            fed.setdefault(str(row["gateway"]), []).append(str(row["corridor"]))
        crossed.setdefault(str(row["gateway"]), []).extend(_listed(row["hosts"]))
    at = {place: k for k, place in enumerate(sea.ports)}
    found: dict[str, list[Gate]] = {}
    for gateway in load_routes(folder).gateways:
        if gateway.kind != PORT or gateway.lat is None or gateway.lon is None:
            continue
        port = at[round(gateway.lat, PLACE_DIGITS), round(gateway.lon, PLACE_DIGITS)]
        name = gateway.gateway
        gate = gate_of(gateway, port, fed.get(name, ()), costs, crossed.get(name, ()))
        found.setdefault(gateway.country, []).append(gate)
    return {
        country: tuple(sorted(gates, key=lambda gate: (gate.rank, gate.gateway)))
        for country, gates in found.items()
    }


def _links(
    folder: Path, corridors: Mapping[str, Corridor], costs: RouteCosts
) -> tuple[LandLink, ...]:
    table = read_table("land_links", folder)
    closed, found = set(), []
    for row in table.to_dict("records"):
        pair = str(row["country_a"]), str(row["country_b"])
        if row["kind"] == CLOSED:
            closed.add(frozenset(pair))
        else:
            corridor = corridors[str(row["corridor"])]
            found.append(_corridor_link(pair, corridor, _listed(row["hosts"])))
    found += _crossings(folder)
    return (*found, *_borders(folder, closed, costs))


def _listed(names: object) -> tuple[str, ...]:
    return tuple(name for name in str(names).split(";") if name)


def _corridor_link(pair: tuple[str, str], corridor: Corridor, hosts: Sequence[str]) -> LandLink:
    cost = middle(corridor.cost_usd_t_low, corridor.cost_usd_t_high)
    days = middle(corridor.days_low, corridor.days_high)
    km = middle(corridor.length_km_low, corridor.length_km_high)
    known = (np.inf if value is None else value for value in (cost, days, km))
    return LandLink(*pair, corridor.corridor, tuple(hosts), *known)


def _crossings(folder: Path) -> list[LandLink]:
    """Return border crossings of the gateway table, with the way from the mine to the border."""
    found = []
    for row in load_routes(folder).gateways:
        cost = middle(row.cost_usd_t_low, row.cost_usd_t_high)
        if row.kind == PORT or row.gateway_country == row.country or cost is None:
            continue
        days = middle(row.inland_days_low, row.inland_days_high) or 0.0
        km = middle(row.inland_km_low, row.inland_km_high) or 0.0
        found.append(LandLink(row.country, row.gateway_country, "", (), cost, days, km))
    return found


def _borders(folder: Path, closed: set[frozenset[str]], costs: RouteCosts) -> list[LandLink]:
    distance = {
        frozenset((str(row["country_a"]), str(row["country_b"]))): float(row["distance_km"])
        for row in read_table("distances", folder).to_dict("records")
    }
    ties = read_table("contiguity_ties", folder)
    found = []
    for row in ties[ties["contiguous"] == 1].to_dict("records"):
        pair = frozenset((str(row["country_a"]), str(row["country_b"])))
        if pair in closed or pair not in distance:
            continue
        km = distance[pair] * costs["land_circuity"]
        cost = km * costs["land_per_km"] + costs["land_border"]
        days = km / costs["land_km_per_day"] + costs["border_days"]
        one, two = sorted(pair)
        found.append(LandLink(one, two, "", (), cost, days, km))
    return found


def _loads(
    network: RouteNetwork,
    chains: Mapping[str, Chain],
    cargoes: Mapping[tuple[str, str], tuple[float, str]],
) -> dict[str, float]:
    sent: dict[str, float] = {}
    for mineral, chain in chains.items():
        for link, tails, heads, flow in (
            ("ore", chain.miners, chain.refiners, chain.ore_flow),
            ("refined", chain.refiners, chain.users, chain.refined_flow),
        ):
            abroad = np.not_equal.outer(np.array(tails), np.array(heads))
            tonnes = (flow * abroad).sum(axis=1) * cargoes[mineral, link][0]
            for country, value in zip(tails, tonnes, strict=True):
                sent[country] = sent.get(country, 0.0) + float(value)
    served: dict[str, set[str]] = {}
    for country, gates in network.gates.items():
        for gate in gates:
            for name in gate.corridors:
                served.setdefault(name, set()).add(country)
    return {name: sum(sent.get(c, 0.0) for c in users) for name, users in served.items()}
