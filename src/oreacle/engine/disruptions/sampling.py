"""Make draws of the disruptions of one mineral, or one draw from a stated threat.

Does      Puts restrictions, outages, demand and a slump together.
Units     Shares and factors [1].
Method    Each part has its own random stream for each draw, so that draw k is the same whatever
          the number of draws, and switching a part off shifts no other.
Assumes   The parts are independent of each other within the year; minerals share acts of states
          alone.
Not here  Each part: see the other modules of this package.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special
from threadpoolctl import threadpool_limits

from oreacle.core.errors import RunError
from oreacle.core.streams import check_seed
from oreacle.engine.disruptions.demand_levels import drawn_levels, drawn_slumps, level_means
from oreacle.engine.disruptions.draws import DisruptionDraws
from oreacle.engine.disruptions.noted import OTHER, REFINERY, SOCIAL, outage_model
from oreacle.engine.disruptions.outages import drawn_outages
from oreacle.engine.disruptions.restrictions import (
    cause,
    drawn_restrictions,
    effective,
    first_year,
)
from oreacle.engine.disruptions.settings import DisruptionSettings
from oreacle.market.apply import PolicyDesk
from oreacle.market.clear import check_policies, market
from oreacle.market.policies import CapacityLoss, Policy
from oreacle.world.snapshot import World

DEMAND, SLUMP = "demand", "slump"
PURPOSES = {SOCIAL: 151, OTHER: 152, REFINERY: 153, DEMAND: 154, SLUMP: 155}
"""Numbers of the random streams of this package; restrictions use those of the engine."""
MINERAL_BITS = 32
MOST_DRAWS = 20_000
WORDS = {
    SOCIAL: "social outage of mines",
    OTHER: "technical outage of mines",
    REFINERY: "outage of refineries",
}
CLOSURES = "closures after a slump"
AS_DEFAULT = DisruptionSettings()


def disruption_draws(
    world: World,
    mineral: str,
    *,
    draws: int = 500,
    seed: int = 0,
    settings: DisruptionSettings = AS_DEFAULT,
) -> DisruptionDraws:
    """Return draws of what can go wrong with a mineral in the year after the as-of date.

    Parameters
    ----------
    world, mineral
        The world snapshot and a slug such as ``gallium``.
    draws
        Number of draws, 1 to 20,000.
    seed
        Root seed: same seed, same draws. Restrictions of draw k are those of member k of a
        forecast with this seed.
    settings
        Parts to draw, and multipliers.

    Returns
    -------
    DisruptionDraws
        Equally likely draws.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown, ORE-SCN-010 if the seed is not usable.
    RunError
        ORE-RUN-133 on a number of draws that is not a whole number from 1 to 20,000;
        ORE-RUN-139 if the noted events cannot be used.
    """
    chain = world.chain(mineral)
    check_seed(seed)
    _check_count(draws)
    # One numerical thread: sums must not depend on the machine's load.
    with threadpool_limits(limits=1):
        measures = _measures(world, mineral, draws, seed, settings)
        lost = _outages(world, mineral, draws, seed, settings)
        level = _demand(world, mineral, draws, seed, settings)
    slump = np.zeros(draws, dtype=bool)
    if settings.slump:
        below = special.ndtr(-first_year(world.directory).settings.slump_threshold)
        chance = min(float(below) * settings.slump_rate, 1.0)
        slump = drawn_slumps(chance, draws, seed=seed, purpose=purpose_of(SLUMP, mineral))
    places = {SOCIAL: chain.miners, OTHER: chain.miners, REFINERY: chain.refiners}
    causes = tuple(
        (
            *(cause(policy) for policy in measures[k]),
            *(text for kind, rows in lost.items() for text in _lost(kind, rows[k], places[kind])),
            *_shifted(float(level[k])),
            *((CLOSURES,) if slump[k] else ()),
        )
        for k in range(draws)
    )
    return DisruptionDraws(
        mineral=mineral,
        seed=seed,
        measures=measures,
        causes=causes,
        **lost,
        demand=level,
        slump=slump,
        miners=chain.miners,
        refiners=chain.refiners,
        weight=np.full(draws, 1.0 / draws),
    )


def from_policies(
    world: World, mineral: str, policies: Sequence[Policy], *, seed: int = 0
) -> DisruptionDraws:
    """Return a stated threat as a distribution with one draw, of probability 1.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    policies
        What happens, all at once; a loss of capacity becomes an outage of technical causes, all
        else stays a measure.
    seed
        Kept in the record; nothing is drawn.

    Raises
    ------
    ScenarioError
        ORE-SCN-002, 003, 004, 007, 008, 015, 018, 020, 025 or 032 as `oreacle.market.clear.clear`.
    RunError
        ORE-RUN-138 if a policy is about another mineral.
    """
    chain = world.chain(mineral)
    check_policies(policies)
    if others := sorted({policy.mineral for policy in policies} - {mineral}):
        raise RunError(
            "ORE-RUN-138",
            f"a threat to {mineral} holds a policy on {', '.join(others)}.",
            why="it would do nothing in that market.",
            fix=f"make a threat to {others[0]} of its own.",
        )
    desk, base = PolicyDesk.of(world, mineral), market(world, mineral)
    desk.apply(base, policies)  # refuses what would change nothing
    losses = [policy for policy in policies if isinstance(policy, CapacityLoss)]
    left = desk.apply(base, losses)
    mined = _share_lost(base.mine_capacity, left.mine_capacity)
    refined = _share_lost(base.refinery_capacity, left.refinery_capacity)
    measures = tuple(policy for policy in policies if not isinstance(policy, CapacityLoss))
    return DisruptionDraws(
        mineral=mineral,
        seed=check_seed(seed),
        measures=(measures,),
        causes=(
            (
                *(cause(policy) for policy in measures),
                *_lost(OTHER, mined[0], chain.miners),
                *_lost(REFINERY, refined[0], chain.refiners),
            ),
        ),
        mine_social=np.zeros_like(mined),
        mine_other=mined,
        refinery=refined,
        demand=np.ones(1),
        slump=np.zeros(1, dtype=bool),
        miners=chain.miners,
        refiners=chain.refiners,
        weight=np.ones(1),
    )


def purpose_of(part: str, mineral: str) -> int:
    """Return the number of the random stream of a part of the draws of a mineral.

    Outages, demand and slumps of two minerals are independent; acts of states are not, because one
    act can cover several minerals: they use the streams of the engine, the same for all.
    """
    return (PURPOSES[part] << MINERAL_BITS) + zlib.crc32(mineral.encode())


def _share_lost(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    kept = np.divide(after, before, out=np.ones_like(before), where=before > 0.0)
    return np.asarray(np.clip(1.0 - kept, 0.0, 1.0))


def _check_count(draws: object) -> None:
    is_whole = isinstance(draws, int) and not isinstance(draws, bool)
    if not is_whole or not 1 <= draws <= MOST_DRAWS:  # type: ignore[operator]  # a whole number
        raise RunError(
            "ORE-RUN-133",
            f"{draws!r:.40} draws of disruptions were asked for.",
            why="a distribution needs one draw or more, and each of them may have to be cleared.",
            fix=f"give a whole number from 1 to {MOST_DRAWS:,}, such as 500.",
        )


def _measures(
    world: World, mineral: str, draws: int, seed: int, settings: DisruptionSettings
) -> tuple[tuple[Policy, ...], ...]:
    if not settings.restrictions:
        return ((),) * draws
    found = drawn_restrictions(world, mineral, draws, settings.restriction_rate, seed=seed)
    bites = _bites(world, mineral)
    return tuple(effective(world, mineral, started, bites) for started in found.started)


def _bites(world: World, mineral: str) -> Callable[[Policy], bool]:
    """Return whether a policy touches trade of a mineral; each policy is asked about once."""
    desk, base = PolicyDesk.of(world, mineral), market(world, mineral)
    known: Callable[[Policy], bool] = lru_cache(maxsize=None)(lambda one: desk.bites(one, base))
    return known


def _outages(
    world: World, mineral: str, draws: int, seed: int, settings: DisruptionSettings
) -> dict[str, np.ndarray]:
    chain = world.chain(mineral)
    output = {SOCIAL: chain.mined, OTHER: chain.mined, REFINERY: chain.refined}
    if not settings.outages:
        return {kind: np.zeros((draws, tonnes.size)) for kind, tonnes in output.items()}
    model = outage_model(world, mineral)
    return {
        kind: drawn_outages(
            model[kind],
            tonnes / tonnes.sum(),
            draws,
            settings.outage_rate,
            seed=seed,
            purpose=purpose_of(kind, mineral),
        )
        for kind, tonnes in output.items()
    }


def _demand(
    world: World, mineral: str, draws: int, seed: int, settings: DisruptionSettings
) -> np.ndarray:
    if not settings.demand:
        return np.ones(draws)
    setting, levels = first_year(world.directory), settings.demand_levels
    size = setting.traits.shock[setting.space.minerals.index(mineral)] * settings.demand_size
    means = level_means(levels, setting.settings.shock_limit)
    drawn = drawn_levels(levels, draws, seed=seed, purpose=purpose_of(DEMAND, mineral))
    return np.asarray(np.exp(size * means)[drawn])


def _lost(kind: str, lost: np.ndarray, places: Sequence[str]) -> list[str]:
    """Return outages of one draw in words."""
    hit = np.flatnonzero(lost)
    return [f"{WORDS[kind]} in {places[int(node)]}: {_percent(float(lost[node]))}" for node in hit]


def _shifted(level: float) -> tuple[str, ...]:
    if level == 1.0:
        return ()
    return (f"demand {'+' if level > 1.0 else '-'}{_percent(abs(level - 1.0))}",)


def _percent(share: float) -> str:
    """Return a share as text: 0.6 is "60 %", 0.0042 is "0.42 %"."""
    value: Any = 100.0 * share
    return f"{value:.0f} %" if value >= 9.95 else f"{value:.2g} %"
