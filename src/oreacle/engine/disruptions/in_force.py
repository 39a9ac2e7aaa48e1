"""Put draws of disruptions in force in a market.

Does      Makes a batch of markets, one case for each draw, with everything that goes wrong in it.
Units     Those of the market.
Method    Measures, losses of capacity and shifts of demand go through the one place where policies
          become limits (`oreacle.market.apply`); closures after a slump are losses of capacity.
Assumes   The market passed in is that of a year in which nothing goes wrong.
Not here  Clearing: see `oreacle.market.kernel`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.errors import RunError
from oreacle.data.assumptions import read_assumed
from oreacle.engine.disruptions.draws import DisruptionDraws
from oreacle.engine.measures import ActiveMeasure, registered
from oreacle.engine.settings import settings_from_table
from oreacle.market.apply import PolicyDesk
from oreacle.market.clear import market
from oreacle.market.groups import lean, writable
from oreacle.market.policies import CapacityLoss, DemandShift, Policy
from oreacle.market.problem import Problem
from oreacle.world.snapshot import World


def market_in_force(world: World, mineral: str, *, stocked: bool = True) -> Problem:
    """Return the market of a mineral with the whole register in force: the calm year.

    Base-year trade shows most measures of the register; those that are newer are put in force.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    stocked
        True if private stocks of the base year are there to draw on.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    """
    base = market(world, mineral, stocked=stocked)
    desk = PolicyDesk.of(world, mineral)
    newer: list[Policy] = [m.policy() for m in _newer(world, mineral)]
    biting = [policy for policy in newer if desk.bites(policy, base)]
    return desk.apply(base, biting) if biting else base


def disrupted(
    problem: Problem,
    world: World,
    draws: DisruptionDraws,
    *,
    protected: np.ndarray | None = None,
) -> Problem:
    """Return the market in which draws have come true, one case for each.

    Parameters
    ----------
    problem
        Market of the calm year, as from `market_in_force`: one case for all draws, or one for
        each.
    world
        The world snapshot.
    draws
        What goes wrong.
    protected
        True at mines that a slump does not close, such as those with a guaranteed price, shape
        (mine,); None for none.

    Raises
    ------
    RunError
        ORE-RUN-136 if market and draws do not fit; ORE-RUN-137 if `protected` does not.
    """
    _check_fit(problem, draws)
    closed = _closures(draws, protected)
    rows = np.arange(draws.size) if problem.size == draws.size else np.zeros(draws.size, int)
    case = writable(problem.take(rows))
    desk = PolicyDesk.of(world, draws.mineral)
    mined = 1.0 - (1.0 - draws.mine) * (1.0 - closed)
    for k in range(draws.size):
        policies = [
            *draws.measures[k],
            *_losses(draws.mineral, "mined", draws.miners, mined[k]),
            *_losses(draws.mineral, "refined", draws.refiners, draws.refinery[k]),
        ]
        if draws.demand[k] != 1.0:
            policies.append(DemandShift(draws.mineral, float(draws.demand[k])))
        if policies:
            desk.put_in_force(case, policies, slice(k, k + 1))
    return lean(case)


def _newer(world: World, mineral: str) -> list[ActiveMeasure]:
    own = [measure for measure in world.new_measures if measure.mineral == mineral]
    return registered(own, world.base_year)


def _losses(
    mineral: str, stage: str, places: tuple[str, ...], lost: np.ndarray
) -> list[CapacityLoss]:
    hit = np.flatnonzero(lost)
    return [CapacityLoss(places[node], mineral, stage, float(lost[node])) for node in hit]


def _closures(draws: DisruptionDraws, protected: np.ndarray | None) -> np.ndarray:
    """Return the share of capacity closed after a slump, shape (draw, mine) [1]."""
    mines = len(draws.miners)
    safe = np.zeros(mines, dtype=bool) if protected is None else np.asarray(protected)
    if safe.shape != (mines,) or safe.dtype != bool:
        raise RunError(
            "ORE-RUN-137",
            f"protected mines have shape {safe.shape} and type {safe.dtype}; {mines} truth values "
            "are needed.",
            why="closures would fall on the wrong mines.",
            fix="give one True or False for each country of `draws.miners`, in that order.",
        )
    limit = settings_from_table(read_assumed("engine_parameters")).closure_limit
    return np.asarray(limit * np.outer(draws.slump, ~safe))


def _check_fit(problem: Problem, draws: DisruptionDraws) -> None:
    known = problem.mineral, problem.miners, problem.refiners
    wanted = draws.mineral, draws.miners, draws.refiners
    if known == wanted and problem.size in (1, draws.size):
        return
    raise RunError(
        "ORE-RUN-136",
        f"{draws.size} draws of {draws.mineral} do not fit a market of {problem.mineral} with "
        f"{problem.size} cases.",
        why="losses would fall on the wrong country or case.",
        fix="make market and draws of one mineral from one world, the market with one case or one "
        "for each draw.",
    )
