"""What a mechanism leaves to be read: notes for the history of a member, and yearly figures.

Does      Holds one note, and one recorded figure.
Units     In the figure itself; notes carry them in words.
Method    None: records.
Assumes   Notes are asked for in a trace alone.
Not here  Writing them: see `oreacle.engine.block`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Note:
    """One thing that happened in a member, for its history.

    Attributes
    ----------
    member
        Position in the block.
    mechanism
        Whose note it is.
    actor, mineral
        Who and what it is about; "" where it is about all.
    what, why, effect
        What happened, why, and with what effect, each a short phrase with figures and units.
    weight
        How much it matters beside others, larger first [1].
    """

    member: int
    mechanism: str
    actor: str
    mineral: str
    what: str
    why: str
    effect: str
    weight: float = 1.0


@dataclass(frozen=True)
class Recorded:
    """A figure that a mechanism leaves in the run each year.

    Attributes
    ----------
    values
        Shape (member, ...) along `dims`.
    dims
        Dimensions after the member: of ``actor``, ``acting``, ``mineral``, ``stage``, ``sector``,
        ``shock``.
    units
        Unit.
    """

    values: np.ndarray
    dims: tuple[str, ...]
    units: str
