"""Ties ports to shipping lanes: at the nearest point of a lane, not only at its nodes.

Does      Adds a node on the nearest lane for every port, and splits the lane there.
Units     Degrees; km.
Method    The nearest point of each edge in the plane of longitude, shrunk by the cosine of the
          port's latitude, and latitude; ports on one edge divide it in the order of their points.
          A port that is no farther from a node than from any edge is tied to the node.
Assumes   No port is tied to an edge that crosses a passage: the edge stays whole.
Not here  Distances between ports: see `oreacle.data.routing.contraction`.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from oreacle.data.routing.contraction import great_circle_km, nearest_nodes
from oreacle.data.routing.shipping_network import HALF_TURN, ShippingNetwork

NEARER_KM = 1e-3
"""A lane is preferred to a node if it is nearer by this much [km]."""


def with_ports(
    network: ShippingNetwork, places: np.ndarray
) -> tuple[ShippingNetwork, np.ndarray, np.ndarray]:
    """Return the network with lanes split at ports, the node of each port, and how far it is.

    Parameters
    ----------
    network
        The shipping network.
    places
        Longitude and latitude of the ports, shape (port, 2) [degree].

    Returns
    -------
    network, node, km
        Shapes (port,) of the last two; distance from port to lane [km].
    """
    node, km = nearest_nodes(network, places)
    points = list(network.places)
    cuts: dict[int, list[tuple[float, int]]] = {}
    for port, place in enumerate(places):
        edge, share, point = _nearest_lane(network, place)
        far = float(great_circle_km(place, point[None, :])[0])
        if edge >= 0 and far < km[port] - NEARER_KM:
            cuts.setdefault(edge, []).append((share, len(points)))
            node[port], km[port] = len(points), far
            points.append(point)
    ends, length, passages = [], [], []
    for edge, (tail, head) in enumerate(network.ends.tolist()):
        chain = [(0.0, tail), *sorted(cuts.get(edge, [])), (1.0, head)]
        for (before, one), (after, two) in pairwise(chain):
            ends.append((one, two))
            length.append((after - before) * network.km[edge])
            passages.append(network.passages[edge])
    split = ShippingNetwork(np.array(points), np.array(ends), np.array(length), tuple(passages))
    return split, node, km


def _nearest_lane(network: ShippingNetwork, place: np.ndarray) -> tuple[int, float, np.ndarray]:
    """Return the nearest edge that crosses no passage (-1: none), the share of it, the point."""
    start, end = network.places[network.ends[:, 0]], network.places[network.ends[:, 1]]
    shrink = np.array([np.cos(np.radians(place[1])), 1.0])
    along, to = (end - start) * shrink, (place - start) * shrink
    square = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
    share = np.clip((along * to).sum(axis=1) / square, 0.0, 1.0)
    gap = ((share[:, None] * along - to) ** 2).sum(axis=1)
    is_crossing = np.array([bool(names) for names in network.passages])
    jumps = np.abs(start[:, 0] - end[:, 0]) > HALF_TURN
    gap[is_crossing | jumps] = np.inf
    best = int(np.argmin(gap))
    if not np.isfinite(gap[best]):
        return -1, 0.0, place
    point = start[best] + share[best] * (end[best] - start[best])
    return best, float(share[best]), point
