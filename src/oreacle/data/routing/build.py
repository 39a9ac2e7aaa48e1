"""The tables of the route graph: sea nodes and legs, land links, which corridor feeds a gateway.

Does      Contracts the shipping network to the ports of the gateways and the passages.
Units     km, degrees, days, USD/t.
Method    A port is tied to the nearest point of a lane (`oreacle.data.routing.lanes`); see
          `oreacle.data.routing.contraction` for the legs.
Assumes   The Kiel Canal, which the network lacks, is an added leg between the nodes nearest to
          its ends.
Not here  Costs and choice of routes: see `oreacle.world.routing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.readers.logistics import read_chokepoints, read_quotes
from oreacle.data.routing.contraction import (
    closed_distances,
    crossing_nodes,
    nearest_nodes,
    needed_legs,
)
from oreacle.data.routing.lanes import with_ports
from oreacle.data.routing.sea_rates import fitted_rates
from oreacle.data.routing.shipping_network import ShippingNetwork, read_shipping_network

PORT, PASSAGE = "port", "passage"
KIEL = "kiel"
KIEL_ENDS = np.array([[9.1, 53.9], [10.2, 54.45]])
"""Brunsbuettel and Kiel-Holtenau, longitude and latitude [degree]."""
KIEL_KM = 98.6
"""Length of the canal [km], Kiel Canal administration, from memory."""
DIGITS = 1
PLACE_DIGITS = 3
HALF_TURN, TURN = 180.0, 360.0
BULK_QUOTE = "bulk_rate"


def build_routing(
    sources: Path, base_tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return `sea_nodes`, `sea_legs`, `land_links`, `gateway_corridors`, `route_costs`, `cargoes`.

    Parameters
    ----------
    sources
        Folder of all source files.
    base_tables
        Tables made before; `gateways` is used.

    Raises
    ------
    DataError
        ORE-DAT-130 if searoute is not installed; ORE-DAT-131 if a passage's line is off;
        ORE-DAT-135 if a rate cannot be fitted.
    """
    network = read_shipping_network(passage_lines(sources))
    checks = read_assumed("distance_checks")
    nodes, legs = sea_tables(network, port_places(base_tables["gateways"], checks))
    return {
        "sea_nodes": nodes,
        "sea_legs": legs,
        "cargoes": cargoes_table(sources),
        "distance_checks": checks,
        "land_links": read_assumed("land_links"),
        "gateway_corridors": read_assumed("gateway_corridors"),
        "route_costs": route_costs_table(sources),
    }


def route_costs_table(sources: Path) -> pd.DataFrame:
    """Return the cost parameters: those that are stated, and rates fitted on quotations."""
    fitted = fitted_rates(read_quotes(sources), read_assumed("freight_legs"))
    return pd.concat([fitted, read_assumed("route_costs")], ignore_index=True)


def passage_lines(sources: Path) -> pd.DataFrame:
    """Return the lines across passages, and how many edges are known to cross each."""
    raw = read_chokepoints(sources)
    counts = pd.to_numeric(raw["gate_edges_searoute_1_6_0"], errors="coerce")
    names = ["gate_lon1", "gate_lat1", "gate_lon2", "gate_lat2"]
    return raw[names].assign(chokepoint=raw["id"], gate_edges=counts)


def port_places(gateways: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Return the distinct places of ports of gateways and of published distances: lat, lon."""
    ports = [gateways.loc[gateways["kind"] == PORT, ["lat", "lon"]]]
    for end in ("origin", "destination"):
        named = checks[[f"{end}_lat", f"{end}_lon"]]
        ports.append(named.set_axis(["lat", "lon"], axis=1))
    every = pd.concat(ports).astype(float).dropna().round(PLACE_DIGITS)
    return every.drop_duplicates().sort_values(["lat", "lon"])


def cargoes_table(sources: Path) -> pd.DataFrame:
    """Return how each mineral travels: tonnes as shipped over chain tonnes, and the vessel.

    The vessel is that of the quotations behind the mineral's freight.
    """
    category = read_quotes(sources).set_index("freight_id")["category"]
    table = read_assumed("freight_rates")
    is_bulk = [
        all(category[code] == BULK_QUOTE for code in str(ids).split(";"))
        for ids in table["freight_ids"]
    ]
    return pd.DataFrame(
        {
            "mineral": table["mineral"],
            "link": table["link"],
            "shipped": table["value"].astype(float),
            "vessel": np.where(is_bulk, "bulk", "container"),
            "basis": table["basis"],
            "reason": table["reason"],
        }
    ).sort_values(["mineral", "link"], ignore_index=True)


def sea_tables(network: ShippingNetwork, ports: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the contracted network as nodes and legs.

    Parameters
    ----------
    network
        The shipping network.
    ports
        `lat` and `lon` of the ports [degree].
    """
    places = ports[["lon", "lat"]].to_numpy(dtype=float)
    network, at_port, snap_km = with_ports(network, places)
    kiel, _ = nearest_nodes(network, KIEL_ENDS)
    sides = np.unique(np.concatenate([crossing_nodes(network), kiel]))
    labels = np.array(
        [*(f"P{k:03d}" for k in range(len(places))), *(f"S{k:03d}" for k in range(len(sides)))]
    )
    every = np.concatenate([at_port, sides])
    is_side = np.arange(len(every)) >= len(places)
    position = np.concatenate([places, network.places[sides]])
    nodes = pd.DataFrame(
        {
            "node": labels,
            "kind": np.where(is_side, PASSAGE, PORT),
            "lat": position[:, 1].round(PLACE_DIGITS),
            "lon": (((position[:, 0] + HALF_TURN) % TURN) - HALF_TURN).round(PLACE_DIGITS),
            "snap_km": np.concatenate([snap_km, np.zeros(len(sides))]).round(DIGITS),
        }
    )
    side_label = dict(zip(sides.tolist(), labels[is_side].tolist(), strict=True))
    legs = pd.concat(
        [_open_legs(network, every, labels, is_side), _passage_legs(network, side_label, kiel)]
    )
    return nodes, legs.sort_values(["tail", "head", "passages"]).reset_index(drop=True)


def _open_legs(
    network: ShippingNetwork, every: np.ndarray, labels: np.ndarray, is_side: np.ndarray
) -> pd.DataFrame:
    distance = closed_distances(network, every)
    needed = np.triu(needed_legs(distance, is_side) | _same_place(distance), 1)
    tail, head = np.nonzero(needed)
    km = distance[tail, head].round(DIGITS)
    return pd.DataFrame({"tail": labels[tail], "head": labels[head], "km": km, "passages": ""})


def _same_place(distance: np.ndarray) -> np.ndarray:
    """Return pairs of ports that are tied to one node: they are no distance apart."""
    return np.asarray(distance <= 0.0)


def _passage_legs(
    network: ShippingNetwork, label: Mapping[int, str], kiel: np.ndarray
) -> pd.DataFrame:
    rows = [
        (label[int(tail)], label[int(head)], round(float(km), DIGITS), ";".join(names))
        for (tail, head), km, names in zip(network.ends, network.km, network.passages, strict=True)
        if names
    ]
    rows.append((label[int(kiel[0])], label[int(kiel[1])], KIEL_KM, KIEL))
    return pd.DataFrame(rows, columns=["tail", "head", "km", "passages"])
