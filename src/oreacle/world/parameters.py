"""Parameters of the market that all minerals share.

Does      Reads `assumed/market_parameters.csv` into a frozen record.
Units     Each field says its own; most are dimensionless.
Method    None: these are stated assumptions, shown by `oreacle data sources`.
Assumes   One value holds for all minerals unless the mineral table has its own.
Not here  Values by mineral, and intervals: see `oreacle.world.responsiveness`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import SECTORS

CHOKE_PREFIX = "choke_multiple_"


@dataclass(frozen=True)
class MarketParameters:
    """Behavioural parameters of the market.

    Attributes
    ----------
    ore_substitution, refined_substitution
        s1 and s2: elasticity of shares to relative delivered cost [1]. Priors: a chain with its
        own `responsiveness` uses that.
    capacity_sharpness
        rho of the soft minimum with capacity [1].
    mine_utilisation, refinery_utilisation
        Base output over capacity [1].
    refinery_margin_elasticity
        Elasticity of refined output to the dollar margin at base [1].
    scrap_elasticity
        Elasticity of supply from scrap to the refined price [1].
    shutdown_price_ratio
        Mine-gate price over base at which output ends [1].
    shutdown_margin_ratio
        Refining margin over base at which output ends [1].
    choke_width
        Width of the choke of one sector [log points].
    defence_elasticity_ratio
        Demand elasticity of defence over that of the others [1].
    unseen_reexport_share
        Share of a flow that passes through third countries where no statistic shows ways [1].
    leak_cost
        Cost of going round a measure through a third country over the price at the tail [1].
    choke_multiples
        Delivered price over base at which use ends, by sector in the order of
        `oreacle.core.labels.SECTORS` [1].
    """

    ore_substitution: float
    refined_substitution: float
    capacity_sharpness: float
    mine_utilisation: float
    refinery_utilisation: float
    refinery_margin_elasticity: float
    scrap_elasticity: float
    shutdown_price_ratio: float
    shutdown_margin_ratio: float
    choke_width: float
    defence_elasticity_ratio: float
    unseen_reexport_share: float
    leak_cost: float
    choke_multiples: tuple[float, ...]

    def log_chokes(self) -> np.ndarray:
        """Return the choke of each sector as a log price over base, shape (sector,)."""
        return np.asarray(np.log(self.choke_multiples), dtype=float)


def parameters_from_table(table: pd.DataFrame) -> MarketParameters:
    """Build the parameters from their table.

    Parameters
    ----------
    table
        Columns `parameter` and `value` at least.

    Raises
    ------
    DataError
        ORE-DAT-020 if a parameter is missing from the table.
    """
    values = dict(zip(table["parameter"], table["value"].astype(float), strict=True))
    wanted = [f.name for f in fields(MarketParameters) if f.name != "choke_multiples"]
    chokes = [CHOKE_PREFIX + sector for sector in SECTORS]
    missing = [name for name in [*wanted, *chokes] if name not in values]
    if missing:
        raise DataError(
            "ORE-DAT-020",
            f"market parameters are missing: {', '.join(missing)}.",
            why="a default would be an assumption that nobody stated.",
            fix="add the rows to assumed/market_parameters.csv.",
        )
    return MarketParameters(
        **{name: values[name] for name in wanted},
        choke_multiples=tuple(values[name] for name in chokes),
    )
