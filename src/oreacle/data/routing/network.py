"""A shipping network, its gates, and its contraction to a few nodes.

Does      Finds the edges that cross the line of a passage, and the shortest ways between chosen
          nodes that use none of them.
Units     Degrees for places, km for lengths.
Method    An edge crosses a gate if their segments intersect in the plane of longitude and
          latitude. Dijkstra between the chosen nodes with every gate shut, and the crossing
          edges themselves: any way of the network is made of the two. A leg that is as long as
          two others is left out.
Assumes   Edges that jump over the 180th meridian cross no gate.
Not here  Which ports and passages there are: see `oreacle.data.routing.build`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from oreacle.core.errors import DataError

EARTH_RADIUS_KM = 6371.0
HALF_TURN = 180.0
EQUAL_KM = 1e-6
SHORTEST_KM = 1e-3
"""Length given to an edge without one: a sparse graph takes zero for no edge at all [km]."""
Gate = tuple[float, float, float, float]
"""Longitude and latitude of both ends [degree]."""


@dataclass(frozen=True)
class SeaNetwork:
    """Nodes and edges of a shipping network.

    Attributes
    ----------
    places
        Longitude and latitude, shape (node, 2) [degree].
    tail, head
        Nodes at the ends of each edge, shape (edge,).
    km
        Length, shape (edge,) [km].
    tags
        Name that the publisher gave the edge; "" if none.
    """

    places: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    km: np.ndarray
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Leg:
    """A leg of the contracted network: two nodes, its length [km] and the passages it crosses."""

    tail: int
    head: int
    km: float
    passages: tuple[str, ...] = ()


def searoute_network() -> SeaNetwork:
    """Return the network of the package searoute.

    Raises
    ------
    DataError
        ORE-DAT-130 if the package is not installed.
    """
    try:
        from searoute import setup_M
    except ImportError as error:
        raise DataError(
            "ORE-DAT-130",
            "the package searoute is not installed.",
            why="the sea legs are contracted from its shipping network.",
            fix='install it with `pip install "oreacle[build]"`.',
        ) from error
    return network_of(setup_M())


def network_of(graph: Any) -> SeaNetwork:
    """Return the network of a networkx graph whose nodes are places, as searoute makes it."""
    number = {node: k for k, node in enumerate(graph.nodes)}
    found = list(graph.edges(data=True))
    return SeaNetwork(
        places=np.array(list(graph.nodes), dtype=float),
        tail=np.array([number[a] for a, _, _ in found]),
        head=np.array([number[b] for _, b, _ in found]),
        km=np.array([float(facts["weight"]) for *_, facts in found]),
        tags=tuple(str(facts.get("passage") or "") for *_, facts in found),
    )


def crossing_edges(network: SeaNetwork, gate: Gate) -> np.ndarray:
    """Return True for each edge that crosses the line of a gate, shape (edge,)."""
    start, end = network.places[network.tail], network.places[network.head]
    first, last = np.array(gate[:2]), np.array(gate[2:])
    jumps = np.abs(start[:, 0] - end[:, 0]) > HALF_TURN
    apart = (_side(first, last, start) > 0) != (_side(first, last, end) > 0)
    within = (_side(start, end, first) > 0) != (_side(start, end, last) > 0)
    return np.asarray(apart & within & ~jumps)


def nearest_node(network: SeaNetwork, lat: float, lon: float) -> tuple[int, float]:
    """Return the node nearest to a place by great circle, and how far it is [km]."""
    here = np.radians([lon, lat])
    there = np.radians(network.places)
    half = (there - here) / 2.0
    chord = np.sin(half[:, 1]) ** 2 + np.cos(here[1]) * np.cos(there[:, 1]) * np.sin(half[:, 0]) ** 2
    km = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    nearest = int(km.argmin())
    return nearest, float(km[nearest])


def contracted(
    network: SeaNetwork,
    ports: Sequence[int],
    gates: Mapping[str, np.ndarray],
    barred: np.ndarray,
) -> tuple[Leg, ...]:
    """Return the legs between ports and the ends of the edges that cross a gate.

    Parameters
    ----------
    network
        The full network.
    ports
        Nodes that must stay.
    gates
        For each passage True for the edges that cross it, shape (edge,).
    barred
        True for edges that are never used, shape (edge,).

    Returns
    -------
    tuple of Leg
        Shortest ways with every gate shut, and each crossing edge with its passages.
    """
    crossing = np.zeros(len(network.km), dtype=bool)
    for edges in gates.values():
        crossing |= edges
    crossing &= ~barred
    edges = np.flatnonzero(crossing)
    ends = {*network.tail[edges].tolist(), *network.head[edges].tolist()}
    kept = np.array(sorted({*ports, *ends}), dtype=np.int64)
    km = _shortest(network, kept, ~crossing & ~barred)
    legs = [
        Leg(int(kept[i]), int(kept[j]), float(km[i, j]))
        for i, j in zip(*np.nonzero(_needed(km)), strict=True)
        if i < j
    ]
    for edge in edges:
        names = tuple(name for name, found in gates.items() if found[edge])
        tail, head = sorted((int(network.tail[edge]), int(network.head[edge])))
        legs.append(Leg(tail, head, float(network.km[edge]), names))
    return tuple(legs)


def _side(first: np.ndarray, last: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return the sign of the turn from `first` by `last` to `point`."""
    along, across = last - first, point - first
    return np.asarray(along[..., 0] * across[..., 1] - along[..., 1] * across[..., 0])


def _shortest(network: SeaNetwork, kept: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    count = len(network.places)
    length = np.maximum(network.km[is_open], SHORTEST_KM)
    ends = (network.tail[is_open], network.head[is_open])
    # Of two edges between the same nodes the shorter one counts: a sparse matrix would add them.
    order = np.lexsort((-length,))
    graph: dict[tuple[int, int], float] = {}
    for tail, head, km in zip(ends[0][order], ends[1][order], length[order], strict=True):
        graph[(int(min(tail, head)), int(max(tail, head)))] = float(km)
    rows, columns = np.array(list(graph), dtype=np.int64).reshape(-1, 2).T
    sparse = csr_matrix((list(graph.values()), (rows, columns)), shape=(count, count))
    return np.asarray(dijkstra(sparse, directed=False, indices=kept)[:, kept])


def _needed(km: np.ndarray) -> np.ndarray:
    """Return True for legs that no two other legs replace, shape (node, node)."""
    needed = np.isfinite(km) & (km > 0)
    for middle in range(len(km)):
        by = km[:, middle, None] + km[None, middle, :]
        by[middle, :] = by[:, middle] = np.inf
        needed &= by > km + EQUAL_KM
    return needed
