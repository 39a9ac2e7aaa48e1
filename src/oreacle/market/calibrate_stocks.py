"""Stocks of the base year as the market draws on them.

Does      Puts the private inventories of a mineral at the nodes of its market.
Units     Tonnes of the chain [t].
Method    Private ore at refinery gates, private metal at users; what a government holds moves by
          order alone and starts without one.
Assumes   The stocks of the base year are there at base prices, neither drawn nor filled.
Not here  How much is held: see `oreacle.world.inventories`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.market.stocks import Stocks, no_stocks
from oreacle.world.inventories import PRIVATE_METAL, PRIVATE_ORE
from oreacle.world.snapshot import World


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
