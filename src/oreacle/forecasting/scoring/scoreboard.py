"""The scoreboard: every class and horizon, beside every baseline.

Does      Scores a table of forecasts and names the hardest baseline of each class and horizon.
Units     Gains in bits per event; see `ClassScore`.
Method    Log scores of all units of all scored windows. The best baseline is the one with the
          best mean log score over all of them: the hardest choice, made with hindsight.
          Intervals by crossed resampling of years and actors, with a random stream that depends
          on the seed, the class and the horizon alone.
Assumes   Each unit of a class is at risk at each origin at which it has a row.
Not here  Forecasts and baselines: see `oreacle.forecasting.scoring.baselines`.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pandas as pd

from oreacle.core.streams import member_stream
from oreacle.forecasting.scoring.class_score import RATE_ONLY, ClassScore, verdict_of
from oreacle.forecasting.scoring.forecasts import (
    BASELINES,
    FORECASTERS,
    LATE,
    MODEL,
    NO_MARKET,
    checked_forecasts,
    in_windows,
)
from oreacle.forecasting.scoring.measures import (
    brier_score,
    log_scores,
    precision_among,
    reliability_table,
)
from oreacle.forecasting.scoring.recalibration import calibration
from oreacle.forecasting.scoring.resampling import (
    DRAWS,
    FEWEST_BLOCKS,
    CrossedWeights,
    crossed_weights,
    ratio,
    separate_blocks,
)

FEWEST_EVENTS = 30
"""Events in scored windows below which a class gets points, but no interval and no verdict."""
SEED = 20_141_231


def scoreboard(
    forecasts: pd.DataFrame,
    *,
    windows: str = LATE,
    known_to: int | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
) -> tuple[ClassScore, ...]:
    """Return the scores of every class and horizon, in alphabetical order.

    Parameters
    ----------
    forecasts
        Columns as in `oreacle.forecasting.scoring.forecasts`: keys, actor, outcome, and a
        probability for the model, the model without market features, and each baseline.
    windows
        ``late``: those that close after 2014 (the headline); ``early``: those that classes and
        features were chosen on; ``all``.
    known_to
        Last year of known acts; windows that close later are refused.
    seed, draws
        Root seed and number of draws of the intervals.

    Raises
    ------
    RunError
        ORE-RUN-120 to ORE-RUN-123 on forecasts that cannot be scored.
    """
    table = in_windows(checked_forecasts(forecasts, known_to=known_to), windows)
    return tuple(
        score_class(part, rng=_stream(part, seed), draws=draws)
        for _, part in table.groupby(["event_class", "horizon"], sort=True)
    )


def score_class(part: pd.DataFrame, *, rng: np.random.Generator, draws: int = DRAWS) -> ClassScore:
    """Return the score of the rows of one class and horizon, already checked.

    Parameters
    ----------
    part
        As for `scoreboard`, of one class and horizon.
    rng
        Source of randomness.
    draws
        Number of draws of the intervals.
    """
    outcome = part["outcome"].to_numpy(dtype=float)
    chances = {name: part[name].to_numpy(dtype=float) for name in FORECASTERS}
    scores = {name: log_scores(chance, outcome) for name, chance in chances.items()}
    best = max(BASELINES, key=lambda name: float(scores[name].sum()))
    origin, horizon = part["origin"].to_numpy(), int(part["horizon"].iloc[0])
    reason = _reason(part, horizon)
    weights = None if reason else _weights(part, horizon, rng, draws)
    gains = {
        name: ratio(scores[MODEL] - scores[name], outcome, weights)
        for name in ("climatology", best, NO_MARKET)
    }
    slope, intercept = calibration(chances[MODEL], outcome, weights)
    precision = precision_among(chances[MODEL], outcome, origin)
    return ClassScore(
        event_class=str(part["event_class"].iloc[0]),
        horizon=horizon,
        first_origin=int(origin.min()),
        last_origin=int(origin.max()),
        origins=len(np.unique(origin)),
        units=len(part),
        actors=part["actor"].nunique(),
        events=int(outcome.sum()),
        base_rate=float(outcome.mean()),
        bits={name: float(score.mean()) for name, score in scores.items()},
        brier={name: brier_score(chance, outcome) for name, chance in chances.items()},
        best_baseline=best,
        gain_climatology=gains["climatology"],
        gain_best=gains[best],
        market_gain=gains[NO_MARKET],
        precision20=precision.precision,
        precision20_best=precision_among(chances[best], outcome, origin).precision,
        lift=precision.lift,
        expected_over_observed=ratio(chances[MODEL], outcome, weights, positive=True),
        slope=slope,
        intercept=intercept,
        reliability=reliability_table(chances[MODEL], outcome),
        separate_windows=separate_blocks(origin, horizon),
        verdict=RATE_ONLY if reason else verdict_of(gains[best]),
        reason=reason,
    )


def score_table(scores: tuple[ClassScore, ...]) -> pd.DataFrame:
    """Return one row per class and horizon, nested fields as columns such as ``bits_model``.

    Parameters
    ----------
    scores
        From `scoreboard`; bins of reliability are left out.
    """
    return pd.DataFrame([_flat(one.as_dict()) for one in scores])


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{part}": number for part, number in value.items()}
        elif name != "reliability":
            flat[name] = value
    return flat


def _reason(part: pd.DataFrame, horizon: int) -> str:
    """Return why no verdict can be given, or ""."""
    events, actors = int(part["outcome"].sum()), part["actor"].nunique()
    if events < FEWEST_EVENTS:
        return f"{events} of {FEWEST_EVENTS} events"
    if actors < 2:
        return "one actor"
    if separate_blocks(part["origin"].to_numpy(), horizon) < FEWEST_BLOCKS:
        return f"{part['origin'].nunique()} origins do not hold two separate windows"
    return ""


def _weights(
    part: pd.DataFrame, horizon: int, rng: np.random.Generator, draws: int
) -> CrossedWeights:
    origin, actor = part["origin"].to_numpy(), part["actor"].to_numpy(dtype=str)
    return crossed_weights(origin, actor, horizon=horizon, rng=rng, draws=draws)


def _stream(part: pd.DataFrame, seed: int) -> np.random.Generator:
    """Return a stream that other classes in the table do not move."""
    name = str(part["event_class"].iloc[0])
    horizon = int(part["horizon"].iloc[0])
    return member_stream(seed, zlib.crc32(name.encode()), purpose=horizon)
