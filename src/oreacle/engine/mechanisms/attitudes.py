"""What mechanisms add to the odds of acts of governments, and how several add up.

Does      Holds shifts of log-odds by class of acts, of the scope of restrictions, and factors on
          how fast measures end.
Units     Log-odds; factors on a yearly hazard [1].
Method    Log-odds and counts add, factors multiply, the largest share holds.
Assumes   Arrays broadcast to the units of the class: (member, actor), or (member, first, second)
          for pairs and dyads, with first parties as in `Setting.first`.
Not here  The fitted odds: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

NEVER = -1000.0
"""Added to the log-odds of an act that is ruled out [log-odds]. No sum of effects and shifts comes
near it, so that its probability is exactly 0; minus infinity would be taken for a gap."""


def is_ruled_out(shift: np.ndarray | None) -> bool:
    """Return True if a shift rules some act out, whatever else is added to it.

    Examples
    --------
    >>> is_ruled_out(np.array([0.0, NEVER + 8.0])), is_ruled_out(np.array([-8.0]))
    (True, False)
    """
    return shift is not None and bool((shift < 0.5 * NEVER).any())


@dataclass(frozen=True)
class Attitudes:
    """Shifts of the odds of a year.

    Attributes
    ----------
    by_class
        Added to the log-odds of each class of acts [log-odds].
    scope
        Added to the log-odds that a restriction covers a link, broadcasts to
        (member, actor, mineral, link) [log-odds]; None for none.
    ending
        Factor on the hazard that a measure of an actor ends, broadcasts to (member, actor) [1];
        None for one.
    lifted
        Share of ends of measures that come by acts of lifting [1]; None if acts end nothing.
    released
        Measures of an actor that end for certain this year, whole numbers, shape
        (member, actor); None for none.
    """

    by_class: Mapping[str, np.ndarray] = field(default_factory=dict)
    scope: np.ndarray | None = None
    ending: np.ndarray | None = None
    lifted: float | None = None
    released: np.ndarray | None = None


def joined_attitudes(parts: Sequence[Attitudes]) -> Attitudes:
    """Return the shifts that hold together."""
    by_class: dict[str, np.ndarray] = {}
    scope: np.ndarray | None = None
    ending: np.ndarray | None = None
    lifted: float | None = None
    released: np.ndarray | None = None
    for part in parts:
        for name, shift in part.by_class.items():
            by_class[name] = by_class[name] + shift if name in by_class else shift
        if part.scope is not None:
            scope = part.scope if scope is None else scope + part.scope
        if part.ending is not None:
            ending = part.ending if ending is None else ending * part.ending
        if part.lifted is not None:
            lifted = part.lifted if lifted is None else max(lifted, part.lifted)
        if part.released is not None:
            released = part.released if released is None else released + part.released
    return Attitudes(by_class, scope, ending, lifted, released)
