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
Not here  The features: see `oreacle.engine.features`; scores: `oreacle.forecasting.rolling`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.streams import member_stream
from oreacle.data.store import read_table
from oreacle.data.vintage import read_vintage
from oreacle.engine.first_inputs import inputs_of_tables
from oreacle.engine.history_panel import PANEL_TABLES
from oreacle.engine.inputs import FeatureInputs
from oreacle.forecasting.fit_level import at_long_run_level
from oreacle.forecasting.fit_marks import STRENGTHS_FILE, marks_table
from oreacle.forecasting.fit_rates import rates_table
from oreacle.forecasting.fit_rows import (
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
from oreacle.forecasting.fit_scope_level import at_scope_level, links_per_act
from oreacle.relations.bootstrap import bootstrap_draws
from oreacle.relations.levels import LevelFit, LevelSettings, fit_levels
from oreacle.relations.model import INTERCEPT, LEVEL_SUFFIX, ActModel
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
    yearly_acts
        Acts per year of the level years, by draw, shape (draw,).
    penalty_scores
        Leave-one-year-out score of each candidate [bits per unit].
    """

    model: ActModel
    rows: FitRows
    level: LevelFit
    penalty: float
    yearly_acts: np.ndarray
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
    case = history_case(tables, np.append(chosen.years, chosen.last_year + 1))
    folder = None if tables_dir is None else Path(tables_dir)
    fits = fit_models(case, chosen, inputs_of_tables(tables, folder))
    strengths = pd.read_csv(STRENGTHS_FILE, keep_default_na=False, encoding="utf-8")
    register = read_table("register", tables_dir)
    return {
        "relations_coefficients": coefficients_table(fits),
        "relations_scaling": scaling_table(fits),
        "relations_rates": rates_table(
            case, {name: fit.rows for name, fit in fits.items()}, chosen.years
        ),
        "relations_marks": marks_table(
            tables["events"], register, strengths, read_vintage(tables_dir).events_to
        ),
    }


def read_history(tables_dir: Path | str | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables that history is made from, by name."""
    return {name: read_table(name, tables_dir) for name in PANEL_TABLES}


def fit_models(
    case: HistoryCase, settings: FitSettings, first: FeatureInputs | None = None
) -> dict[str, ModelFit]:
    """Return the three fitted models, by name.

    Parameters
    ----------
    first
        What is known in the first year of a run; that year of the history if None.
    """
    fits = {}
    for name, maker in ROW_MAKERS.items():
        rows = maker(case, settings.years)
        early = rows.take(rows.year <= settings.choice_year)
        penalty, scores = choose_ridge(early)
        fits[name] = fit_rows(rows, penalty, settings, scores)
    inputs = case.inputs[settings.last_year + 1] if first is None else first
    return levelled(fits, inputs, settings.level_years)


def levelled(
    fits: Mapping[str, ModelFit], inputs: FeatureInputs, level_years: int
) -> dict[str, ModelFit]:
    """Return fits whose constants hold the level of the last years in a run from `inputs`."""
    moved = {
        name: replace(
            fit, model=at_long_run_level(fit.model, inputs, fit.yearly_acts, fit.level.path())
        )
        for name, fit in fits.items()
        if name != SCOPE
    }
    scope = fits[SCOPE]
    target = links_per_act(scope.rows, level_years)
    model = at_scope_level(scope.model, moved[RESTRICTION].model, inputs, target)
    return {
        RESTRICTION: moved[RESTRICTION],
        SCOPE: replace(scope, model=model),
        AGREEMENT: moved[AGREEMENT],
    }


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
    level_rows = rows.year > last - settings.level_years
    if rows.model == SCOPE:
        level_rows = np.ones(len(rows.year), dtype=bool)

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

    def drawn(weights: np.ndarray) -> np.ndarray:
        acts = (weights * rows.outcome)[level_rows].sum() / settings.level_years
        return np.append(refit(weights).coefficients(), acts)

    draws = bootstrap_draws(
        drawn,
        [rows.unit, rows.year],
        draws=settings.draws,
        rng=member_stream(settings.seed, 0, purpose=BOOTSTRAP_PURPOSE[rows.model]),
    )
    stacked = np.vstack([drawn(np.ones(len(rows.year))), draws])
    model = ActModel(rows.model, scaling, stacked[:, :-1])
    return ModelFit(model, rows, refit(None), penalty, stacked[:, -1], scores or {})


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
        if name != SCOPE:
            path = asdict(fit.level.path())
            rows = {"draw": 0, "term": list(path), "value": list(path.values())}
            parts.append(pd.DataFrame({"model": name + LEVEL_SUFFIX, **rows}))
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
