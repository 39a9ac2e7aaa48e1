"""Directed dyads with their classes, and acts laid on them.

Does      Gives every ordered pair of actors a class and lays acts on months or days.
Units     Periods: months since year 0, or ordinal days.
Method    Classes by size of the two (large: at least 2 % of the known GDP of 2004, the year
          before the window) and, between two large ones, by whether they were allied in 2004.
          All is fixed before the first outcome.
Assumes   Size and alliance of 2004 sort dyads well enough: what is left is lasting hostility.
Not here  The likelihood: see `oreacle.relations.excitation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from oreacle.engine.history_panel import HistoryPanel
from oreacle.forecasting.escalation.acts import RivalActs
from oreacle.relations.excitation_memory import DyadActs

FIRST_YEAR = 2005
LARGE_SHARE = 0.02
"""Share of known GDP from which an actor counts as large [1]."""
ALLIED = 0.5
"""Share of member pairs with an alliance from which two actors count as allied [1]."""
CLASSES = (
    "large and allied",
    "large, not allied",
    "large on small",
    "small on large",
    "small on small",
)


@dataclass(frozen=True)
class Dyads:
    """Ordered pairs of actors.

    Attributes
    ----------
    actors
        Labels.
    direction
        Number of the dyad from each actor to each other one, shape (actor, actor); the reverse
        is `number ^ 1`; -1 on the diagonal.
    class_of
        Index into `CLASSES`, shape (direction,).
    """

    actors: tuple[str, ...]
    direction: np.ndarray
    class_of: np.ndarray

    def numbers(self, acts: RivalActs) -> np.ndarray:
        """Return the dyad of each act, shape (act,)."""
        spot = {name: k for k, name in enumerate(self.actors)}
        one = np.array([spot[name] for name in acts.imposer], dtype=int)
        two = np.array([spot[name] for name in acts.target], dtype=int)
        return np.asarray(self.direction[one, two])


def dyads_of(panel: HistoryPanel) -> Dyads:
    """Return all dyads of a panel with their classes."""
    count, at = len(panel.actors), panel.position(FIRST_YEAR - 1)
    large = np.nan_to_num(np.exp(panel.log_gdp[at])) >= LARGE_SHARE
    allied = panel.alliance[at] >= ALLIED
    direction = np.full((count, count), -1)
    one, two = np.triu_indices(count, 1)
    direction[one, two] = 2 * np.arange(len(one))
    direction[two, one] = direction[one, two] + 1
    kind = np.where(
        large[:, None] & large[None, :],
        np.where(allied, 0, 1),
        np.where(large[:, None], 2, np.where(large[None, :], 3, 4)),
    )
    class_of = np.empty(2 * len(one), dtype=int)
    class_of[direction[one, two]], class_of[direction[two, one]] = kind[one, two], kind[two, one]
    return Dyads(panel.actors, direction, class_of)


def monthly(acts: RivalActs, dyads: Dyads, last_year: int) -> DyadActs:
    """Return the acts by month, the window from 2005 to the end of a year."""
    first, last = (np.array([_month(day) for day in days]) for days in (acts.first, acts.last))
    years = np.repeat(np.arange(last_year - FIRST_YEAR + 1), 12)
    return DyadActs(
        dyads.numbers(acts), first, last, dyads.class_of, years, _month_of(FIRST_YEAR, 1)
    )


def daily(acts: RivalActs, dyads: Dyads, last_year: int) -> DyadActs:
    """Return the acts by day, the window from 2005 to the end of a year."""
    start = date(FIRST_YEAR, 1, 1).toordinal()
    end = date(last_year + 1, 1, 1).toordinal()
    years = np.array([date.fromordinal(day).year - FIRST_YEAR for day in range(start, end)])
    return DyadActs(dyads.numbers(acts), acts.first, acts.last, dyads.class_of, years, start)


def _month(day: int) -> int:
    found = date.fromordinal(int(day))
    return _month_of(found.year, found.month)


def _month_of(year: int, month: int) -> int:
    return 12 * year + month - 1
