"""Intervals of leverage: the same threats under drawn parameters.

Does      Clears chosen threats of one mineral in the central market and in each drawn one.
Units     As in `oreacle.market.leverage.measures.Measures`.
Method    One batch: every drawn market calibrates the base year anew, so that it reproduces base
          trade. 5 and 95 % points over draws that cleared, widened to the central value.
Assumes   The threat itself is certain: a full stop. What is drawn is how the market answers it.
Not here  What is drawn: see `oreacle.market.draws`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.market.clear import market
from oreacle.market.draws import check_count, parameter_ranges
from oreacle.market.intervals import Figure, bounds
from oreacle.market.leverage.command import PLACE
from oreacle.market.leverage.matrix import actor_codes, arena_for, check_link
from oreacle.market.leverage.measures import Measures
from oreacle.market.leverage.threats import Threats
from oreacle.market.sampled import Sample, sampled_markets
from oreacle.world.snapshot import World


@dataclass(frozen=True)
class PairBand:
    """What one threat does, with intervals.

    Attributes
    ----------
    mineral, actor, target
        Who cuts whom off from what.
    figures
        Each measure with its 90 % interval, and `loss_no_circumvention` [USD/yr].
    draws, failed
        Draws asked for, and those that did not clear.
    """

    mineral: str
    actor: str
    target: str
    figures: dict[str, Figure]
    draws: int
    failed: int


def pair_bands(  # noqa: PLR0913 - threats, their kind and how they are drawn
    world: World,
    mineral: str,
    pairs: Sequence[tuple[str, str]],
    *,
    draws: int = 40,
    seed: int = 0,
    by: str = PLACE,
    link: str | None = None,
    threads: int = 1,
) -> tuple[PairBand, ...]:
    """Return intervals of chosen threats of one mineral.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    pairs
        Actor and target of each threat.
    draws
        Draws of the parameters, 20 to 10,000.
    seed
        Root seed; the same seed gives the same intervals.
    by, link, threads
        As for `oreacle.market.leverage.matrix.leverage`.

    Raises
    ------
    ScenarioError
        ORE-SCN-002, 003 or 015 on unknown names.
    MarketError
        ORE-MKT-020 if no interval can be made of so many draws; ORE-MKT-040 or 041 as `leverage`.
    """
    cut = check_link(link)
    count = check_count(draws)
    sample = Sample(count, seed, parameter_ranges(world, mineral), fixed=True)
    _, problem, _ = sampled_markets(
        world,
        mineral,
        (),
        sample,
        lambda one, ways, routed: market(one, mineral, ways=ways, routed=routed),
    )
    arena = arena_for(world, problem, by)
    size = 1 + count
    actor = np.repeat(actor_codes(world, arena, [pair[0] for pair in pairs]), size)
    target = np.repeat(actor_codes(world, arena, [pair[1] for pair in pairs]), size)
    held = {name: arena.share[name][actor] * float(name in cut) for name in ("ore", "refined")}
    threats = Threats(held["ore"], held["refined"], target, np.zeros(target.size, dtype=bool))
    row = np.tile(np.arange(size), len(pairs))
    found = arena.run(threats, actor, row, threads=threads)
    free = arena.run(threats.following(), actor, row, threads=threads)
    return tuple(
        _band(mineral, pair, found.take(rows), free.take(rows), count)
        for pair, rows in ((pair, slice(k * size, (k + 1) * size)) for k, pair in enumerate(pairs))
    )


def _band(
    mineral: str, pair: tuple[str, str], found: Measures, free: Measures, draws: int
) -> PairBand:
    figures = {name: _figure(getattr(found, name)) for name in Measures.names()}
    figures["loss_no_circumvention"] = _figure(free.loss)
    failed = int(np.isnan(found.loss[1:]).sum())
    return PairBand(mineral, pair[0], pair[1], figures, draws, failed)


def _figure(values: np.ndarray) -> Figure:
    """Return the first value with the interval over the others that are known."""
    central, drawn = values[0], values[1:]
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(central) or drawn.size == 0:
        return Figure(float(central))
    low, high = bounds(np.array(central), drawn)
    return Figure(float(central), float(low), float(high))
