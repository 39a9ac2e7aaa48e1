"""One market under many parameters: the central ones and the drawn ones, in one batch.

Does      Makes the batch with policies and its reference, and clears them.
Units     As in `oreacle.market.problem`.
Method    Case 0 has the central parameters and case k + 1 those of draw k. Each case calibrates the
          base year anew, so that it reproduces base trade and prices. Draws are cleared from the
          prices of case 0, which are near theirs.
Assumes   Parameters do not change which ways there are.
Not here  What is drawn: see `oreacle.market.draws`. What comes of it: see `oreacle.market.outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from oreacle.market.absent import with_drawn_weights
from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate_links import BaseWays, base_ways
from oreacle.market.calibrate_stocks import with_stock_level
from oreacle.market.carriage import Carriage, carriages, planner_of
from oreacle.market.draws import (
    STRENGTHS,
    draw_parameters,
    drawn_policies,
    drawn_world,
    is_open,
)
from oreacle.market.groups import lean, writable
from oreacle.market.kernel import Solution, solve
from oreacle.market.policies import Policy
from oreacle.market.problem import Prices, Problem, base_prices, stack
from oreacle.world.responsiveness import UncertainParameter
from oreacle.world.snapshot import World

Make = Callable[[World, Mapping[str, BaseWays] | None, Mapping[str, Carriage]], Problem]
"""Calibrates the base-year market of a world, with indirect ways where they are known already, and
with the carriage of each pair."""


@dataclass(frozen=True)
class Sample:
    """How many draws of what.

    Attributes
    ----------
    draws, seed
        Number of draws and their root seed.
    ranges
        What is drawn.
    fixed
        True to hold strengths of policies that stand at their defaults.
    """

    draws: int
    seed: int
    ranges: tuple[UncertainParameter, ...]
    fixed: bool


def sampled_markets(
    world: World,
    mineral: str,
    policies: Sequence[Policy],
    sample: Sample,
    make: Make,
) -> tuple[Problem, Problem, dict[str, np.ndarray]]:
    """Return markets with and without policies, and drawn values by parameter, shape (draw,).

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    policies
        What is done in every case.
    sample
        The draws.
    make
        Calibrates one market.
    """
    desk = PolicyDesk.of(world, mineral)
    routed = carriages(planner_of(world, mineral))
    central = make(world, None, routed)
    alone = desk.apply(central, policies)
    if sample.draws == 0:
        return alone, central, {}
    drawn = draw_parameters(sample.ranges, sample.draws, sample.seed)
    ways = base_ways(world.chain(mineral), world.territory, world.entrepots)
    worlds = (
        drawn_world(world, mineral, {name: float(values[k]) for name, values in drawn.items()})
        for k in range(sample.draws)
    )
    reference = stack([central, *(make(one, ways, routed) for one in worlds)])
    reference = with_stock_level(with_drawn_weights(world, mineral, reference, drawn), drawn)
    case = writable(reference)
    _put_in_force(desk, case, policies, {} if sample.fixed else drawn)
    return lean(case), reference, drawn


def _put_in_force(
    desk: PolicyDesk, case: Problem, policies: Sequence[Policy], drawn: Mapping[str, np.ndarray]
) -> None:
    """Put policies in force, case 0 as given and the others with their drawn strengths."""
    if not drawn or not any(is_open(policy) for policy in policies):
        desk.put_in_force(case, policies, slice(None))
        return
    desk.put_in_force(case, policies, slice(0, 1))
    for k in range(case.size - 1):
        values = {name: float(drawn[name][k]) for name in STRENGTHS.values()}
        desk.put_in_force(case, drawn_policies(policies, values), slice(k + 1, k + 2))


def solve_from_first(problem: Problem) -> Solution:
    """Clear case 0 from base prices, and the others from its prices: there is but one answer."""
    first = solve(problem.take(np.array([0])))
    if problem.size == 1:
        return first
    later = np.arange(1, problem.size)
    start = first.prices.take(np.zeros(later.size, dtype=np.int64))
    return _joined(first, solve_each(problem.take(later), start))


def solve_each(problem: Problem, start: Prices | None) -> Solution:
    """Clear a batch in which one case must not stop the others.

    Where the steps of some case have no solution, the batch is halved until that case stands
    alone; it is tried from base prices and else counts as not solved.
    """
    try:
        return solve(problem, start)
    except np.linalg.LinAlgError:
        if problem.size > 1:
            halves = np.array_split(np.arange(problem.size), 2)
            return _joined(
                *(
                    solve_each(problem.take(rows), None if start is None else start.take(rows))
                    for rows in halves
                )
            )
        return _unsolved(problem) if start is None else solve_each(problem, None)


def _unsolved(problem: Problem) -> Solution:
    none = np.zeros(problem.size)
    return Solution(
        prices=base_prices(problem),
        residual=np.full(problem.size, np.inf),
        iterations=none.astype(np.int64),
        solved=none.astype(bool),
        slow=~none.astype(bool),
        premium=none,
    )


def _joined(first: Solution, rest: Solution) -> Solution:
    """Return the cases of two solutions in one."""
    pairs = zip(first.prices.parts, rest.prices.parts, strict=True)
    names = [field.name for field in fields(Solution) if field.name != "prices"]
    return Solution(
        prices=Prices(*(np.concatenate(pair) for pair in pairs)),
        **{name: np.concatenate([getattr(first, name), getattr(rest, name)]) for name in names},
    )
