"""Which parts of a distribution of disruptions are drawn, and how strongly.

Does      Holds a switch and a multiplier for each part.
Units     Multipliers [1].
Method    None: a record that checks itself.
Assumes   Switching a part off shifts the draws of no other.
Not here  Rates: see `oreacle.engine.disruptions.rates`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from oreacle.core.errors import RunError

MOST_LEVELS = 21
"""The outermost of more levels would lie beyond the cut of the shock."""
MULTIPLIERS = ("restriction_rate", "outage_rate", "demand_size", "slump_rate")


@dataclass(frozen=True)
class DisruptionSettings:
    """Parts of a distribution of disruptions.

    Attributes
    ----------
    restrictions, outages, demand, slump
        Whether new export restrictions, outages, a demand shock and a slump are drawn.
    restriction_rate, outage_rate
        Multiplies the hazard of acts and the rate of outages [1].
    demand_size
        Multiplies the size of the demand shock [1].
    slump_rate
        Multiplies the probability of a slump, which stays 1 at most [1].
    demand_levels
        Number of equally likely levels of demand; odd, so that the middle one is no shock.

    Raises
    ------
    RunError
        ORE-RUN-134 if a multiplier is negative or not finite; ORE-RUN-135 on a number of levels
        that is not an odd whole number from 1 to 21.

    Examples
    --------
    >>> DisruptionSettings(demand=False, outage_rate=2.0).outage_rate
    2.0
    """

    restrictions: bool = True
    outages: bool = True
    demand: bool = True
    slump: bool = True
    restriction_rate: float = 1.0
    outage_rate: float = 1.0
    demand_size: float = 1.0
    slump_rate: float = 1.0
    demand_levels: int = 7

    def __post_init__(self) -> None:
        for name in MULTIPLIERS:
            value = getattr(self, name)
            if not (isinstance(value, int | float) and math.isfinite(value) and value >= 0.0):
                raise RunError(
                    "ORE-RUN-134",
                    f"{name} is {value!r}, not a number of 0 or more.",
                    why="a rate cannot be negative, and without an end it means nothing.",
                    fix=f"write {name}=2.0 to double it, 0.0 to have none.",
                )
        levels = self.demand_levels
        if isinstance(levels, bool | float) or not 1 <= levels <= MOST_LEVELS or levels % 2 == 0:
            raise RunError(
                "ORE-RUN-135",
                f"demand_levels is {levels!r}.",
                why="with an even number no level is a year without a shock, and every draw would "
                "have to be cleared.",
                fix=f"give an odd whole number from 1 to {MOST_LEVELS}, such as 7.",
            )
