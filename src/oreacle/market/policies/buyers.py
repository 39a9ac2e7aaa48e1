"""What happens on the side of users: stocks, contracts and demand.

Does      Defines release and purchase of stocks, offtake contracts and shifts of demand.
Units     Tonnes of the chain a year [t/yr], days of use [d], multiples and factors [1].
Method    None: records; `oreacle.market.apply` makes them limits.
Assumes   A stock of metal lies where it is used.
Not here  Stocks that answer to the price by themselves: see `oreacle.market.stocks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from oreacle.market.policies.checks import FACTOR, TONNES, Policy, Range
from oreacle.market.policies.producers import check_one_of

PRICE_LIMIT = 2.0
"""Price over base at which a buyer for stock has stopped buying [1]; assumed."""


@dataclass(frozen=True)
class StockRelease(Policy):
    """A stock is sold to the users of a place within the year.

    Attributes
    ----------
    place, mineral
        Country, or actor for all its countries in proportion to use; and what is sold.
    tonnes
        Tonnes of the refined product [t/yr]; None if `days` is given.
    days
        Size as days of the place's use at base prices [d]; None if `tonnes` is given.
    trigger
        Delivered price over base below which nothing is sold [1]; None to sell whatever the
        price, down to half of base.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {
        "tonnes": TONNES,
        "days": Range(0.0, 3650.0, "d"),
        "trigger": Range(1.0, 100.0),
    }

    place: str
    mineral: str
    tonnes: float | None = None
    days: float | None = None
    trigger: float | None = None

    def __post_init__(self) -> None:
        """Check every field, and that exactly one way states the size."""
        super().__post_init__()
        check_one_of("a release of stock", tonnes=self.tonnes, days=self.days)


@dataclass(frozen=True)
class StockBuild(Policy):
    """A buyer for stock competes with the users of a place.

    Attributes
    ----------
    place, mineral
        As for `StockRelease`.
    tonnes
        Tonnes of the refined product wanted at base prices [t/yr].
    price_limit
        Delivered price over base at which the buyer has stopped buying [1], above 1.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {
        "tonnes": TONNES,
        "price_limit": Range(1.01, 100.0),
    }

    place: str
    mineral: str
    tonnes: float
    price_limit: float = PRICE_LIMIT


@dataclass(frozen=True)
class Offtake(Policy):
    """A contract ties a buyer to a seller.

    Attributes
    ----------
    buyer, seller, mineral
        Countries, or actors for all their countries, and what is sold.
    tonnes
        Contracted tonnes [t/yr].
    link
        ``ore`` or ``refined``.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"tonnes": TONNES}

    buyer: str
    seller: str
    mineral: str
    tonnes: float
    link: str = "refined"


@dataclass(frozen=True)
class DemandShift(Policy):
    """Use at base prices grows or shrinks.

    Attributes
    ----------
    mineral
        What is used.
    factor
        New over old use at base prices [1].
    place
        Country, or actor for all its countries; None for the world.
    sector
        One of `oreacle.core.labels.SECTORS`; None for all.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"factor": FACTOR}

    mineral: str
    factor: float
    place: str | None = None
    sector: str | None = None
