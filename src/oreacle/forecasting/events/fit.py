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
from dataclasses import dataclass, field, replace

import numpy as np

from oreacle.core.errors import RelationsError
from oreacle.engine.acts.classes import ACTOR, CLASSES, SCOPE, SCOPE_TERMS
from oreacle.engine.acts.units import is_market
from oreacle.forecasting.events.rows import UnitRows
from oreacle.relations.levels import LevelPath
from oreacle.relations.logistic import sigmoid
from oreacle.relations.pooled import PooledFit, PooledRows, fit_pooled
from oreacle.relations.scaling import Scaling, scaling_of

YEAR = "year"
FIRST_YEAR = 1998
"""First year of the rows [year]: governance and votes of two years before start in 1996."""
MOST_REPEATS, SETTLED, SUREST = 100, 1e-3, 1.0 - 1e-6
"""Repeats of the fit of a scope, largest move of its offset at the end [log-odds], and the bound of
an inclusion that is certain [1]."""
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
    reach
        Of a scope: share of acts that cover a link at risk at all [1].
    """

    name: str
    terms: tuple[str, ...]
    columns: np.ndarray
    scaling: Scaling
    fit: PooledFit
    path: LevelPath
    last_year: int
    reach: float = 1.0

    def log_odds(self, rows: UnitRows) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of the log-odds of rows without the level, (row,) each."""
        features = self.scaling.apply(rows.features[:, self.columns])
        mean, variance = self.fit.log_odds(features, groups_of(rows))
        return mean + rows.offset, variance

    def with_level(self, rows: UnitRows, ahead: int) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of the log-odds so many years after the last, (row,) each.

        The level of the last year is an estimate, too: what is left of it after so many years
        brings its variance and its covariance with all else; the rest is new surprise.
        """
        mean, variance = self.log_odds(rows)
        if YEAR not in self.fit.slices:
            return mean, variance
        left = self.path.persistence**ahead
        last = self.fit.slices[YEAR].stop - 1
        features = self.scaling.apply(rows.features[:, self.columns])
        both = self.fit.covariance_with(features, groups_of(rows), last)
        known = 2.0 * left * both + left**2 * self.fit.covariance[last, last]
        surprise = self.path.spread**2 * (1.0 - left**2)
        return mean + self.path.offset(ahead), variance + known + surprise


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
    sd, averaged = settings.slope_sd(rows.name), settings.averaged
    if rows.name == SCOPE:
        fit = fit_truncated(pooled, known.year * sizes[0] + known.first, slope_sd=sd, spread=start)
    else:
        fit = fit_pooled(pooled, slope_sd=sd, spread=start, averaged=averaged)
    if warm is not None and market:
        warm.spread[rows.name] = fit.spread
    path = _path(fit, settings)
    return EventFit(rows.name, terms, varied, scaling, fit, path, origin)


def fit_truncated(
    rows: PooledRows,
    act: np.ndarray,
    *,
    slope_sd: float,
    spread: Mapping[str, float] | None = None,
) -> PooledFit:
    """Fit inclusions of which each act is known to have at least one.

    The likelihood of an act is that of its inclusions over the chance that there is one. Its
    gradient is that of a plain logistic whose probabilities q are given that the act covers
    something: q is the plain one with an offset that depends on the fit, found by repetition.

    Parameters
    ----------
    rows
        Links of acts that cover at least one.
    act
        Label of the act of each row, shape (row,).
    slope_sd, spread
        As in `fit_pooled`.

    Raises
    ------
    RelationsError
        ORE-REL-003 if the offset has not settled.
    """
    _, number = np.unique(act, return_inverse=True)
    known, found = np.zeros(len(act)), spread
    for _ in range(MOST_REPEATS):
        fit = fit_pooled(replace(rows, offset=rows.offset + known), slope_sd=slope_sd, spread=found)
        found = fit.spread
        odds = fit.log_odds(rows.features, rows.groups)[0] + rows.offset
        chance = sigmoid(odds)
        none = np.bincount(number, weights=np.log1p(-chance))[number]
        given = np.minimum(chance / -np.expm1(none), SUREST)
        moved = np.log(given) - np.log1p(-given) - odds
        settled = np.abs(moved - known).max() < SETTLED
        known = moved
        if settled:
            return fit
    raise RelationsError(
        "ORE-REL-003",
        f"the scope has not settled after {MOST_REPEATS} repeats.",
        why="coefficients of an unfinished fit are not estimates.",
        fix="look for an act that covers nearly all links of its actor.",
    )


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
