"""The few forms of the price forecast that were tried.

Does      Names them, makes each from a run of the engine, chooses one on early windows.
Units     Log points.
Method    A form says which part of the price gap is a shock at the start, whether volatility is
          the mineral's own or pooled, and whether half of the members are a random walk. The form
          with the least mean CRPS over windows that close by 2014 is reported on later origins.
Assumes   These seven and no other were scored; the two conditional runs are reported both.
Not here  The run: see `.forward`; scores: see `.price_scores`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError

CHOSEN_BY = 2014
"""Last year in which a window may close to be chosen on."""


@dataclass(frozen=True)
class Variant:
    """One form of the forecast.

    Attributes
    ----------
    name
        In words.
    gap
        Part of the price gap that is a demand shock at the origin [1].
    is_pooled
        True if volatility is pooled over minerals.
    is_blended
        True if the later half of the members is a random walk.
    """

    name: str
    gap: float = 0.0
    is_pooled: bool = False
    is_blended: bool = False

    @property
    def run(self) -> tuple[float, bool]:
        """What tells one run of the engine from another."""
        return self.gap, self.is_pooled


AS_IT_IS = Variant("engine as it is")
VARIANTS = (
    AS_IT_IS,
    Variant("half of the gap a shock", gap=0.5),
    Variant("all of the gap a shock", gap=1.0),
    Variant("blended with a random walk", is_blended=True),
    Variant("half of the gap, blended", gap=0.5, is_blended=True),
    Variant("pooled volatility", is_pooled=True),
    Variant("pooled volatility, blended", is_pooled=True, is_blended=True),
)
NAMES = tuple(one.name for one in VARIANTS)


def blended(run: np.ndarray, walk: np.ndarray) -> np.ndarray:
    """Return an ensemble whose later half is another's, shape (member,).

    Examples
    --------
    >>> blended(np.array([1.0, 1.0]), np.array([2.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    half = len(run) // 2
    return np.concatenate([run[:half], walk[half:]])


def chosen(scores: pd.DataFrame) -> str:
    """Return the name of the variant that did best on windows that close by 2014.

    Parameters
    ----------
    scores
        Columns forecast, origin, horizon, crps.

    Raises
    ------
    DataError
        ORE-RUN-186 if a variant was not scored on the same early windows as the others.
    """
    close = scores["origin"] + scores["horizon"]
    early = scores[(close <= CHOSEN_BY) & scores["forecast"].isin(NAMES)]
    grouped = early.groupby("forecast")["crps"]
    counts = grouped.count().reindex(NAMES).fillna(0)
    if counts.min() == 0 or counts.nunique() > 1:
        raise DataError(
            "ORE-RUN-186",
            "the variants were not scored on the same early windows.",
            why="the choice between them would be one between windows.",
            fix="score all variants at all origins before 2014.",
        )
    means = grouped.mean().reindex(NAMES)
    return str(means.index[int(means.to_numpy().argmin())])
