"""Who manages crises together.

Does      Says which pairs of actors are in one club with crisis management.
Units     None.
Method    From the clubs of the run. Where only other mechanisms are run, from those that the
          scenario founds; where the scenario switches clubs off, nobody is in one.
Assumes   What a club of the base year calmed is in the fitted models: only pairs that came
          together since then count.
Not here  Clubs that form and break: see `oreacle.engine.mechanisms.table`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from oreacle.engine.mechanisms.contract import Moment
from oreacle.scenario.assumptions import ClubChange

CLUBS, CRISIS = "clubs", "crisis"


@runtime_checkable
class Clubs(Protocol):
    """What is asked of the clubs of a run."""

    def together(self, instrument: str) -> np.ndarray:
        """Return True for two actors in one club with the instrument, (member, actor, actor)."""
        ...


def together(moment: Moment, instrument: str = CRISIS) -> np.ndarray:
    """Return who is in one club with an instrument, boolean, shape (member, acting, acting)."""
    acting = moment.setting.acting
    size = len(acting)
    clubs = moment.state.pieces.get(CLUBS)
    if isinstance(clubs, Clubs):
        return np.asarray(clubs.together(instrument)[:, :size, :size])
    if CLUBS in moment.setting.scenario.off:
        return np.zeros((moment.members, size, size), dtype=bool)
    planned = planned_pairs(moment.setting.scenario.clubs, acting, instrument, moment.year)
    return np.repeat(planned[None], moment.members, axis=0)


def planned_pairs(
    changes: Sequence[ClubChange], acting: Sequence[str], instrument: str, year: int
) -> np.ndarray:
    """Return who is in one club with an instrument in a year, boolean, shape (acting, acting).

    Examples
    --------
    >>> founded = ClubChange("x", "founded", 2027, ("A", "B"), instruments=("crisis",))
    >>> left = ClubChange("x", "left", 2030, ("B",))
    >>> [planned_pairs((founded, left), ("A", "B"), "crisis", y)[0, 1] for y in (2026, 2027, 2030)]
    [np.False_, np.True_, np.False_]
    """
    members: dict[str, set[str]] = {}
    able: set[str] = set()
    for one in sorted(changes, key=lambda change: change.year):
        if one.year > year:
            continue
        inside = members.setdefault(one.club, set())
        if one.change == "founded" and instrument in one.instruments:
            able.add(one.club)
        if one.change in ("founded", "joined"):
            inside |= set(one.members)
        elif one.change == "left":
            inside -= set(one.members)
        else:
            inside.clear()
    found = np.zeros((len(acting), len(acting)), dtype=bool)
    for club in able:
        at = [k for k, name in enumerate(acting) if name in members[club]]
        found[np.ix_(at, at)] = True
    return found
