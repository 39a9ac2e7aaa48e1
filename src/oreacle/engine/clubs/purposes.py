"""What clubs are for: every purpose in one table.

Does      Lists purposes with their names and levers, and reads a mix from text.
Units     None.
Method    A new purpose is one row here and one module of `oreacle.engine.clubs.levers`.
Assumes   Purposes of a mix act side by side, in the order of the table.
Not here  What a lever does: see its module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.engine.clubs.levers.certification import CertifiedSupply
from oreacle.engine.clubs.levers.floor import PriceFloors
from oreacle.engine.clubs.levers.procurement import Procurement
from oreacle.engine.clubs.levers.recycling import Recycling
from oreacle.engine.clubs.levers.refining import Refining
from oreacle.engine.clubs.levers.research import Research
from oreacle.engine.clubs.levers.stockpile import Stockpile
from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.market.comparison import State
from oreacle.market.problem import Problem

ALL = "all"


class Lever(Protocol):
    """What a club does to a market."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market with the lever in force."""

    def settle(self, piece: Piece, state: State) -> Money:
        """Return money beside the market's own books."""


@dataclass(frozen=True)
class Purpose:
    """One purpose of clubs.

    Attributes
    ----------
    name
        As users write it.
    called
        What people call it.
    lever
        What it does to the market; None for what moves money only (insurance).
    is_shared
        True if members that act apart, side by side, can be told from a club; one regime of
        certificates holds in a market at a time.
    """

    name: str
    called: str
    lever: Lever | None
    is_shared: bool = True


PURPOSES: tuple[Purpose, ...] = (
    Purpose("stockpile", "a joint stockpile", Stockpile()),
    Purpose("procurement", "pooled procurement", Procurement()),
    Purpose("refining", "shared refining", Refining()),
    Purpose("research", "shared research on saving material", Research()),
    Purpose("certification", "certified supply", CertifiedSupply(), is_shared=False),
    Purpose("floor", "a price floor for producers", PriceFloors()),
    Purpose("insurance", "an insurance pool", None),
    Purpose("recycling", "recycling across borders", Recycling()),
)
"""All purposes, in the order in which they act."""
NAMES = tuple(purpose.name for purpose in PURPOSES)
_BY_NAME = {purpose.name: purpose for purpose in PURPOSES}


def read_purposes(text: str) -> tuple[Purpose, ...]:
    """Return the purposes of a mix such as ``stockpile+procurement``, or of ``all``.

    Raises
    ------
    ScenarioError
        ORE-SCN-063 if a purpose is unknown or named twice.

    Examples
    --------
    >>> [purpose.name for purpose in read_purposes("floor+stockpile")]
    ['stockpile', 'floor']
    """
    asked = [part.strip().lower() for part in text.replace(",", "+").split("+")]
    if asked == [ALL]:
        return PURPOSES
    for name in asked:
        if name not in _BY_NAME or asked.count(name) > 1:
            twice = name in _BY_NAME
            raise ScenarioError(
                "ORE-SCN-063",
                f"the purpose '{name}' is {'named twice' if twice else 'unknown'}.",
                why="it would not be clear what the club does.",
                fix=f"{'' if twice else suggestion(name, NAMES)} Purposes are {', '.join(NAMES)}, "
                f"a mix like stockpile+procurement, or {ALL}.".strip(),
            )
    return tuple(purpose for purpose in PURPOSES if purpose.name in asked)
