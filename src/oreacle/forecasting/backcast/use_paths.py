"""Growth of use after an origin: as its trend foresaw, or as it came.

Does      Makes the use that each member sees and that investors expect.
Units     Multiples of use at the origin [1].
Method    Unconditional: the trend known at the origin, its error drawn once for each member.
          Conditional: published output of the world after the origin, the same for all members.
          Investors expect the trend in both.
Assumes   Output stands for use at base prices: what high prices choked off counts as absent.
Not here  The trend: see `.known`.
"""

from __future__ import annotations

import numpy as np

from oreacle.forecasting.backcast.forward import YEARS, Use
from oreacle.forecasting.backcast.known import Trend
from oreacle.forecasting.backcast.records import Records


def trend_use(trend: Trend, normal: np.ndarray) -> Use:
    """Return use along the trend, shape of `normal`: (member,) standard normal draws.

    Examples
    --------
    >>> use = trend_use(Trend(0.0, 0.1, 10), np.array([0.0, 1.0]))
    >>> use.actual[:, 2].round(4).tolist()
    [1.0, 1.2214]
    """
    years = np.arange(YEARS + 1)
    growth = trend.growth + trend.error * np.asarray(normal, dtype=float)
    return Use(np.exp(growth[:, None] * years), np.exp(trend.growth * years))


def realised_use(records: Records, mineral: str, origin: int) -> np.ndarray:
    """Return the world's published output after an origin over that of the origin [1].

    Parameters
    ----------
    records
        Records that reach beyond the origin.
    mineral
        Slug.
    origin
        Year.

    Returns
    -------
    ndarray (year,)
        The origin first; missing from the first year on that no publisher connects to the one
        before.
    """
    steps = [records.published_growth(mineral, origin + ahead) for ahead in range(1, YEARS + 1)]
    grown = np.array([np.nan if step is None else step for step in steps])
    return np.asarray(np.exp(np.concatenate([[0.0], np.cumsum(grown)])))


def conditional_use(realised: np.ndarray, trend: Trend, members: int) -> Use:
    """Return use as it came; years that nobody publishes go on along the trend, and are not scored.

    Parameters
    ----------
    realised
        As from `realised_use`.
    trend
        What investors expect.
    members
        How many.
    """
    expected = np.exp(trend.growth * np.arange(YEARS + 1))
    known = np.isfinite(realised)
    last = int(np.flatnonzero(known)[-1])
    filled = np.where(known, realised, realised[last] * expected / expected[last])
    return Use(np.repeat(filled[None], members, axis=0), expected)
