"""Measures on what leaves a territory.

Does      Defines bans, quotas, taxes and licences on exports, and the duty to process at home.
Units     Shares and ad-valorem rates [1], specific taxes [USD/t].
Method    None: records; `oreacle.market.apply` makes them limits.
Assumes   `link` None means every link of the mineral that the actor supplies.
Not here  Measures of importers: see `oreacle.market.policies.imports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from oreacle.market.policies.checks import MONEY, RATE, SHARE, Policy, Range

ENFORCEMENT = 0.95
"""Share of a banned flow that is stopped [1]; assumed, as for bans of the policy register."""


@dataclass(frozen=True)
class ExportBan(Policy):
    """Exports to the targets are stopped up to leakage.

    Attributes
    ----------
    actor, mineral
        Who bans what.
    targets
        Actors aimed at, in any sequence; kept as a tuple. Empty means everyone outside the
        territory.
    enforcement
        Share of each base flow that is stopped [1]; the rest is a cap in tonnes.
    link
        ``ore``, ``refined`` or None for both.
    extraterritorial
        True if the ban also holds for what reaches a target through third countries.
    leak_cost
        Cost of the ways through third countries that stay open, over the price at the tail, if
        all is stopped [1]; None for the parameter `leak_cost` of the market.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"enforcement": SHARE, "leak_cost": RATE}

    actor: str
    mineral: str
    targets: tuple[str, ...] = ()
    enforcement: float = ENFORCEMENT
    link: str | None = None
    extraterritorial: bool = False
    leak_cost: float | None = None


@dataclass(frozen=True)
class ExportQuota(Policy):
    """What leaves the territory, or goes to the targets, is capped in tonnes.

    Attributes
    ----------
    actor, mineral, link
        As for `ExportBan`.
    allowed
        Cap as a share of the year's exports at base prices [1], 0 to 2; in a what-if the year is
        the base year.
    targets
        Empty: one quota for all that leaves each of the actor's countries. Else a cap for each
        link to a target.
    extraterritorial, leak_cost
        As for `ExportBan`; without targets they change nothing.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"allowed": Range(0.0, 2.0), "leak_cost": RATE}

    actor: str
    mineral: str
    allowed: float
    link: str | None = None
    targets: tuple[str, ...] = ()
    extraterritorial: bool = False
    leak_cost: float | None = None


@dataclass(frozen=True)
class ExportTax(Policy):
    """A tax on exports: a share of the price, dollars a tonne, or both.

    Attributes
    ----------
    actor, mineral, targets, link
        As for `ExportBan`.
    rate
        Tax over the price at the tail of the link [1], 0 to 5.
    specific
        Tax a tonne [USD/t].
    extraterritorial
        True if a tax on named targets is also paid on what reaches them through third countries.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"rate": RATE, "specific": MONEY}

    actor: str
    mineral: str
    rate: float = 0.0
    targets: tuple[str, ...] = ()
    link: str | None = None
    specific: float = 0.0
    extraterritorial: bool = False


@dataclass(frozen=True)
class ExportLicensing(Policy):
    """Licensing of exports, as the ad-valorem equivalent of its delay and doubt.

    Attributes
    ----------
    actor, mineral, targets, link
        As for `ExportBan`.
    cost
        Ad-valorem equivalent [1], 0 to 5. No revenue is raised: it is lost time and paper.
    extraterritorial
        True if a licence is also needed for what reaches a target through third countries.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"cost": RATE}

    actor: str
    mineral: str
    cost: float
    targets: tuple[str, ...] = ()
    link: str | None = None
    extraterritorial: bool = False


@dataclass(frozen=True)
class ProcessingMandate(Policy):
    """Part of the ore that a territory mines must be processed in it.

    Attributes
    ----------
    actor, mineral
        Who requires it for what.
    share
        Share of output at base prices that must stay [1]; the rest is a quota on ore.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {"share": SHARE}

    actor: str
    mineral: str
    share: float


ExportMeasure = ExportBan | ExportQuota | ExportTax | ExportLicensing
"""Measures on exports, as the policy register knows them."""
