"""Checks that every policy makes of its own values.

Does      Refuses names that are no text, lists that are no lists, numbers out of their range.
Units     Each `Range` carries its own.
Method    The name of a field says its kind; a number needs a range in `RANGES` of its type.
Assumes   Fields of one name mean the same in every policy.
Not here  Whether a name exists in a world: see `oreacle.market.apply`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from numbers import Real
from typing import Any, ClassVar

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import LINKS, SECTORS, suggestion

NAME_FIELDS = frozenset(
    {
        "actor",
        "mineral",
        "place",
        "buyer",
        "seller",
        "target",
        "measure_id",
        "route",
        "corridor",
    }
)
OPEN_LISTS = frozenset({"targets", "origins"})
"""Lists that stand for everyone if they are empty."""
FULL_LISTS = frozenset({"senders", "places", "users"})
LIST_FIELDS = OPEN_LISTS | FULL_LISTS
FLAG_FIELDS = frozenset({"extraterritorial", "rules_of_origin"})
STAGES = ("mined", "refined")
"""Stages that have capacity."""
SHARE_UNIT = "1"
SHARE_OF_EXAMPLE = 0.4
SHARE_EXAMPLE = "0.4 for 40 %"


@dataclass(frozen=True)
class Range:
    """Bounds of a number, both included.

    Attributes
    ----------
    low, high
        Bounds in `unit`.
    unit
        Such as ``1``, ``USD/t`` or ``t/yr``.
    example
        A number and what it means; "" for that of a share, where one can be.
    """

    low: float
    high: float
    unit: str = SHARE_UNIT
    example: str = ""

    @property
    def hint(self) -> str:
        """What is said of a number without a unit by way of example; "" for nothing."""
        is_share = self.unit == SHARE_UNIT and self.low <= SHARE_OF_EXAMPLE <= self.high
        said = self.example or (SHARE_EXAMPLE if is_share else "")
        return f", such as {said}" if said else ""


SHARE = Range(0.0, 1.0)
FACTOR = Range(0.0, 100.0, example="1.5 for half as much again")
RATE = Range(0.0, 5.0)
MONEY = Range(0.0, 1e9, "USD/t")
"""The dearest mineral of the world costs below 1e8 USD/t."""
TONNES = Range(0.0, 1e9, "t/yr")


class Policy:
    """Any policy or shock on one mineral: a frozen record that checks itself.

    Attributes
    ----------
    mineral
        Slug.
    """

    RANGES: ClassVar[Mapping[str, Range]] = {}
    # Every subclass is a dataclass with this field; the base only says so.
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    mineral: str

    def __post_init__(self) -> None:
        """Check and settle every field."""
        for field in fields(self):
            value: object = getattr(self, field.name)
            if value is None and field.default is None:
                continue
            settled = _settled(field.name, value, self.RANGES, needed=field.default is MISSING)
            object.__setattr__(self, field.name, settled)


def _settled(name: str, value: object, ranges: Mapping[str, Range], *, needed: bool) -> object:
    if name in ranges:
        return check_number(name, value, ranges[name])
    if name in LIST_FIELDS:
        return _settled_list(name, value, needed=needed)
    if name in FLAG_FIELDS:
        return _settled_flag(name, value)
    if name in NAME_FIELDS:
        _check_text(name, value)
    elif name == "link":
        _check_link(value)
    elif name == "stage":
        _check_stage(value)
    elif name == "sector":
        check_sector(value)
    else:
        raise TypeError(f"no check for the field {name!r}: add it to {__name__}")
    return value


def check_number(name: str, value: object, bounds: Range) -> float:
    """Return a number as a float.

    Raises
    ------
    ScenarioError
        ORE-SCN-004 if it is no number or outside its bounds.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    number = float(value) if is_number else math.nan  # type: ignore[arg-type]
    if bounds.low <= number <= bounds.high:
        return number
    unit = "" if bounds.unit == SHARE_UNIT else f" {bounds.unit}"
    said = f"{number:g}, outside" if is_number else f"{value!r:.60}, not a number from"
    raise ScenarioError(
        "ORE-SCN-004",
        f"{name} is {said} {bounds.low:g} to {bounds.high:g}{unit}.",
        why="a strength outside its range has no meaning.",
        fix=f"give a number from {bounds.low:g} to {bounds.high:g}{unit}{bounds.hint}.",
    )


def _settled_list(name: str, value: object, *, needed: bool) -> tuple[str, ...]:
    example = f'write {name}=("USA", "JPN")'
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ScenarioError(
            "ORE-SCN-018",
            f"{name} is {value!r:.60}, not a sequence of names.",
            why="who is meant is not clear.",
            fix=f"{example}." if needed else f"{example}, or leave {name} out for everyone.",
        )
    if needed and not value:
        raise ScenarioError(
            "ORE-SCN-018",
            f"{name} is empty.",
            why="the policy is about nobody.",
            fix=f"{example}.",
        )
    for entry in value:
        _check_text(name, entry)
    return tuple(value)


def _settled_flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ScenarioError(
        "ORE-SCN-018",
        f"{name} is {value!r:.60}, neither true nor false.",
        why="whether it holds is not clear.",
        fix="give true or false.",
    )


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ScenarioError(
            "ORE-SCN-018",
            f"{name} holds {value!r:.60}, not a name.",
            why="who does what with which mineral is not known.",
            fix="give text, such as CHN for an actor or gallium for a mineral.",
        )


def _check_link(link: object) -> None:
    if link not in LINKS:
        raise ScenarioError(
            "ORE-SCN-005",
            f"unknown link '{link}'.",
            why="the measure would touch no flow.",
            fix=f"use one of {', '.join(LINKS)}, or leave it out for both.",
        )


def _check_stage(stage: object) -> None:
    if stage not in STAGES:
        raise ScenarioError(
            "ORE-SCN-006",
            f"no mine and no refinery works at stage '{stage}'.",
            why="only mines and refineries have capacity and are paid for output.",
            fix="use mined or refined.",
        )


def check_sector(sector: object) -> None:
    """Refuse what is no sector.

    Raises
    ------
    ScenarioError
        ORE-SCN-023 with the nearest valid names.
    """
    if sector not in SECTORS:
        raise ScenarioError(
            "ORE-SCN-023",
            f"unknown sector '{sector!s:.60}'.",
            why="no demand would be shifted.",
            fix=f"{suggestion(str(sector), SECTORS)} Use one of {', '.join(SECTORS)}, or leave it "
            "out for all.".strip(),
        )
