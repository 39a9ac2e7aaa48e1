"""The mean of the two baselines that had done best by the origin.

Does      Adds the column `best_two` to a table of forecasts.
Units     Probabilities [1].
Method    At each origin, for each class and horizon: log scores of the six single baselines over
          all earlier origins whose windows had closed by the end of the origin; the two best are
          averaged. Before any has closed: unit frequency and last five.
Assumes   An outcome is known as soon as its window closes.
Not here  The single baselines: see `oreacle.forecasting.scoring.baselines`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from oreacle.forecasting.scoring.forecasts import BEST_TWO, SINGLE_BASELINES, checked_forecasts
from oreacle.forecasting.scoring.measures import log_scores

FIRST_TWO = ("unit_frequency", "last_five")
"""Averaged while no window has closed: stated before any score was seen."""


def with_best_two(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the forecasts, sorted, with the column `best_two`.

    Parameters
    ----------
    forecasts
        Keys, actor, outcome and the six single baselines; other columns are kept.

    Raises
    ------
    RunError
        ORE-RUN-120 to ORE-RUN-123, as `checked_forecasts`.
    """
    table = checked_forecasts(forecasts, forecasters=SINGLE_BASELINES)
    mean = np.empty(len(table))
    for _, part in table.groupby(["event_class", "horizon"], sort=False):
        mean[part.index] = _means(part)
    return table.assign(**{BEST_TWO: mean})


def two_best(scores: np.ndarray) -> tuple[str, str]:
    """Return the two single baselines with the highest scores; the earlier of equals.

    Parameters
    ----------
    scores : ndarray (baseline,)
        In the order of `SINGLE_BASELINES`.
    """
    first, second = np.argsort(-scores, kind="stable")[:2]
    return SINGLE_BASELINES[first], SINGLE_BASELINES[second]


def _means(part: pd.DataFrame) -> np.ndarray:
    """Return the mean of two for the rows of one class and horizon."""
    origin = part["origin"].to_numpy()
    closes = origin + part["horizon"].to_numpy()
    outcome = part["outcome"].to_numpy(dtype=float)
    scores = np.stack([log_scores(part[name].to_numpy(), outcome) for name in SINGLE_BASELINES])
    mean = np.empty(len(part))
    for year in np.unique(origin):
        closed, here = closes <= year, origin == year
        names = two_best(scores[:, closed].sum(axis=1)) if closed.any() else FIRST_TWO
        mean[here] = part.loc[here, list(names)].mean(axis=1)
    return mean
