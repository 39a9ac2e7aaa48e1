"""Events at straits and canals: how often, how long, and what they add to freight.

Does      Takes rates, lengths and cuts from noted events, and plans every link without a passage.
Units     Events a year; years; parts of transits [1]; USD/t.
Method    Events since a stated year that kept away a noticeable part of a year's transits. The rate
          of a passage is shrunken to that of all (`oreacle.engine.disruptions.rates`); length and
          cut of an event are those of one of the noted events. While a part a of transits is
          gone, a link pays a times what its way round costs, and what has no way round falls by
          a: plans are those of `oreacle.market.apply.routes`, made when a passage first closes.
Assumes   Events begin with a year. Ways through entrepots keep their cost. Those that still pass
          pay no premium.
Not here  Corridors that a scenario opens: see `oreacle.market.policies.routes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from oreacle.core.errors import RunError
from oreacle.core.labels import CLOSING_PASSAGES, LINKS
from oreacle.engine.disruptions.rates import prior_rate, shrunken_rate
from oreacle.market.apply.routes import route_effect, uses_route
from oreacle.market.carriage import planner_of
from oreacle.market.policies import RouteClosure
from oreacle.market.policies.routes import MONTHS_OF_YEAR
from oreacle.world.routes import PassageEvent
from oreacle.world.snapshot import World

DAYS = 365.0


@dataclass(frozen=True)
class NotedCuts:
    """Events that rates rest on.

    Attributes
    ----------
    rate
        Events a year at each passage, shape (passage,) [1/yr].
    cut
        Part of transits that each noted event kept away, shape (event,) [1].
    years
        Length of each, shape (event,) [yr].
    """

    rate: np.ndarray
    cut: np.ndarray
    years: np.ndarray


def noted_cuts(
    events: Sequence[PassageEvent], since: int, until: int, open_years: float, least: float
) -> NotedCuts:
    """Return rates and sizes of events at passages.

    Parameters
    ----------
    events
        Noted events of all passages.
    since, until
        First and last year.
    open_years
        Length of an event without a known end [yr].
    least
        Smallest part of a year's transits that counts [1].

    Raises
    ------
    RunError
        ORE-RUN-201 if no event counts.
    """
    counts = np.zeros(len(CLOSING_PASSAGES))
    cuts: list[tuple[float, float]] = []
    for event in events:
        low, high = event.transit_change_low, event.transit_change_high
        is_known = event.chokepoint in CLOSING_PASSAGES and low is not None and high is not None
        if not is_known or not since <= int(event.since[:4]) <= until:
            continue
        # Both ends of the stated change are known here.
        cut = -0.5 * ((low or 0.0) + (high or 0.0))
        years = open_years if event.duration_days is None else event.duration_days / DAYS
        if cut * min(years, 1.0) >= least:
            counts[CLOSING_PASSAGES.index(event.chokepoint)] += 1.0
            cuts.append((min(cut, 1.0), years))
    if not cuts:
        raise RunError(
            "ORE-RUN-201",
            f"no noted event at a passage since {since} kept away {least:.1%} of a year's ships.",
            why="nothing says how often passages close.",
            fix="lower passages.least_part or passages.since, or switch the mechanism off with "
            "off: [passages].",
        )
    watched = float(until - since + 1)
    prior = prior_rate(counts, watched)
    rate = [shrunken_rate(prior, int(count), watched).mean for count in counts]
    part, length = np.array(cuts).T
    return NotedCuts(np.array(rate), part, length)


@dataclass(frozen=True)
class LinkEffect:
    """What a full closure does to the links of one mineral, shapes (tail, head) by kind of link.

    Attributes
    ----------
    freight
        Added freight [USD/t].
    kept
        Share of tonnes that have a way [1].
    """

    freight: tuple[np.ndarray, np.ndarray]
    kept: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Detours:
    """Effects of closing each passage, made when one is first asked for.

    Attributes
    ----------
    world
        The world snapshot.
    least
        Added freight over the delivered price below which a mineral is left out [1].
    """

    world: World
    least: float
    _made: dict[str, dict[int, LinkEffect]] = field(default_factory=dict, repr=False)

    def of(self, passage: str) -> dict[int, LinkEffect]:
        """Return the effect of a full closure by position of the mineral; those it touches."""
        if passage not in self._made:
            found = {}
            for k, mineral in enumerate(self.world.chains):
                effect = self._effect(passage, mineral)
                if effect is not None:
                    found[k] = effect
            self._made[passage] = found
        return self._made[passage]

    def _effect(self, passage: str, mineral: str) -> LinkEffect | None:
        planner, chain = planner_of(self.world, mineral), self.world.chain(mineral)
        if planner is None or not uses_route(planner, passage):
            return None
        closure = [RouteClosure(mineral, passage, MONTHS_OF_YEAR)]
        ore, metal = (route_effect(planner, link, closure) for link in LINKS)
        traded = [
            effect.extra[flow > 0.0].max(initial=0.0)
            for effect, flow in ((ore, chain.ore_flow), (metal, chain.refined_flow))
        ]
        stranded = (ore.kept < 1.0).any() or (metal.kept < 1.0).any()
        if max(traded) < self.least * chain.price_delivered and not stranded:
            return None
        return LinkEffect((ore.extra, metal.extra), (ore.kept, metal.kept))
