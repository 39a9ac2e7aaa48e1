"""What mechanisms tell investors of one stage of one mineral, and how several add up.

Does      Holds shifts of value, cost of capital, lead times, losses and room by member.
Units     Each field says its own; None where a mechanism leaves something alone.
Method    Values and hurdles add, factors and shares kept multiply, the least room holds.
Assumes   Shapes (member, node), nodes of the stage in the mineral's chain.
Not here  How capacity moves: see `oreacle.engine.capacity`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.joining import joined_by


@dataclass(frozen=True)
class InvestmentTerms:
    """Shifts of investment in one stage of one mineral.

    Attributes
    ----------
    attraction
        Added to the log of a place's share of new projects: who gains, others lose [1].
    hurdle
        Added to the log price (mines) or relative margin (plants) that investors ask for [1].
    lead
        Factor on lead times of projects that start [1].
    kept
        Share of projects in the queue that is not cancelled this year [1].
    delayed
        Share of the queue that moves back by a year [1].
    standing
        Share of capacity that does not close for good [1].
    started
        Projects that start beside those of price, over base capacity [1].
    room
        Most capacity that a place can reach, over base [1]: reserves, host output.
    """

    attraction: np.ndarray | None = None
    hurdle: np.ndarray | None = None
    lead: np.ndarray | None = None
    kept: np.ndarray | None = None
    delayed: np.ndarray | None = None
    standing: np.ndarray | None = None
    started: np.ndarray | None = None
    room: np.ndarray | None = None


JOIN: Mapping[str, np.ufunc] = {
    "attraction": np.add,
    "hurdle": np.add,
    "lead": np.multiply,
    "kept": np.multiply,
    "delayed": np.maximum,
    "standing": np.multiply,
    "started": np.add,
    "room": np.minimum,
}
"""How two mechanisms that shift the same thing add up."""
NO_TERMS = InvestmentTerms()


def joined_terms(parts: Sequence[InvestmentTerms]) -> InvestmentTerms:
    """Return the terms that hold together."""
    return joined_by(InvestmentTerms, parts, JOIN)
