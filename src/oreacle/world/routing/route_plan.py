"""The routes of one mineral and kind of link, as a record.

Does      Holds cost, time and length of each pair, and says whose passages, corridors and
          territory its tonnes use.
Units     USD per chain tonne; days; km; shares [1].
Method    Shares are sums over the streams of a pair, made when they are asked for.
Assumes   Ports of third countries, land crossed and canals are territory of a host; straits with
          a right of transit are not.
Not here  How the streams are chosen: see `oreacle.world.routing.plan`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from oreacle.world.routing.changes import Cargo
from oreacle.world.routing.plan import Streams

Shares = tuple[tuple[str, ...], np.ndarray]
"""Names, and shares of shape (exporter, importer, name) [1]."""


@dataclass(frozen=True)
class Crossed:
    """Shares of the tonnes of pairs through passages, along corridors, across hosts."""

    passages: Shares
    corridors: Shares
    hosts: Shares


@dataclass(frozen=True)
class RoutePlan:
    """Routes of one mineral and kind of link.

    Attributes
    ----------
    cargo
        What travels.
    exporters, importers
        Country codes.
    is_known
        Whether the routes of a pair are known, shape (exporter, importer): those of the rest of
        the world are not. Where False every figure is missing.
    cost
        Mean over the tonnes that have a way, shape (exporter, importer) [USD per chain tonne];
        0 inside a country; infinite if no tonne has a way.
    days, km
        Time [day] and length [km], the same way.
    reachable
        Share of the tonnes of a pair that have a way [1].
    """

    cargo: Cargo
    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    is_known: np.ndarray
    cost: np.ndarray
    days: np.ndarray
    km: np.ndarray
    reachable: np.ndarray
    _streams: Callable[[], Streams] = field(repr=False, compare=False)
    _crossed: Callable[[Streams], Crossed] = field(repr=False, compare=False)

    @property
    def mineral(self) -> str:
        """Slug of the mineral."""
        return self.cargo.mineral

    @property
    def link(self) -> str:
        """``ore`` or ``refined``."""
        return self.cargo.link

    @cached_property
    def streams(self) -> Streams:
        """What takes which way."""
        return self._streams()

    @cached_property
    def crossed(self) -> Crossed:
        """Shares of tonnes by passage, corridor and host."""
        return self._crossed(self.streams)

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of all passages."""
        return self.crossed.passages[0]

    @property
    def through(self) -> np.ndarray:
        """Share of a pair's tonnes through each passage, shape (exporter, importer, passage)."""
        return self.crossed.passages[1]

    @property
    def corridors(self) -> tuple[str, ...]:
        """Ids of the corridors that some tonne takes."""
        return self.crossed.corridors[0]

    @property
    def along(self) -> np.ndarray:
        """Share of a pair's tonnes along each corridor, shape (exporter, importer, corridor)."""
        return self.crossed.corridors[1]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Third countries whose ports, land or canals some tonne uses."""
        return self.crossed.hosts[0]

    @property
    def across(self) -> np.ndarray:
        """Share of a pair's tonnes across each host, shape (exporter, importer, host)."""
        return self.crossed.hosts[1]
