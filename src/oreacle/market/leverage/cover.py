"""How long known stocks of a target last.

Does      Adds months of use, and months of the cut tonnes, that a target's known stocks cover.
Units     Months.
Method    Metal (private and strategic) over use, and metal and ore over the tonnes that are cut.
Assumes   Stocks that nobody states are not known, which is not zero: cover counts known ones alone.
Not here  How stocks answer to price: see `oreacle.market.stocks`.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.market.leverage.cases import Arena
from oreacle.world.inventories import PRIVATE_ORE
from oreacle.world.snapshot import World

MONTHS = 12.0


def cover(table: xr.Dataset, world: World, mineral: str, arena: Arena) -> xr.Dataset:
    """Return the table with `stock_months` by target and `cut_months` by pair.

    Parameters
    ----------
    table
        Measures by actor and target, as numbers without names.
    world, mineral, arena
        Whose stocks they are.
    """
    at = {actor: k for k, actor in enumerate(arena.actors)}
    metal, ore, use = (np.zeros(len(arena.actors)) for _ in range(3))
    for row in world.inventories(mineral):
        place = at[world.territory.actor_of[row.country]]
        (ore if row.kind == PRIVATE_ORE else metal)[place] += row.tonnes
    chain = world.chain(mineral)
    for country, used in zip(chain.users, chain.used, strict=True):
        use[at[world.territory.actor_of[country]]] += used
    nothing = np.full(use.shape, np.nan)
    months = np.divide(MONTHS * metal, use, out=nothing, where=use > 0.0)
    cut = table["cut"].to_numpy()
    held = np.broadcast_to(metal + ore, cut.shape)
    of_cut = np.divide(MONTHS * held, cut, out=np.full_like(cut, np.nan), where=cut > 0.0)
    return table.assign(
        stock_months=("target", months, {"units": "month"}),
        cut_months=(("actor", "target"), of_cut, {"units": "month"}),
    )
