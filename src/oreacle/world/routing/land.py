"""Ways by land between countries: over borders, and along corridors that cross several.

Does      Finds the cheapest way by land between all countries, with who is crossed.
Units     USD per tonne as shipped; days; km.
Method    Neighbours are joined by the distance between their main cities times a circuity, at one
          price per kilometre and border; corridors by their own cost and time (table
          `corridors`). Ways by the algorithm of Floyd and Warshall.
Assumes   A border without an entry in `land_links` lets freight through. Corridors by their
          middle figures.
Not here  The way from a mine to its port: see `oreacle.world.routing.gates`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LandLink:
    """A way by land between two countries without a change of means.

    Attributes
    ----------
    country_a, country_b
        Its ends.
    corridor
        Id of the corridor that it is, "" for a plain border.
    hosts
        Countries between the ends that it crosses.
    cost, days, km
        For a tonne as shipped [USD/t, day, km].
    """

    country_a: str
    country_b: str
    corridor: str
    hosts: tuple[str, ...]
    cost: float
    days: float
    km: float


@dataclass(frozen=True)
class LandWays:
    """Ways by land between all countries, arrays of shape (country, country).

    Attributes
    ----------
    cost, days, km
        For a tonne as shipped [USD/t, day, km]; infinite where there is no way.
    is_through_rail
        True where the way uses a corridor and crosses a third country: trains carry but a part.
    hosts, corridors
        Countries crossed between the ends, and corridors used, as lists of each pair.
    """

    cost: np.ndarray
    days: np.ndarray
    km: np.ndarray
    is_through_rail: np.ndarray
    hosts: dict[tuple[int, int], tuple[str, ...]]
    corridors: dict[tuple[int, int], tuple[str, ...]]


def land_ways(
    countries: Sequence[str], links: Sequence[LandLink], closed: Collection[str] = ()
) -> LandWays:
    """Return the cheapest ways by land.

    Parameters
    ----------
    countries
        Codes, in the order of the arrays.
    links
        Borders and corridors.
    closed
        Corridors that carry nothing.
    """
    at = {country: k for k, country in enumerate(countries)}
    size = len(countries)
    cost = np.full((size, size), np.inf)
    np.fill_diagonal(cost, 0.0)
    used: dict[tuple[int, int], LandLink] = {}
    for link in links:
        is_placed = link.country_a in at and link.country_b in at
        if not is_placed or (link.corridor and link.corridor in closed):
            continue
        ends = at[link.country_a], at[link.country_b]
        if link.cost < cost[ends]:
            for pair in (ends, ends[::-1]):
                cost[pair] = link.cost
                used[pair] = link
    following = np.where(np.isfinite(cost), np.arange(size)[None, :], -1)
    for k in range(size):
        chain = cost[:, k][:, None] + cost[k][None, :]
        is_less = chain < cost
        cost = np.where(is_less, chain, cost)
        following = np.where(is_less, following[:, k][:, None], following)
    return _collected(countries, cost, following, used)


def _collected(
    countries: Sequence[str],
    cost: np.ndarray,
    following: np.ndarray,
    used: dict[tuple[int, int], LandLink],
) -> LandWays:
    days, km = np.full(cost.shape, np.inf), np.full(cost.shape, np.inf)
    np.fill_diagonal(days, 0.0)
    np.fill_diagonal(km, 0.0)
    hosts: dict[tuple[int, int], tuple[str, ...]] = {}
    corridors: dict[tuple[int, int], tuple[str, ...]] = {}
    for tail, head in np.argwhere(np.isfinite(cost) & ~np.eye(len(cost), dtype=bool)).tolist():
        links: list[LandLink] = []
        crossed: list[str] = []
        here = tail
        while here != head:
            onward = int(following[here, head])
            links.append(used[here, onward])
            crossed += [*links[-1].hosts, *([countries[onward]] if onward != head else [])]
            here = onward
        days[tail, head] = sum(link.days for link in links)
        km[tail, head] = sum(link.km for link in links)
        hosts[tail, head] = tuple(dict.fromkeys(crossed))
        corridors[tail, head] = tuple(dict.fromkeys(x.corridor for x in links if x.corridor))
    through = np.zeros(cost.shape, dtype=bool)
    for pair, hosted in hosts.items():
        through[pair] = bool(hosted and corridors[pair])
    return LandWays(cost, days, km, through, hosts, corridors)
