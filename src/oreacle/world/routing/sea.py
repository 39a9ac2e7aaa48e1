"""Shortest ways by sea between ports, with any passages closed.

Does      Finds the way of least weight between all ports, and the passages that it goes through.
Units     km; weights as the caller's `toll_km` says: kilometres, tolls as kilometres.
Method    The network is contracted to ports and the sides of passages (see
          `oreacle.data.routing.contraction`). Ways between sides by the algorithm of Floyd (1962)
          and Warshall (1962); a way between ports is a leg, or a leg to a side, a way between
          sides, and a leg from a side: both are minima over arrays.
Assumes   Legs are the same in both directions.
Not here  What a way costs: see `oreacle.world.routing.costs`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

SHUT_IN_BASE = frozenset({"nsr", "bering"})
"""Passages that regular trade does not use: ice, and a permit of Russia; they can be opened."""


@dataclass(frozen=True)
class SeaWays:
    """Ways by sea between all ports.

    Attributes
    ----------
    weight
        Length with tolls as kilometres, shape (port, port) [km]; infinite where there is no way.
    km
        Length, shape (port, port) [km]; infinite where there is no way.
    through
        Passages on the way as bits, in the order of `SeaNetwork.passages`, shape (port, port).
    """

    weight: np.ndarray
    km: np.ndarray
    through: np.ndarray


@dataclass(frozen=True)
class SeaNetwork:
    """Ports, sides of passages, and the legs between them.

    Attributes
    ----------
    ports
        Latitude and longitude of each port [degree].
    passages
        Ids of passages; bit k of a way stands for passage k.
    open_km
        Legs that cross no passage, shape (node, node) [km]: ports first, then sides.
    crossings
        Legs across passages: tail and head among the sides, length [km] and passages as bits.
    """

    ports: tuple[tuple[float, float], ...]
    passages: tuple[str, ...]
    open_km: np.ndarray
    crossings: tuple[tuple[int, int, float, int], ...]

    def bits(self, names: Collection[str]) -> int:
        """Return passages as bits; names that are no passages count for nothing."""
        return sum(1 << k for k, name in enumerate(self.passages) if name in names)

    def names(self, bits: int) -> tuple[str, ...]:
        """Return the passages that bits stand for."""
        return tuple(name for k, name in enumerate(self.passages) if bits >> k & 1)

    def ways(
        self,
        shut: Collection[str] = SHUT_IN_BASE,
        toll_km: Mapping[str, float] | None = None,
        base: SeaWays | None = None,
    ) -> SeaWays:
        """Return the ways of least weight between all ports.

        Parameters
        ----------
        shut
            Passages that no ship goes through.
        toll_km
            What going through a passage costs, as kilometres of sea.
        base
            Ways with the same tolls and some of these passages shut: only those that go through
            a shut passage are sought anew. None to seek all.
        """
        tolls = dict(toll_km or {})
        size = len(self.ports)
        if base is None:
            unknown = np.full((size, size), np.inf)
            base = SeaWays(unknown, unknown, np.zeros((size, size), dtype=np.int64))
            rows, columns = np.indices((size, size)).reshape(2, -1)
        else:
            rows, columns = np.nonzero(base.through & self.bits(shut))
        between, bits = self._between_sides(self.bits(shut), tolls)
        ports, place = np.unique(rows, return_inverse=True)
        reach, first = _least_sum(self.open_km[ports, size:], between)
        chain = reach[place] + self.open_km[columns, size:]
        last = np.argmin(chain, axis=1)
        least = chain[np.arange(len(rows)), last]
        direct = self.open_km[rows, columns]
        is_direct = (direct <= least) | ~np.isfinite(least)
        weight, through = base.weight.copy(), base.through.copy()
        weight[rows, columns] = np.where(is_direct, direct, least)
        through[rows, columns] = np.where(is_direct, 0, bits[first[place, last], last])
        np.fill_diagonal(weight, 0.0)
        np.fill_diagonal(through, 0)
        paid = np.zeros(weight.shape)
        for name, km in tolls.items():
            paid += km * ((through & self.bits({name})) > 0)
        return SeaWays(weight, weight - paid, through)

    def _between_sides(
        self, shut: int, tolls: Mapping[str, float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return least weights between sides of passages, and the passages on the way as bits."""
        first = len(self.ports)
        toll = [tolls.get(name, 0.0) for name in self.passages]
        weight = self.open_km[first:, first:].copy()
        bits = np.zeros(weight.shape, dtype=np.int64)
        np.fill_diagonal(weight, 0.0)
        for tail, head, km, passed in self.crossings:
            total = km + sum(paid for k, paid in enumerate(toll) if passed >> k & 1)
            if not passed & shut and total < weight[tail, head]:
                weight[tail, head] = weight[head, tail] = total
                bits[tail, head] = bits[head, tail] = passed
        for k in range(weight.shape[0]):
            chain = weight[:, k, None] + weight[k]
            is_less = chain < weight
            np.copyto(weight, chain, where=is_less)
            np.copyto(bits, bits[:, k, None] | bits[k], where=is_less)
        return weight, bits


def _least_sum(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return min over k of left[i, k] + right[k, j], and the k where it is reached."""
    best = np.full((left.shape[0], right.shape[1]), np.inf)
    where = np.zeros(best.shape, dtype=np.int64)
    for k in np.flatnonzero(np.isfinite(left).any(axis=0)):
        chain = left[:, k, None] + right[k]
        is_less = chain < best
        np.copyto(best, chain, where=is_less)
        np.copyto(where, k, where=is_less)
    return best, where


def sea_network(nodes: pd.DataFrame, legs: pd.DataFrame) -> SeaNetwork:
    """Return the network from the tables `sea_nodes` and `sea_legs`.

    The way from a port to the lane that it is tied to counts as sea.
    """
    index = {str(name): k for k, name in enumerate(nodes["node"])}
    is_port = (nodes["kind"] == "port").to_numpy()
    count = int(is_port.sum())
    snap = nodes["snap_km"].to_numpy(dtype=float)
    tail = np.array([index[str(name)] for name in legs["tail"]])
    head = np.array([index[str(name)] for name in legs["head"]])
    km = legs["km"].to_numpy(dtype=float)
    crossed = [tuple(str(text).split(";")) if str(text) else () for text in legs["passages"]]
    passages = tuple(sorted({name for names in crossed for name in names}))
    open_km = np.full((len(index), len(index)), np.inf)
    is_open = np.array([not names for names in crossed])
    ends = tail[is_open], head[is_open]
    open_km[ends] = km[is_open] + snap[ends[0]] + snap[ends[1]]
    open_km = np.minimum(open_km, open_km.T)
    bit = {name: 1 << k for k, name in enumerate(passages)}
    crossings = tuple(
        (int(tail[k]) - count, int(head[k]) - count, float(km[k]), sum(bit[n] for n in crossed[k]))
        for k in np.flatnonzero(~is_open)
    )
    _complete(open_km, count)
    places = nodes.loc[is_port, ["lat", "lon"]].to_numpy(dtype=float)
    return SeaNetwork(tuple((a, b) for a, b in places.tolist()), passages, open_km, crossings)


def _complete(open_km: np.ndarray, first: int) -> None:
    """Fill in legs that the table leaves out because they are chains of others through sides."""
    for k in range(first, open_km.shape[0]):
        np.minimum(open_km, open_km[:, k][:, None] + open_km[k][None, :], out=open_km)
    np.fill_diagonal(open_km, 0.0)
