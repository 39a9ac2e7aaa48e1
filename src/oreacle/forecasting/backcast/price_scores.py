"""Price forecasts of all origins beside what prices did.

Does      Scores every form, baseline and conditional run at every origin and horizon.
Units     Scores in log points.
Method    CRPS: fair for ensembles, closed form for normal baselines, absolute error for
          persistence. 80 % interval: quantiles of the members that solved. Conditional runs know
          the published output of the world after the origin, as a surprise to investors or as the
          path that they build for, which is what the engine does with its scenarios.
Assumes   Prices are nominal: the tables have no deflator, and inflation of about 2 % a year hits
          every forecast without drift alike.
Not here  Means and skill: see `.score_tables`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from oreacle.forecasting.backcast.baselines import Normal
from oreacle.forecasting.backcast.foreseen import Foreseen
from oreacle.forecasting.backcast.forward import Use, run_forward
from oreacle.forecasting.backcast.measures import (
    HIGH,
    LOW,
    crps_ensemble,
    crps_normal,
    interval_score,
    pit_ensemble,
)
from oreacle.forecasting.backcast.records import Records
from oreacle.forecasting.backcast.use_paths import conditional_use, realised_use

HORIZONS = (1, 3, 5)
SURPRISED = "given use, a surprise"
FORESEEN = "given use, expected"
CONDITIONAL = (SURPRISED, FORESEEN)
COLUMNS = (
    "origin",
    "mineral",
    "horizon",
    "forecast",
    "observed",
    "median",
    "crps",
    "interval",
    "inside",
    "pit",
    "members",
)


def price_rows(records: Records, origin: int, foreseen: Mapping[str, Foreseen]) -> pd.DataFrame:
    """Return the scores of one origin, one row for each mineral, horizon and forecast.

    Parameters
    ----------
    records
        Records that reach beyond the origin.
    origin
        Year.
    foreseen
        Forecasts made at the origin.

    Returns
    -------
    DataFrame
        `COLUMNS`; windows that close after the records are left out.
    """
    rows: list[tuple[object, ...]] = []
    for mineral, one in foreseen.items():
        if not one.ensembles:
            continue
        given, last = conditional_courses(records, one)
        for horizon in HORIZONS:
            if origin + horizon > records.last_year:
                continue
            price = records.prices[mineral]
            seen = float(np.log(price[origin + horizon] / price[origin]))
            key = (origin, mineral, horizon)
            rows += [
                (*key, name, seen, *_of_ensemble(values[:, horizon - 1], seen))
                for name, values in one.ensembles.items()
            ]
            rows += [
                (*key, name, seen, *_of_normal(normals[horizon - 1], seen))
                for name, normals in one.normals.items()
            ]
            rows += [
                (*key, name, seen, *_of_ensemble(values[:, horizon - 1], seen))
                for name, values in given.items()
                if horizon <= last
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def conditional_courses(records: Records, one: Foreseen) -> tuple[dict[str, np.ndarray], int]:
    """Return log price changes given use as it came, and the last year ahead that it is known."""
    known, members = one.known, len(one.luck.trend)
    realised = realised_use(records, known.mineral, known.origin)
    last = int(np.flatnonzero(np.isfinite(realised))[-1])
    if last == 0:
        return {}, 0
    surprise = conditional_use(realised, known.trend, members)
    uses = {SURPRISED: surprise, FORESEEN: Use(surprise.actual, surprise.actual[0])}
    return {
        name: run_forward(one.start, one.luck, use, 0.0).log_price for name, use in uses.items()
    }, last


def members_used(rows: pd.DataFrame, names: Sequence[str]) -> int:
    """Return the least number of members that solved in any window of some forecasts."""
    return int(rows.loc[rows["forecast"].isin(list(names)), "members"].min())


def _of_ensemble(values: np.ndarray, seen: float) -> tuple[float, float, float, bool, float, int]:
    solved = values[np.isfinite(values)]
    low, middle, high = (float(v) for v in np.quantile(solved, (LOW, 0.5, HIGH)))
    return (
        middle,
        crps_ensemble(solved, seen),
        interval_score(low, high, seen),
        low <= seen <= high,
        pit_ensemble(solved, seen),
        len(solved),
    )


def _of_normal(normal: Normal, seen: float) -> tuple[float, float, float, bool, float, int]:
    reach = float(ndtri(HIGH)) * normal.deviation
    low, high = normal.mean - reach, normal.mean + reach
    z = (seen - normal.mean) / normal.deviation if normal.deviation > 0.0 else 0.0
    return (
        normal.mean,
        crps_normal(normal.mean, normal.deviation, seen),
        interval_score(low, high, seen),
        low <= seen <= high,
        float(ndtr(z)) if normal.deviation > 0.0 else float("nan"),
        0,
    )
