"""An outcome's tables with the central case and the draws in one array.

Does      Puts the central values in front of those of the draws, so that what is computed of them
          gets its own interval.
Units     As in the tables.
Method    None.
Assumes   Row 0 is the central case.
Not here  What is computed: see `oreacle.present.shock_facts`.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from oreacle.market.intervals import Figure, bounds
from oreacle.market.outcome import Outcome

STAGES = ("mined", "refined", "used")


class Cases:
    """Tables of one outcome by case.

    Parameters
    ----------
    outcome
        A cleared market, with draws or without.
    """

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._central = outcome.tables

    def values(self, table: str, name: str) -> np.ndarray:
        """Return one variable of a table, shape (case, ...)."""
        first = getattr(self._central, table)[name].to_numpy()[None]
        if self._outcome.draws is None:
            return np.asarray(first)
        return np.concatenate([first, getattr(self._outcome.draws.tables, table)[name].to_numpy()])

    def places(self, table: str, kind: str = "country") -> list[str]:
        """Return the places of a table in its order."""
        return [str(place) for place in getattr(self._central, table)[kind].values]

    def before(self, quantity: str) -> dict[str, float]:
        """Return the base quantity of a stage by country [t/yr]; NaN where there is none."""
        return self._before[quantity]

    @cached_property
    def _before(self) -> dict[str, dict[str, float]]:
        table = self._central.quantities
        countries = self.places("quantities")
        base = {stage: (table[stage] - table[f"{stage}_change"]).to_numpy() for stage in STAGES}
        return {
            stage: dict(zip(countries, values.tolist(), strict=True))
            for stage, values in base.items()
        }


def figure_of(values: np.ndarray) -> Figure:
    """Return a number and its interval from values by case, shape (case,)."""
    return figures_of(values[:, None])[0]


def figures_of(values: np.ndarray) -> list[Figure]:
    """Return numbers and their intervals from values of shape (case, number)."""
    central = values[0]
    if values.shape[0] == 1:
        return [Figure(float(value)) for value in central]
    low, high = bounds(central, values[1:])
    return [
        Figure(float(value), float(first), float(last))
        for value, first, last in zip(central, low, high, strict=True)
    ]
