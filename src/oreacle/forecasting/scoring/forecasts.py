"""The table of event forecasts that is scored, and what it must hold.

Does      Names the columns, refuses what cannot be scored, picks windows.
Units     Probabilities of at least one act in the window [1].
Method    One row per class, horizon, origin and unit; the window is the years after the origin,
          up to and with origin + horizon.
Assumes   The maker of the table knew nothing from after the origin; it cannot be seen here.
Not here  The scores: see `oreacle.forecasting.scoring.scoreboard`.
"""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import pandas as pd

from oreacle.core.errors import RunError

MODEL = "model"
NO_MARKET = "no_market"
"""The same model fitted without market features."""
SINGLE_BASELINES = (
    "climatology",
    "last_five",
    "actor_frequency",
    "unit_frequency",
    "persistence",
    "share_only",
)
BEST_TWO = "best_two"
BASELINES = (*SINGLE_BASELINES, BEST_TWO)
FORECASTERS = (MODEL, NO_MARKET, *BASELINES)
KEYS = ("event_class", "horizon", "origin", "unit")
COLUMNS = (*KEYS, "actor", "outcome", *FORECASTERS)
CHOICE_YEAR = 2014
"""Classes, features and half-lives were chosen on windows that close by the end of this year."""
LATE, EARLY, ALL = "late", "early", "all"
WINDOWS = (LATE, EARLY, ALL)
"""After the choice year (the headline), up to it (what was chosen on), and both."""


def checked_forecasts(
    forecasts: pd.DataFrame,
    *,
    forecasters: tuple[str, ...] = FORECASTERS,
    known_to: int | None = None,
) -> pd.DataFrame:
    """Return the forecasts sorted by their keys, or refuse them.

    Parameters
    ----------
    forecasts
        Columns `KEYS`, ``actor``, ``outcome`` (0 or 1) and a probability for each forecaster.
    forecasters
        Columns of probabilities that must be there.
    known_to
        Last year of known acts; windows that close later are refused. None: not checked.

    Raises
    ------
    RunError
        ORE-RUN-120 on missing columns, labels or rows; ORE-RUN-121 on probabilities that are
        missing or not above 0 and below 1; ORE-RUN-122 on outcomes that are not 0 or 1, and on
        windows that are not over; ORE-RUN-123 on units that occur twice at an origin.
    """
    _check_labels(forecasts, forecasters)
    _check_probabilities(forecasts, forecasters)
    _check_outcomes(forecasts, known_to)
    twice = forecasts.duplicated(list(KEYS))
    if twice.any():
        first = forecasts.loc[twice, list(KEYS)].iloc[0]
        raise RunError(
            "ORE-RUN-123",
            f"{int(twice.sum())} forecasts stand twice, the first {_named(first)}.",
            why="a unit that is counted twice weighs twice in every score.",
            fix="give one row per class, horizon, origin and unit.",
        )
    return forecasts.sort_values(list(KEYS), kind="stable", ignore_index=True)


def in_windows(forecasts: pd.DataFrame, windows: str = LATE) -> pd.DataFrame:
    """Return the forecasts whose windows close after the choice year, up to it, or all.

    Raises
    ------
    RunError
        ORE-RUN-120 if `windows` is not one of `WINDOWS` or no row is left.
    """
    if windows not in WINDOWS:
        _refuse(f"windows '{windows}' are not known.", f"name one of {', '.join(WINDOWS)}.")
    closes = forecasts["origin"] + forecasts["horizon"]
    keep = {LATE: closes > CHOICE_YEAR, EARLY: closes <= CHOICE_YEAR, ALL: closes > 0}[windows]
    if not keep.any():
        _refuse(
            f"no window of the forecasts is '{windows}' (the choice year is {CHOICE_YEAR}).",
            "give forecasts of such origins, or score other windows.",
        )
    return forecasts[keep].reset_index(drop=True)


def _check_labels(forecasts: pd.DataFrame, forecasters: tuple[str, ...]) -> None:
    needed = (*KEYS, "actor", "outcome", *forecasters)
    missing = [name for name in needed if name not in forecasts.columns]
    if missing:
        _refuse(f"the forecasts lack {', '.join(missing)}.", "add the columns.")
    if forecasts.empty:
        _refuse("there are no forecasts.", "give at least one row.")
    gaps = [name for name in (*KEYS, "actor") if forecasts[name].isna().any()]
    if gaps:
        _refuse(f"labels are missing in {', '.join(gaps)}.", "name class, origin, unit and actor.")
    if (forecasts["horizon"] < 1).any():
        _refuse("a horizon is below one year.", "give whole years from 1.")


def _check_probabilities(forecasts: pd.DataFrame, forecasters: tuple[str, ...]) -> None:
    for name in forecasters:
        chance = forecasts[name].to_numpy(dtype=float)
        wrong = ~((chance > 0.0) & (chance < 1.0))
        if wrong.any():
            at = int(np.argmax(wrong))
            raise RunError(
                "ORE-RUN-121",
                f"{int(wrong.sum())} probabilities of '{name}' are missing or not between 0 and "
                f"1; the first is {chance[at]:g} for {_named(forecasts.iloc[at])}.",
                why="a gap is no forecast, and one surprise after a probability of exactly 0 or 1 "
                "costs infinitely many bits.",
                fix="complete the forecasts; shrink frequencies so that none is exactly 0 or 1.",
            )


def _check_outcomes(forecasts: pd.DataFrame, known_to: int | None) -> None:
    outcome = forecasts["outcome"].to_numpy(dtype=float)
    wrong = (outcome != 0.0) & (outcome != 1.0)
    if known_to is not None:
        wrong |= (forecasts["origin"] + forecasts["horizon"]).to_numpy() > known_to
    if wrong.any():
        first = forecasts.iloc[int(np.argmax(wrong))]
        raise RunError(
            "ORE-RUN-122",
            f"{int(wrong.sum())} outcomes are not 0 or 1, or belong to windows that are not over; "
            f"the first is {first['outcome']} for {_named(first)}.",
            why="what has not happened yet would count as never happened.",
            fix="leave out windows that close after the last year of known acts.",
        )


def _named(row: pd.Series) -> str:
    return f"{row['unit']} ({row['event_class']}, {row['horizon']} yr, origin {row['origin']})"


def _refuse(what: str, fix: str) -> NoReturn:
    raise RunError(
        "ORE-RUN-120", what, why="scores of a part would pass for scores of the whole.", fix=fix
    )
