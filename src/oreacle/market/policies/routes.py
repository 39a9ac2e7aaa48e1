"""What happens to routes: passages and ports that close, corridors that open, premiums for risk.

Does      Defines policies and shocks on the routes of a mineral.
Units     Months of the year, t/yr, shares of the cargo's value [1].
Method    None: records; `oreacle.market.apply.routes` plans the routes anew.
Assumes   Ids are those of the tables of passages, corridors and gateways.
Not here  Which routes there are: see `oreacle.world.routing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from oreacle.market.policies.checks import RATE, Policy, Range

MONTHS_OF_YEAR = 12.0
MONTHS = Range(0.0, MONTHS_OF_YEAR, "months")
CAPACITY = Range(1.0, 1e9, "t/yr")


@dataclass(frozen=True)
class RouteClosure(Policy):
    """Nothing goes through a passage, along a corridor or through a gateway for some months.

    Attributes
    ----------
    mineral
        Whose routes change; a closure of all goods is one closure for each mineral.
    route
        Id of a passage, a corridor or a gateway.
    months
        Months of the year in which it is shut. Several closures begin together: while the
        shortest lasts all are shut, then those that last longer.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"months": MONTHS}

    mineral: str
    route: str
    months: float = MONTHS_OF_YEAR


@dataclass(frozen=True)
class CorridorOpening(Policy):
    """A corridor opens, or carries more than in the base year, all the year.

    Attributes
    ----------
    mineral
        As for `RouteClosure`.
    corridor
        Id of a corridor, or of a passage that is shut in the base year.
    capacity
        What it can carry of all goods [t/yr]; None for what its table plans.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"capacity": CAPACITY}

    mineral: str
    corridor: str
    capacity: float | None = None


@dataclass(frozen=True)
class RouteRisk(Policy):
    """Cargo that goes through a route pays a premium, such as for war risk.

    Attributes
    ----------
    mineral, route
        As for `RouteClosure`.
    rate
        Premium over the value of the cargo at the start of the link [1]. Cargo that has another
        way pays no more than that way costs.
    months
        Months of the year in which it is asked; those in which the route is shut do not count.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"rate": RATE, "months": MONTHS}

    mineral: str
    route: str
    rate: float
    months: float = MONTHS_OF_YEAR


RoutePolicy = RouteClosure | CorridorOpening | RouteRisk
"""Any policy on routes: all of one mineral are put in force together."""
