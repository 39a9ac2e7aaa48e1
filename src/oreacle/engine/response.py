"""How much a market's price answers a shift of demand.

Does      Measures the effective elasticity of each base-year market by clearing it twice.
Units     Log points of demand per log point of price [1].
Method    Demand shifted by a tenth up and down; the inverse of the mean price response.
          Curves bend near capacity and two stages stand in series, so the sum of the published
          elasticities would overstate how calm a market is.
Assumes   The response at base capacity stands for later years.
Not here  Sizing shocks with it: see `oreacle.engine.demand`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.clear import market
from oreacle.market.kernel import solve
from oreacle.world.snapshot import World

SHIFT = 0.1
"""Log shift of demand either way: about the size of a yearly shock."""


def effective_elasticity(world: World, mineral: str) -> float:
    """Return the demand shift that moves the mean delivered price by one log point [1].

    Raises
    ------
    MarketError
        ORE-MKT-003 if a shifted market does not solve or its price does not rise with demand.
    """
    base = market(world, mineral, size=2, stocked=False)
    shifted = replace(base, demand=base.demand * np.exp([[SHIFT], [-SHIFT]]))
    solution = solve(shifted)
    weight = base.demand[0] / base.demand[0].sum()
    up, down = (solution.prices.delivered * weight).sum(axis=1)
    if not solution.solved.all() or up <= down:
        raise MarketError(
            "ORE-MKT-003",
            f"the market of {mineral} does not answer a shift of demand.",
            why="shocks and entry are sized by its response.",
            fix="check its elasticities and capacities in minerals.csv.",
        )
    return float(2.0 * SHIFT / (up - down))
