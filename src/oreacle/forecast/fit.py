"""Fit the relations models on history.

Does      Makes the tables `relations_coefficients`, `relations_scaling`, `relations_rates` and
          `relations_marks` from the embedded history.
Units     Coefficients in log-odds per standard deviation; rates per year.
Method    Shrunken logistics on all years to the last; the ridge is chosen by leave-one-year-out
          log score on the years to 2014 only. The level of a forecast is the one that reproduces
          the acts of the last ten years: no trend is fitted. Draws come from a Bayesian bootstrap
          over actors and years.
Assumes   Acts before 2005 are landmarks only and are used as memory, not as outcomes. How many
          acts the chronicle misses is not identified, so levels are those of reported acts.
Not here  The features: see `oreacle.engine.features`; scores: `oreacle.forecast.rolling`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.streams import member_stream
from oreacle.data.store import read_table
from oreacle.engine.history_panel import PANEL_TABLES
from oreacle.forecast.fit_marks import STRENGTHS_FILE, marks_table
from oreacle.forecast.fit_rates import rates_table
from oreacle.forecast.fit_rows import (
    AGREEMENT,
    RESTRICTION,
    SCOPE,
    TERMS,
    FitRows,
    HistoryCase,
    agreement_rows,
    history_case,
    restriction_rows,
    scope_rows,
)
from oreacle.relations.bootstrap import bootstrap_draws
from oreacle.relations.levels import LevelFit, LevelSettings, fit_levels
from oreacle.relations.model import INTERCEPT, ActModel
from oreacle.relations.scaling import scaling_of
from oreacle.relations.selection import choose_penalty

PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)
PERIOD_YEARS = 1
"""Width of the periods that have a level of their own [yr]: with one-year levels a wave that all
share is not taken for a feature."""
ROW_MAKERS = {RESTRICTION: restriction_rows, SCOPE: scope_rows, AGREEMENT: agreement_rows}
BOOTSTRAP_PURPOSE = {RESTRICTION: 1, SCOPE: 2, AGREEMENT: 3}
"""Streams of the bootstrap, so that one model does not shift the draws of another."""


@dataclass(frozen=True)
class FitSettings:
    """Windows and sizes of a fit.

    Attributes
    ----------
    first_year, last_year
        Window of outcomes.
    choice_year
        Last year of the window on which the ridge is chosen.
    level_years
        Last years whose acts set the level of a forecast.
    draws
        Bootstrap draws.
    seed
        Root seed of the bootstrap.
    """

    first_year: int = 2005
    last_year: int = 2024
    choice_year: int = 2014
    level_years: int = 10
    draws: int = 200
    seed: int = 20241231

    @property
    def years(self) -> np.ndarray:
        """Years of outcomes."""
        return np.arange(self.first_year, self.last_year + 1)


@dataclass(frozen=True)
class ModelFit:
    """A fitted model with what it was fitted on.

    Attributes
    ----------
    model
        Ready to forecast.
    rows
        Rows of the fit.
    level
        Slopes, period levels and long-run constant of the point estimate.
    penalty
        Chosen ridge.
    penalty_scores
        Leave-one-year-out score of each candidate [bits per unit].
    """

    model: ActModel
    rows: FitRows
    level: LevelFit
    penalty: float
    penalty_scores: Mapping[float, float] = field(default_factory=dict)


def fit_relations(
    tables_dir: Path | str | None = None, settings: FitSettings | None = None
) -> dict[str, pd.DataFrame]:
    """Fit all models and return the four tables, by name.

    Parameters
    ----------
    tables_dir
        Directory of the history tables; the embedded ones if None.
    settings
        Windows and sizes; the defaults are those of the embedded fit.
    """
    chosen = settings or FitSettings()
    tables = read_history(tables_dir)
    case = history_case(tables, chosen.years)
    fits = fit_models(case, chosen)
    strengths = pd.read_csv(STRENGTHS_FILE, keep_default_na=False, encoding="utf-8")
    register = read_table("register", tables_dir)
    return {
        "relations_coefficients": coefficients_table(fits),
        "relations_scaling": scaling_table(fits),
        "relations_rates": rates_table(
            case, {name: fit.rows for name, fit in fits.items()}, chosen.years
        ),
        "relations_marks": marks_table(tables["events"], register, strengths),
    }


def read_history(tables_dir: Path | str | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables that history is made from, by name."""
    return {name: read_table(name, tables_dir) for name in PANEL_TABLES}


def fit_models(case: HistoryCase, settings: FitSettings) -> dict[str, ModelFit]:
    """Return the three fitted models, by name."""
    fits = {}
    for name, maker in ROW_MAKERS.items():
        rows = maker(case, settings.years)
        early = rows.take(rows.year <= settings.choice_year)
        penalty, scores = choose_ridge(early)
        fits[name] = fit_rows(rows, penalty, settings, scores)
    return fits


def choose_ridge(rows: FitRows) -> tuple[float, dict[float, float]]:
    """Return the ridge with the best leave-one-year-out log score, and all scores."""
    features = scaling_of(rows.features, TERMS[rows.model]).apply(rows.features)
    return choose_penalty(
        features, rows.outcome, rows.year, period_of(rows), penalties=PENALTIES, offset=rows.offset
    )


def fit_rows(
    rows: FitRows,
    penalty: float,
    settings: FitSettings,
    scores: Mapping[float, float] | None = None,
) -> ModelFit:
    """Fit one model with its draws."""
    scaling = scaling_of(rows.features, TERMS[rows.model])
    features = scaling.apply(rows.features)
    last = int(rows.year.max())
    level_rows = np.ones(len(rows.year), dtype=bool)
    if rows.model != SCOPE:
        level_rows = rows.year > last - settings.level_years

    def refit(weights: np.ndarray | None) -> LevelFit:
        return fit_levels(
            features,
            rows.outcome,
            period_of(rows),
            LevelSettings(penalty),
            level_rows=level_rows,
            offset=rows.offset,
            weights=weights,
        )

    point = refit(None)
    draws = bootstrap_draws(
        lambda weights: refit(weights).coefficients(),
        [rows.unit, rows.year],
        draws=settings.draws,
        rng=member_stream(settings.seed, 0, purpose=BOOTSTRAP_PURPOSE[rows.model]),
    )
    stacked = np.vstack([point.coefficients(), draws])
    return ModelFit(ActModel(rows.model, scaling, stacked), rows, point, penalty, scores or {})


def period_of(rows: FitRows) -> np.ndarray:
    """Return the period of each row; one period for scopes, which have no level of their own."""
    if rows.model == SCOPE:
        return np.zeros_like(rows.year)
    return np.asarray(rows.year // PERIOD_YEARS)


def coefficients_table(fits: Mapping[str, ModelFit]) -> pd.DataFrame:
    """Return `relations_coefficients`."""
    parts = []
    for name, fit in fits.items():
        names = (INTERCEPT, *fit.model.terms)
        draws = len(fit.model.draws)
        parts.append(
            pd.DataFrame(
                {
                    "model": name,
                    "draw": np.repeat(np.arange(draws), len(names)),
                    "term": np.tile(np.array(names), draws),
                    "value": fit.model.draws.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def scaling_table(fits: Mapping[str, ModelFit]) -> pd.DataFrame:
    """Return `relations_scaling`."""
    parts = [
        pd.DataFrame(
            {
                "model": name,
                "term": list(fit.model.terms),
                "mean": fit.model.scaling.mean,
                "sd": fit.model.scaling.sd,
            }
        )
        for name, fit in fits.items()
    ]
    return pd.concat(parts, ignore_index=True)
