"""How the yearly level of acts fades back to its long-run mean.

Does      Gives the expected level ahead, and draws paths of levels.
Units     Log-odds.
Method    First-order autoregression without drift: no trend is fitted or extrapolated.
Assumes   The mean over the years of a fit is the long-run level of *reported* acts.
Not here  The effects of the years: see `oreacle.relations.pooled`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LevelPath:
    """Level of the last observed year, and how it moves on.

    Attributes
    ----------
    last
        Deviation of the last observed year from the long-run level [log-odds].
    persistence
        Share of a deviation that is left a year later [1].
    spread
        Stationary standard deviation of the level [log-odds].
    """

    last: float
    persistence: float
    spread: float

    def offset(self, step: int) -> float:
        """Return the expected deviation `step` years after the last observed one [log-odds].

        Examples
        --------
        >>> LevelPath(last=0.8, persistence=0.5, spread=0.3).offset(2)
        0.2
        """
        return self.last * self.persistence**step

    def next(self, level: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """Return the level a year later from standard normal draws, shape as `level`.

        Examples
        --------
        >>> LevelPath(last=0.0, persistence=0.6, spread=1.0).next(np.array(1.0), np.array(0.5))
        array(1.)
        """
        surprise = self.spread * np.sqrt(1.0 - self.persistence**2)
        return np.asarray(self.persistence * level + surprise * normal)
