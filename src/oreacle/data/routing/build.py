"""Tables of sea routes: ports, sea legs, cost of sea carriage.

Does      Snaps ports to a shipping network, contracts it, and derives cost per tonne and mile.
Units     km, degrees, USD/t, USD/t per nautical mile, knots.
Method    See `oreacle.data.routing.network`. Cost: a line through quoted rates against the
          distance of their route, by least squares, for each kind of carriage.
Assumes   The Northwest Passage is never open. The Kiel Canal, which the network lacks, is a leg
          of its published length. A port lies where its nearest node lies.
Not here  Ways by land and the choice of ports: see `oreacle.world.routing`.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.readers.facts import read_freight
from oreacle.data.readers.logistics import read_chokepoints
from oreacle.data.routing.network import (
    Leg,
    SeaNetwork,
    contracted,
    crossing_edges,
    nearest_node,
    searoute_network,
)

FARTHEST_SNAP_KM = 400.0
"""A port farther than this from every node of the network is refused [km]."""
KIEL = "kiel"
KIEL_ENDS = ((53.89, 9.14), (54.37, 10.15))
"""Latitude and longitude of the locks at Brunsbüttel and Holtenau [degree]."""
KIEL_KM = 98.6
"""Length of the canal as its administration states it [km]."""
ARCTIC_AMERICA = (-130.0, -60.0)
"""Longitudes between which edges tagged `northwest` are the Northwest Passage [degree]."""
KM_PER_NM = 1.852
PLACE_DIGITS = 2
RECOUNTED = {"magellan": 7}
"""Edges that cross a gate where the published count is another: five are stated for Magellan, and
seven meet the line; with all seven shut no way round the Horn is left."""


def build_routing(sources: Path, gateways: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables `ports`, `sea_legs` and `sea_rates`.

    Parameters
    ----------
    sources
        Folder of all source files.
    gateways
        Table `gateways`.

    Raises
    ------
    DataError
        ORE-DAT-130 if searoute is missing; ORE-DAT-131 if a gate is crossed by another number
        of edges than stated, or a port lies too far from the network.
    """
    network = with_kiel(searoute_network())
    ports = ports_table(network, gateways)
    legs = sea_legs(network, ports, sources)
    names = {node: f"n{k}" for k, node in enumerate(sorted({n for g in legs for n in _ends(g)}))}
    names |= {
        node: f"n{len(names) + k}" for k, node in enumerate(sorted(set(ports["place"]) - set(names)))
    }
    ports = ports.assign(node=ports["place"].map(names)).drop(columns="place")
    table = pd.DataFrame(
        {
            "leg": range(len(legs)),
            "from_node": [names[leg.tail] for leg in legs],
            "to_node": [names[leg.head] for leg in legs],
            "passages": [";".join(leg.passages) for leg in legs],
            "km": [round(leg.km, 1) for leg in legs],
        }
    )
    return {"ports": ports, "sea_legs": table, "sea_rates": rates_table(sources)}


def with_kiel(network: SeaNetwork) -> SeaNetwork:
    """Return the network with the Kiel Canal as one edge."""
    first, last = (nearest_node(network, lat, lon)[0] for lat, lon in KIEL_ENDS)
    return SeaNetwork(
        network.places,
        np.append(network.tail, first),
        np.append(network.head, last),
        np.append(network.km, KIEL_KM),
        (*network.tags, KIEL),
    )


def ports_table(network: SeaNetwork, gateways: pd.DataFrame) -> pd.DataFrame:
    """Return the ports of gateways, of countries without one, and of checks, with their node."""
    own = gateways[gateways["kind"] == "port"]
    listed = own[["name", "gateway_country", "lat", "lon"]].assign(role="gateway")
    added = read_assumed("main_ports")[["name", "gateway_country", "lat", "lon"]]
    checks = read_assumed("reference_ports")[["name", "gateway_country", "lat", "lon"]]
    table = pd.concat([listed, added.assign(role="main"), checks.assign(role="reference")])
    place = table[["lat", "lon"]].astype(float).round(PLACE_DIGITS)
    table = table.assign(**place)[~place.duplicated().to_numpy()].reset_index(drop=True)
    found = [
        nearest_node(network, lat, lon) for lat, lon in table[["lat", "lon"]].itertuples(index=False)
    ]
    table = table.assign(
        port=[_slug(name) for name in table["name"]],
        country=table["gateway_country"],
        place=[node for node, _ in found],
        snap_km=[round(km, 1) for _, km in found],
    )
    again = table.groupby("port").cumcount()
    table["port"] = table["port"] + again.map(lambda k: f"_{k + 1}" if k else "")
    far = table[table["snap_km"] > FARTHEST_SNAP_KM]
    if len(far):
        raise DataError(
            "ORE-DAT-131",
            f"ports lie too far from the shipping network: {', '.join(far['port'])}.",
            why="their distances would be those of another coast.",
            fix="mend the coordinates in the table of gateways or of main ports.",
        )
    return table[["port", "name", "country", "role", "lat", "lon", "place", "snap_km"]]


def sea_legs(network: SeaNetwork, ports: pd.DataFrame, sources: Path) -> tuple[Leg, ...]:
    """Return the contracted legs; each gate must be crossed by as many edges as stated."""
    passages = read_chokepoints(sources)
    gates = {KIEL: np.array([tag == KIEL for tag in network.tags])}
    stated = pd.to_numeric(passages["gate_edges_searoute_1_6_0"], errors="coerce")
    for row, count in zip(passages.to_dict("records"), stated, strict=True):
        line = tuple(float(row[f"gate_{name}"]) for name in ("lon1", "lat1", "lon2", "lat2"))
        if not np.isfinite(line).all():
            continue
        crossing = crossing_edges(network, (line[0], line[1], line[2], line[3]))
        count = RECOUNTED.get(str(row["id"]), count)
        if np.isfinite(count) and crossing.sum() != count:
            raise DataError(
                "ORE-DAT-131",
                f"{crossing.sum()} edges cross the gate {row['id']}, {count:.0f} are stated.",
                why="closing the passage would leave a way open, or shut another one.",
                fix="use searoute 1.6.0, or draw the gate again for the newer network.",
            )
        gates[str(row["id"])] = crossing
    return contracted(network, ports["place"].tolist(), gates, arctic_america(network))


def arctic_america(network: SeaNetwork) -> np.ndarray:
    """Return True for the edges of the Northwest Passage, which no table opens, shape (edge,)."""
    lon = network.places[network.tail, 0]
    tagged = np.array([tag == "northwest" for tag in network.tags])
    return np.asarray(tagged & (lon > ARCTIC_AMERICA[0]) & (lon < ARCTIC_AMERICA[1]))


def rates_table(sources: Path) -> pd.DataFrame:
    """Return fixed cost and cost per mile of each kind of carriage by sea, fitted on quotations."""
    quoted = read_freight(sources).set_index("freight_id")
    stated = read_assumed("freight_legs")
    rows = []
    for carriage, part in stated.groupby("carriage"):
        rate = quoted.loc[part["freight_id"].tolist(), "middle"].to_numpy(dtype=float)
        miles = part["nm"].to_numpy(dtype=float)
        design = np.column_stack([np.ones_like(miles), miles])
        (fixed, slope), *_ = np.linalg.lstsq(design, rate, rcond=None)
        rows.append(
            {
                "carriage": str(carriage),
                "fixed_usd_per_t": max(float(fixed), 0.0),
                "usd_per_t_nm": float(slope),
                "knots": float(part["knots"].iloc[0]),
                "quotations": ";".join(part["freight_id"]),
                "spread_usd_per_t": float(np.sqrt(np.mean((design @ [fixed, slope] - rate) ** 2))),
            }
        )
    return pd.DataFrame(rows)


def _ends(leg: Leg) -> tuple[int, int]:
    return leg.tail, leg.head


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    first = re.split(r"[/(&;]| via ", plain)[0]
    return re.sub(r"[^a-z0-9]+", "_", first).strip("_")
