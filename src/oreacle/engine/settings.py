"""Parameters of the yearly loop that are stated assumptions.

Does      Reads `assumed/engine_parameters.csv` into a frozen record.
Units     Each field says its own.
Method    None.
Assumes   One value holds for all minerals.
Not here  Market parameters: see `oreacle.world.parameters`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import pandas as pd

from oreacle.core.errors import DataError


@dataclass(frozen=True)
class EngineSettings:
    """Assumptions of demand, investment and shocks.

    Attributes
    ----------
    demand_adjustment_rate
        Share of the gap to long-run demand closed in a year [1/yr].
    shock_persistence
        Yearly autocorrelation of demand shocks [1].
    shock_limit
        Cut of demand shocks [standard deviations].
    entry_half_life_years
        Half-life of a price gap under entry without lead time [yr].
    development_share
        Part of discovery-to-production that queued projects still need [1].
    development_years_low, development_years_high
        Bounds of mine development [yr].
    lead_time_spread
        Spread of lead times between projects [log points].
    price_memory
        Weight of the newest price in the expected price [1].
    closure_limit, growth_limit
        Largest yearly closure and start of capacity [1/yr].
    slump_threshold
        Demand shock below none that counts as a slump [standard deviations]; used by
        `oreacle.engine.disruptions` alone.
    """

    demand_adjustment_rate: float
    shock_persistence: float
    shock_limit: float
    entry_half_life_years: float
    development_share: float
    development_years_low: float
    development_years_high: float
    lead_time_spread: float
    price_memory: float
    closure_limit: float
    growth_limit: float
    slump_threshold: float


def settings_from_table(table: pd.DataFrame) -> EngineSettings:
    """Build the settings from their table.

    Raises
    ------
    DataError
        ORE-DAT-020 if a parameter is missing.
    """
    values = dict(zip(table["parameter"], table["value"].astype(float), strict=True))
    missing = [f.name for f in fields(EngineSettings) if f.name not in values]
    if missing:
        raise DataError(
            "ORE-DAT-020",
            f"engine parameters are missing: {', '.join(missing)}.",
            why="a default would be an assumption that nobody stated.",
            fix="add the rows to assumed/engine_parameters.csv.",
        )
    return EngineSettings(**{f.name: values[f.name] for f in fields(EngineSettings)})
