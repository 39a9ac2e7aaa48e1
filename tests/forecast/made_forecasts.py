"""Forecasts made up for the tests: the truth is known, so every verdict can be foretold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oreacle.forecasting.scoring.forecasts import BASELINES, MODEL, NO_MARKET
from oreacle.relations.logistic import sigmoid

HORIZONS = (1, 3, 5)
LAST_YEAR = 2024
ACTORS = tuple(f"A{number:02d}" for number in range(25))
MINERALS = ("cobalt", "gallium", "lithium", "nickel", "tin", "tungsten")


def made_forecasts(
    event_class: str,
    *,
    level: float = -4.0,
    spread: float = 1.3,
    noise: float = 0.0,
    stretch: float = 1.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Return forecasts of one class at all horizons.

    The model knows the true log-odds, up to `noise` and times `stretch`; the baselines know the
    level and ever less of the rest, climatology nothing.
    """
    rng = np.random.default_rng(seed)
    units = [(actor, f"{actor};{mineral}") for actor in ACTORS for mineral in MINERALS]
    parts = []
    for horizon in HORIZONS:
        for origin in range(2008, LAST_YEAR - horizon + 1):
            odds = level + np.log(horizon) + spread * rng.normal(size=len(units))
            known = odds + noise * rng.normal(size=len(units))
            middle = known.mean()
            row = {
                "event_class": event_class,
                "horizon": horizon,
                "origin": origin,
                "unit": [unit for _, unit in units],
                "actor": [actor for actor, _ in units],
                "outcome": (rng.random(len(units)) < sigmoid(odds)).astype(int),
                MODEL: sigmoid(middle + stretch * (known - middle)),
                NO_MARKET: sigmoid(middle + 0.8 * (known - middle)),
            }
            level_odds = np.log(np.mean(sigmoid(odds)) / (1.0 - np.mean(sigmoid(odds))))
            for place, name in enumerate(BASELINES):
                row[name] = sigmoid(level_odds + 0.05 * place * (odds - odds.mean()))
            parts.append(pd.DataFrame(row))
    return pd.concat(parts, ignore_index=True)
