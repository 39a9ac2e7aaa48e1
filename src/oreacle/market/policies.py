"""Policies and shocks that a market can face.

Does      Defines small frozen types with units and checks of their own values.
Units     Shares and ad-valorem rates between the bounds that each type states [1].
Method    None: records; `oreacle.market.apply` is the one place where they become limits.
Assumes   `link` None means every link of the mineral that the actor supplies.
Not here  Reading a policy from a sentence: see `oreacle.scenario`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import LINKS


def _settle_share(policy: object, name: str, high: float = 1.0) -> None:
    """Store a share or rate as a float, refusing what is no number or out of range."""
    value: object = getattr(policy, name)
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    number = float(value) if is_number else math.nan  # type: ignore[arg-type]
    if not 0.0 <= number <= high:
        said = f"{number:g}, outside" if is_number else f"{value!r:.60}, not a number from"
        raise ScenarioError(
            "ORE-SCN-004",
            f"{name} is {said} 0 to {high:g}.",
            why="a share or rate outside its range has no meaning.",
            fix=f"give a number from 0 to {high:g}, such as 0.4 for 40 %.",
        )
    object.__setattr__(policy, name, number)


def _settle_targets(policy: object) -> None:
    """Store the targets as a tuple, refusing what is no sequence of names."""
    value: object = getattr(policy, "targets")  # noqa: B009 - three types have it
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ScenarioError(
            "ORE-SCN-018",
            f"targets is {value!r:.60}, not a sequence of names.",
            why="whom the measure aims at is not clear.",
            fix='write targets=("USA", "JPN"), or leave targets out for everyone.',
        )
    for target in value:
        _check_text("targets", target)
    object.__setattr__(policy, "targets", tuple(value))


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ScenarioError(
            "ORE-SCN-018",
            f"{name} holds {value!r:.60}, not a name.",
            why="who does what with which mineral is not known.",
            fix="give text, such as CHN for an actor or gallium for a mineral.",
        )


def _check_link(link: str | None) -> None:
    if link is not None and link not in LINKS:
        raise ScenarioError(
            "ORE-SCN-005",
            f"unknown link '{link}'.",
            why="the measure would touch no flow.",
            fix=f"use one of {', '.join(LINKS)}, or leave it out for both.",
        )


@dataclass(frozen=True)
class ExportBan:
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
    """

    actor: str
    mineral: str
    targets: tuple[str, ...] = ()
    enforcement: float = 0.95
    link: str | None = None

    def __post_init__(self) -> None:
        _check_text("actor", self.actor)
        _check_text("mineral", self.mineral)
        _settle_targets(self)
        _settle_share(self, "enforcement")
        _check_link(self.link)


@dataclass(frozen=True)
class ExportQuota:
    """All that leaves the territory is capped in tonnes.

    Attributes
    ----------
    allowed
        Cap as a share of base exports [1], 0 to 2.
    """

    actor: str
    mineral: str
    allowed: float
    link: str | None = None

    def __post_init__(self) -> None:
        _check_text("actor", self.actor)
        _check_text("mineral", self.mineral)
        _settle_share(self, "allowed", 2.0)
        _check_link(self.link)


@dataclass(frozen=True)
class ExportTax:
    """An ad-valorem tax on exports.

    Attributes
    ----------
    rate
        Tax over the price at the tail of the link [1], 0 to 5.
    """

    actor: str
    mineral: str
    rate: float
    targets: tuple[str, ...] = ()
    link: str | None = None

    def __post_init__(self) -> None:
        _check_text("actor", self.actor)
        _check_text("mineral", self.mineral)
        _settle_targets(self)
        _settle_share(self, "rate", 5.0)
        _check_link(self.link)


@dataclass(frozen=True)
class ExportLicensing:
    """Licensing of exports, as the ad-valorem equivalent of its delay and doubt.

    Attributes
    ----------
    cost
        Ad-valorem equivalent [1], 0 to 5. No revenue is raised: it is lost time and paper.
    """

    actor: str
    mineral: str
    cost: float
    targets: tuple[str, ...] = ()
    link: str | None = None

    def __post_init__(self) -> None:
        _check_text("actor", self.actor)
        _check_text("mineral", self.mineral)
        _settle_targets(self)
        _settle_share(self, "cost", 5.0)
        _check_link(self.link)


@dataclass(frozen=True)
class CapacityLoss:
    """Part of a country's (or an actor's) mines or refineries stops.

    Attributes
    ----------
    place
        Country, or actor for all its countries.
    stage
        ``mined`` or ``refined``.
    share
        Share of capacity lost [1].
    """

    place: str
    mineral: str
    stage: str
    share: float

    def __post_init__(self) -> None:
        _check_text("place", self.place)
        _check_text("mineral", self.mineral)
        _settle_share(self, "share")
        if self.stage not in ("mined", "refined"):
            raise ScenarioError(
                "ORE-SCN-006",
                f"capacity cannot be lost at stage '{self.stage}'.",
                why="only mines and refineries have capacity.",
                fix="use mined or refined.",
            )


@dataclass(frozen=True)
class LiftMeasure:
    """End a measure of the policy register.

    Attributes
    ----------
    measure_id
        Row of the register; `oreacle world mineral` lists them.
    """

    measure_id: str
    mineral: str

    def __post_init__(self) -> None:
        _check_text("measure_id", self.measure_id)
        _check_text("mineral", self.mineral)


Policy = ExportBan | ExportQuota | ExportTax | ExportLicensing | CapacityLoss | LiftMeasure
"""Any policy or shock."""
