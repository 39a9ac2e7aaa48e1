"""Fit of one event model on the rows known at an origin.

Does      Standardises, groups and fits rows; gives yearly log-odds of new rows with variance.
Units     Log-odds.
Method    `oreacle.relations.pooled`: slopes with a stated prior; effects of actor (or of both
          parties), of minerals for the scope, and of years. The level of a year is an effect like
          any other: it fades back to 0 by a stated persistence, so that no trend is fitted or
          extrapolated.
Assumes   Settings were chosen on windows that close by 2014; see
          `docs/decisions/0021-pooled-event-models.md`.
Not here  Rows: see `.rows`; forecasts over several years: see `.horizons`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from oreacle.engine.acts.classes import ACTOR, CLASSES, SCOPE, SCOPE_TERMS
from oreacle.engine.acts.units import is_market
from oreacle.forecasting.events.rows import UnitRows
from oreacle.relations.levels import LevelPath
from oreacle.relations.pooled import PooledFit, PooledRows, fit_pooled
from oreacle.relations.scaling import Scaling, scaling_of

YEAR = "year"
FIRST_YEAR = 1998
"""First year of the rows [year]: governance and votes of two years before start in 1996."""
FEWEST_ACTS = 5
"""Acts from which slopes are fitted [1]; below, a class has its frequency alone."""


@dataclass(frozen=True)
class FitSettings:
    """What is stated rather than fitted.

    Attributes
    ----------
    actor_sd, pair_sd, scope_sd
        Standard deviation of the prior of a slope, for acts of actors, acts between two parties
        and scopes [log-odds per standard deviation].
    persistence
        Share of a year's level that is left a year later [1].
    reporting
        Yearly growth of the share of acts that the chronicle reports, up to the origin
        [log-odds/yr].
    first_year
        First year of the rows.
    averaged
        True fits by averages over the posterior; False at its mode. See
        `oreacle.relations.pooled` and the figures in `docs/benchmarks.md`.
    """

    actor_sd: float = 0.2
    pair_sd: float = 0.2
    scope_sd: float = 0.15
    persistence: float = 0.6
    reporting: float = 0.0
    first_year: int = FIRST_YEAR
    averaged: bool = False

    def slope_sd(self, name: str) -> float:
        """Return the prior of slopes of a model."""
        if name == SCOPE:
            return self.scope_sd
        return self.actor_sd if CLASSES[name].unit == ACTOR else self.pair_sd


@dataclass(frozen=True)
class EventFit:
    """A fitted event model.

    Attributes
    ----------
    name
        Class, or the scope.
    terms
        Features used.
    columns
        Their positions among the features of the rows.
    scaling
        Of those features.
    fit
        Constant, slopes, effects.
    path
        How the level of the last year fades.
    last_year
        Last year of the rows.
    """

    name: str
    terms: tuple[str, ...]
    columns: np.ndarray
    scaling: Scaling
    fit: PooledFit
    path: LevelPath
    last_year: int

    def log_odds(self, rows: UnitRows) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of the log-odds of rows without the level, (row,) each."""
        features = self.scaling.apply(rows.features[:, self.columns])
        mean, variance = self.fit.log_odds(features, groups_of(rows))
        return mean + rows.offset, variance


@dataclass(frozen=True)
class Warm:
    """Spreads of earlier fits by model, from which the next ones start."""

    spread: dict[str, Mapping[str, float]] = field(default_factory=dict)


def groups_of(rows: UnitRows) -> dict[str, np.ndarray]:
    """Return the groups whose effects new units have, by name: label positions, shape (row,)."""
    if rows.name == SCOPE:
        return {"actor": rows.first, "mineral": rows.second}
    if CLASSES[rows.name].unit == ACTOR:
        return {"actor": rows.first}
    return {"first": rows.first, "second": rows.second}


def all_terms(name: str) -> tuple[str, ...]:
    """Return the terms of a class or of the scope."""
    return SCOPE_TERMS if name == SCOPE else CLASSES[name].terms


def fit_event(
    rows: UnitRows,
    origin: int,
    sizes: tuple[int, int],
    settings: FitSettings,
    *,
    market: bool = True,
    warm: Warm | None = None,
) -> EventFit | None:
    """Fit a model on the rows to the origin; None if there are too few acts.

    Parameters
    ----------
    rows
        All rows of the class; later ones are never looked at.
    origin
        Last year that is known.
    sizes
        Number of actors and of minerals: lengths of the groups.
    settings
        Priors and the persistence of the level.
    market
        False leaves out the features that come from output, trade or prices.
    warm
        Starting values of the spreads, and where the new ones are kept.
    """
    known = rows.take((rows.year <= origin) & (rows.year >= settings.first_year))
    if known.outcome.sum() < FEWEST_ACTS:
        return None
    names = all_terms(rows.name)
    use = np.arange(len(names)) if market else np.flatnonzero(~is_market(names))
    varied = use[known.features[:, use].std(axis=0) > 0.0]
    terms = tuple(names[at] for at in varied)
    scaling = scaling_of(known.features[:, varied], terms)
    pooled = _pooled(known, scaling.apply(known.features[:, varied]), origin, sizes, settings)
    start = warm.spread.get(rows.name) if warm else None
    slope_sd = settings.slope_sd(rows.name)
    fit = fit_pooled(pooled, slope_sd=slope_sd, spread=start, averaged=settings.averaged)
    if warm is not None and market:
        warm.spread[rows.name] = fit.spread
    path = _path(fit, settings)
    return EventFit(rows.name, terms, varied, scaling, fit, path, origin)


def pooled_rows(
    rows: UnitRows, fit: EventFit, sizes: tuple[int, int], settings: FitSettings
) -> PooledRows:
    """Return the rows that a model was fitted on, for a check by other means."""
    known = rows.take((rows.year <= fit.last_year) & (rows.year >= settings.first_year))
    features = fit.scaling.apply(known.features[:, fit.columns])
    return _pooled(known, features, fit.last_year, sizes, settings)


def _pooled(
    known: UnitRows,
    features: np.ndarray,
    origin: int,
    sizes: tuple[int, int],
    settings: FitSettings,
) -> PooledRows:
    """Return known rows with their groups; those of acts have the years as a group, too."""
    groups, lengths = groups_of(known), _lengths(known.name, sizes)
    offset = known.offset
    if known.name != SCOPE:
        groups = {**groups, YEAR: known.year - settings.first_year}
        lengths = {**lengths, YEAR: origin - settings.first_year + 1}
        offset = offset - settings.reporting * (origin - known.year)
    return PooledRows(features, known.outcome, groups, lengths, offset)


def _lengths(name: str, sizes: tuple[int, int]) -> dict[str, int]:
    actors, minerals = sizes
    if name == SCOPE:
        return {"actor": actors, "mineral": minerals}
    if CLASSES[name].unit == ACTOR:
        return {"actor": actors}
    return {"first": actors, "second": actors}


def _path(fit: PooledFit, settings: FitSettings) -> LevelPath:
    """Return how the last level fades; a scope has none."""
    if YEAR not in fit.slices:
        return LevelPath(0.0, 0.0, 0.0)
    return LevelPath(float(fit.effects(YEAR)[-1]), settings.persistence, float(fit.spread[YEAR]))
