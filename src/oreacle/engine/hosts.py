"""By-products within a simulated year: mines give what their hosts' ore lets them.

Does      Orders the minerals of a run with hosts first; scales by-product mines by host output.
Units     Levels over what capacity would give at base prices [1].
Method    Host output of the year over the output of the year's host capacity at base prices,
          weighted by the linked share of each country (MODEL: market, by-products). Growth of
          host capacity itself plays no part: growth of a by-product's capacity is its own
          investment, and both would count the same plant twice.
Assumes   Linked shares of the base year. The level is that with all measures, in the reference
          of the by-product too: losses from a measure on a host are the host's.
Not here  How output hangs on hosts: see `oreacle.world.by_products`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from oreacle.engine.markets import Cleared
from oreacle.market.by_products import mine_levels
from oreacle.world.by_products import HostShares, host_output, host_shares
from oreacle.world.snapshot import World


@dataclass(frozen=True)
class HostSeat:
    """Where a by-product's countries stand among the nodes of a host.

    Attributes
    ----------
    host
        Number of the host among the minerals of the run.
    is_mined
        True if the by-product is won at the host's mines, False at its refineries.
    mines, nodes
        Rows of the by-product's countries that have the host, and the host's nodes there.
    """

    host: int
    is_mined: bool
    mines: np.ndarray
    nodes: np.ndarray


@dataclass(frozen=True)
class Hosts:
    """Hosts of all minerals of a run.

    Attributes
    ----------
    order
        Numbers of the minerals, hosts before by-products, else as in the run.
    shares, seats
        Linked shares of each by-product, and where its hosts are, by number.
    """

    order: tuple[int, ...]
    shares: Mapping[int, HostShares]
    seats: Mapping[int, tuple[HostSeat, ...]]


class Slack(NamedTuple):
    """Output of a year's market at base prices: all of it that by-products need to know.

    Attributes
    ----------
    mine, refinery
        Shapes (member, mine) and (member, refinery) [t/yr].
    """

    mine: np.ndarray
    refinery: np.ndarray


def make_hosts(world: World) -> Hosts:
    """Return the hosts of all minerals.

    Raises
    ------
    DataError
        ORE-DAT-049 if hosts form a cycle.
    """
    names = list(world.chains)
    found = world.by_products
    shares = {
        number: host_shares(found, world.chains, name)
        for number, name in enumerate(names)
        if any(link.host in world.chains for link in found.hosts(name))
    }
    seats = {
        number: tuple(_seat(world, names, share, column) for column in range(len(share.hosts)))
        for number, share in shares.items()
    }
    bound = [names.index(name) for name in found.order if name in world.chains]
    free = [number for number in range(len(names)) if number not in bound]
    return Hosts((*free, *bound), shares, seats)


def _seat(world: World, names: Sequence[str], share: HostShares, column: int) -> HostSeat:
    link = share.hosts[column]
    places, _ = host_output(world.chains[link.host], link.host_stage)
    rows = [row for row, country in enumerate(share.countries) if share.linked[row, column] > 0]
    nodes = [places.index(share.countries[row]) for row in rows]
    is_mined = link.host_stage == "mined"
    return HostSeat(names.index(link.host), is_mined, np.array(rows, int), np.array(nodes, int))


def host_room(
    hosts: Hosts, number: int, slacks: Mapping[int, Slack], cleared: Mapping[int, Cleared]
) -> np.ndarray | None:
    """Return what hosts leave of a by-product's mines this year; None if it has no host.

    Parameters
    ----------
    number
        The mineral.
    slacks, cleared
        What the year's markets of its hosts could make, and what came out of them.

    Returns
    -------
    ndarray
        Shape (member, mine) [1]. A host that did not solve for a member leaves one.
    """
    if number not in hosts.seats:
        return None
    share = hosts.shares[number]
    members = next(iter(cleared.values())).solved.shape[0]
    level = np.ones((members, *share.linked.shape))
    for column, seat in enumerate(hosts.seats[number]):
        slack, result = slacks[seat.host], cleared[seat.host]
        made = result.mined if seat.is_mined else result.from_ore
        ready = slack.mine if seat.is_mined else slack.refinery
        made, ready = made[:, seat.nodes], ready[:, seat.nodes]
        used = np.divide(made, ready, out=np.ones_like(made), where=ready > 0)
        level[:, seat.mines, column] = np.where(np.isfinite(used), used, 1.0)
    return mine_levels(share, level)
