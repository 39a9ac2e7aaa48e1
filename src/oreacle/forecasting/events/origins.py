"""Event forecasts at past origins, beside baselines and what happened.

Does      Refits every model at the end of each year on what was known and forecasts 1, 3 and 5
          years.
Units     Probabilities [1].
Method    Rolling origin (Tashman 2000). Features of the first year of the window, which need
          nothing from after the origin; baselines from the same rows to the origin. Deleting
          every later row of every table leaves the bytes of a forecast as they are (tested).
Assumes   Statistics were published as they stand now; who is an actor, who belongs to a bloc, and
          which minerals are by-products or integrated is known now and was so then.
Not here  Scores: see `oreacle.forecasting.scoring`.

References
----------
Tashman, L. J. (2000). Out-of-sample tests of forecasting accuracy. International Journal of
Forecasting 16(4), 437-450.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from oreacle.engine.acts.classes import ACTOR, CLASS_NAMES, CLASSES, SCOPE
from oreacle.forecasting.events.fit import EventFit, FitSettings, Warm, fit_event
from oreacle.forecasting.events.horizons import mineral_forecast, unit_forecast
from oreacle.forecasting.events.rows import (
    LINKS,
    HistoryCase,
    UnitRows,
    all_rows,
    history_case,
    link_rows,
)
from oreacle.forecasting.scoring.baselines import AskedUnits, UnitYears, within, yearly_rates
from oreacle.forecasting.scoring.best_two import with_best_two
from oreacle.forecasting.scoring.forecasts import KEYS, MODEL, NO_MARKET

ORIGINS = range(2005, 2024)
HORIZONS = (1, 3, 5)
LAST_YEAR = 2024
"""Last year of the embedded chronicle: windows close by its end."""


def event_forecasts(
    tables: Mapping[str, pd.DataFrame],
    origins: Iterable[int] = ORIGINS,
    settings: FitSettings | None = None,
    *,
    last_year: int = LAST_YEAR,
    told: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return forecasts of all classes at each origin; see `oreacle.forecasting.scoring`.

    Parameters
    ----------
    tables
        The tables of `oreacle.engine.history_panel.PANEL_TABLES`.
    origins
        Years at whose end the forecasts are made.
    settings
        Priors; the defaults are those of the embedded fit.
    last_year
        Last year of known acts: windows that close later are left out.
    told
        Called with each origin when it is done.
    """
    chosen = settings or FitSettings()
    years = np.arange(chosen.first_year, last_year + 1)
    case = history_case(tables, years)
    rows = all_rows(case, years)
    warm, parts = Warm(), []
    for origin in sorted(origins):
        horizons = [h for h in HORIZONS if origin + h <= last_year]
        for asked, frame in _at_origin(case, rows, origin, horizons, chosen, warm):
            frame.insert(len(KEYS) + 1, "outcome", _outcome(case, asked, frame))
            parts.append(frame)
        if told is not None:
            told(origin)
    return with_best_two(pd.concat(parts, ignore_index=True))


def forecasts_at(
    tables: Mapping[str, pd.DataFrame],
    origin: int,
    settings: FitSettings | None = None,
    *,
    horizons: Iterable[int] = HORIZONS,
) -> pd.DataFrame:
    """Return the forecasts of one origin without outcomes; the tables may end with it.

    Parameters
    ----------
    tables
        The tables of `oreacle.engine.history_panel.PANEL_TABLES`.
    origin
        Year at whose end the forecasts are made.
    settings
        Priors; the defaults are those of the embedded fit.
    horizons
        Lengths of the windows [yr].

    Returns
    -------
    DataFrame
        Keys, actor, both models and the six single baselines, as in `event_forecasts`.
    """
    chosen = settings or FitSettings()
    years = np.arange(chosen.first_year, origin + 2)
    case = history_case(tables, years)
    rows = all_rows(case, years)
    parts = [f for _, f in _at_origin(case, rows, origin, list(horizons), chosen, Warm())]
    return pd.concat(parts, ignore_index=True)


def _at_origin(
    case: HistoryCase,
    rows: Mapping[str, UnitRows],
    origin: int,
    horizons: list[int],
    settings: FitSettings,
    warm: Warm,
) -> Iterator[tuple[UnitRows, pd.DataFrame]]:
    """Yield the units asked about and their forecasts, for each class and horizon."""
    if not horizons:
        return
    fits = both_fits(case, rows, origin, settings, warm)
    for name in CLASS_NAMES:
        asked = rows[name].take(rows[name].year == origin + 1)
        if not len(asked.outcome):
            continue
        base = baseline_rates(case, rows[name], asked, origin, settings)
        for horizon in horizons:
            frame = with_baselines(frame_of(case, asked, origin, horizon), base, horizon)
            for column, market in ((MODEL, True), (NO_MARKET, False)):
                fit = fits[name, market]
                # Too few acts for a model: the frequency of the class, as anyone could say.
                frame[column] = (
                    frame["climatology"] if fit is None else unit_forecast(fit, asked, horizon)
                )
            yield asked, frame
    yield from _mineral_frames(case, rows, fits, origin, horizons, settings)


def both_fits(
    case: HistoryCase,
    rows: Mapping[str, UnitRows],
    origin: int,
    settings: FitSettings,
    warm: Warm | None = None,
) -> dict[tuple[str, bool], EventFit | None]:
    """Return the fits of every class and of the scope, with market features and without."""
    return {
        (name, market): fit_at(case, rows[name], origin, settings, market=market, warm=warm)
        for name in (*CLASS_NAMES, SCOPE)
        for market in (True, False)
    }


def fit_at(
    case: HistoryCase,
    rows: UnitRows,
    origin: int,
    settings: FitSettings,
    *,
    market: bool = True,
    warm: Warm | None = None,
) -> EventFit | None:
    """Fit one model on the axes of a history; see `oreacle.forecasting.events.fit.fit_event`."""
    sizes = len(case.panel.actors), len(case.panel.minerals)
    fit = fit_event(rows, origin, sizes, settings, market=market, warm=warm)
    if fit is None or rows.name != SCOPE:
        return fit
    return replace(fit, reach=_reach(case, rows, origin, settings))


def _reach(case: HistoryCase, rows: UnitRows, origin: int, settings: FitSettings) -> float:
    """Return the share of restrictions to the origin that cover a link at risk [1] (Jeffreys)."""
    first, last = (case.panel.position(year) for year in (settings.first_year, origin))
    acts = float(case.acts.by_class["restriction"][first : last + 1].sum())
    known = (rows.year <= origin) & (rows.year >= settings.first_year)
    told = len(np.unique(np.stack([rows.year[known], rows.first[known]]), axis=1).T)
    return (told + 0.5) / (acts + 1.0)


def _mineral_frames(
    case: HistoryCase,
    rows: Mapping[str, UnitRows],
    fits: Mapping[tuple[str, bool], EventFit | None],
    origin: int,
    horizons: list[int],
    settings: FitSettings,
) -> Iterator[tuple[UnitRows, pd.DataFrame]]:
    """Yield units and forecasts of act and scope together, by actor and mineral."""
    models = [fits[name, market] for market in (True, False) for name in ("restriction", SCOPE)]
    if any(one is None for one in models):
        return
    act, scope, plain_act, plain_scope = (one for one in models if one is not None)
    asked = rows[LINKS].take(rows[LINKS].year == origin + 1)
    actors = rows["restriction"].take(rows["restriction"].year == origin + 1)
    links = link_rows(case, origin + 1)
    base = baseline_rates(case, rows[LINKS], asked, origin, settings)
    for horizon in horizons:
        frame = frame_of(case, asked, origin, horizon)
        keys, frame[MODEL] = mineral_forecast(act, scope, actors, links, horizon)
        _, frame[NO_MARKET] = mineral_forecast(plain_act, plain_scope, actors, links, horizon)
        if not np.array_equal(keys, np.stack([asked.first, asked.second], axis=1)):
            raise AssertionError("units of the scope and of the rows differ")
        yield asked, with_baselines(frame, base, horizon)


def unit_labels(case: HistoryCase, rows: UnitRows) -> np.ndarray:
    """Return labels such as ``CHN``, ``CHN;gallium`` or ``USA;COD``, shape (row,)."""
    actors = np.array(case.panel.actors, dtype=object)
    first = actors[rows.first]
    if rows.name in CLASSES and CLASSES[rows.name].unit == ACTOR:
        return np.asarray(first)
    others = np.array(case.panel.minerals, dtype=object) if rows.name == LINKS else actors
    return np.asarray(first + ";" + others[rows.second])


def frame_of(case: HistoryCase, asked: UnitRows, origin: int, horizon: int) -> pd.DataFrame:
    """Return the units of one class, origin and horizon, without outcomes."""
    return pd.DataFrame(
        {
            "event_class": asked.name,
            "horizon": horizon,
            "origin": origin,
            "unit": unit_labels(case, asked),
            "actor": np.array(case.panel.actors, dtype=object)[asked.first],
        }
    )


def _outcome(case: HistoryCase, asked: UnitRows, frame: pd.DataFrame) -> np.ndarray:
    """Return 1 where a unit acted within the window of its frame, shape (row,)."""
    origin, horizon = int(frame["origin"].iloc[0]), int(frame["horizon"].iloc[0])
    window = [_outcomes(case, asked, year) for year in range(origin + 1, origin + horizon + 1)]
    return np.asarray(np.max(window, axis=0).astype(int))


def _outcomes(case: HistoryCase, asked: UnitRows, year: int) -> np.ndarray:
    """Return whether the units acted in a year, at risk by then or not."""
    at = year - int(case.panel.years[0])
    if asked.name == LINKS:
        return np.asarray((case.acts.links[at] > 0).any(axis=-1)[asked.first, asked.second])
    happened = case.acts.by_class[asked.name][at]
    if CLASSES[asked.name].unit == ACTOR:
        return np.asarray(happened[asked.first])
    return np.asarray(happened[asked.first, asked.second])


def baseline_rates(
    case: HistoryCase, rows: UnitRows, asked: UnitRows, origin: int, settings: FitSettings
) -> dict[str, np.ndarray]:
    """Return yearly rates of each baseline for the units asked, shape (unit,) each [1/yr]."""
    actors = np.array(case.panel.actors, dtype=object)
    known = rows.take((rows.year <= origin) & (rows.year >= settings.first_year))
    past = UnitYears(
        known.year, unit_labels(case, known), actors[known.first], known.outcome, known.share
    )
    return yearly_rates(
        past,
        AskedUnits(unit_labels(case, asked), actors[asked.first], asked.share),
        origin=origin,
    )


def with_baselines(
    frame: pd.DataFrame, rates: Mapping[str, np.ndarray], years: float
) -> pd.DataFrame:
    """Return the frame with the probability of each baseline within so many years."""
    return frame.assign(**{name: within(rate, years) for name, rate in rates.items()})
