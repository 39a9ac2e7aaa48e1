"""Stocks of the base year as the market draws on them.

Does      Puts the private inventories of a mineral at the nodes of its market.
Units     Tonnes of the chain [t].
Method    Private ore at refinery gates, private metal at users; what a government holds moves by
          order alone and starts without one.
Assumes   The stocks of the base year are there at base prices, neither drawn nor filled.
Not here  How much is held: see `oreacle.world.inventories`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from oreacle.market.problem import Problem
from oreacle.market.stocks import Stocks, no_stocks
from oreacle.world.inventories import PRIVATE_METAL, PRIVATE_ORE
from oreacle.world.responsiveness import UncertainParameter
from oreacle.world.snapshot import World

LEVEL = "private_stock_level"
"""Name of the parameter that scales all private stocks of a mineral."""


def stocks_for(world: World, mineral: str, *, size: int = 1) -> Stocks:
    """Return the private stocks of a mineral's market in the base year.

    Parameters
    ----------
    world
        The world snapshot.
    mineral
        Slug.
    size
        Number of equal cases in the batch.

    Returns
    -------
    Stocks
        Ore, shape (size, refinery), and metal, shape (size, user) [t]; no orders.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    """
    chain = world.chain(mineral)
    held = world.inventories(mineral)
    ore = {row.country: row.tonnes for row in held if row.kind == PRIVATE_ORE}
    metal = {row.country: row.tonnes for row in held if row.kind == PRIVATE_METAL}
    empty = no_stocks(size, len(chain.refiners), len(chain.users), world.parameters.stock_response)
    at_gates = np.array([ore.get(name, 0.0) for name in chain.refiners])
    at_users = np.array([metal.get(name, 0.0) for name in chain.users])
    return replace(empty, ore=np.tile(at_gates, (size, 1)), metal=np.tile(at_users, (size, 1)))


def stock_level(world: World, mineral: str) -> tuple[UncertainParameter, ...]:
    """Return the private stocks of a mineral over their central value, with their range [1].

    One parameter for all of them, since one guess of weeks stands behind all; empty where nothing
    is held.
    """
    held = [row for row in world.inventories(mineral) if row.kind in (PRIVATE_ORE, PRIVATE_METAL)]
    total = sum(row.tonnes for row in held)
    if total <= 0.0:
        return ()
    low, high = sum(row.low for row in held) / total, sum(row.high for row in held) / total
    source = "ranges of assumed/inventories.csv, over tonnes"
    return (UncertainParameter(LEVEL, 1.0, low, high, "1", "assumed", source),)


def with_stock_level(problem: Problem, drawn: Mapping[str, np.ndarray]) -> Problem:
    """Return the batch with drawn private stocks; case 0 keeps its own.

    Parameters
    ----------
    problem
        Case 0 at central values, then one case for each draw.
    drawn
        Drawn values by parameter, shape (draw,) [1].
    """
    if problem.stocks is None or LEVEL not in drawn:
        return problem
    factor = np.concatenate([[1.0], drawn[LEVEL]])[:, None]
    stocks = problem.stocks
    return replace(
        problem, stocks=replace(stocks, ore=stocks.ore * factor, metal=stocks.metal * factor)
    )
