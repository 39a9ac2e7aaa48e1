"""Measures on what enters a territory, and sanctions.

Does      Defines tariffs and bans on imports and sanctions in both directions.
Units     Shares and ad-valorem rates [1].
Method    None: records; `oreacle.market.apply` makes them limits.
Assumes   Without rules of origin customs take the last country on the way for the origin.
Not here  Measures of exporters: see `oreacle.market.policies.export`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from oreacle.core.errors import ScenarioError
from oreacle.market.policies.checks import RATE, SHARE, Policy, Range
from oreacle.market.policies.export import ENFORCEMENT


@dataclass(frozen=True)
class ImportTariff(Policy):
    """A tariff on imports.

    Attributes
    ----------
    actor, mineral
        The importer, and what it taxes.
    rate
        Tariff over the value at the border [1], 0 to 5.
    origins
        Actors whose goods are taxed; empty means everyone outside the territory.
    link
        ``ore``, ``refined`` or None for both.
    rules_of_origin
        True if goods are taxed by where they were made; False if by where they come from.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"rate": RATE}

    actor: str
    mineral: str
    rate: float
    origins: tuple[str, ...] = ()
    link: str | None = None
    rules_of_origin: bool = False


@dataclass(frozen=True)
class ImportBan(Policy):
    """Imports from the origins are stopped up to leakage.

    Attributes
    ----------
    actor, mineral, origins, link, rules_of_origin
        As for `ImportTariff`.
    enforcement
        Share of each base flow that is stopped [1]; the rest is a cap in tonnes.
    leak_cost
        Cost of the ways that stay open to banned goods; as for `ExportBan`.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"enforcement": SHARE, "leak_cost": RATE}

    actor: str
    mineral: str
    origins: tuple[str, ...] = ()
    enforcement: float = ENFORCEMENT
    link: str | None = None
    rules_of_origin: bool = False
    leak_cost: float | None = None


@dataclass(frozen=True)
class Sanction(Policy):
    """Trade between the senders and the target is stopped in both directions up to leakage.

    Attributes
    ----------
    senders
        Actors that sanction.
    target, mineral
        Whose trade in what is stopped.
    enforcement
        Share of each base flow that is stopped [1]; the rest is a cap in tonnes.
    link
        ``ore``, ``refined`` or None for both.
    extraterritorial
        True if trade through third countries is stopped too.
    leak_cost
        Cost of the ways that stay open; as for `ExportBan`.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"enforcement": SHARE, "leak_cost": RATE}

    senders: tuple[str, ...]
    target: str
    mineral: str
    enforcement: float = ENFORCEMENT
    link: str | None = None
    extraterritorial: bool = False
    leak_cost: float | None = None

    def __post_init__(self) -> None:
        """Check every field, and that nobody sanctions itself."""
        super().__post_init__()
        if self.target.upper() in (sender.upper() for sender in self.senders):
            raise ScenarioError(
                "ORE-SCN-018",
                f"{self.target} is a sender and the target of a sanction.",
                why="nobody stops trade with itself.",
                fix="name the others as senders.",
            )
