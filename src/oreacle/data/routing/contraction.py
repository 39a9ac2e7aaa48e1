"""Contract a shipping network to ports and the two sides of its passages.

Does      Finds the shortest way between every two of them that crosses no passage.
Units     km.
Method    All edges across passages are taken out; Dijkstra's method from every port and from both
          ends of every such edge (scipy.sparse.csgraph). A way through the open network is then
          a chain of these legs and of the edges that were taken out, so that any set of passages
          can be closed without the network. Legs that are a chain of others are left out.
Assumes   Nothing: the contracted graph has the same distances as the network for every closure.
Not here  The network: see `oreacle.data.routing.shipping_network`.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from oreacle.data.routing.shipping_network import ShippingNetwork

EARTH_RADIUS_KM = 6371.0
EXACT = 1e-9
"""A leg is a chain of others if the chain is longer by less than this share [1]."""


def crossing_nodes(network: ShippingNetwork) -> np.ndarray:
    """Return the nodes at the ends of edges across passages, in order."""
    return np.unique(network.ends[_crosses(network)])


def closed_distances(network: ShippingNetwork, nodes: np.ndarray) -> np.ndarray:
    """Return distances between nodes with all passages shut, shape (node, node) [km].

    Infinite where every way crosses a passage.
    """
    kept = ~_crosses(network)
    size = len(network.places)
    # scipy takes a stored zero for no edge: two places on one meridian are a step apart at least.
    length = np.maximum(network.km[kept], EXACT)
    one, two = network.ends[kept].T
    graph = csr_matrix((length, (one, two)), shape=(size, size))
    found = dijkstra(graph, directed=False, indices=nodes)[:, nodes]
    return np.asarray(found)


def needed_legs(distance: np.ndarray, passing: np.ndarray) -> np.ndarray:
    """Return which legs are no chain of two others through a side of a passage.

    Parameters
    ----------
    distance
        Distances, shape (node, node) [km].
    passing
        True at nodes that a chain may go through, shape (node,).
    """
    needed = np.isfinite(distance) & (distance > 0)
    for node in np.flatnonzero(passing):
        chain = distance[:, node][:, None] + distance[node][None, :]
        is_chain = chain <= distance * (1.0 + EXACT)
        is_chain[node], is_chain[:, node] = False, False
        needed &= ~is_chain
    return np.asarray(needed)


def nearest_nodes(network: ShippingNetwork, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the network's node nearest to each place, and how far it is [km].

    Parameters
    ----------
    places
        Longitude and latitude, shape (place, 2) [degree].
    """
    found = [great_circle_km(place, network.places) for place in places]
    nearest = np.array([int(np.argmin(far)) for far in found], dtype=np.int64)
    return nearest, np.array([far[k] for far, k in zip(found, nearest, strict=True)])


def great_circle_km(place: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return distances on the sphere from a place to others (haversine), shape (other,) [km]."""
    lon, lat = np.radians(place)
    lons, lats = np.radians(others).T
    half = np.sin((lats - lat) / 2) ** 2
    half = half + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def _crosses(network: ShippingNetwork) -> np.ndarray:
    return np.array([bool(names) for names in network.passages])
