"""What happens to mines and refineries: outages, subsidies, price floors, certificates.

Does      Defines policies and shocks on producers.
Units     Shares [1], money [USD/t].
Method    None: records; `oreacle.market.apply` makes them limits.
Assumes   A place is a country, or an actor for all its countries.
Not here  Measures on trade: see `oreacle.market.policies.export` and `.imports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from oreacle.core.errors import ScenarioError
from oreacle.market.policies.checks import FACTOR, MONEY, SHARE, Policy, Range


@dataclass(frozen=True)
class CapacityLoss(Policy):
    """Part of a country's (or an actor's) mines or refineries stops.

    Attributes
    ----------
    place
        Country, or actor for all its countries.
    mineral, stage
        What is lost; ``mined`` or ``refined``.
    share
        Share of capacity lost [1].
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"share": SHARE}

    place: str
    mineral: str
    stage: str
    share: float


@dataclass(frozen=True)
class ProductionSubsidy(Policy):
    """Producers of a place are paid for each tonne on top of the price.

    Attributes
    ----------
    place, mineral, stage
        As for `CapacityLoss`.
    amount
        Subsidy a tonne of output [USD/t].
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"amount": MONEY}

    place: str
    mineral: str
    stage: str
    amount: float


@dataclass(frozen=True)
class PriceFloor(Policy):
    """Producers of a place are guaranteed a price.

    Attributes
    ----------
    place, mineral, stage
        As for `CapacityLoss`.
    price
        Guaranteed price [USD/t]; None if `multiple` is given.
    multiple
        Guaranteed price over the base price of the stage [1]; None if `price` is given.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"price": MONEY, "multiple": FACTOR}

    place: str
    mineral: str
    stage: str
    price: float | None = None
    multiple: float | None = None

    def __post_init__(self) -> None:
        """Check every field, and that exactly one way states the price."""
        super().__post_init__()
        check_one_of("a price floor", price=self.price, multiple=self.multiple)


@dataclass(frozen=True)
class Certification(Policy):
    """A regime under which users must hold certificates that only some mines can sell.

    Attributes
    ----------
    mineral
        What is certified; a mineral has one regime at a time.
    places
        Countries or actors whose mines can be certified.
    users
        Countries or actors whose users must hold certificates.
    share
        Share of output of the certified places that can sell certificates [1].
    bound_share
        Share of the users' use that must hold certificates [1].
    cost
        Cost of certifying a tonne [USD/t].
    fraud_share
        Most fraudulent certificates over uncertified output [1].
    fraud_cost
        Cost of a fraudulent certificate [USD/t].
    """

    RANGES: ClassVar[Mapping[str, Range]] = {
        "share": SHARE,
        "bound_share": SHARE,
        "cost": MONEY,
        "fraud_share": SHARE,
        "fraud_cost": MONEY,
    }

    mineral: str
    places: tuple[str, ...]
    users: tuple[str, ...]
    share: float = 1.0
    bound_share: float = 1.0
    cost: float = 0.0
    fraud_share: float = 0.0
    fraud_cost: float = 0.0


def check_one_of(what: str, **given: float | None) -> None:
    """Refuse none or several of some ways to state one quantity.

    Raises
    ------
    ScenarioError
        ORE-SCN-024.
    """
    stated = [name for name, value in given.items() if value is not None]
    if len(stated) != 1:
        raise ScenarioError(
            "ORE-SCN-024",
            f"{what} states {' and '.join(stated) or 'no size'}.",
            why="its size is not clear.",
            fix=f"give one of {' or '.join(given)}.",
        )
