"""Mines and plants of all minerals in one row, and what a scenario says of a place.

Does      Lines up the nodes of every chain, splits values by node back to minerals, and finds
          which nodes a country, an actor, a mineral or a stage names.
Units     Shares and factors [1]; worth USD/yr.
Method    Mines of a mineral, then its plants, mineral after mineral: what hits a country hits
          all its nodes at once.
Assumes   Base-year output says how much of a mineral or of the world a node is.
Not here  What hits them: see `oreacle.engine.mechanisms.shocks` and `energy`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.scenario.assumptions import PlannedShock, ShockRate
from oreacle.scenario.causes import wide_causes
from oreacle.world.disruptions import Disruption
from oreacle.world.snapshot import World

LOSS_CAUSES = ("accident", "labour", "unrest", "weather", "water", "conflict")
"""Causes that take capacity out, in the order of recorded figures."""
SHOCK_LABELS = (*LOSS_CAUSES, "other")
"""The same with causes that come at no rate and are set by scenarios alone."""
ENERGY_CAUSES = ("power", "power_shortage", "energy_price")
NOT_OF_CAPACITY = ("passage", "demand")
"""Causes that take no capacity."""
NO_PARTS: Mapping[str, float] = MappingProxyType({})
STAGE_NAMES = ("mined", "refined")


@dataclass(frozen=True)
class Cells:
    """Mines and plants of all minerals, shape (cell,) each.

    Attributes
    ----------
    country, actor
        Country of the node, and whose it is.
    mineral, stage
        Position of the mineral; 0 for a mine, 1 for a plant.
    share
        Share of the node in world output of its mineral and stage [1].
    worth
        Share of the node in the worth of all mined and refined output [1].
    spans
        First mine, first plant and end of each mineral.
    names
        Slugs of minerals.
    """

    country: np.ndarray
    actor: np.ndarray
    mineral: np.ndarray
    stage: np.ndarray
    share: np.ndarray
    worth: np.ndarray
    spans: tuple[tuple[int, int, int], ...]
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of nodes."""
        return int(self.share.size)

    def conditions(self, running: np.ndarray) -> dict[int, Conditions]:
        """Return shares of capacity that run as conditions by mineral.

        Parameters
        ----------
        running
            Share of capacity that runs, shape (member, cell) [1]. Minerals all of whose nodes run
            as usual are left out.
        """
        touched = (running != 1.0).any(axis=0)
        found = {}
        for k, (mine, plant, end) in enumerate(self.spans):
            if touched[mine:end].any():
                found[k] = Conditions(mines=running[:, mine:plant], plants=running[:, plant:end])
        return found

    def named(
        self, place: str | None, mineral: str | None = None, stage: str | None = None
    ) -> np.ndarray:
        """Return which nodes are in a country or of an actor, shape (cell,); None for all.

        Parameters
        ----------
        place
            Country or actor.
        mineral, stage
            Slug, and ``mined`` or ``refined``.
        """
        found = np.ones(self.size, dtype=bool)
        if place is not None:
            found &= (self.country == place) | (self.actor == place)
        if mineral is not None:
            found &= self.mineral == (self.names.index(mineral) if mineral in self.names else -1)
        if stage is not None:
            found &= self.stage == STAGE_NAMES.index(stage)
        return found


def make_cells(world: World) -> Cells:
    """Return the nodes of a world."""
    country: list[str] = []
    rows: list[tuple[int, int, float, float]] = []
    spans = []
    for k, chain in enumerate(world.chains.values()):
        first = len(rows)
        for stage, (places, output, price) in enumerate(
            (
                (chain.miners, chain.mined, chain.price_mine),
                (chain.refiners, chain.refined, chain.price_refined),
            )
        ):
            total = output.sum()
            country += places
            rows += [(k, stage, q / total if total > 0 else 0.0, q * price) for q in output]
        spans.append((first, first + len(chain.miners), len(rows)))
    mineral, stage_of, share, worth = (np.array(column) for column in zip(*rows, strict=True))
    actor_of = world.territory.actor_of
    return Cells(
        country=np.array(country),
        actor=np.array([actor_of.get(c, c) for c in country]),
        mineral=mineral,
        stage=stage_of,
        share=share,
        worth=worth / worth.sum(),
        spans=tuple(spans),
        names=tuple(world.chains),
    )


def producing_countries(world: World) -> tuple[str, ...]:
    """Return the countries that have a mine or a plant, sorted."""
    chains = world.chains.values()
    return tuple(sorted({c for chain in chains for c in (*chain.miners, *chain.refiners)}))


def country_of(cells: Cells, countries: Sequence[str]) -> np.ndarray:
    """Return the position of the country of each node among sorted countries, shape (cell,)."""
    return np.searchsorted(np.array(countries), cells.country)


def rate_factor(
    rates: Sequence[ShockRate],
    cause: str,
    cells: Cells,
    year: int,
    parts: Mapping[str, float] = NO_PARTS,
) -> np.ndarray:
    """Return what a scenario multiplies the rate of a wide cause by, shape (cell,) [1].

    Parameters
    ----------
    rates
        What the scenario says.
    cause
        Wide cause.
    cells, year
        Where and when.
    parts
        Share of each cause of the record in the events of the wide one [1]: a factor on strikes
        moves the rate of `labour` by the part that strikes are of it.
    """
    factor = np.ones(cells.size)
    for one in rates:
        part = 1.0 if one.cause == cause else parts.get(one.cause, 0.0)
        if part > 0.0 and one.span.holds(year):
            moved = factor * (1.0 + part * (one.factor - 1.0))
            factor = np.where(cells.named(one.place), moved, factor)
    return factor


def planned_running(shocks: Sequence[PlannedShock], cells: Cells, year: int) -> np.ndarray | None:
    """Return the share of capacity that planned shocks leave, shape (cell,) [1]; None for all."""
    running: np.ndarray | None = None
    for one in shocks:
        if one.span.holds(year):
            hit = cells.named(one.place, one.mineral, one.stage)
            running = np.ones(cells.size) if running is None else running
            running = np.where(hit, running * (1.0 - one.loss), running)
    return running


def parts_of_cause(events: Sequence[Disruption], cause: str) -> dict[str, float]:
    """Return the share of each cause of the record in the noted events of a wide cause [1]."""
    wide = wide_causes()
    found = [event.cause for event in events if wide.get(event.cause) == cause]
    return {name: found.count(name) / len(found) for name in set(found)}
